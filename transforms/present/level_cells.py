"""Which means must not be shown: of too few people, of hidden cells, and those from which one of them would follow.

The mean of an index or a dimension that is one question with two answers is a share, and hidden where that share is.
Of longer scales a mean does not tell how many gave an answer, unless all but two answers are known: the scoring key,
which prints the mean of every question, leaves out those of which any answer is hidden.
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
    keys = levels[[OUTCOME, *AXES]].astype(str)
    found: set[CellKey] = set()
    for outcome, rows in levels.groupby(levels[OUTCOME].where(levels[OUTCOME].isin(list(shares)), ""), sort=False):
        also = Hidden(hidden.cells | shares.get(str(outcome), frozenset()), hidden.threshold)
        found |= set(keys.loc[rows.index][hidden_rows(rows, also, [OUTCOME])].itertuples(index=False, name=None))
    return frozenset(found)


def _shares(study: Study, answers: Collection[AnswerKey]) -> Iterator[tuple[str, frozenset[CellKey]]]:
    """Outcomes of one question with two answers, with the cells (wave, governorate, arm, group) of hidden answers."""
    for index in study.indices:
        parts = {index.name: None, **{f"{index.name}.{name}": name for name in study.dimensions(index)}}
        for outcome, dimension in parts.items():
            items = study.items(index, dimension) if dimension else study.items(index)
            if len(items) == 1 and len(study.codebook.values_of(items[0].name)) == 2:
                cells = frozenset((wave, ALL, *where) for _, wave, item, _, *where in answers if item == items[0].name)
                yield outcome, cells
                yield pomp_column(outcome), cells
