"""Survey weights and clusters in polychoric correlations and ordinal factor models: by hand and by simulation."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from transforms.measure.factors.comparisons import Comparison
from transforms.measure.factors.model import structure_of
from transforms.measure.factors.ordinal_fit import fit_ordinal
from transforms.measure.factors.ordinal_model import specify_ordinal
from transforms.measure.factors.ordinal_score_tests import ordinal_score_tests
from transforms.measure.factors.ordinal_selection import select_ordinal
from transforms.measure.factors.polychoric import group_polychorics
from transforms.measure.factors.sampling import ALIKE, Sampling
from transforms.measure.factors.selection import Selection
from transforms.measure.factors.thresholds import ordered_categories

CUTS = (-0.8, 0.0, 0.9)
LOADINGS = np.linspace(0.6, 0.8, 6)
NAMES = tuple(f"x{at}" for at in range(6))
STRUCTURE = structure_of([("f", NAMES)])


def test_a_threshold_and_its_variance_by_hand():
    """Six people of three villages, the first two of weight 2: shares 2/8 of the first answer, not 1/6."""
    frame = pd.DataFrame({"a": [0.0, 1, 1, 1, 1, 1], "b": [0.0, 1, 0, 1, 0, 1]})
    weights, villages = np.array([2.0, 2, 1, 1, 1, 1]), np.array([0, 1, 1, 2, 2, 0])
    categories = ordered_categories(frame)
    weighted = group_polychorics(categories, 0, drawn=Sampling(weights))
    assert weighted.thresholds[0] == pytest.approx(norm.ppf(2 / 8))
    assert weighted.thresholds[1] == pytest.approx(norm.ppf(4 / 8))
    # Weights are made to add up to six. Influence on the threshold: w (1(first answer) - 1/4) / (6 density).
    moved = weights * 6 / 8 * (np.array([1, 0, 0, 0, 0, 0]) - 0.25) / (6 * norm.pdf(norm.ppf(0.25)))
    assert weighted.covariance[0, 0] == pytest.approx(np.sum(moved**2))
    together = group_polychorics(categories, 0, drawn=Sampling(weights, villages))
    by_village = np.array([moved[0] + moved[5], moved[1] + moved[2], moved[3] + moved[4]])
    assert together.covariance[0, 0] == pytest.approx(np.sum(by_village**2) * 3 / 2)
    assert together.spread.variances[0] == pytest.approx(np.sum(moved**2)), (
        "weights of least squares stay those of people"
    )
    np.testing.assert_array_equal(together.spread.together.numbers, [0, 1, 2])


def test_whole_weights_count_people_and_equal_ones_change_nothing(drawn):
    frame = drawn(300, 1, LOADINGS)
    often = np.random.default_rng(2).integers(1, 4, 300)
    weighted = group_polychorics(ordered_categories(frame), 0, drawn=Sampling(often * 1.7))
    repeated = group_polychorics(ordered_categories(frame.loc[np.repeat(np.arange(300), often)]), 0)
    np.testing.assert_allclose(weighted.estimates, repeated.estimates, atol=1e-9)
    plain = group_polychorics(ordered_categories(frame), 0)
    alike = group_polychorics(ordered_categories(frame), 0, drawn=Sampling(np.full(300, 5.0)))
    np.testing.assert_allclose(alike.estimates, plain.estimates, atol=1e-9)
    np.testing.assert_allclose(alike.covariance, plain.covariance, rtol=1e-7, atol=1e-12)


def test_clusters_of_one_are_people_and_their_order_does_not_matter(drawn):
    frame = drawn(300, 3, LOADINGS)
    plain = group_polychorics(ordered_categories(frame), 0)
    each = group_polychorics(ordered_categories(frame), 0, drawn=Sampling(None, np.arange(300)))
    np.testing.assert_allclose(each.covariance, plain.covariance * 300 / 299, rtol=1e-9)
    villages = np.arange(300) % 20
    order = np.random.default_rng(1).permutation(300)
    found = group_polychorics(ordered_categories(frame), 0, drawn=Sampling(None, villages))
    other = group_polychorics(ordered_categories(frame.iloc[order]), 0, drawn=Sampling(None, villages[order]))
    np.testing.assert_allclose(other.covariance, found.covariance, rtol=1e-9, atol=1e-15)


def village_answers(seed, clusters=60, size=15, missing=0.05):
    """Answers of people whose factor and whose unique parts are alike by village (intraclass correlation .3)."""
    draw = np.random.default_rng(seed)
    village = np.repeat(np.arange(clusters), size)

    def shared(*shape):
        return np.sqrt(0.3) * draw.normal(size=(clusters, *shape))[village] + np.sqrt(0.7) * draw.normal(
            size=(len(village), *shape)
        )

    latent = LOADINGS * shared()[:, None] + np.sqrt(1 - LOADINGS**2) * shared(6)
    answers = np.searchsorted(CUTS, latent.ravel()).reshape(latent.shape).astype(float)
    answers[draw.random(answers.shape) < missing] = np.nan
    return pd.DataFrame(answers, columns=NAMES), village


def rejections(seeds, groups, equal=(), *, by_village=False, item=None):
    """Shares of true models rejected at 5 %, by whether clusters count; with an `item`, by its score test.

    Groups are halves of every village, or of the villages.
    """
    p_values = {True: [], False: []}
    for seed in seeds:
        frame, village = village_answers(seed)
        categories = ordered_categories(frame, (village if by_village else np.arange(len(frame))) % groups)
        model = specify_ordinal(STRUCTURE, tuple("ab"[:groups]), categories.counts, equal=equal)
        for counted, so_far in p_values.items():
            drawn = Sampling(None, village[categories.rows]) if counted else ALIKE
            samples = [group_polychorics(categories, at, drawn=drawn) for at in range(groups)]
            fit = fit_ordinal(model, samples)
            tests = ordinal_score_tests(fit, samples, ["threshold"]) if item else []
            so_far.extend([test.p_value for test in tests if test.item == item] or [fit.statistics.test.p_scaled])
    return {counted: np.mean(np.array(found) < 0.05) for counted, found in p_values.items()}


def test_a_true_model_of_sixty_villages_is_rejected_as_often_as_said():
    found = rejections(range(150), 1)
    assert found[True] < 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / 150)
    assert found[False] > 0.25, "as drawn alone, villages are taken for misfit"


@pytest.mark.slow
def test_equal_groups_of_shared_villages_are_rejected_as_often_as_said():
    found = rejections(range(200), 2, equal=("loading", "threshold"))
    assert 0.01 < found[True] < 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / 200)
    assert found[False] > found[True]


def test_errors_of_people_drawn_unequally_and_together_are_those_of_repeated_samples():
    """The more cohesive are drawn more often and left out more: weights give back the truth, and errors that hold."""
    estimates, errors, unweighted = [], [], []
    for seed in range(120):
        frame, village = village_answers(seed, clusters=40, size=30, missing=0.1)
        draw = np.random.default_rng(seed + 10_000)
        chance = np.where(frame["x0"] >= 2, 0.9, 0.35)
        kept = draw.random(len(frame)) < chance
        drawn = Sampling(1 / chance[kept], village[kept])
        categories = ordered_categories(frame[kept])
        found = group_polychorics(
            categories, 0, drawn=Sampling(*(each[categories.rows] for each in (drawn.weights, drawn.clusters)))
        )
        estimates.append(found.estimates)
        errors.append(np.sqrt(np.diag(found.covariance)))
        unweighted.append(group_polychorics(categories, 0, errors=False).estimates)
    truth = np.concatenate([np.tile(CUTS, 6), np.outer(LOADINGS, LOADINGS)[np.triu_indices(6, 1)]])
    spread = np.std(estimates, axis=0, ddof=1)
    off = (np.mean(estimates, axis=0) - truth) / spread
    assert np.abs(off).max() < 0.4
    assert np.abs((np.mean(unweighted, axis=0) - truth) / spread).max() > 2
    assert np.median(np.mean(errors, axis=0) / spread) == pytest.approx(1, abs=0.08)


CODES = np.arange(120) % 2
CHOSEN = Selection(structure_of([("f", NAMES[:3])]), ("a", "b"), (), (), "")


def selected(drawn_frame, drawn):
    answers = {name: drawn_frame[name].to_numpy() for name in NAMES[:3]}
    return select_ordinal(answers, CHOSEN, Comparison("sex", ("a", "b"), CODES), drawn)


def test_who_has_no_weight_does_not_count_and_the_selection_says_what_does(drawn):
    frame = drawn(120, 6, LOADINGS[:3])
    weights, villages = np.where(np.arange(120) < 20, 0.0, 1.0 + np.arange(120) % 3), np.arange(120) // 2 % 12
    found = selected(frame, Sampling(weights, villages))
    assert (found.n, found.complete, found.weighted, found.clusters) == (100, 100, True, 12)
    few = selected(frame, Sampling(np.where(np.arange(120) < 20, 0.0, 2.0), villages % 9))
    assert (few.n, few.weighted, few.clusters) == (100, False, 0), "weights alike, and nine clusters are too few"
    assert few.samples[0].spread.together is None
    assert selected(frame, ALIKE).n == 120


def test_score_tests_of_equal_items_do_not_take_villages_for_a_difference():
    found = rejections(range(60), 2, equal=("loading", "threshold"), by_village=True, item="x3")
    assert found[True] < 0.14
    assert found[False] > 0.2
