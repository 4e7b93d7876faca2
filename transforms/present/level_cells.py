"""Which means must not be shown: of too few people, of hidden cells, and those from which one of them would follow.

The mean of an index or a dimension that is one question with two answers is a share, and hidden where that share is.
Of longer scales a mean does not tell how many gave an answer, unless all but two answers are known: the scoring key,
which prints the mean of every question, leaves out those of which any answer is hidden. A mean so near an end of the
scale that only a few can have answered otherwise is hidden like the share of all but a few.
"""

from collections.abc import Collection, Iterator

import pandas as pd

from transforms.present.answer_cells import AnswerKey
from transforms.present.disclosure import ALL, AXES, CellKey, Hidden, hidden_rows
from transforms.study import Study
from transforms.study.columns import pomp_column

OUTCOME = "outcome"


def hidden_levels(
    levels: pd.DataFrame, study: Study, hidden: Hidden, answers: Collection[AnswerKey]
) -> frozenset[CellKey]:
    """(outcome, wave, governorate, arm, group) of levels that must not be shown, among levels that are printed.

    hidden: cells of respondents; answers: hidden cells of answers.
    """
    shares = dict(_shares(study, answers))
    for outcome, cells in _nearly_all(levels, study, hidden.threshold):
        shares[outcome] = shares.get(outcome, frozenset()) | cells
    keys = levels[[OUTCOME, *AXES]].astype(str)
    found: set[CellKey] = set()
    for outcome, rows in levels.groupby(levels[OUTCOME].where(levels[OUTCOME].isin(list(shares)), ""), sort=False):
        also = Hidden(hidden.cells | shares.get(str(outcome), frozenset()), hidden.threshold)
        found |= set(keys.loc[rows.index][hidden_rows(rows, also, [OUTCOME])].itertuples(index=False, name=None))
    return frozenset(found)


def _nearly_all(levels: pd.DataFrame, study: Study, threshold: int) -> Iterator[tuple[str, frozenset[CellKey]]]:
    """Outcomes, with the cells in which fewer than `threshold` can have given any other than one end's answers.

    Whoever answered otherwise is at least one step of one item's scale from that end, so the mean's distance from it
    is at least their share over the number of steps of all items.
    """
    for outcome, items in _items(study):
        steps = sum(max(len(study.codebook.values_of(name)) - 1, 0) for name in items)
        rows = levels[levels[OUTCOME] == pomp_column(outcome)]
        distance = pd.concat([rows["mean"], 100 - rows["mean"]], axis=1).min(axis=1) / 100
        others = rows["n"] * distance * steps
        near = rows[(distance > 0) & (others < threshold) & (steps > 0)]
        cells = frozenset(near[list(AXES)].astype(str).itertuples(index=False, name=None))
        if cells:
            yield outcome, cells
            yield pomp_column(outcome), cells


def _items(study: Study) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every index and dimension, with its items."""
    for index in study.indices:
        yield index.name, tuple(item.name for item in study.items(index))
        for name in study.dimensions(index):
            yield f"{index.name}.{name}", tuple(item.name for item in study.items(index, name))


def _shares(study: Study, answers: Collection[AnswerKey]) -> Iterator[tuple[str, frozenset[CellKey]]]:
    """Outcomes of one question with two answers, with the cells (wave, governorate, arm, group) of hidden answers."""
    for outcome, items in _items(study):
        if len(items) == 1 and len(study.codebook.values_of(items[0])) == 2:
            cells = frozenset((wave, ALL, *where) for _, wave, item, _, *where in answers if item == items[0])
            yield outcome, cells
            yield pomp_column(outcome), cells
