"""What equality hides in ordinal models: the right size where nothing differs, the right item where one does."""

import numpy as np
import pandas as pd
import pytest

from transforms.measure.factors.model import LOADING, structure_of
from transforms.measure.factors.ordinal_fit import fit_ordinal
from transforms.measure.factors.ordinal_model import THRESHOLD, specify_ordinal
from transforms.measure.factors.ordinal_score_tests import ordinal_score_tests
from transforms.measure.factors.polychoric import group_polychorics, polychoric_correlations
from transforms.measure.factors.thresholds import ordered_categories

LOADINGS = (0.8, 0.7, 0.6, 0.7, 0.6)
CUTS = [(-1.0, 0.0, 0.9)] * 5


def compared(first, second, equal, freed=()):
    frame = pd.concat([first, second], ignore_index=True)
    categories = ordered_categories(frame, np.repeat([0, 1], [len(first), len(second)]))
    samples = [group_polychorics(categories, group) for group in (0, 1)]
    structure = structure_of([("f", list(frame))])
    model = specify_ordinal(structure, ("one", "two"), categories.counts, equal=equal, freed=freed)
    return fit_ordinal(model, samples), samples


def test_where_nothing_differs_the_statistic_is_a_chi_square(drawn):
    found = {LOADING: [], THRESHOLD: []}
    for seed in range(25):
        first, second = drawn(400, seed, LOADINGS), drawn(400, seed + 500, LOADINGS, mean=0.3)
        for kind, equal in ((LOADING, (LOADING,)), (THRESHOLD, (LOADING, THRESHOLD))):
            fit, samples = compared(first, second, equal)
            found[kind] += ordinal_score_tests(fit, samples, (kind,))
    for kind, tests in found.items():
        assert len(tests) == 25 * 5
        df = {test.df for test in tests}
        assert df == ({1} if kind == LOADING else {3})
        assert np.mean([test.statistic for test in tests]) == pytest.approx(df.pop(), rel=0.2)
        assert np.mean([test.p_value < 0.05 for test in tests]) == pytest.approx(0.05, abs=0.045)


DIFFERENT = [
    ((0.8, 0.7, 0.2, 0.7, 0.6), CUTS, (LOADING,), "x2", "its loading"),
    (LOADINGS, [*CUTS[:4], (-0.4, 0.6, 1.5)], (LOADING, THRESHOLD), "x4", "all its thresholds"),
    (LOADINGS, [*CUTS[:1], (-1.0, 0.5, 0.9), *CUTS[2:]], (LOADING, THRESHOLD), "x1", "one of its thresholds"),
]


@pytest.mark.parametrize(("loadings", "cuts", "equal", "item", "why"), DIFFERENT)
def test_the_item_that_differs_comes_first(drawn, loadings, cuts, equal, item, why):
    fit, samples = compared(drawn(1500, 1, LOADINGS), drawn(1500, 2, loadings, cuts=cuts, mean=0.2), equal)
    tests = ordinal_score_tests(fit, samples, equal[-1:])
    assert (tests[0].kind, tests[0].item) == (equal[-1], item), why
    assert tests[0].p_value < 1e-6, why
    assert tests[0].statistic > 2 * tests[1].statistic, why
    released, _ = compared(
        drawn(1500, 1, LOADINGS), drawn(1500, 2, loadings, cuts=cuts, mean=0.2), equal, ((equal[-1], item),)
    )
    assert released.statistics.test.chi2_scaled < fit.statistics.test.chi2_scaled - 20, why


def test_what_is_free_already_or_fixed_is_not_tested(drawn):
    first, second = drawn(500, 3, LOADINGS), drawn(500, 4, LOADINGS)
    fit, samples = compared(first, second, (LOADING, THRESHOLD), ((THRESHOLD, "x3"),))
    tested = [(test.kind, test.item) for test in ordinal_score_tests(fit, samples, (THRESHOLD,))]
    assert sorted(tested) == [(THRESHOLD, f"x{at}") for at in (0, 1, 2, 4)]
    assert ordinal_score_tests(fit, samples, ("residual",)) == []


def test_a_sample_must_bring_its_covariances(drawn):
    fit, samples = compared(drawn(300, 3, LOADINGS), drawn(300, 4, LOADINGS), (LOADING,))
    without = polychoric_correlations(drawn(300, 3, LOADINGS), errors=False)
    with pytest.raises(ValueError, match="covariance"):
        ordinal_score_tests(fit, [without, samples[1]], (LOADING,))
