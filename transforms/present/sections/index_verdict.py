"""Whether an index can be trusted, in a few sentences at the head of its page."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from transforms.impact.around.index_robustness import HEADLINE
from transforms.impact.estimate import POOLED
from transforms.present.comparisons import (
    LINEAR,
    ORDINAL,
    Equality,
    comparison_name,
    equalities,
    fitted_steps,
    structure,
)
from transforms.present.context import Context
from transforms.present.disclosure import ALL
from transforms.present.document import Callout, Severity
from transforms.present.scorings import SD, estimated, scoring_effects, shown_ways
from transforms.present.sections.ceilings import programme_is_hidden, shown_room
from transforms.present.sections.factor_model import fit_sentence
from transforms.present.sections.reliability import reliability_in_short, reliability_sentence, verdict_on
from transforms.present.selection import later_waves
from transforms.study import Index
from transforms.study.columns import TREATED

COMPARABLE = ("equal", "partly")
INVARIANT = "invariant_items"
SOUND = ("good", "formative")  # verdicts on reliability that speak for an index


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence, whether it speaks for the index, and the few words a summary has for it, if it has any."""

    text: str
    sound: bool
    short: str = ""


def verdict(context: Context, index: Index) -> Callout:
    """What was found for and against an index: a caution where anything speaks against it."""
    say, findings = context.say, _findings(context, index)
    kind = _severity(findings)
    texts = [finding.text for finding in findings]
    if fitted_steps(context, index):
        return Callout(kind, say(f"trust.{kind}"), tuple(texts))
    title = say("trust.unexamined" if kind == "information" else "trust.caution")
    return Callout(kind, title, (*texts, say("trust.fast")))


def in_short(context: Context, index: Index) -> tuple[Severity, str]:
    """The same in one sentence for the summary, what speaks against the index first."""
    say, findings = context.say, _findings(context, index)
    against, in_favour = (
        say("trust.separator").join(finding.short for finding in findings if finding.sound is sound and finding.short)
        for sound in (False, True)
    )
    kind = _severity(findings)
    if kind == "information":
        key = "sound" if fitted_steps(context, index) else "unexamined"
        return kind, say(f"in_short.{key}", findings=in_favour)
    if not in_favour:
        return kind, say("in_short.against", against=against)
    return kind, say("in_short.care", against=against, findings=in_favour)


def _findings(context: Context, index: Index) -> list[Finding]:
    return [_reliable(context, index), *_meaning(context, index), *_room(context, index), *_scoring(context, index)]


def _severity(findings: list[Finding]) -> Severity:
    return "information" if all(finding.sound for finding in findings) else "caution"


def _reliable(context: Context, index: Index) -> Finding:
    kind = verdict_on(context, index).verdict
    return Finding(reliability_sentence(context, index), kind in SOUND, reliability_in_short(context, index))


def _meaning(context: Context, index: Index) -> Iterator[Finding]:
    """The structure, then what is the same between groups: comparisons of one verdict in one sentence."""
    linear = fitted_steps(context, index, LINEAR)
    if (model := structure(linear)) is not None:
        fits = model.holds is True and model.status == "ok"
        yield Finding(fit_sentence(context, model), fits, "" if fits else context.say("in_short.structure"))
    found = equalities(linear)
    ordinal = {other.comparison: other for other in equalities(fitted_steps(context, index, ORDINAL))}
    if equal := tuple(each for each in found if each.verdict == "equal"):
        short = context.say("in_short.equal", comparisons=_names(context, equal, "numbers.comma"))
        yield Finding(context.say("trust.equal", comparisons=_names(context, equal)), True, short)
    for each in found:
        if each.verdict != "equal":
            yield _unequal(context, each)
    differ = tuple(each for each in found if _disagree(each, ordinal.get(each.comparison)))
    if differ:
        short = context.say("in_short.ordinal_differs", comparisons=_names(context, differ, "numbers.comma"))
        yield Finding(context.say("trust.ordinal_differs", comparisons=_names(context, differ)), False, short)
    if doubts := tuple(dict.fromkeys(each.doubt for each in found if each.doubt)):
        reasons = context.say.list(tuple(context.say.name("reasons", doubt) for doubt in doubts))
        yield Finding(context.say("trust.doubtful", reasons=reasons), False, context.say("in_short.doubtful"))


def _unequal(context: Context, found: Equality) -> Finding:
    say = context.say
    values = {
        "comparison": comparison_name(context, found.comparison),
        "items": say.list(tuple(map(context.item, dict.fromkeys(found.items)))),
        "reason": say.name("reasons", found.reason) if found.reason else "",
    }
    short = say(f"in_short.{found.verdict}", comparison=values["comparison"])
    return Finding(say(f"trust.{found.verdict}", **values), False, short)


def _disagree(linear: Equality, ordinal: Equality | None) -> bool:
    """True where models of ordered answers were tested and judge the comparison of levels otherwise."""
    if ordinal is None or "not_tested" in (linear.verdict, ordinal.verdict):
        return False
    return (linear.verdict in COMPARABLE) != (ordinal.verdict in COMPARABLE)


def _names(context: Context, found: tuple[Equality, ...], separator: str = "trust.separator") -> str:
    return context.say(separator).join(comparison_name(context, each.comparison) for each in found)


def _room(context: Context, index: Index) -> Iterator[Finding]:
    """What share of the answers of the last wave is at the top: of everybody, unless only the programme's arm is
    at its ceiling. Nothing is said of room where the programme's arm is too small to be told.
    """
    wave = context.study.wave_names[-1]
    rows = [row for row in shown_room(context, index, wave) if row.arm in (ALL, TREATED)]
    if rows:
        fullest = max(rows, key=lambda row: (row.lower_bound, row.arm == ALL))
        full = fullest.lower_bound
        if not full and programme_is_hidden(context, index, wave):
            return
        values = {"share": context.say.percent(fullest.mean_top_share), "wave": context.wave(wave)}
        who = "everybody" if fullest.arm == ALL else "programme"
        key = "full" if full else "room"
        short = context.say(f"in_short.{key}", **values)
        yield Finding(context.say(f"trust.{key}_{who}", **values), not full, short)


def _scoring(context: Context, index: Index) -> Iterator[Finding]:
    """Where other ways of scoring put the effect, and how far it moves on the items that mean the same."""
    say, kind, waves = context.say, context.study.analysis, later_waves(context)
    ways = estimated(shown_ways(scoring_effects(context, index, waves[-1]), POOLED)) if waves else ()
    main = next((row for row in ways if row.alternative == HEADLINE), None)
    others = [row for row in ways if row.alternative != HEADLINE]
    if main is None or not others:
        return
    low, high = (pick(row.estimate for row in others) for pick in (min, max))
    amounts = {"headline": main.estimate, "low": low, "high": high}
    told: dict[str, str | int] = {name: context.amount(value, SD) for name, value in amounts.items()}
    ways_count = len({row.alternative for row in others})
    place = (
        "bare"
        if math.isnan(main.conf_low)
        else "inside"
        if main.conf_low <= low <= high <= main.conf_high
        else "outside"
    )
    sound = place != "outside"
    short = say(f"in_short.scored_{'any' if sound else 'outside'}", ways=ways_count, low=told["low"], high=told["high"])
    yield Finding(say(f"trust.scored_{place}_{kind}", ways=ways_count, **told), sound, short)
    for row in others:
        if row.alternative == INVARIANT:
            yield Finding(say(f"trust.invariant_{kind}", shift=context.amount(row.shift, SD)), sound)
