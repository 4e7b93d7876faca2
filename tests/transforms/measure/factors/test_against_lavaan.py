"""Factor models of several groups against lavaan 0.6-14: chi2 to 0.01, indices to 0.001, estimates to 1e-4."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from transforms.measure.factors.cases import with_cases
from transforms.measure.factors.estimators import Linear
from transforms.measure.factors.fit_measures import fit_measures
from transforms.measure.factors.invariance import Compared
from transforms.measure.factors.ladder import CONFIGURAL, Step
from transforms.measure.factors.likelihood import Fit, fit
from transforms.measure.factors.loadings import structure_tables
from transforms.measure.factors.model import FACTOR_MEAN, INTERCEPT, LOADING, Structure, specify, structure_of
from transforms.measure.factors.moments import Moments, group_moments
from transforms.measure.factors.one_factor import one_factor
from transforms.measure.factors.robust import robust_covariance, robust_measures
from transforms.measure.factors.score_tests import score_tests
from transforms.measure.factors.selection import Selection

REFERENCE = Path(__file__).resolve().parents[3] / "reference" / "factors"


@pytest.fixture(scope="module")
def lavaan() -> dict:
    """What lavaan printed."""
    return json.loads((REFERENCE / "factors.json").read_text())


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    """24 items of four dimensions in two waves and two arms; see tests/reference/factors/make_input.py."""
    return pd.read_csv(REFERENCE / "answers.csv")


@pytest.fixture(scope="module")
def dimensions(answers: pd.DataFrame) -> Structure:
    """The four dimensions of `answers`."""
    return structure_of(
        (part, [name for name in answers if name.startswith(part)]) for part in ("V1", "V2", "V3", "V4")
    )


@pytest.fixture(scope="module")
def moments_of() -> Callable[[pd.DataFrame, pd.Series, Structure], tuple[tuple[str, ...], list[Moments]]]:
    """Groups in the order of their first row, and their moments with the fourth ones."""

    def build(frame: pd.DataFrame, groups: pd.Series, structure: Structure) -> tuple[tuple[str, ...], list[Moments]]:
        codes, names = pd.factorize(groups)
        columns = [frame[name].to_numpy(dtype=np.float64) for name in structure.items]
        found = group_moments(columns, codes, len(names))
        return tuple(names), with_cases(found, columns, codes)

    return build


STEPS = {
    "configural": (),
    "metric": (LOADING,),
    "scalar": (LOADING, INTERCEPT),
    "means": (LOADING, INTERCEPT, FACTOR_MEAN),
}
NAMES = {
    "chi2": "chisq",
    "df": "df",
    "p_value": "pvalue",
    "cfi": "cfi",
    "tli": "tli",
    "rmsea": "rmsea",
    "rmsea_low": "rmsea.ci.lower",
    "rmsea_high": "rmsea.ci.upper",
    "srmr": "srmr",
}
ROBUST_NAMES = {
    "chi2_scaled": "chisq.scaled",
    "scaling": "chisq.scaling.factor",
    "cfi_scaled": "cfi.scaled",
    "tli_scaled": "tli.scaled",
    "rmsea_scaled": "rmsea.scaled",
}
ABILITIES = structure_of(
    [("visual", ["x1", "x2", "x3"]), ("textual", ["x4", "x5", "x6"]), ("speed", ["x7", "x8", "x9"])]
)


@pytest.fixture(scope="module")
def pupils(shared_data: Path) -> pd.DataFrame:
    """Holzinger & Swineford (1939): nine tests of the pupils of two schools."""
    return pd.read_csv(shared_data / "references" / "holzinger_swineford_1939.csv")


@pytest.fixture(scope="module")
def fitted(
    answers: pd.DataFrame, dimensions: Structure, moments_of: Callable, request: pytest.FixtureRequest
) -> Callable[..., Fit]:
    """A model of either data set, fitted; each once."""
    kept: dict[tuple, Fit] = {}

    def build(data: str, equal: tuple[str, ...], freed: tuple = (), unit: str = "standardised") -> Fit:
        key = (data, equal, freed, unit)
        if key not in kept:
            if data == "answers":
                groups, moments = moments_of(answers, answers.wave + " " + answers.arm, dimensions)
                structure = dimensions
            else:
                frame = request.getfixturevalue("pupils")
                groups, moments = moments_of(frame, frame.school, ABILITIES)
                structure = ABILITIES
            model = specify(structure, groups, equal=equal, freed=freed, identification=unit)
            kept[key] = fit(model, moments)
        return kept[key]

    return build


def compared(found: object, names: dict[str, str], theirs: dict[str, float]) -> None:
    for ours, name in names.items():
        allowed = 0.01 if "chi2" in ours else 0.001
        assert getattr(found, ours) == pytest.approx(theirs[name], abs=allowed), name


@pytest.mark.parametrize("data", ["holzinger", "answers"])
@pytest.mark.parametrize("step", STEPS)
def test_every_step_fits_as_in_lavaan(data: str, step: str, fitted: Callable[..., Fit], lavaan: dict) -> None:
    found = fitted(data, STEPS[step])
    assert found.problem == ""
    compared(fit_measures(found), NAMES, lavaan[data][step]["ml"])
    compared(robust_measures(found), ROBUST_NAMES, lavaan[data][step]["mlr"])


@pytest.mark.parametrize(
    ("step", "chi2", "df", "cfi"),
    [
        ("configural", 115.851, 48, 0.923),
        ("metric", 124.044, 54, 0.921),
        ("scalar", 164.103, 60, 0.882),
        ("means", 204.605, 63, 0.840),
    ],
)
def test_published_numbers_of_the_two_schools(
    step: str, chi2: float, df: int, cfi: float, fitted: Callable[..., Fit]
) -> None:
    found = fit_measures(fitted("holzinger", STEPS[step]))
    assert found.chi2 == pytest.approx(chi2, abs=0.001)
    assert found.df == df
    assert found.cfi == pytest.approx(cfi, abs=0.0005)


@pytest.mark.parametrize("data", ["holzinger", "answers"])
@pytest.mark.parametrize(
    ("part", "kind", "step"), [("loadings", LOADING, "metric"), ("intercepts", INTERCEPT, "scalar")]
)
def test_score_tests_are_those_of_lavtestscore(
    data: str, part: str, kind: str, step: str, fitted: Callable[..., Fit], lavaan: dict
) -> None:
    theirs = lavaan[f"{data}_{part}"]
    tests = score_tests(fitted(data, STEPS[step]), [kind])
    assert {test.item for test in tests} == set(theirs)
    for test in tests:
        assert (test.statistic, test.df) == pytest.approx(tuple(theirs[test.item]), abs=0.002), test.item
    assert [test.statistic for test in tests] == sorted((test.statistic for test in tests), reverse=True)


def test_partial_model_fits_as_in_lavaan(fitted: Callable[..., Fit], lavaan: dict) -> None:
    found = fitted("answers", STEPS["scalar"], ((INTERCEPT, "V2_03"),))
    compared(fit_measures(found), NAMES, lavaan["answers_partial"])


def test_the_unit_of_the_factors_changes_no_fit(fitted: Callable[..., Fit]) -> None:
    for step in ("configural", "scalar"):
        units = [fit_measures(fitted("answers", STEPS[step], (), unit)) for unit in ("standardised", "marker")]
        assert units[0].chi2 == pytest.approx(units[1].chi2, abs=1e-5), step
        assert units[0].df == units[1].df


def test_loadings_and_their_robust_errors(fitted: Callable[..., Fit], lavaan: dict) -> None:
    found = fitted("answers", ())
    estimator = Linear(found.model.structure, found.model.groups, found.moments)
    selection = Selection(found.model.structure, found.model.groups, found.moments, (), "")
    step = Step(CONFIGURAL, found, estimator.measures(found), estimator.doubts(found), None, holds=True)
    ours = structure_tables([Compared("index", "wave_arm", selection, (step,))])[0]
    theirs = pd.DataFrame(lavaan["answers_configural_mlr"])
    assert ours["item"].tolist() == theirs["item"].tolist()
    for column in ("loading", "std_error", "standardised", "standardised_std_error"):
        np.testing.assert_allclose(ours[column], theirs[column], atol=1e-4, err_msg=column)


def test_errors_where_loadings_are_equal(fitted: Callable[..., Fit], lavaan: dict) -> None:
    found = fitted("holzinger", (LOADING,), (), "marker")
    errors = np.sqrt(np.diag(robust_covariance(found)))
    theirs = pd.DataFrame(lavaan["holzinger_metric_mlr"]).query("group == 1").set_index("item")
    for at, label in enumerate(found.model.parameters):
        if label.startswith(LOADING):
            item = label.split(":")[1]
            assert found.free[at] == pytest.approx(theirs.loading[item], abs=1e-4)
            assert errors[at] == pytest.approx(theirs.std_error[item], abs=1e-4)


def test_one_factor(answers: pd.DataFrame, lavaan: dict) -> None:
    items = [f"V1_0{number}" for number in range(1, 6)]
    found = one_factor(np.cov(answers[items].T, bias=True), len(answers))
    theirs = lavaan["one_factor"]
    np.testing.assert_allclose(found.loadings, [row["standardised"] for row in theirs["estimates"]], atol=1e-5)
    assert found.status == "ok"
    assert found.measures is not None
    compared(found.measures, NAMES, theirs["fit"])
