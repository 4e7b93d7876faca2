"""Do an index's items mean the same in both waves and arms, to host and displaced, to both sexes, in every place?

Models are fitted by maximum likelihood to respondents who answered all items of the index (listwise) and without survey
weights: the question is how answers of those asked go together, and reliability is computed alike. Verdicts go by CFI
and RMSEA of maximum likelihood, for which Chen (2007) found the marks; robust statistics stand beside them.
"""

from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from transforms.measure.factors.comparisons import TOGETHER, WAVE_ARM, comparisons
from transforms.measure.factors.doubts import doubts
from transforms.measure.factors.ladder import CONFIGURAL, PARTIAL, SCALAR, STEPS, Step, climb
from transforms.measure.factors.robust import robust_measures
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

EARLIER_STEP = "earlier_step_not_estimated"
ITEMS_LEFT_OUT = "items_left_out"
GROUPS_LEFT_OUT = "groups_left_out"
NAMED = 3  # items named where a step fails
NOTHING = float("nan")


@dataclass(frozen=True, slots=True)
class Compared:
    """One index in one comparison: what went into its models, and the steps that were reached."""

    index: str
    comparison: str
    selection: Selection
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class InvarianceRow:
    """One step of one comparison of one index. Lists of names are joined by ", ".

    step: "configural" (holds where the structure fits by the study's marks), "metric" (equal loadings), "scalar" (equal
    intercepts); "partial metric" and "partial" are those with the items in `freed` set free. `groups` counts
    the `group_names`; `n` respondents answered all `items`. `cfi_change` and `rmsea_change` are against the step
    before; `holds` follows from them, and is missing where nothing was estimated. `misfits` are the items whose
    equality costs most, where the step fails. `invariant` are the items that are equal in the last step.

    status: "ok"; "doubtful", estimates are there but improper, as `reason` and the columns of names say;
    "not_estimated", with the `reason`. With "ok" a reason is a remark. Reasons are keys of the report's wording.
    """

    index: str
    comparison: str
    step: str
    groups: int
    n: int
    items: int
    chi2: float = NOTHING
    df: float = NOTHING
    p_value: float = NOTHING
    cfi: float = NOTHING
    tli: float = NOTHING
    rmsea: float = NOTHING
    rmsea_low: float = NOTHING
    rmsea_high: float = NOTHING
    srmr: float = NOTHING
    chi2_scaled: float = NOTHING
    scaling: float = NOTHING
    p_scaled: float = NOTHING
    cfi_robust: float = NOTHING
    tli_robust: float = NOTHING
    rmsea_robust: float = NOTHING
    cfi_change: float = NOTHING
    rmsea_change: float = NOTHING
    holds: bool | None = None
    freed: str = ""
    misfits: str = ""
    status: str = "not_estimated"
    reason: str = ""
    items_left_out: str = ""
    groups_left_out: str = ""
    negative_loadings: str = ""
    negative_variances: str = ""
    factors_alike: str = ""
    group_names: str = ""
    invariant: str = ""


INVARIANCE_COLUMNS = tuple(field.name for field in fields(InvarianceRow))


def compare(panel: pd.DataFrame, study: Study) -> tuple[Compared, ...]:
    """The factor models of every index in every comparison: its reflective dimensions are the factors."""
    found = []
    between = comparisons(panel, study)
    asked = [pd.Categorical(panel[column]).codes.astype(np.intp) for column in (WAVE, GROUP)]
    for index in study.indices:
        answers, dimension_of = directed_answers(panel, index, study), reflective_items(index, study)
        for comparison in between:
            selection = select(answers, dimension_of, comparison, asked)
            steps = tuple(climb(selection, study.settings.measures))
            found.append(Compared(index.name, comparison.name, selection, steps))
    return tuple(found)


def invariance_table(panel: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Every step of every comparison of every index, as `InvarianceRow` describes."""
    return table_of_steps(compare(panel, study))


def table_of_steps(compared: Iterable[Compared]) -> pd.DataFrame:
    """`invariance_table` of models that are there already."""
    rows = [row for each in compared for row in _rows(each)]
    frame = pd.DataFrame(list(map(astuple, rows)), columns=list(INVARIANCE_COLUMNS))
    return frame.astype({"holds": "boolean"})


def invariant_items(table: pd.DataFrame, comparison: str = WAVE_ARM) -> dict[str, tuple[str, ...]]:
    """For each index of an `invariance_table`, the items that stay equal in the last step of a comparison.

    Items set free or left out are not among them, nor are formative items, which no model can test. An index whose
    scalar step has no estimates is absent: nothing is known of it. That all of them together hold says `holds`.
    """
    last = table[(table["comparison"] == comparison) & table["step"].isin([SCALAR, PARTIAL])]
    last = last[last["status"] != "not_estimated"].groupby("index", sort=False).last()
    return {str(index): tuple(names.split(", ")) for index, names in last["invariant"].items()}


def _rows(compared: Compared) -> list[InvarianceRow]:
    """Rows of the steps that were reached, and of those that were not."""
    rows = [_row(compared, step) for step in compared.steps]
    reached = {step.name for step in compared.steps}
    wanted = (CONFIGURAL,) if compared.comparison == TOGETHER else STEPS
    reason = compared.selection.problem or EARLIER_STEP
    rows += [InvarianceRow(**_about(compared, step), reason=reason) for step in wanted if step not in reached]
    return rows


def _row(compared: Compared, step: Step) -> InvarianceRow:
    about = _about(compared, step.name)
    freed = ", ".join(step.freed_items)
    if step.measures is None:
        return InvarianceRow(**about, freed=freed, reason=step.fit.problem)
    found = doubts(step.fit)
    measures: dict[str, Any] = asdict(step.measures) | asdict(robust_measures(step.fit))
    improper: dict[str, Any] = {kind: ", ".join(names) for kind, names in asdict(found).items()}
    before = step.reference
    equal = [name for name in step.fit.model.structure.items if name not in step.freed_items]
    return InvarianceRow(
        **about,
        **measures,
        **improper,
        cfi_change=step.measures.cfi - before.cfi if before else NOTHING,
        rmsea_change=step.measures.rmsea - before.rmsea if before else NOTHING,
        holds=step.holds,
        freed=freed,
        misfits="" if step.holds else ", ".join(test.item for test in step.tests[:NAMED]),
        status="doubtful" if found.reason else "ok",
        reason=found.reason or remark(compared.selection.left_out),
        invariant=", ".join(equal) if step.reference else "",
    )


def _about(compared: Compared, step: str) -> dict[str, Any]:
    """What every row says of a comparison."""
    selection = compared.selection
    left_out = {kind: [out.name for out in selection.left_out if out.kind == kind] for kind in (ITEM, GROUP_OF_PEOPLE)}
    return {
        "index": compared.index,
        "comparison": compared.comparison,
        "step": step,
        "groups": len(selection.groups),
        "n": selection.n,
        "items": len(selection.structure.items) if selection.structure else 0,
        "items_left_out": ", ".join(left_out[ITEM]),
        "groups_left_out": ", ".join(left_out[GROUP_OF_PEOPLE]),
        "group_names": ", ".join(selection.groups),
    }


def remark(left_out: Iterable[LeftOut]) -> str:
    """The reason that stands with estimates nothing is wrong with: what they go without."""
    kinds = {out.kind for out in left_out}
    return GROUPS_LEFT_OUT if GROUP_OF_PEOPLE in kinds else ITEMS_LEFT_OUT if ITEM in kinds else ""
