"""Polychoric correlations: by hand, by simulation, and what must not change them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.measure.factors import polychoric
from transforms.measure.factors.polychoric import (
    BLOCK,
    group_polychorics,
    ordinal_alpha,
    pair_correlations,
    polychoric_correlations,
)
from transforms.measure.factors.thresholds import ordered_categories


def answers_of(table):
    """One respondent for each count of a table of two items."""
    rows = [(a, b) for (a, b), count in np.ndenumerate(np.array(table)) for _ in range(count)]
    return pd.DataFrame(rows, columns=["a", "b"])


MEDIANS = [
    ([[25, 25], [25, 25]], 0.0, "independent"),
    ([[30, 20], [20, 30]], np.sin(np.pi / 2 * 0.2), "sin(pi/2 (concordant - discordant)) at the medians"),
    ([[10, 40], [40, 10]], -np.sin(np.pi / 2 * 0.6), "the same, against each other"),
    ([[50, 0], [0, 50]], 0.999, "two empty cells: no limit below 1"),
    ([[0, 50], [50, 0]], -0.999, "nor above -1"),
]


@pytest.mark.parametrize(("table", "expected", "why"), MEDIANS)
def test_two_by_two_tables_by_hand(table, expected, why):
    found = polychoric_correlations(answers_of(table), errors=False)
    assert found.correlations[0, 1] == pytest.approx(expected, abs=1e-6), why
    assert found.at_bound == ((("a", "b"),) if abs(expected) == 0.999 else ()), why
    assert found.covariance is None


def test_half_a_respondent_goes_into_the_one_empty_cell_of_a_two_by_two_table():
    medians = answers_of([[40, 0], [30, 70]])
    moved = pair_correlations(np.array([[[39.5, 0.5], [30.5, 69.5]]]), *edges_of(medians))
    found = polychoric_correlations(medians, errors=False).correlations[0, 1]
    assert found == pytest.approx(float(moved[0]), abs=1e-9)
    other = polychoric_correlations(medians.assign(b=1 - medians["b"]), errors=False).correlations[0, 1]
    assert other == pytest.approx(-found, abs=1e-9)


def edges_of(frame):
    found = polychoric_correlations(frame, errors=False)
    edges = [np.concatenate([[-np.inf], cut, [np.inf]]) for cut in found.thresholds]
    return edges[0][None], edges[1][None]


def test_two_items_that_nobody_answered_both_of_have_no_correlation():
    frame = pd.DataFrame({"a": [1, 2, 1, 2, np.nan, np.nan], "b": [np.nan, np.nan, np.nan, np.nan, 1, 2]})
    found = polychoric_correlations(frame, errors=False)
    assert np.isnan(found.correlations[0, 1])
    assert not found.positive_definite


def test_no_item_that_could_be_compared_leaves_nothing():
    found = polychoric_correlations(pd.DataFrame({"a": [1.0, 1.0], "b": [np.nan, np.nan]}))
    assert (found.n, found.items, found.thresholds, found.covariance) == (0, (), (), None)
    assert set(found.categories.left_out) == {"a", "b"}


def sampled(n, seed, correlation=0.5, cuts=((-0.5, 0.6), (0.0,), (-1.0, 0.0, 1.0))):
    """Answers of n respondents whose variables all correlate by `correlation`."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=(n, 1)) * np.sqrt(correlation)
    values = shared + rng.normal(size=(n, len(cuts))) * np.sqrt(1 - correlation)
    return pd.DataFrame({f"x{at}": np.digitize(values[:, at], cut) for at, cut in enumerate(cuts)})


def test_estimates_and_their_covariances_are_those_of_repeated_samples():
    found = [polychoric_correlations(sampled(400, seed)) for seed in range(200)]
    estimates = np.array([each.estimates for each in found])
    covariance = np.mean([each.covariance for each in found], axis=0)
    truth = [-0.5, 0.6, 0.0, -1.0, 0.0, 1.0, 0.5, 0.5, 0.5]
    errors = np.sqrt(np.diag(covariance))
    assert np.abs(estimates.mean(axis=0) - truth).max() < 4 * errors.max() / np.sqrt(len(found))
    np.testing.assert_allclose(np.std(estimates, axis=0), errors, rtol=0.2)
    correlations = covariance / np.outer(errors, errors)
    np.testing.assert_allclose(np.corrcoef(estimates.T), correlations, atol=0.25)


def test_respondents_are_read_in_blocks_without_a_seam():
    part = sampled(BLOCK // 2 + 7, 3)
    whole = polychoric_correlations(pd.concat([part, part, part], ignore_index=True))
    alone = polychoric_correlations(part)
    np.testing.assert_allclose(whole.correlations, alone.correlations, atol=1e-9)
    np.testing.assert_allclose(whole.covariance * 3, alone.covariance, rtol=1e-7, atol=1e-12)


def test_a_gap_costs_its_pairs_alone():
    frame = sampled(300, 5)
    whole = polychoric_correlations(frame)
    gap = frame.astype(float)
    gap.loc[:99, "x0"] = np.nan
    with_gap = polychoric_correlations(gap)
    assert with_gap.correlations[1, 2] == pytest.approx(whole.correlations[1, 2], abs=1e-9)
    assert with_gap.correlations[0, 1] != pytest.approx(whole.correlations[0, 1], abs=1e-6)
    assert with_gap.n == 300


def test_groups_share_categories_but_not_thresholds():
    frame = sampled(400, 6)
    group = np.repeat([0, 1], 200)
    categories = ordered_categories(frame, group)
    for at in (0, 1):
        alone = polychoric_correlations(frame[group == at])
        np.testing.assert_allclose(group_polychorics(categories, at).estimates, alone.estimates, atol=1e-10)


def test_ordinal_alpha_by_hand():
    correlations = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
    assert ordinal_alpha(correlations) == pytest.approx(4 * 0.5 / (1 + 3 * 0.5))  # Spearman-Brown of r = .5


def test_a_matrix_pieced_together_from_pairs_need_not_be_one_of_a_sample():
    ups, downs = (
        [(1, 1), (2, 2)] * 30 + [(1, 2)] * 3 + [(2, 1)] * 3,
        [(1, 2), (2, 1)] * 30 + [(1, 1)] * 3 + [(2, 2)] * 3,
    )
    nan = np.nan
    rows = [(a, b, nan) for a, b in ups] + [(a, nan, b) for a, b in ups] + [(nan, a, b) for a, b in downs]
    found = polychoric_correlations(pd.DataFrame(rows, columns=list("abc")))
    assert not found.positive_definite
    assert np.isfinite(found.covariance).all()


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.floats(-0.8, 0.8))
def test_new_names_for_categories_and_another_order_of_items_change_nothing(seed, correlation):
    frame = sampled(120, seed, abs(correlation))
    if correlation < 0:
        frame["x0"] = 2 - frame["x0"]
    found = polychoric_correlations(frame)
    renamed = polychoric_correlations(np.exp(frame) * 10 - 3)
    np.testing.assert_array_equal(renamed.estimates, found.estimates)
    np.testing.assert_array_equal(renamed.covariance, found.covariance)
    order = [2, 0, 1]
    swapped = polychoric_correlations(frame.iloc[:, order])
    np.testing.assert_allclose(swapped.correlations, found.correlations[np.ix_(order, order)], atol=1e-8)
    turned = polychoric_correlations(frame.assign(x0=-frame["x0"]))
    sides = np.array([-1, 1, 1])
    np.testing.assert_allclose(turned.correlations, found.correlations * np.outer(sides, sides), atol=1e-8)
    np.testing.assert_allclose(turned.thresholds[0], -found.thresholds[0][::-1], atol=1e-12)


def test_a_search_whose_steps_do_not_settle_ends_by_halving(monkeypatch):
    frame = sampled(200, 8)
    expected = polychoric_correlations(frame, errors=False).correlations
    monkeypatch.setattr(polychoric, "SCORING_STEPS", 0)
    found = polychoric_correlations(frame, errors=False).correlations
    np.testing.assert_allclose(found, expected, atol=1e-9)


@pytest.mark.filterwarnings("error")
def test_two_items_that_are_one_have_no_error_and_no_warning():
    found = polychoric_correlations(answers_of([[20, 20, 0], [0, 30, 30]]))  # near 1 every correlation is as likely
    assert found.at_bound == (("a", "b"),)
    assert np.isfinite(found.covariance[:3, :3]).all()  # of the thresholds
    assert np.isnan(found.covariance[3, 3])
