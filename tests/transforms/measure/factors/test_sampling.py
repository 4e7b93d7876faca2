"""Whether weights and clusters count in a comparison."""

import numpy as np
import pandas as pd
import pytest

from transforms.measure.factors import cases as cases_module
from transforms.measure.factors import sampling as module
from transforms.measure.factors.cases import with_cases
from transforms.measure.factors.likelihood import fit
from transforms.measure.factors.model import specify, structure_of
from transforms.measure.factors.moments import group_moments
from transforms.measure.factors.robust import robust_covariance, robust_measures
from transforms.measure.factors.sampling import ALIKE, Sampling, sampling, sampling_of

TEN = np.tile(np.arange(10), 6)  # of 60 people


def test_weights_have_the_same_mean_in_every_wave() -> None:
    panel = pd.DataFrame(
        {"wave": ["before", "before", "before", "after", "after"], "weight": [1.0, 3, 0, 10, 30], "psu": list("bbaab")}
    )
    found = sampling(panel)
    assert found.weights is not None
    np.testing.assert_allclose(found.weights, [0.5, 1.5, 0, 0.5, 1.5])
    assert found.clusters is not None
    assert found.clusters.tolist() == [1, 1, 0, 0, 1]
    nobody = sampling(panel.assign(weight=0.0))
    assert nobody.weights is not None
    assert nobody.weights.tolist() == [0.0] * 5


@pytest.mark.parametrize(
    ("groups", "clusters", "expected", "why"),
    [
        (np.zeros(60, dtype=int), TEN, True, "ten clusters of six"),
        (np.repeat([0, 1], 30), TEN, True, "ten in either group"),
        (np.zeros(60, dtype=int), np.minimum(TEN, 8), False, "nine clusters"),
        (np.where(TEN < 5, 0, 1), TEN, False, "five in each group"),
        (np.zeros(60, dtype=int), np.arange(60), False, "everyone alone"),
        (np.where(TEN < 9, 0, -1), TEN, False, "one of the ten is in no group"),
    ],
)
def test_clusters_count_where_there_are_enough(
    groups: np.ndarray, clusters: np.ndarray, expected: bool, why: str
) -> None:
    found = sampling_of(Sampling(None, clusters), groups, groups.max() + 1)
    assert (found.clusters is not None) == expected, why


def test_very_many_clusters_are_taken_as_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CLUSTERS", 9)
    assert sampling_of(Sampling(None, TEN), np.zeros(60, dtype=int), 1).clusters is None


def test_equal_weights_are_none_and_nothing_stays_nothing() -> None:
    codes = np.array([0, 0, -1])
    assert sampling_of(Sampling(np.array([2.0, 2, 5])), codes, 1).weights is None
    assert sampling_of(Sampling(np.array([2.0, 3, 5])), codes, 1).weights is not None
    assert sampling_of(ALIKE, codes, 1) == Sampling(None, None)


STRUCTURE = structure_of([("f", ["a", "b", "c", "d"])])


def fitted(answers: np.ndarray, clusters: np.ndarray | None):
    codes, columns = np.zeros(len(answers), dtype=int), list(answers.T)
    return fit(
        specify(STRUCTURE, ("one",)), with_cases(group_moments(columns, codes, 1), columns, codes, None, clusters)
    )


def test_what_people_of_a_cluster_share_is_not_taken_for_misfit() -> None:
    """Items with a shift of their own in every village: the plain chi2 is far too large, the scaled one right."""
    plain, scaled, held = [], [], {True: [], False: []}
    for seed in range(40):
        draw = np.random.default_rng(seed)
        village = np.repeat(np.arange(150), 6)
        latent = draw.normal(size=900) + 0.6 * draw.normal(size=150)[village]
        answers = latent[:, None] * 0.8 + draw.normal(0, 0.6, (900, 4)) + 0.5 * draw.normal(size=(150, 4))[village]
        answers[draw.random(answers.shape) < 0.05] = np.nan
        for clustered in (True, False):
            found = fitted(answers, village if clustered else None)
            at = found.model.parameters.index("intercept:a:0")
            error = np.sqrt(robust_covariance(found)[at, at])
            held[clustered].append(abs(found.free[at]) < 2.02 * error)
            if clustered:
                plain.append(found.chi2)
                scaled.append(robust_measures(found).chi2_scaled)
    assert np.mean(scaled) == pytest.approx(2, abs=0.9), "two degrees of freedom"
    assert np.mean(plain) > 1.4 * np.mean(scaled)
    assert np.mean(held[True]) > 0.86
    assert np.mean(held[False]) < 0.8, "errors of people drawn alone are far too small"


def test_a_scale_that_is_not_positive_leaves_chi2_as_it_is() -> None:
    draw = np.random.default_rng(3)
    found = fitted(draw.normal(size=(300, 1)) + draw.normal(size=(300, 4)), None)
    (sample,) = found.moments
    assert sample.cases is not None
    cases = type(sample.cases)(sample.cases.answers, sample.cases.weights, sample.cases.units, 300, True, 1.0, 0.0, 0.0)
    moments = (type(sample)(sample.n, sample.mean, sample.covariance, None, cases),)
    unscaled = robust_measures(type(found)(**{**{n: getattr(found, n) for n in found.__slots__}, "moments": moments}))
    assert np.isnan(unscaled.scaling)
    assert unscaled.chi2_scaled == found.chi2


def test_an_even_sample_of_very_many_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(4)
    answers = draw.normal(size=(4000, 1)) + draw.normal(size=(4000, 4))
    every = robust_measures(fitted(answers, None))
    monkeypatch.setattr(cases_module, "SAMPLED", 1500)
    some = fitted(answers, None)
    assert some.moments[0].cases is not None
    assert len(some.moments[0].cases.answers) == 1334
    assert robust_measures(some).scaling == pytest.approx(every.scaling, abs=0.08)
