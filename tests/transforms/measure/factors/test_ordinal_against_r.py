"""Polychoric correlations and ordinal factor models as lavaan and psych have them (tests/reference/ordinal)."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from transforms.measure.factors.model import structure_of
from transforms.measure.factors.ordinal_fit import fit_ordinal
from transforms.measure.factors.ordinal_model import SCALE, specify_ordinal
from transforms.measure.factors.polychoric import group_polychorics, ordinal_alpha, polychoric_correlations
from transforms.measure.factors.thresholds import ordered_categories

REFERENCE = Path(__file__).resolve().parents[3] / "reference" / "ordinal"
AGREEABLE, CONSCIENTIOUS = [f"A{i}" for i in range(1, 6)], [f"C{i}" for i in range(1, 6)]
EQUAL = {
    "configural": (),
    "metric": ("loading",),
    "scalar": ("threshold", "loading"),
    "partial": ("threshold", "loading"),
    "means": ("threshold", "loading", "factor_mean"),
}
ESTIMATE = 5e-5  # lavaan stops its search a little earlier than we do
FREED = {"partial": (("threshold", "A4"), ("loading", "C5"))}


@pytest.fixture(scope="module")
def demo():
    return pd.read_csv(REFERENCE / "demo_items.csv")


@pytest.fixture(scope="module")
def data(demo, request):
    """Answers of a case, with the column that tells its groups apart (None: one group) and its factors."""

    def of(case):
        kind, _, rest = case.partition(" ")
        if kind == "demo":
            items = [name for name in demo if name.startswith(rest[0].upper())]
            pairs = itertools.groupby(items, key=lambda name: name[:2])
            group = "wave_arm" if rest == "vertical" else "group"
            return demo, group, [(f"{name}f", tuple(names)) for name, names in pairs]
        bfi = pd.read_csv(request.getfixturevalue("shared_data") / "references" / "bfi.csv")
        factors = [("Af", AGREEABLE), ("Cf", CONSCIENTIOUS)]
        return bfi, None if rest == "one group" else "gender", factors[:1] if rest == "one factor" else factors

    return of


SAMPLES = {
    "bfi men": ("bfi", {"gender": 1}, True),
    "bfi women": ("bfi", {"gender": 2}, True),
    "bfi pairwise": ("bfi", {}, False),
    "demo vertical": ("demo vertical", {}, True),
    "demo horizontal": ("demo horizontal", {}, True),
}


@pytest.mark.parametrize("case", SAMPLES)
def test_thresholds_correlations_and_their_covariances_are_those_of_lavaan(data, case):
    name, where, listwise = SAMPLES[case]
    frame, _, factors = data(name)
    for column, value in where.items():
        frame = frame[frame[column] == value]
    answers = frame[[item for _, items in factors for item in items]]
    ours = polychoric_correlations(answers.dropna() if listwise else answers)
    theirs = pd.read_csv(REFERENCE / "samples.csv").query("case == @case")
    assert ours.positive_definite
    assert ours.n == theirs["n"].iloc[0]
    np.testing.assert_allclose(ours.estimates, theirs["estimate"], atol=1e-6)
    np.testing.assert_allclose(np.diag(ours.covariance), theirs["variance"], rtol=1e-5)
    all_of_it = pd.read_csv(REFERENCE / "covariances.csv").query("case == @case").iloc[0]
    mark = np.sin(np.arange(1, len(ours.estimates) + 1))
    assert mark @ ours.covariance @ mark == pytest.approx(all_of_it["quadratic"], rel=1e-5)
    assert ours.covariance.sum() == pytest.approx(all_of_it["total"], rel=1e-5)


@pytest.mark.parametrize("case", ["bfi pairwise", "demo vertical"])
def test_correlations_and_ordinal_alpha_are_those_of_psych(data, case):
    name, _, listwise = SAMPLES[case]
    frame, _, factors = data(name)
    items = [item for _, names in factors for item in names]
    answers = frame[items].dropna() if listwise else frame[items]
    ours = polychoric_correlations(answers, errors=False).correlations
    theirs = pd.read_csv(REFERENCE / "psych.csv").query("case == @case").set_index("name")["estimate"]
    by_pair = [ours[a, b] for a, b in zip(*np.triu_indices(len(items), 1), strict=True)]
    np.testing.assert_allclose(by_pair, theirs.drop("alpha"), atol=1e-3)
    assert ordinal_alpha(ours) == pytest.approx(theirs["alpha"], abs=1e-3)


def fitted(data, case, step, names):
    frame, group, factors = data(case.removesuffix(", marker"))
    structure = structure_of(factors)
    frame = frame.dropna(subset=list(structure.items))  # lavaan's default with ordered answers
    codes = None if group is None else np.array([names.index(str(value)) for value in frame[group]])
    categories = ordered_categories(frame[list(structure.items)], codes)
    model = specify_ordinal(
        structure,
        names,
        categories.counts,
        equal=EQUAL[step],
        freed=FREED.get(step, ()),
        identification="marker" if case.endswith("marker") else "standardised",
    )
    return model, fit_ordinal(model, [group_polychorics(categories, at) for at in range(len(names))])


def our_label(model, row, group):
    """Label of our free parameter for a row of lavaan's table."""
    names = {
        "=~": f"loading:{row.rhs}",
        "|": f"threshold:{row.lhs}:{row.rhs[1:]}",
        "~~": f"factor_covariance:{row.rhs}:{row.lhs}",
        "~1": f"factor_mean:{row.lhs}",
        "~*~": f"{SCALE}:{row.lhs}",
    }
    shared = names[row.op]
    return shared if shared in model.parameters else f"{shared}:{group}"


MEASURES = {
    "cfi": "cfi.scaled",
    "tli": "tli.scaled",
    "rmsea": "rmsea.scaled",
    "rmsea_low": "rmsea.ci.lower.scaled",
    "rmsea_high": "rmsea.ci.upper.scaled",
    "cfi_plain": "cfi",
    "tli_plain": "tli",
    "rmsea_plain": "rmsea",
    "srmr": "srmr",
}


def cases():
    return list(pd.read_csv(REFERENCE / "fits.csv")[["case", "step"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(("case", "step"), cases())
def test_estimates_errors_tests_and_indices_are_those_of_lavaan(data, case, step):
    table = pd.read_csv(REFERENCE / "estimates.csv", dtype={"group": str}).fillna({"rhs": ""})
    theirs = table.query("case == @case and step == @step")
    names = tuple(theirs["group"].unique())
    model, ours = fitted(data, case, step, names)
    by_r = pd.read_csv(REFERENCE / "fits.csv").query("case == @case and step == @step").iloc[0]
    assert (ours.problem, sum(ours.n)) == ("", by_r["n"])
    pairs = [(row, *ours.estimate(our_label(model, row, names.index(row.group)))) for row in theirs.itertuples()]
    # The sign of a factor of variance 1 is nobody's choice: that of its first loading is taken as lavaan has it.
    sides = {}
    for row, estimate, _ in pairs:
        if row.op == "=~":
            sides.setdefault(row.lhs, np.sign(estimate * row.est))
    for row, estimate, error in pairs:
        side = sides.get(row.lhs, 1.0) * (sides[row.rhs] if row.op == "~~" else 1.0)
        assert side * estimate == pytest.approx(row.est, abs=ESTIMATE), row
        assert error == pytest.approx(row.se, abs=ESTIMATE), row
    test, baseline = ours.statistics.test, ours.statistics.baseline
    assert (test.df, baseline.df) == (by_r["df"], by_r["baseline.df"])
    assert test.chi2 == pytest.approx(by_r["chisq"], rel=1e-6)
    assert test.chi2_scaled == pytest.approx(by_r["chisq.scaled"], rel=1e-5)
    assert test.chi2_mean_adjusted == pytest.approx(by_r["chisq.mean"], rel=1e-5)
    assert test.p_scaled == pytest.approx(by_r["pvalue.scaled"], abs=1e-5)
    assert baseline.chi2 == pytest.approx(by_r["baseline.chisq"], rel=1e-6)
    assert baseline.chi2_scaled == pytest.approx(by_r["baseline.chisq.scaled"], rel=1e-6)
    for name, of_lavaan in MEASURES.items():
        assert getattr(ours.statistics, name) == pytest.approx(by_r[of_lavaan], abs=1e-5), name
