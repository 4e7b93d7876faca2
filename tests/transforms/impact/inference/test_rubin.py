"""Rubin's rules by hand and as R's mice combines them."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from transforms.impact.inference.rubin import combine_imputed

REFERENCE = Path(__file__).parents[3] / "reference" / "alternatives"


def test_by_hand() -> None:
    found = combine_imputed(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0]), 10.0)
    assert found.estimate == 2.0
    assert found.std_error**2 == pytest.approx(2 + 4 / 3), "mean variance + (1 + 1/3) x variance of 1, 2, 3"
    assert found.missing == pytest.approx(0.4)
    observed = 11 / 13 * 10 * 0.6
    assert found.df == pytest.approx(1 / (0.16 / 2 + 1 / observed))
    assert found.statistic == pytest.approx(2 / np.sqrt(10 / 3))


def test_as_mice() -> None:
    data = pd.read_csv(REFERENCE / "estimates.csv")
    for printed in json.loads((REFERENCE / "alternatives.json").read_text())["pooled"]:
        found = combine_imputed(data.estimate.to_numpy(), data.variance.to_numpy(), printed["dfcom"])
        assert found.estimate == pytest.approx(printed["estimate"], abs=1e-12)
        assert found.std_error**2 == pytest.approx(printed["variance"], abs=1e-12)
        assert found.df == pytest.approx(printed["df"], rel=1e-9)


def test_without_gaps_little_is_lost() -> None:
    found = combine_imputed(np.full(20, 0.3), np.full(20, 0.01), 30.0)
    assert (found.estimate, found.std_error, found.missing) == pytest.approx((0.3, 0.1, 0))
    assert found.df == pytest.approx(31 / 33 * 30), "Barnard and Rubin's observed-data degrees of freedom"
    low, high = found.interval(0.95)
    assert (low + high) / 2 == pytest.approx(0.3)
    assert found.interval(0.99)[0] < low
    assert 0 < found.p_value < 0.05


def test_no_variance_is_no_statistic() -> None:
    found = combine_imputed(np.zeros(2), np.zeros(2), 5.0)
    assert np.isnan(found.statistic)
    assert np.isnan(found.p_value)


def test_all_is_missing() -> None:
    found = combine_imputed(np.array([0.0, 1.0]), np.zeros(2), 5.0)
    assert found.missing == 1
    assert found.df == 1, "as many as data sets less one"
