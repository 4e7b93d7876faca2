"""Ordinal factor models with survey weights as lavaan has them, of complete answers and pair by pair (weighted.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from transforms.measure.factors.model import structure_of
from transforms.measure.factors.ordinal_fit import fit_ordinal
from transforms.measure.factors.ordinal_model import SCALE, specify_ordinal
from transforms.measure.factors.polychoric import group_polychorics
from transforms.measure.factors.sampling import Sampling
from transforms.measure.factors.thresholds import ordered_categories

REFERENCE = Path(__file__).resolve().parents[3] / "reference" / "ordinal"
ITEMS = [f"{letter}{at}" for letter in "AC" for at in range(1, 6)]
GENDERS = ("1", "2")
EQUAL = {"configural": (), "metric": ("loading",), "scalar": ("threshold", "loading")}
MEASURES = {
    "cfi": "cfi.scaled",
    "tli": "tli.scaled",
    "rmsea": "rmsea.scaled",
    "cfi_plain": "cfi",
    "tli_plain": "tli",
    "rmsea_plain": "rmsea",
    "srmr": "srmr",
}


@pytest.fixture(scope="module")
def samples(shared_data):
    """Weighted correlations of men and women: of those who answered everything, and of each pair of items."""
    bfi = pd.read_csv(shared_data / "references" / "bfi.csv")
    bfi["weight"] = np.exp(np.sin(np.arange(1, len(bfi) + 1)) / 2) * bfi["age"] / 30
    found = {}
    for missing, frame in {"listwise": bfi.dropna(subset=ITEMS), "pairwise": bfi}.items():
        categories = ordered_categories(frame[ITEMS], frame["gender"].to_numpy() - 1)
        drawn = Sampling(frame["weight"].to_numpy()[categories.rows])
        found[missing] = [group_polychorics(categories, at, drawn=drawn) for at in (0, 1)]
    return found


def of_lavaan(name, **where):
    table = pd.read_csv(REFERENCE / f"weighted_{name}.csv", dtype={"group": str})
    for column, value in where.items():
        table = table[table[column] == value]
    return table


@pytest.mark.parametrize("missing", ["listwise", "pairwise"])
@pytest.mark.parametrize("gender", [1, 2])
def test_weighted_thresholds_correlations_and_their_covariances(samples, missing, gender):
    ours = samples[missing][gender - 1]
    theirs = of_lavaan("samples", missing=missing, gender=gender)
    assert ours.n == theirs["n"].iloc[0]
    np.testing.assert_allclose(ours.estimates, theirs["estimate"], atol=1e-6)
    np.testing.assert_allclose(np.diag(ours.covariance), theirs["variance"], rtol=1e-5)
    all_of_it = of_lavaan("covariances", missing=missing, gender=gender).iloc[0]
    mark = np.sin(np.arange(1, len(ours.estimates) + 1))
    assert mark @ ours.covariance @ mark == pytest.approx(all_of_it["quadratic"], rel=1e-5)
    assert ours.covariance.sum() == pytest.approx(all_of_it["total"], rel=1e-5)


@pytest.mark.parametrize("missing", ["listwise", "pairwise"])
@pytest.mark.parametrize("step", EQUAL)
def test_weighted_estimates_errors_tests_and_indices(samples, missing, step):
    structure = structure_of([("Af", ITEMS[:5]), ("Cf", ITEMS[5:])])
    sides = samples[missing]
    model = specify_ordinal(structure, GENDERS, sides[0].categories.counts, equal=EQUAL[step])
    ours = fit_ordinal(model, sides)
    theirs = of_lavaan("fits", missing=missing, step=step).iloc[0]
    assert (ours.problem, sum(ours.n)) == ("", theirs["n"])
    turned = {name: np.sign(ours.estimate(_label(model, f"loading:{name[0]}2", "1"))[0]) for name in ("Af", "Cf")}
    for row in of_lavaan("estimates", missing=missing, step=step).itertuples():
        estimate, error = ours.estimate(_label(model, _name(row), row.group))
        signs = [turned[name] for name in (row.lhs, row.rhs) if name in turned]
        # lavaan lets A1, which goes against the others, and so A2 point down: the sign of a factor is nobody's choice.
        side = np.prod(signs) * (np.prod([LAVAAN_SIDE[name] for name in (row.lhs, row.rhs) if name in LAVAAN_SIDE]))
        assert side * estimate == pytest.approx(row.est, abs=5e-5), row
        assert error == pytest.approx(row.se, abs=5e-5), row
    test, baseline = ours.statistics.test, ours.statistics.baseline
    assert (test.df, baseline.df) == (theirs["df"], theirs["baseline.df"])
    assert test.chi2 == pytest.approx(theirs["chisq"], rel=1e-5)
    assert test.chi2_scaled == pytest.approx(theirs["chisq.scaled"], rel=1e-5)
    assert baseline.chi2_scaled == pytest.approx(theirs["baseline.chisq.scaled"], rel=1e-5)
    for name, known_as in MEASURES.items():
        assert getattr(ours.statistics, name) == pytest.approx(theirs[known_as], abs=1e-5), name


LAVAAN_SIDE = {"Af": -1.0, "Cf": 1.0}  # signs of the loadings of A2 and C2 in its output


def _name(row):
    return {
        "=~": f"loading:{row.rhs}",
        "|": f"threshold:{row.lhs}:{str(row.rhs)[1:]}",
        "~~": f"factor_covariance:{row.rhs}:{row.lhs}",
        "~1": f"factor_mean:{row.lhs}",
        "~*~": f"{SCALE}:{row.lhs}",
    }[row.op]


def _label(model, name, gender):
    return name if name in model.parameters else f"{name}:{GENDERS.index(gender)}"
