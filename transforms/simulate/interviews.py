"""One wave of interviews: who was met, what was answered, what is missing and why."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.simulate import plan
from transforms.simulate.people import Flags, Integers, Numbers, People
from transforms.simulate.questions import Matrix
from transforms.study import MissingReason

REASONS: tuple[MissingReason, ...] = ("dk", "refused", "skipped", "not_applicable")
ANSWERED = -1
Reasons = NDArray[np.int8]  # two axes; positions in REASONS


@dataclass(frozen=True)
class Interviews:
    """One row each: `about` (the study's variables that are no items), answers and why they are missing."""

    about: pd.DataFrame
    answers: Matrix  # interviews x questions
    reasons: Reasons  # a missing answer that is ANSWERED was never asked for: no consent

    def __len__(self) -> int:
        return len(self.about)

    def rows(self, positions: Integers) -> "Interviews":
        """The interviews at these positions, in this order."""
        about = self.about.iloc[positions].reset_index(drop=True)
        return Interviews(about, self.answers[positions], self.reasons[positions])

    def followed_by(self, others: "Interviews") -> "Interviews":
        """These, then the others."""
        return Interviews(
            pd.concat([self.about, others.about], ignore_index=True),
            np.vstack([self.answers, others.answers]),
            np.vstack([self.reasons, others.reasons]),
        )

    def with_about(self, **columns: object) -> "Interviews":
        """With other values in some of the columns about the interview."""
        return replace(self, about=self.about.assign(**columns))  # type: ignore[arg-type]  # names of columns


def interviewers(people: People) -> Integers:
    """Position of each person's interviewer: every stratum has its own, who take turns in each of its communities."""
    stratum = people.governorate * 2 + people.rural
    return np.asarray(stratum * plan.INTERVIEWERS_PER_STRATUM + people.rank % plan.INTERVIEWERS_PER_STRATUM)


def _weights(people: People, again: Flags, met: Integers) -> Numbers:
    """Weights of those met, mean 1; those met again also stand for the likes of them who were not."""
    weights = np.where(again, people.weight / people.found_again(), people.weight)[met]
    return np.asarray((weights / weights.mean()).round(4))


def _dates(people: People, wave: int, met: Integers, rng: np.random.Generator) -> tuple[NDArray[np.object_], Numbers]:
    """Day (ISO) and minutes of each interview; a team stays in a community for three days."""
    first = (people.community[met] % plan.COMMUNITIES_PER_GOVERNORATE) * 2
    days = pd.Timestamp(plan.FIELD_START[wave]) + pd.to_timedelta(first + rng.integers(0, 3, len(met)), unit="D")
    minutes = plan.MINUTES * np.exp(plan.MINUTES_NOISE * rng.standard_normal(len(met)))
    return np.asarray(days.strftime("%Y-%m-%d")), np.clip(minutes.round(), *plan.MINUTES_RANGE)


def describe(people: People, wave: int, met: Integers, again: Flags, rng: np.random.Generator) -> pd.DataFrame:
    """Everything but the answers; `met` are positions in `people`, `again` marks those met in both waves."""
    days, minutes = _dates(people, wave, met, rng)
    return pd.DataFrame(
        {
            "respondent": np.char.add("R", (10_000 + people.number[met]).astype(str)),
            "governorate": people.governorate[met] + 1.0,
            "community": people.community_code[met],
            "strata": people.governorate[met] * 2 + people.rural[met] + 1.0,
            "weight": _weights(people, again, met),
            "consent": 1.0,
            "group": people.group[met] + 1.0,
            "sex": people.sex[met] + 1.0,
            "age": people.age[met] + 2.0 * wave,
            "interviewer": np.char.add("I", (101 + interviewers(people)[met]).astype(str)),
            "interview_date": days,
            "minutes": minutes,
        }
    )
