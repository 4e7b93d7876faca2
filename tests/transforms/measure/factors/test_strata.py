"""Traces behind the law of chi-square where clusters count: against sums over all fours of clusters, written out."""

from itertools import permutations

import numpy as np
import pytest

from transforms.measure.factors.influence import Clusters, Spread
from transforms.measure.factors.strata import products, strata_of, traces

MOMENTS = 4
MANY = 10**6  # degrees of freedom that bound nothing


def drawn(numbers, seed, moments=MOMENTS):
    """A group whose estimates are moved by these clusters, as `estimates_spread` has it."""
    draw = np.random.default_rng(seed)
    rows = draw.normal(size=(len(numbers), moments)) @ draw.normal(size=(moments, moments))
    rows = (rows - rows.mean(axis=0)) * np.sqrt(len(numbers) / (len(numbers) - 1))
    spread = rows.T @ rows
    return Spread(spread, np.diag(spread) * draw.uniform(0.5, 1, moments), Clusters(np.array(numbers), rows))


def alone(seed):
    found = drawn(range(30), seed)
    return Spread(found.covariance, found.variances)


def without_model(spreads):
    return [(np.zeros((len(spread.variances), 0)), np.zeros(0, dtype=int)) for spread in spreads]


def of(spreads, slopes, df=MANY):
    """Traces by the room's own way."""
    size = 1 + max((int(places.max(initial=-1)) for _, places in slopes), default=-1)
    bread = np.zeros((size, size))
    for each, places in slopes:
        bread[np.ix_(places, places)] += each.T @ each
    strata = strata_of(spreads)
    return traces(strata, [products(stratum, slopes) for stratum in strata], np.linalg.inv(bread), df)


def fours(rows):
    """tr(Sigma^2) of these rows: a quarter of the mean of ((a - b)'(c - d))^2 over all four different ones."""
    return (
        np.mean([((rows[a] - rows[b]) @ (rows[c] - rows[d])) ** 2 for a, b, c, d in permutations(range(len(rows)), 4)])
        / 4
    )


def test_one_stratum_without_a_model_is_the_mean_over_fours_of_clusters():
    spread = drawn(range(7), 1)
    rows = spread.together.influence / np.sqrt(spread.variances) / np.sqrt(7 / 6)
    trace, square = of([spread], without_model([spread]))
    assert trace == pytest.approx(np.sum(np.diag(spread.covariance) / spread.variances))
    assert square == pytest.approx(49 * fours(rows))


def test_groups_that_share_clusters_are_one_stratum_and_what_the_model_takes_is_gone():
    before, after = drawn([0, 1, 2, 4, 5, 6], 2), drawn([0, 1, 2, 4, 5, 6], 3)
    draw = np.random.default_rng(4)
    slopes = [(draw.normal(size=(4, 2)), np.array([0, 2])), (draw.normal(size=(4, 2)), np.array([1, 2]))]
    whole = np.zeros((8, 3))
    whole[:4, [0, 2]], whole[4:, [1, 2]] = slopes[0][0], slopes[1][0]
    left = np.eye(8) - whole @ np.linalg.solve(whole.T @ whole, whole.T)
    parts = [each.together.influence / np.sqrt(each.variances) for each in (before, after)]
    rows = np.hstack(parts) @ left
    trace, square = of([before, after], slopes)
    assert [stratum.groups for stratum in strata_of([before, after])] == [(0, 1)]
    assert trace == pytest.approx(np.sum(rows**2))
    assert square == pytest.approx(36 * fours(rows / np.sqrt(6 / 5)))


def test_strata_that_a_model_binds_together_keep_their_own_means():
    spreads = [drawn(range(6), 5), drawn(range(6, 13), 6)]
    draw = np.random.default_rng(7)
    slopes = [(draw.normal(size=(4, 2)), np.array([0, 1])) for _ in spreads]
    whole = np.vstack([each for each, _ in slopes])
    left = np.eye(8) - whole @ np.linalg.solve(whole.T @ whole, whole.T)
    parts = [each.together.influence / np.sqrt(each.variances) for each in spreads]
    trace, square = of(spreads, slopes)
    expected = 0.0
    for rows, part in zip(parts, (left[:4], left[4:]), strict=True):
        count = len(rows)
        expected += count**2 * fours(rows @ part / np.sqrt(count / (count - 1)))
    between = parts[0] @ left[:4, 4:] @ parts[1].T
    assert [stratum.groups for stratum in strata_of(spreads)] == [(0,), (1,)]
    assert square == pytest.approx(expected + 2 * np.sum(between**2))
    assert trace == pytest.approx(
        sum(np.sum((rows @ part) ** 2) for rows, part in zip(parts, (left[:4], left[4:]), strict=True))
    )


def test_groups_are_bound_by_way_of_others_and_stand_in_order():
    spreads = [drawn([4, 5, 6, 7], 1), drawn([0, 1, 2, 3], 2), drawn([3, 8, 9, 10], 3), drawn([10, 11, 12, 13], 4)]
    assert [stratum.groups for stratum in strata_of(spreads)] == [(0,), (1, 2, 3)]
    assert [stratum.clusters for stratum in strata_of(spreads)] == [4, 10]


def test_people_drawn_alone_are_taken_as_lavaan_has_them():
    spreads = [alone(1), alone(2)]
    scaled = [each.covariance / np.sqrt(np.outer(each.variances, each.variances)) for each in spreads]
    trace, square = of(spreads, without_model(spreads))
    assert trace == pytest.approx(sum(np.trace(each) for each in scaled))
    assert square == pytest.approx(sum(np.sum(each**2) for each in scaled))


def test_more_clusters_than_estimates_give_the_same_square():
    many = drawn(range(40), 8, moments=3)
    rows = many.together.influence / np.sqrt(many.variances)
    (stratum,) = strata_of([many])
    assert stratum.square == pytest.approx(np.sum((rows @ rows.T) ** 2))
    assert strata_of([many], 2)[0].square == pytest.approx(np.sum((rows[:, 1:] @ rows[:, 1:].T) ** 2))


def test_a_square_is_never_less_than_its_degrees_of_freedom_allow():
    spread = drawn(range(6), 9)
    trace, square = of([spread], without_model([spread]), df=1)
    assert square == pytest.approx(trace**2)
    assert of([spread], without_model([spread]), df=0)[1] < square


def test_the_square_is_right_on_average():
    """Twelve clusters of ten estimates: the plain square would be almost twice as large."""
    truth = np.diag(np.linspace(0.2, 2, 10))
    fair, plain = [], []
    for seed in range(400):
        rows = np.random.default_rng(seed).normal(size=(12, 10)) @ np.sqrt(truth / 12)
        rows = (rows - rows.mean(axis=0)) * np.sqrt(12 / 11)
        spread = Spread(rows.T @ rows, np.ones(10), Clusters(np.arange(12), rows))
        fair.append(of([spread], without_model([spread]))[1])
        plain.append(strata_of([spread])[0].square)
    expected = np.sum(truth**2)
    assert np.mean(fair) == pytest.approx(expected, rel=0.05)
    assert np.mean(plain) > 1.6 * expected
