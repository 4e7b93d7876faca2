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
from transforms.present.sections.ceilings import INDICES
from transforms.present.sections.factor_model import fit_sentence
from transforms.present.sections.reliability import reliability_sentence, verdict_on
from transforms.present.selection import later_waves
from transforms.present.surroundings import table_rows
from transforms.study import Index
from transforms.study.columns import ARM, TREATED

COMPARABLE = ("equal", "partly")
INVARIANT = "invariant_items"
SOUND = ("good", "formative")  # verdicts on reliability that speak for an index


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence, and whether it speaks for the index."""

    text: str
    sound: bool


def verdict(context: Context, index: Index) -> Callout:
    """What was found for and against an index: a caution where anything speaks against it."""
    say = context.say
    findings = [_reliable(context, index), *_meaning(context, index), *_room(context, index), *_scoring(context, index)]
    kind: Severity = "information" if all(finding.sound for finding in findings) else "caution"
    texts = [finding.text for finding in findings]
    if fitted_steps(context, index):
        return Callout(kind, say(f"trust.{kind}"), tuple(texts))
    title = say("trust.unexamined" if kind == "information" else "trust.caution")
    return Callout(kind, title, (*texts, say("trust.fast")))


def _reliable(context: Context, index: Index) -> Finding:
    return Finding(reliability_sentence(context, index), verdict_on(context, index).verdict in SOUND)


def _meaning(context: Context, index: Index) -> Iterator[Finding]:
    """The structure, then what is the same between groups: comparisons of one verdict in one sentence."""
    linear = fitted_steps(context, index, LINEAR)
    if (model := structure(linear)) is not None:
        yield Finding(fit_sentence(context, model), model.holds is True and model.status == "ok")
    found = equalities(linear)
    ordinal = {other.comparison: other for other in equalities(fitted_steps(context, index, ORDINAL))}
    if equal := tuple(each for each in found if each.verdict == "equal"):
        yield Finding(context.say("trust.equal", comparisons=_names(context, equal)), True)
    for each in found:
        if each.verdict != "equal":
            yield _unequal(context, each)
    differ = tuple(each for each in found if _disagree(each, ordinal.get(each.comparison)))
    if differ:
        yield Finding(context.say("trust.ordinal_differs", comparisons=_names(context, differ)), False)
    if doubts := tuple(dict.fromkeys(each.doubt for each in found if each.doubt)):
        reasons = context.say.list(tuple(context.say.name("reasons", doubt) for doubt in doubts))
        yield Finding(context.say("trust.doubtful", reasons=reasons), False)


def _unequal(context: Context, found: Equality) -> Finding:
    say = context.say
    values = {
        "comparison": comparison_name(context, found.comparison),
        "items": say.list(tuple(map(context.item, dict.fromkeys(found.items)))),
        "reason": say.name("reasons", found.reason) if found.reason else "",
    }
    return Finding(say(f"trust.{found.verdict}", **values), False)


def _disagree(linear: Equality, ordinal: Equality | None) -> bool:
    """True where models of ordered answers were tested and judge the comparison of levels otherwise."""
    if ordinal is None or "not_tested" in (linear.verdict, ordinal.verdict):
        return False
    return (linear.verdict in COMPARABLE) != (ordinal.verdict in COMPARABLE)


def _names(context: Context, found: tuple[Equality, ...]) -> str:
    return context.say("trust.separator").join(comparison_name(context, each.comparison) for each in found)


def _room(context: Context, index: Index) -> Iterator[Finding]:
    """What share of the answers of the last wave is at the top: of everybody, unless only the programme's arm is
    at its ceiling.
    """
    wave = context.study.wave_names[-1]
    rows = [
        row
        for row in table_rows(context, INDICES, index=index.name, wave=wave, group=ALL)
        if row[ARM] in (ALL, TREATED) and row["n"] >= context.hidden.threshold
    ]
    if rows:
        fullest = max(rows, key=lambda row: (bool(row["lower_bound"]), row[ARM] == ALL))
        full = bool(fullest["lower_bound"])
        values = {"share": context.say.percent(fullest["mean_top_share"]), "wave": context.wave(wave)}
        who = "everybody" if fullest[ARM] == ALL else "programme"
        yield Finding(context.say(f"trust.{'full' if full else 'room'}_{who}", **values), not full)


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
    yield Finding(say(f"trust.scored_{place}_{kind}", ways=ways_count, **told), place != "outside")
    for row in others:
        if row.alternative == INVARIANT:
            yield Finding(say(f"trust.invariant_{kind}", shift=context.amount(row.shift, SD)), place != "outside")
