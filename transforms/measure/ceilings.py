"""How many stand at the ends of the scales: where a change has no room left to show."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import nan

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.measure.item_sets import directed_items
from transforms.measure.margins import Margins, margins
from transforms.study.columns import WEIGHT, pomp_column
from transforms.study.instrument import Variable
from transforms.study.measures import Measures
from transforms.study.records import records_table
from transforms.study.study import Study

Floats = npt.NDArray[np.float64]
SLACK = 1e-9
MOST_CATEGORIES = 15  # house: an answer on a longer scale is a number, not a choice
NOTE, WARN = "note", "warn"
NO_WEIGHTS = "weights_not_positive"


@dataclass(frozen=True, slots=True)
class ItemCeiling:
    """Answers to one item in one wave, arm and group (each also "all") that stand at an end of its scale.

    n: respondents who answered. at_top, at_bottom: how many of them stand at either end, top is the cohesive one.
    top_share, bottom_share: the same weighted. marks: "", "note" or "warn" by the study's thresholds. categories:
    answers the scale has, 0 for a range; sparse: how many of them too few people gave, none included; fewest: how many
    gave the rarest, NaN for a range. reason: a key of the report's wording where there are no shares.
    """

    index: str
    dimension: str
    item: str
    wave: str
    arm: str
    group: str
    n: int
    at_top: int
    at_bottom: int
    top_share: float
    bottom_share: float
    mark_top: str
    mark_bottom: str
    categories: int
    sparse: int
    fewest: float
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndexCeiling:
    """How much of an index stands at its top in one wave, arm and group (each also "all").

    n: respondents with a score. at_top: how many of them gave the most cohesive of all answers (100 of 100).
    top_share: their weighted share. mean_top_share: share of answers that are, item by item and then averaged: room
    that is used up. items_warned: share of the items warned of at their top. lower_bound: more than the share to warn
    of is at the top, by respondents or by answers. reason: as in `ItemCeiling`.
    """

    index: str
    wave: str
    arm: str
    group: str
    n: int
    at_top: int
    top_share: float
    mean_top_share: float
    items_warned: float
    lower_bound: bool
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Ends:
    """[margins] people with an answer, at the top and at the bottom; then the weight of each."""

    n: Floats
    at_top: Floats
    at_bottom: Floats
    weight: Floats
    top: Floats
    bottom: Floats

    def shares(self, margin: int) -> tuple[float, float]:
        """Shares at the top and at the bottom; NaN where nobody has weight."""
        weight = self.weight[margin]
        return (self.top[margin] / weight, self.bottom[margin] / weight) if weight > 0 else (nan, nan)


def ceiling_tables(panel: pd.DataFrame, scores: pd.DataFrame, study: Study) -> dict[str, pd.DataFrame]:
    """`ceilings`: a row for each headline item, wave, arm and group; `index_ceilings`: the same for each index.

    `panel` and `scores` have one row per respondent and wave, in the same order.
    """
    found = margins(panel, study)
    weights = np.nan_to_num(np.maximum(panel[WEIGHT].to_numpy(dtype="float64"), 0.0))
    items: list[ItemCeiling] = []
    indices: list[IndexCeiling] = []
    for index in study.indices:
        answers = directed_items(panel, index, study)
        mine = [
            row for item in study.items(index) for row in _item_rows(item, answers[item.name], (found, weights), study)
        ]
        pomp = scores[pomp_column(index.name)].to_numpy(dtype="float64") / 100
        items += mine
        indices += _index_rows(index.name, _ends(pomp, weights, found), mine, (found, study.settings.measures))
    return {
        "ceilings": records_table(ItemCeiling, items),
        "index_ceilings": records_table(IndexCeiling, indices),
    }


def _ends(shares: Floats, weights: Floats, found: Margins) -> _Ends:
    """What stands at the ends of 0-1."""

    def total(rows: npt.NDArray[np.bool_], by: Floats | None) -> Floats:
        there = rows & (found.cell >= 0)
        sums = np.bincount(found.cell[there], None if by is None else by[there], minlength=found.count)
        return found.total(sums.astype(np.float64))

    answered = ~np.isnan(shares)
    with np.errstate(invalid="ignore"):
        top, bottom = shares >= 1 - SLACK, shares <= SLACK
    rows = (answered, top, bottom)
    return _Ends(*(total(those, None) for those in rows), *(total(those, weights) for those in rows))


def _item_rows(item: Variable, shares: Floats, of: tuple[Margins, Floats], study: Study) -> Iterable[ItemCeiling]:
    found, weights = of
    measures, ends = study.settings.measures, _ends(shares, weights, found)
    counts = _counts(shares, _places(item, study), found)
    for margin, key in enumerate(found.keys):
        if not ends.n[margin]:
            continue
        top, bottom = ends.shares(margin)
        given = counts[margin]
        yield ItemCeiling(
            item.index or "",
            item.dimension or item.index or "",
            item.name,
            *key,
            n=int(ends.n[margin]),
            at_top=int(ends.at_top[margin]),
            at_bottom=int(ends.at_bottom[margin]),
            top_share=top,
            bottom_share=bottom,
            mark_top=_mark(top, measures),
            mark_bottom=_mark(bottom, measures),
            categories=len(given),
            sparse=int((given < measures.sparse_category).sum()),
            fewest=float(given.min(initial=np.inf)) if len(given) else nan,
            **_status(top),
        )


def _status(share: float) -> dict[str, str]:
    return {"status": "ok", "reason": ""} if share == share else {"status": "not_estimated", "reason": NO_WEIGHTS}


def _mark(share: float, measures: Measures) -> str:
    return WARN if share >= measures.ceiling_warn else NOTE if share >= measures.ceiling_note else ""


def _places(item: Variable, study: Study) -> Floats:
    """Where the answers of a scale stand on 0-1, in order; none for a range."""
    low, high = study.limits(item)
    codes = np.array([code for code in study.codebook.values_of(item.name) if isinstance(code, float)])
    if not codes.size and float(low).is_integer() and high - low < MOST_CATEGORIES:
        codes = np.arange(low, high + 1)
    return np.sort((codes - low) / (high - low)) if codes.size <= MOST_CATEGORIES else np.empty(0)


def _counts(shares: Floats, places: Floats, found: Margins) -> Floats:
    """[margins, answers] how many gave each answer."""
    there = found.cell >= 0
    by_cell = [np.bincount(found.cell[there & (np.abs(shares - at) < SLACK)], minlength=found.count) for at in places]
    return found.total(np.array(by_cell, dtype=np.float64).reshape(len(places), found.count).T)


def _index_rows(
    index: str, ends: _Ends, items: Iterable[ItemCeiling], of: tuple[Margins, Measures]
) -> Iterable[IndexCeiling]:
    found, measures = of
    by_margin: dict[tuple[str, str, str], list[ItemCeiling]] = {}
    for item in items:
        by_margin.setdefault((item.wave, item.arm, item.group), []).append(item)
    for margin, key in enumerate(found.keys):
        mine = by_margin.get(key, [])
        if not ends.n[margin]:
            continue
        top, _ = ends.shares(margin)
        mean_top = float(np.mean([item.top_share for item in mine]))
        yield IndexCeiling(
            index,
            *key,
            n=int(ends.n[margin]),
            at_top=int(ends.at_top[margin]),
            top_share=top,
            mean_top_share=mean_top,
            items_warned=float(np.mean([item.mark_top == WARN for item in mine])),
            lower_bound=max(top, mean_top) > measures.ceiling_warn,
            **_status(top),
        )
