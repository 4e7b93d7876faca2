"""What goes wrong in the field: answers left out, refusals at the door, and the planted problems."""

from dataclasses import replace

import numpy as np

from transforms.simulate import plan
from transforms.simulate.interviews import ANSWERED, REASONS, Interviews
from transforms.simulate.people import Integers
from transforms.simulate.questions import Questions


def leave_out(interviews: Interviews, questions: Questions, rng: np.random.Generator) -> Interviews:
    """With answers missing at random, more from reluctant people, and with questions put to one group only."""
    count = len(interviews)
    reluctance = np.exp(plan.RELUCTANCE * rng.standard_normal((count, 1)) - plan.RELUCTANCE**2 / 2)
    draws = rng.random((count, len(questions))) / reluctance
    reasons = interviews.reasons.copy()
    reached = np.zeros(len(questions))
    for reason, share in plan.MISSING_SHARES.items():
        shares = np.where(questions.sensitive, plan.MISSING_SHARES_SENSITIVE[reason], share)
        reasons[(draws >= reached) & (draws < reached + shares)] = REASONS.index(reason)
        reached = reached + shares
    groups = np.array(["host", "displaced"])[interviews.about["group"].to_numpy(dtype=int) - 1]
    for question, asked_of in enumerate(questions.asked_of):
        if asked_of != "both":
            reasons[groups != asked_of, question] = REASONS.index("not_applicable")
    return replace(interviews, answers=np.where(reasons == ANSWERED, interviews.answers, np.nan), reasons=reasons)


def add_refusals(interviews: Interviews, count: int, rng: np.random.Generator) -> Interviews:
    """With `count` people more who did not consent: nothing was asked, and only where they live is known."""
    extra = interviews.rows(rng.choice(len(interviews), count, replace=False))
    numbers = np.char.add("R", (90_000 + rng.choice(9_999, count, replace=False)).astype(str))
    extra = extra.with_about(respondent=numbers, consent=0.0, age=np.nan, minutes=np.nan, weight=1.0)
    nothing = np.full(extra.answers.shape, np.nan)
    return interviews.followed_by(
        Interviews(extra.about, nothing, np.full(extra.reasons.shape, ANSWERED, dtype=extra.reasons.dtype))
    )


def send_twice(interviews: Interviews, questions: Questions, count: int, rng: np.random.Generator) -> Interviews:
    """With a second copy of `count` interviews, some of its answers another person's."""
    first, other = rng.choice(len(interviews), (2, count), replace=False)
    copies, donors = interviews.rows(first), interviews.rows(other)
    changed = (rng.random(copies.answers.shape) < plan.DUPLICATE_CHANGES) & np.array(
        [asked_of == "both" for asked_of in questions.asked_of]
    )
    return interviews.followed_by(
        Interviews(
            copies.about,
            np.where(changed, donors.answers, copies.answers),
            np.where(changed, donors.reasons, copies.reasons),
        )
    )


def slip(interviews: Interviews, questions: Questions, count: int, rng: np.random.Generator) -> Interviews:
    """With `count` answers, each of another person who consented, that no scale has."""
    rows = rng.choice(np.flatnonzero(interviews.about["consent"] == 1), count, replace=False)
    short = [i for i, scale in enumerate(questions.codes) if scale.max() < plan.SLIP and questions.headline[i]]
    columns = rng.choice(short, count, replace=False)
    answers, reasons = interviews.answers.copy(), interviews.reasons.copy()
    answers[rows, columns], reasons[rows, columns] = plan.SLIP, ANSWERED
    return replace(interviews, answers=answers, reasons=reasons)


def straight_line(interviews: Interviews, questions: Questions, code: str) -> Interviews:
    """With the answer to a module's first question repeated through it, in most interviews of interviewer `code`."""
    module = np.flatnonzero(questions.headline & (questions.index == plan.STRAIGHT_INDEX))
    theirs: Integers = np.flatnonzero(interviews.about["interviewer"] == code)
    lined = theirs[np.arange(len(theirs)) % plan.STRAIGHT_SPARED != 0]
    answers, reasons = interviews.answers.copy(), interviews.reasons.copy()
    first = answers[lined, module[0]]
    answers[np.ix_(lined, module)] = np.where(np.isnan(first), questions.codes[module[0]][-2], first)[:, None]
    reasons[np.ix_(lined, module)] = ANSWERED
    return replace(interviews, answers=answers, reasons=reasons)
