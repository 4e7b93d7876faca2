"""The table of invariance once more, for answers as the ordered categories they are: ordinal models beside linear ones.

Polychoric correlations, each of those who answered both items, with survey weights, and diagonally weighted least
squares; scaled and shifted statistics (WLSMV: Muthen, du Toit & Spisic 1997) allow for respondents who were drawn
together. Where both tables say the same, the verdict does not hang on having taken ordered answers for numbers.
"""

from collections.abc import Iterable, Iterator

import pandas as pd

from transforms.measure.factors.comparisons import comparisons
from transforms.measure.factors.estimators import Ordinal
from transforms.measure.factors.invariance import Compared, Ladder, compare, table_of_ladders
from transforms.measure.factors.ladder import climb
from transforms.measure.factors.ordinal_selection import select_ordinal
from transforms.measure.factors.polychoric import Polychorics
from transforms.measure.factors.sampling import sampling
from transforms.measure.factors.selection import Selection, directed_answers
from transforms.study.study import Study

ESTIMATOR = "DWLS"
AT_BOUND = "correlation_at_bound"
NOT_POSITIVE_DEFINITE = "correlations_not_positive_definite"
MERGED = "categories_merged"


def ordinal_invariance_table(
    panel: pd.DataFrame, study: Study, compared: Iterable[Compared] | None = None
) -> pd.DataFrame:
    """Every step of every comparison of every index, as `InvarianceRow` describes.

    `compared` are the linear models of the same panel, where they are there already: the same items and groups serve.
    """
    return table_of_ladders(_ladders(panel, study, compare(panel, study) if compared is None else compared))


def _ladders(panel: pd.DataFrame, study: Study, compared: Iterable[Compared]) -> Iterator[Ladder]:
    by_name = {comparison.name: comparison for comparison in comparisons(panel, study)}
    drawn = sampling(panel)
    answers = {index.name: directed_answers(panel, index, study) for index in study.indices}
    for each in compared:
        found = select_ordinal(answers[each.index], each.selection, by_name[each.comparison], drawn)
        estimator = Ordinal(found.structure, found.groups, found.samples) if found.structure else None
        steps = climb(estimator, study.settings.measures) if estimator else []
        special = _special(found)
        remark, doubt = MERGED if found.merged else "", _doubt(special)
        yield Ladder(each.index, each.comparison, ESTIMATOR, found, steps, special, remark, doubt)


def _special(found: Selection[Polychorics]) -> dict[str, str]:
    samples = dict(zip(found.groups, found.samples, strict=False))
    pairs = dict.fromkeys(f"{a} & {b}" for sample in found.samples for a, b in sample.at_bound)
    improper = [name for name, sample in samples.items() if not sample.positive_definite]
    return {
        "categories_merged": ", ".join(found.merged),
        "pairs_at_bound": ", ".join(pairs),
        "groups_not_positive_definite": ", ".join(improper),
    }


def _doubt(special: dict[str, str]) -> str:
    """Why samples are not to be trusted."""
    if special["pairs_at_bound"]:
        return AT_BOUND
    return NOT_POSITIVE_DEFINITE if special["groups_not_positive_definite"] else ""
