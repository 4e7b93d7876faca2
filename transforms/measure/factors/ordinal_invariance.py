"""The table of invariance once more, for answers as the ordered categories they are: ordinal models beside linear ones.

Polychoric correlations of those who answered all items (listwise), diagonally weighted least squares, scaled and
shifted statistics (WLSMV), without survey weights. Where both tables say the same, the verdict does not hang on having
taken ordered answers for numbers.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from typing import Any

import pandas as pd

from transforms.measure.factors.comparisons import TOGETHER, comparisons
from transforms.measure.factors.invariance import EARLIER_STEP, NAMED, NOTHING, Compared, compare, remark
from transforms.measure.factors.ladder import CONFIGURAL, STEPS
from transforms.measure.factors.ordinal_fit import FITTED
from transforms.measure.factors.ordinal_ladder import OrdinalStep, climb_ordinal
from transforms.measure.factors.ordinal_selection import OrdinalSelection, select_ordinal
from transforms.measure.factors.ordinal_statistics import OrdinalStatistics
from transforms.measure.factors.selection import GROUP_OF_PEOPLE, ITEM, directed_answers
from transforms.study.study import Study

ESTIMATOR = "DWLS"
AT_BOUND = "correlation_at_bound"
NOT_POSITIVE_DEFINITE = "correlations_not_positive_definite"
MERGED = "categories_merged"


@dataclass(frozen=True, slots=True)
class OrdinalRow:
    """One step of one comparison of one index; columns as in `InvarianceRow`, thresholds in the place of intercepts.

    `chi2`, `p_value`, `cfi`, `tli`, `rmsea` are those of the scaled and shifted statistic, `_plain` those of the plain
    one, whose distribution is no chi-square. `categories_merged` names items some of whose categories went into a
    neighbour because a group has none of them; `pairs_at_bound` items that correlate by .999 or more;
    `groups_not_positive_definite` groups whose correlations could not be those of one sample.
    """

    index: str
    comparison: str
    estimator: str
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
    chi2_plain: float = NOTHING
    cfi_plain: float = NOTHING
    tli_plain: float = NOTHING
    rmsea_plain: float = NOTHING
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
    categories_merged: str = ""
    pairs_at_bound: str = ""
    groups_not_positive_definite: str = ""
    group_names: str = ""
    invariant: str = ""


ORDINAL_COLUMNS = tuple(field.name for field in fields(OrdinalRow))


def ordinal_invariance_table(
    panel: pd.DataFrame, study: Study, compared: Iterable[Compared] | None = None
) -> pd.DataFrame:
    """Every step of every comparison of every index, as `OrdinalRow` describes; columns `ORDINAL_COLUMNS`.

    `compared` are the linear models of the same panel, where they are there already: the same items and groups serve.
    """
    by_name = {comparison.name: comparison for comparison in comparisons(panel, study)}
    answers = {index.name: directed_answers(panel, index, study) for index in study.indices}
    rows: list[OrdinalRow] = []
    for each in compare(panel, study) if compared is None else compared:
        selection = select_ordinal(answers[each.index], each.selection, by_name[each.comparison])
        steps = climb_ordinal(selection, study.settings.measures)
        place = (each.index, each.comparison)
        rows += [_row(place, selection, step) for step in steps]
        wanted = (CONFIGURAL,) if each.comparison == TOGETHER else STEPS
        reached = {step.name for step in steps}
        reason = selection.problem or EARLIER_STEP
        rows += [OrdinalRow(**_about(place, selection, step), reason=reason) for step in wanted if step not in reached]
    frame = pd.DataFrame(list(map(astuple, rows)), columns=list(ORDINAL_COLUMNS))
    return frame.astype({"holds": "boolean"})


def _row(place: tuple[str, str], selection: OrdinalSelection, step: OrdinalStep) -> OrdinalRow:
    about = _about(place, selection, step.name) | {"freed": ", ".join(step.freed_items)}
    found, improper, before = step.fit.statistics, step.fit.doubts, step.reference
    if found is None or improper is None:
        return OrdinalRow(**about, reason=step.fit.status)
    doubtful = improper.reason or _doubtful_samples(about)
    equal = [name for name in step.fit.model.structure.items if name not in step.freed_items]
    return OrdinalRow(
        **about,
        **_measures(found),
        cfi_change=found.cfi - before.cfi if before else NOTHING,
        rmsea_change=found.rmsea - before.rmsea if before else NOTHING,
        holds=step.holds,
        misfits=", ".join(test.item for test in step.tests[:NAMED]),
        status="doubtful" if doubtful else FITTED,
        reason=doubtful or remark(selection.left_out) or (MERGED if selection.merged else ""),
        negative_loadings=", ".join(improper.negative_loadings),
        negative_variances=", ".join(improper.negative_variances),
        factors_alike=", ".join(improper.factors_alike),
        invariant=", ".join(equal) if before else "",
    )


def _measures(found: OrdinalStatistics) -> dict[str, Any]:
    names = ("cfi", "tli", "rmsea", "rmsea_low", "rmsea_high", "srmr", "cfi_plain", "tli_plain", "rmsea_plain")
    test = {"chi2": found.test.chi2_scaled, "df": found.test.df, "p_value": found.test.p_scaled}
    return {**test, "chi2_plain": found.test.chi2, **{name: getattr(found, name) for name in names}}


def _doubtful_samples(about: dict[str, Any]) -> str:
    if about["pairs_at_bound"]:
        return AT_BOUND
    return NOT_POSITIVE_DEFINITE if about["groups_not_positive_definite"] else ""


def _about(place: tuple[str, str], selection: OrdinalSelection, step: str) -> dict[str, Any]:
    """What every row says of a comparison."""
    left_out = {kind: [out.name for out in selection.left_out if out.kind == kind] for kind in (ITEM, GROUP_OF_PEOPLE)}
    samples = dict(zip(selection.groups, selection.samples, strict=False))
    pairs = dict.fromkeys(f"{a} & {b}" for sample in selection.samples for a, b in sample.at_bound)
    return {
        "index": place[0],
        "comparison": place[1],
        "estimator": ESTIMATOR,
        "step": step,
        "groups": len(selection.groups),
        "n": selection.n,
        "items": len(selection.structure.items) if selection.structure else 0,
        "items_left_out": ", ".join(left_out[ITEM]),
        "groups_left_out": ", ".join(left_out[GROUP_OF_PEOPLE]),
        "categories_merged": ", ".join(selection.merged),
        "pairs_at_bound": ", ".join(pairs),
        "groups_not_positive_definite": ", ".join(
            name for name, sample in samples.items() if not sample.positive_definite
        ),
        "group_names": ", ".join(selection.groups),
    }
