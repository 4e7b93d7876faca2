"""Factor models of a run, typed and named: how they fit, and what equality across groups of people holds.

A run may lack them (`--fast`): every function then finds nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from itertools import product
from typing import Any, Literal

from transforms.measure.factors.comparisons import ARMS, TOGETHER, WAVE_ARM
from transforms.measure.factors.ladder import CONFIGURAL, METRIC, PARTIAL, PARTIAL_METRIC, SCALAR
from transforms.measure.factors.selection import GROUP_OF_PEOPLE
from transforms.present.context import Context
from transforms.present.disclosure import ALL, CellKey
from transforms.present.selection import Record
from transforms.present.surroundings import known, table_rows
from transforms.study import Index
from transforms.study.columns import EVERYONE, GOVERNORATE, GROUP, SEX

LINEAR, ORDINAL = "invariance", "ordinal_invariance"
BETWEEN = (WAVE_ARM, GROUP, SEX, GOVERNORATE)
Verdict = Literal["equal", "partly", "levels_differ", "loadings_differ", "loadings_equal", "not_tested"]


@dataclass(frozen=True, slots=True)
class FittedStep:
    """One step of one comparison; `holds` is None where nothing was estimated. Changes are against the step before.

    `n` people answered some of the `items`, `complete` all of them; `clusters` is in how many they were drawn, 0 where
    each counts as drawn alone.

    A step `holds` against the one before; the first, where it fits by the study's marks. It is `borderline` where the
    plain changes, with which the marks were found, say otherwise. `freed` are items that need
    not be equal, `misfits` those whose equality costs most where the step fails.
    """

    comparison: str
    step: str
    groups: int
    n: int
    complete: int
    items: int
    weighted: bool
    clusters: int
    chi2: float
    df: float
    p_value: float
    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmr: float
    cfi_change: float
    rmsea_change: float
    cfi_change_plain: float
    rmsea_change_plain: float
    holds: bool | None
    borderline: bool
    freed: tuple[str, ...]
    misfits: tuple[str, ...]
    status: str
    reason: str

    @property
    def estimated(self) -> bool:
        return self.status != "not_estimated"


COUNTS = ("groups", "n", "complete", "items", "clusters")
LISTS = ("freed", "misfits")
WORDS = ("comparison", "step", "status", "reason")
FLAGS = ("weighted", "borderline")
PLAIN = (*COUNTS, *LISTS, *WORDS, *FLAGS, "holds")
MEASURES = tuple(field.name for field in fields(FittedStep) if field.name not in PLAIN)


def _typed(row: Record) -> FittedStep:
    """Values of one row; an empty cell of text is an empty text or an empty list."""
    found: dict[str, Any] = {name: int(row[name]) for name in COUNTS}
    found |= {name: float(row[name]) for name in MEASURES}
    found |= {name: tuple(str(row[name]).split(", ")) if known(row[name]) else () for name in LISTS}
    found |= {name: str(row[name]) if known(row[name]) else "" for name in WORDS}
    found |= {name: str(row[name]) == "True" for name in FLAGS}
    return FittedStep(**found, holds=row["holds"] in (True, "True") if found["status"] != "not_estimated" else None)


def fitted_steps(context: Context, index: Index, table: str = LINEAR) -> tuple[FittedStep, ...]:
    """Every step of every comparison of an index, of linear or of ordinal models."""
    return tuple(map(_typed, table_rows(context, table, index=index.name)))


def structure(steps: tuple[FittedStep, ...]) -> FittedStep | None:
    """The model of everyone together; None where the run has none."""
    return next((step for step in steps if step.comparison == TOGETHER), None)


@dataclass(frozen=True, slots=True)
class Equality:
    """What of an index is equal between the groups of one comparison, and the items or the reason behind that.

    It is `borderline` where plain measures say otherwise of a step behind it.
    """

    comparison: str
    verdict: Verdict
    items: tuple[str, ...] = ()
    reason: str = ""
    doubt: str = ""
    borderline: bool = False


def equalities(steps: tuple[FittedStep, ...]) -> tuple[Equality, ...]:
    """The verdict of every comparison, in their order: how far up the steps equality holds."""
    by_comparison = {
        name: {step.step: step for step in steps if step.comparison == name}
        for name in dict.fromkeys(step.comparison for step in steps if step.comparison in BETWEEN)
    }
    return tuple(_with_border(_equality(name, mine), mine) for name, mine in by_comparison.items())


def _with_border(found: Equality, steps: dict[str, FittedStep]) -> Equality:
    """Steps above loadings that differ say nothing of the verdict."""
    behind = (METRIC, PARTIAL_METRIC) if found.verdict == "loadings_differ" else tuple(steps)
    return replace(found, borderline=any(step.borderline for name, step in steps.items() if name in behind))


def _equality(name: str, steps: dict[str, FittedStep]) -> Equality:
    """Loadings first, then intercepts; a partial step stands in for the one that failed."""
    configural = steps[CONFIGURAL]
    loadings = _last(steps, METRIC, PARTIAL_METRIC)
    levels = _last(steps, SCALAR, PARTIAL)
    doubt = next((step.reason for step in (configural, loadings, levels) if step.status == "doubtful"), "")
    if not (configural.estimated and loadings.estimated):
        return Equality(name, "not_tested", reason=(loadings if configural.estimated else configural).reason)
    if not loadings.holds:
        return Equality(name, "loadings_differ", loadings.freed + loadings.misfits, doubt=doubt)
    if not levels.estimated:
        return Equality(name, "loadings_equal", reason=levels.reason, doubt=doubt)
    if not levels.holds:
        return Equality(name, "levels_differ", levels.freed + levels.misfits, doubt=doubt)
    return Equality(name, "partly" if levels.freed else "equal", levels.freed, doubt=doubt)


def _last(steps: dict[str, FittedStep], step: str, partial: str) -> FittedStep:
    return steps.get(partial) or steps[step]


def comparison_name(context: Context, comparison: str) -> str:
    """Whom a comparison is between, for readers; groups by the names the study gives them."""
    if comparison == GROUP:
        return context.say.list(tuple(map(context.group, context.groups)))
    kind = comparison
    if comparison == WAVE_ARM and len(context.arms) < 2:
        kind = "wave"
    elif comparison == WAVE_ARM and len(context.study.waves) < 2:
        kind = "arm"
    return context.say(f"comparisons.{kind}")


def group_name(context: Context, comparison: str, name: str) -> str:
    """A group of a comparison for readers."""
    if comparison == WAVE_ARM:
        for wave, arm in product(context.study.wave_names, ARMS):
            if name == f"{wave} {arm}":
                return context.say("participants.wave_arm", wave=context.wave(wave), arm=context.arm(arm))
            if arm == EVERYONE and name == wave:
                return context.wave(wave)
    return context.governorate(name) if comparison == GOVERNORATE else context.group(name)


def hides_people(context: Context, index: Index, step: FittedStep) -> bool:
    """True where it may not be told how many people a comparison is between.

    They are few, or everybody less these leaves few, or a group whose number is hidden.
    """
    together, few = structure(fitted_steps(context, index)), context.hidden.threshold
    others = together.n - step.n if together else 0
    return 0 < step.n < few or 0 < others < few or _leaves_hidden(context, index, step.comparison)


def _leaves_hidden(context: Context, index: Index, comparison: str) -> bool:
    """True where a group that a comparison goes without is hidden in some wave."""
    rows = table_rows(context, "factor_left_out", index=index.name, comparison=comparison, kind=GROUP_OF_PEOPLE)
    return any(cell in context.hidden for row in rows for cell in _cells_of(context, comparison, str(row["name"])))


def _cells_of(context: Context, comparison: str, name: str) -> Iterator[CellKey]:
    """Cells of respondents that a group of a comparison is made of; none of a sex, which no table counts."""
    for wave in context.study.wave_names:
        if comparison == WAVE_ARM:
            yield from ((wave, ALL, arm, ALL) for arm in context.arms if name in (wave, f"{wave} {arm}"))
        elif comparison != SEX:
            yield (wave, name, ALL, ALL) if comparison == GOVERNORATE else (wave, ALL, ALL, name)


def drawn_note(context: Context, step: FittedStep) -> Iterator[str]:
    """Whether weights and clusters count in a model; nothing where there are none."""
    if step.weighted or step.clusters:
        kinds = "both" if step.weighted and step.clusters else "weights" if step.weighted else "clusters"
        yield context.say(f"comparisons.drawn_{kinds}", clusters=context.say.count(step.clusters))


def left_out_notes(context: Context, index: Index, comparison: str) -> Iterator[str]:
    """What a comparison goes without, and why: one sentence for all items, or groups of people, of one reason."""
    say = context.say
    named: dict[tuple[str, str], list[str]] = {}
    for row in table_rows(context, "factor_left_out", index=index.name, comparison=comparison):
        name = str(row["name"])
        shown = context.item(name) if row["kind"] == "item" else group_name(context, comparison, name)
        named.setdefault((str(row["kind"]), str(row["reason"])), []).append(shown)
    whom = say("comparisons.everyone") if comparison == TOGETHER else comparison_name(context, comparison)
    for (_, reason), names in named.items():
        values = {"names": say.list(tuple(names)), "reason": say.name("reasons", reason)}
        yield say("comparisons.without", comparison=whom, **values)
