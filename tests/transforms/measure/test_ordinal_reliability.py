"""Ordinal alpha from tables that are added up is that of the people themselves; what has none says why."""

import numpy as np
import pandas as pd
import pytest

from transforms.measure.factors.polychoric import ordinal_alpha, polychoric_correlations
from transforms.measure.margins import Margins
from transforms.measure.ordinal_reliability import ordinal_alphas

NAMES = ("a", "b", "c")


def draw(people: int = 600, seed: int = 2) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    factor = rng.standard_normal(people)
    cuts = (-1.0, 0.0, 1.2)
    answers = {name: np.digitize(factor + rng.standard_normal(people), cuts) / 3 for name in NAMES}
    return {name: np.where(rng.random(people) < 0.1, np.nan, share) for name, share in answers.items()}


def by_parity(people: int) -> Margins:
    """Everybody, then even rows, then odd ones."""
    keys = (("all", "all", "all"), ("before", "all", "all"), ("after", "all", "all"))
    return Margins(np.arange(people) % 2, 2, keys, np.array([[1.0, 1], [1, 0], [0, 1]]))


def test_every_margin_is_as_by_itself():
    answers = draw()
    found = ordinal_alphas(answers, by_parity(600))
    for margin, rows in enumerate((slice(None), slice(0, None, 2), slice(1, None, 2))):
        alone = polychoric_correlations(pd.DataFrame(answers)[rows], errors=False)
        np.testing.assert_allclose(found.correlations[margin], alone.correlations, atol=1e-8)
        assert found.alpha(margin, NAMES) == (pytest.approx(ordinal_alpha(alone.correlations), abs=1e-8), "")
        part = ordinal_alpha(alone.correlations[:2, :2])
        assert found.alpha(margin, NAMES[:2])[0] == pytest.approx(part, abs=1e-8)


def test_a_known_correlation_comes_back():
    """Two items that correlate by .5 behind their answers have ordinal alpha 2 * .5 / 1.5, whatever the cuts."""
    rng = np.random.default_rng(11)
    first = rng.standard_normal(60_000)
    second = 0.5 * first + np.sqrt(0.75) * rng.standard_normal(60_000)
    answers = {"a": np.digitize(first, (0.5, 1.5)) / 2.0, "b": np.digitize(second, (-1.0, 0.2)) / 2.0}
    assert ordinal_alphas(answers, by_parity(60_000)).alpha(0, ("a", "b"))[0] == pytest.approx(2 / 3, abs=0.01)


def test_what_has_none_says_why():
    answers = draw()
    answers["range"] = np.linspace(0, 1, 600)
    answers["same"] = answers["a"].copy()
    answers["other"] = np.where(np.arange(600) % 2, np.nan, answers["b"])
    answers["never with other"] = np.where(np.arange(600) % 2, answers["c"], np.nan)
    found = ordinal_alphas(answers, by_parity(600))
    assert found.alpha(0, ("a", "range"))[1] == "item_too_many_categories"
    assert found.alpha(0, ("other", "never with other"))[1] == "correlation_not_estimable"
    value, reason = found.alpha(0, ("a", "same"))
    assert (value, reason) == (pytest.approx(1, abs=1e-3), "correlation_at_bound")


def test_fewer_than_two_items_have_no_pairs():
    assert ordinal_alphas({"a": draw()["a"]}, by_parity(600)).correlations.shape == (3, 1, 1)
    assert ordinal_alphas({}, by_parity(600)).items == ()
