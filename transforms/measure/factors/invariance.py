"""Do an index's items mean the same in both waves and arms, to host and displaced, to both sexes, in every place?

Models are fitted by maximum likelihood to everybody who answered some item of the index, with survey weights, and
statistics allow for answers that are not normal and for respondents who were drawn together (MLR). Verdicts go by those
statistics, and are borderline where plain ones, with which Chen (2007) found the marks, say otherwise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from transforms.measure.factors.comparisons import TOGETHER, WAVE_ARM, comparisons
from transforms.measure.factors.estimators import Linear
from transforms.measure.factors.ladder import CONFIGURAL, PARTIAL, SCALAR, STEPS, Fitted, Step, climb
from transforms.measure.factors.likelihood import Fit
from transforms.measure.factors.moments import Moments
from transforms.measure.factors.sampling import sampling
from transforms.measure.factors.selection import (
    GROUP_OF_PEOPLE,
    ITEM,
    LeftOut,
    Selection,
    directed_answers,
    reflective_items,
    select,
)
from transforms.study.columns import GROUP, WAVE
from transforms.study.study import Study

ESTIMATOR = "MLR"
EARLIER_STEP = "earlier_step_not_estimated"
ITEMS_LEFT_OUT = "items_left_out"
GROUPS_LEFT_OUT = "groups_left_out"
NOT_SCALED = "scale_not_estimable"
NAMED = 3  # items named where a step fails
NOTHING = float("nan")


@dataclass(frozen=True, slots=True)
class Compared:
    """One index in one comparison: what went into its models, and the steps that were reached."""

    index: str
    comparison: str
    selection: Selection[Moments]
    steps: tuple[Step[Fit], ...]


@dataclass(frozen=True, slots=True)
class InvarianceRow:
    """One step of one comparison of one index. Lists of names are joined by ", ".

    step: "configural" (holds where the structure fits by the study's marks), "metric" (equal loadings), "scalar" (equal
    intercepts or thresholds); "partial metric" and "partial" are those with the items in `freed` set free. `groups`
    counts the `group_names`; `n` respondents answered some of the `items`, `complete` all of them. `weighted` says
    whether survey weights count, `clusters` in how many clusters respondents were drawn (0: each alone).

    `chi2`, `p_value`, `cfi`, `tli`, `rmsea` are of the chi2 that needs no normal answers, divided by `scaling` (of
    estimator "DWLS" shifted too); those that end in `_plain` are without. `cfi_change` and `rmsea_change` are against
    the step before; `holds` follows from them, and is missing where nothing was estimated. A step is `borderline` where
    the changes that end in `_plain` say otherwise (of "MLR" alone, see `ladder`). `misfits` are the items
    whose equality costs most, where the step fails. `invariant` are the items that are equal in the last step.

    status: "ok"; "doubtful", estimates are there but improper, as `reason` and the columns of names say;
    "not_estimated", with the `reason`. With "ok" a reason is a remark. Reasons are keys of the report's wording.

    Of "DWLS" alone: `categories_merged` names items some of whose categories went into a neighbour because a group has
    none of them; `pairs_at_bound` items that correlate by .999 or more; `groups_not_positive_definite` groups whose
    correlations could not be those of one sample.
    """

    index: str
    comparison: str
    estimator: str
    step: str
    groups: int
    n: int
    complete: int
    items: int
    weighted: bool
    clusters: int
    chi2: float = NOTHING
    df: float = NOTHING
    p_value: float = NOTHING
    cfi: float = NOTHING
    tli: float = NOTHING
    rmsea: float = NOTHING
    rmsea_low: float = NOTHING
    rmsea_high: float = NOTHING
    srmr: float = NOTHING
    scaling: float = NOTHING
    chi2_plain: float = NOTHING
    cfi_plain: float = NOTHING
    tli_plain: float = NOTHING
    rmsea_plain: float = NOTHING
    cfi_change: float = NOTHING
    rmsea_change: float = NOTHING
    cfi_change_plain: float = NOTHING
    rmsea_change_plain: float = NOTHING
    holds: bool | None = None
    borderline: bool | None = None
    freed: str = ""
    misfits: str = ""
    status: str = "not_estimated"
    reason: str = ""
    items_left_out: str = ""
    groups_left_out: str = ""
    negative_loadings: str = ""
    negative_variances: str = ""
    factors_alike: str = ""
    categories_merged: str = ""
    pairs_at_bound: str = ""
    groups_not_positive_definite: str = ""
    group_names: str = ""
    invariant: str = ""


INVARIANCE_COLUMNS = tuple(field.name for field in fields(InvarianceRow))


@dataclass(frozen=True, slots=True)
class Ladder:
    """What the rows of one comparison are made of; `remark` and `doubt` are reasons that stand with any estimates.

    `special` are the columns that one estimator alone has.
    """

    index: str
    comparison: str
    estimator: str
    selection: Selection[Any]
    steps: Sequence[Step[Any]]
    special: Mapping[str, str]
    remark: str = ""
    doubt: str = ""


def compare(panel: pd.DataFrame, study: Study) -> tuple[Compared, ...]:
    """The factor models of every index in every comparison: its reflective dimensions are the factors."""
    found = []
    between, drawn = comparisons(panel, study), sampling(panel)
    asked = [pd.Categorical(panel[column]).codes.astype(np.intp) for column in (WAVE, GROUP)]
    for index in study.indices:
        answers, dimension_of = directed_answers(panel, index, study), reflective_items(index, study)
        for comparison in between:
            selection = select(answers, dimension_of, comparison, asked, drawn)
            steps: tuple[Step[Fit], ...] = ()
            if selection.structure is not None:
                estimator = Linear(selection.structure, selection.groups, selection.samples)
                steps = tuple(climb(estimator, study.settings.measures))
            found.append(Compared(index.name, comparison.name, selection, steps))
    return tuple(found)


def invariance_table(panel: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Every step of every comparison of every index, as `InvarianceRow` describes."""
    return table_of_steps(compare(panel, study))


def table_of_steps(compared: Iterable[Compared]) -> pd.DataFrame:
    """`invariance_table` of models that are there already."""
    return table_of_ladders(
        Ladder(each.index, each.comparison, ESTIMATOR, each.selection, each.steps, {}) for each in compared
    )


def table_of_ladders(ladders: Iterable[Ladder]) -> pd.DataFrame:
    """An `InvarianceRow` for every step that was reached, and for those that were not."""
    rows = [row for ladder in ladders for row in _rows(ladder)]
    frame = pd.DataFrame(list(map(astuple, rows)), columns=list(INVARIANCE_COLUMNS))
    return frame.astype({"holds": "boolean", "borderline": "boolean"})


def invariant_items(table: pd.DataFrame, comparison: str = WAVE_ARM) -> dict[str, tuple[str, ...]]:
    """For each index of an `invariance_table`, the items that stay equal in the last step of a comparison.

    Items set free or left out are not among them, nor are formative items, which no model can test. An index whose
    scalar step has no estimates is absent: nothing is known of it. That all of them together hold says `holds`.
    """
    last = table[(table["comparison"] == comparison) & table["step"].isin([SCALAR, PARTIAL])]
    last = last[last["status"] != "not_estimated"].groupby("index", sort=False).last()
    return {str(index): tuple(names.split(", ")) for index, names in last["invariant"].items()}


def _rows(ladder: Ladder) -> list[InvarianceRow]:
    rows = [_row(ladder, step) for step in ladder.steps]
    reached = {step.name for step in ladder.steps}
    wanted = (CONFIGURAL,) if ladder.comparison == TOGETHER else STEPS
    reason = ladder.selection.problem or EARLIER_STEP
    rows += [InvarianceRow(**_about(ladder, step), reason=reason) for step in wanted if step not in reached]
    return rows


def _row(ladder: Ladder, step: Step[Fitted]) -> InvarianceRow:
    about = _about(ladder, step.name) | {"freed": ", ".join(step.freed_items)}
    found, before = step.measures, step.reference
    if found is None or step.doubts is None:
        return InvarianceRow(**about, reason=step.fit.problem)
    improper = {kind: ", ".join(names) for kind, names in asdict(step.doubts).items()}
    doubt = step.doubts.reason or ladder.doubt
    unscaled = NOT_SCALED if np.isnan(found.scaling) else ""
    equal = [name for name in step.fit.model.structure.items if name not in step.freed_items]
    measures: dict[str, Any] = asdict(found) | improper
    return InvarianceRow(
        **about,
        **measures,
        cfi_change=found.cfi - before.cfi if before else NOTHING,
        rmsea_change=found.rmsea - before.rmsea if before else NOTHING,
        cfi_change_plain=found.cfi_plain - before.cfi_plain if before else NOTHING,
        rmsea_change_plain=found.rmsea_plain - before.rmsea_plain if before else NOTHING,
        holds=step.holds,
        borderline=step.borderline,
        misfits="" if step.holds else ", ".join(test.item for test in step.tests[:NAMED]),
        status="doubtful" if doubt else "ok",
        reason=doubt or unscaled or _gone_without(ladder.selection.left_out) or ladder.remark,
        invariant=", ".join(equal) if before else "",
    )


def _about(ladder: Ladder, step: str) -> dict[str, Any]:
    """What every row says of a comparison."""
    selection = ladder.selection
    left_out = {kind: [out.name for out in selection.left_out if out.kind == kind] for kind in (ITEM, GROUP_OF_PEOPLE)}
    return {
        "index": ladder.index,
        "comparison": ladder.comparison,
        "estimator": ladder.estimator,
        "step": step,
        "groups": len(selection.groups),
        "n": selection.n,
        "complete": selection.complete,
        "items": len(selection.structure.items) if selection.structure else 0,
        "weighted": selection.weighted,
        "clusters": selection.clusters,
        "items_left_out": ", ".join(left_out[ITEM]),
        "groups_left_out": ", ".join(left_out[GROUP_OF_PEOPLE]),
        "group_names": ", ".join(selection.groups),
        **ladder.special,
    }


def _gone_without(left_out: Iterable[LeftOut]) -> str:
    """The reason that stands with estimates nothing is wrong with: what they go without."""
    kinds = {out.kind for out in left_out}
    return GROUPS_LEFT_OUT if GROUP_OF_PEOPLE in kinds else ITEMS_LEFT_OUT if ITEM in kinds else ""
