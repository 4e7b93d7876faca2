"""Randomisation inference: the assignments by count, the statistic by refitting, known limits."""

from math import comb

import numpy as np
import pytest

from transforms.impact.inference.assignments import possible_assignments
from transforms.impact.inference.randomisation import ArmMoments, randomisation_test
from transforms.impact.inference.solved import cr1_factor, cr1_std_errors, solve


def arms(clusters, *treated):
    found = np.zeros(clusters, dtype=bool)
    found[list(treated)] = True
    return found


@pytest.mark.parametrize(
    ("treated", "blocks", "possible", "smallest", "why"),
    [
        (arms(6, 0, 1, 2), [0] * 6, 20, 2 / 20, "equal arms: exchanging them turns the sign of the effect"),
        (arms(7, 0, 1, 2), [0] * 7, 35, 1 / 35, "C(7, 3)"),
        (arms(8, 0, 4), [0] * 4 + [1] * 4, 16, 1 / 16, "C(4, 1) in each of two blocks"),
        (arms(4, 0, 2), [0, 0, 1, 1], 4, 2 / 4, "pairs: both blocks balanced"),
        (arms(5, 0, 2), [0, 0, 1, 1, 2], 4, 1 / 4, "a block with one arm only keeps it"),
    ],
)
def test_every_assignment_occurs_once(treated, blocks, possible, smallest, why):
    found = possible_assignments(treated, np.array(blocks), 1000, 1)
    assert found.exact
    assert found.possible == possible, why
    assert found.smallest_p == smallest, why
    assert len({tuple(row) for row in found.arms}) == possible == len(found.arms)
    assert any((row == treated).all() for row in found.arms)
    for block in set(blocks):
        inside = np.array(blocks) == block
        assert (found.arms[:, inside].sum(axis=1) == treated[inside].sum()).all()


def test_many_assignments_are_sampled_within_blocks():
    treated, blocks = np.arange(24) % 2 == 0, np.arange(24) // 12
    found = possible_assignments(treated, blocks, 500, 7)
    assert not found.exact
    assert found.possible == comb(12, 6) ** 2
    assert found.arms.shape == (500, 24)
    assert (found.arms[:, :12].sum(axis=1) == 6).all()
    assert found.smallest_p == 1 / 501
    np.testing.assert_array_equal(found.arms, possible_assignments(treated, blocks, 500, 7).arms)
    assert np.abs(found.arms.mean(axis=0) - 0.5).max() < 0.1


def survey(seed, clusters, effect=0.0):
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(clusters), rng.integers(6, 10, clusters))
    wave = rng.integers(0, 2, cluster.size)
    shock = rng.normal(0, 0.5, clusters)[cluster]
    y = np.column_stack([rng.normal(size=cluster.size) + shock + wave * 0.3 for _ in range(2)])
    return cluster, wave, rng.uniform(0.5, 2, cluster.size), y + effect * 0


def design(wave, treated_row):
    return np.column_stack([wave == 0, wave == 1, treated_row, treated_row * wave]).astype(float)


SWITCHED = np.array([False, False, True, True])
LAST = np.array([0.0, 0, 0, 1])


def arm_moments(from_rows, cluster, wave, weight, y, treated):
    moments, _ = from_rows(design(wave, np.ones(cluster.size)), y, cluster, weight)
    return ArmMoments(moments, SWITCHED, treated)


def test_statistics_are_those_of_refitting_under_every_assignment(from_rows):
    cluster, wave, weight, y = survey(3, 7)
    treated = arms(7, 0, 2, 5)
    assignments = possible_assignments(treated, np.zeros(7, dtype=int), 1000, 1)
    found = randomisation_test(arm_moments(from_rows, cluster, wave, weight, y, treated), LAST, assignments)

    def t_value(arm):
        solved = solve(from_rows(design(wave, arm[cluster]), y, cluster, weight)[0])
        errors = cr1_std_errors(solved, LAST) / np.sqrt(cr1_factor(solved.moments))
        return LAST @ solved.coef / errors

    expected = np.array([t_value(arm) for arm in assignments.arms])
    np.testing.assert_allclose(found.draws, expected, rtol=1e-8)
    np.testing.assert_allclose(found.statistic, t_value(treated), rtol=1e-8)
    reached = np.abs(expected) >= np.abs(t_value(treated)) * (1 - 1e-9)
    np.testing.assert_array_equal(found.p_value, reached.mean(axis=0))
    assert (found.p_value >= found.smallest_p).all()


def test_a_huge_effect_reaches_the_smallest_p_value(from_rows):
    """Six clusters, three treated: two of twenty assignments, the actual one and its mirror image."""
    cluster, wave, weight, y = survey(4, 6)
    treated = arms(6, 0, 1, 2)
    y = y * 0.01 + (treated[cluster] * wave)[:, None]
    assignments = possible_assignments(treated, np.zeros(6, dtype=int), 1000, 1)
    found = randomisation_test(arm_moments(from_rows, cluster, wave, weight, y, treated), LAST, assignments)
    np.testing.assert_array_equal(found.p_value, [0.1, 0.1])
    assert found.smallest_p == 0.1


def test_p_values_are_uniform_when_arms_are_drawn_by_lot(from_rows):
    """Under the hypothesis p <= k/35 in k/35 of all assignments, exactly: averaged over them, outcomes held."""
    cluster, wave, weight, y = survey(5, 7)
    everything = possible_assignments(arms(7, 0, 1, 2), np.zeros(7, dtype=int), 1000, 1)
    p_values = [
        randomisation_test(arm_moments(from_rows, cluster, wave, weight, y, arm), LAST, everything).p_value[0]
        for arm in everything.arms
    ]
    np.testing.assert_allclose(np.sort(p_values), np.arange(1, 36) / 35)


def test_sampled_assignments_count_the_actual_one(from_rows):
    cluster, wave, weight, y = survey(6, 14)
    treated = np.arange(14) % 2 == 0
    y = y * 0.01 + (treated[cluster] * wave)[:, None]
    assignments = possible_assignments(treated, np.zeros(14, dtype=int), 99, 2)
    found = randomisation_test(arm_moments(from_rows, cluster, wave, weight, y, treated), LAST, assignments)
    assert found.p_value[0] == pytest.approx(0.01)


def test_an_assignment_that_does_not_determine_the_effect_counts_against_it(from_rows):
    """The first cluster was visited at baseline only, the second at endline only: together they carry no change."""
    cluster, wave, weight, y = survey(8, 6)
    keep = ~((cluster == 0) & (wave == 1)) & ~((cluster == 1) & (wave == 0)) & ~((cluster == 2) & (wave == 0))
    cluster, wave, weight, y = cluster[keep], wave[keep], weight[keep], y[keep]
    treated = arms(6, 4, 5)
    assignments = possible_assignments(treated, np.zeros(6, dtype=int), 1000, 1)
    case = arm_moments(from_rows, cluster, wave, weight, y, treated)
    found = randomisation_test(case, LAST, assignments)
    lost = [row for row in assignments.arms if row[1] and row[2]]
    assert np.isinf(found.draws[:, 0]).sum() == len(lost) == 1
    assert np.isfinite(found.p_value).all()
    undetermined = ArmMoments(case.moments, SWITCHED, arms(6, 1, 2))
    assert np.isnan(randomisation_test(undetermined, LAST, assignments).p_value).all()
