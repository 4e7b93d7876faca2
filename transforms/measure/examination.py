"""What an index must show before it is believed, in tables: nothing here changes a score."""

from collections.abc import Iterator

import pandas as pd

from transforms.measure.factors.invariance import compare, table_of_steps
from transforms.measure.factors.loadings import equality_table, left_out_table, structure_tables
from transforms.measure.factors.ordinal_invariance import ordinal_invariance_table
from transforms.study.study import Study


def examination_tables(panel: pd.DataFrame, scores: pd.DataFrame, study: Study) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each table with the name it is kept under.

    `panel` and `scores` have one row per respondent and wave, in the same order. Factor models: `invariance` (their fit
    and whether groups share them), `ordinal_invariance` (the same for answers as ordered categories),
    `invariance_tests` (what equality across groups hides), `factors` (loadings), `factor_correlations`,
    `factor_left_out` (items and groups a comparison goes without, and why).
    """
    compared = compare(panel, study)
    yield "invariance", table_of_steps(compared)
    yield "ordinal_invariance", ordinal_invariance_table(panel, study, compared)
    yield "invariance_tests", equality_table(compared)
    loadings, correlations = structure_tables(compared)
    yield "factors", loadings
    yield "factor_correlations", correlations
    yield "factor_left_out", left_out_table(compared)
