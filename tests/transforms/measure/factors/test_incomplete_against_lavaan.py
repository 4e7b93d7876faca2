"""Factor models of incomplete answers as lavaan has them: MLR with missing = "fiml", WLSMV with "pairwise".

See tests/reference/incomplete: chi2 to 0.01, indices to 0.001, estimates and errors to 1e-3 and mostly far closer.
"""

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from transforms.measure.factors.cases import with_cases
from transforms.measure.factors.estimators import Linear, Ordinal
from transforms.measure.factors.likelihood import Fit
from transforms.measure.factors.model import INTERCEPT, LOADING, Structure, structure_of
from transforms.measure.factors.moments import group_moments
from transforms.measure.factors.ordinal_model import SCALE, THRESHOLD
from transforms.measure.factors.polychoric import group_polychorics
from transforms.measure.factors.robust import robust_covariance
from transforms.measure.factors.score_tests import score_tests
from transforms.measure.factors.thresholds import ordered_categories

REFERENCE = Path(__file__).resolve().parents[3] / "reference"
LAVAAN = json.loads((REFERENCE / "incomplete" / "incomplete.json").read_text())
LINEAR_MEASURES = {
    "chi2": "chisq.scaled",
    "df": "df",
    "p_value": "pvalue.scaled",
    "cfi": "cfi.scaled",
    "tli": "tli.scaled",
    "rmsea": "rmsea.scaled",
    "srmr": "srmr",
    "scaling": "chisq.scaling.factor",
    "chi2_plain": "chisq",
    "cfi_plain": "cfi",
    "tli_plain": "tli",
    "rmsea_plain": "rmsea",
}
ORDINAL_MEASURES = {
    name: LINEAR_MEASURES[name] for name in ("chi2", "df", "p_value", "cfi", "tli", "rmsea", "srmr", "scaling")
} | {"chi2_plain": "chisq"}
STEPS = {"configural": (), "metric": (LOADING,), "scalar": (LOADING, INTERCEPT)}
BIG_FIVE = structure_of([("Af", [f"A{at}" for at in range(1, 6)]), ("Cf", [f"C{at}" for at in range(1, 6)])])
ABILITIES = structure_of(
    [("visual", ["x1", "x2", "x3"]), ("textual", ["x4", "x5", "x6"]), ("speed", ["x7", "x8", "x9"])]
)


@pytest.fixture(scope="module")
def answered(request: pytest.FixtureRequest) -> Callable[[str], tuple[pd.DataFrame, str | None, Structure]]:
    """Answers of a case, the column that tells its groups apart (None: one group), and its factors."""

    def of(case: str) -> tuple[pd.DataFrame, str | None, Structure]:
        if case.startswith("demo"):
            frame = pd.read_csv(REFERENCE / "ordinal" / "demo_items.csv")
            items = [name for name in frame if name.startswith(case.split("_")[1][0].upper())]
            pairs = itertools.groupby(items, key=lambda name: name[:2])
            structure = structure_of((f"{name}f", tuple(names)) for name, names in pairs)
            return frame, "group" if "horizontal" in case else None, structure
        folder = request.getfixturevalue("shared_data") / "references"
        if case == "holzinger":
            return pd.read_csv(folder / "holzinger_swineford_1939.csv"), "school", ABILITIES
        frame = pd.read_csv(folder / "bfi.csv")
        row = np.arange(1, len(frame) + 1)
        frame = frame.assign(weight=0.5 + (row % 7) / 7, cluster=row * 13 % 40 + 100 * frame["gender"])
        return frame, None if case == "bfi_one_group" else "gender", BIG_FIVE

    return of


@pytest.fixture(scope="module")
def linear(answered: Callable) -> Callable[[str], tuple[Linear, list[str]]]:
    """Models of answers as numbers; the groups in the order of lavaan."""
    kept: dict[str, tuple[Linear, list[str]]] = {}

    def of(case: str) -> tuple[Linear, list[str]]:
        if case not in kept:
            frame, group, structure = answered(case)
            codes, names = (np.zeros(len(frame), dtype=int), ["all"]) if group is None else pd.factorize(frame[group])
            columns = [frame[name].to_numpy(dtype=np.float64) for name in structure.items]
            weights = frame["weight"].to_numpy() if "weighted" in case else None
            clusters = pd.factorize(frame["cluster"])[0] if "clusters" in case else None
            samples = group_moments(columns, codes, len(names), weights)
            samples = with_cases(samples, columns, codes, weights, clusters)
            kept[case] = Linear(structure, tuple(map(str, names)), tuple(samples)), [str(name) for name in names]
        return kept[case]

    return of


def close(ours: object, theirs: dict[str, float], names: dict[str, str]) -> None:
    for name, of_lavaan in names.items():
        allowed = 0.01 if "chi2" in name else 0.001
        assert getattr(ours, name) == pytest.approx(theirs[of_lavaan], abs=allowed, rel=1e-5), name


def estimates(case: str, step: str) -> pd.DataFrame:
    """Estimates of lavaan, factors turned so that their first loading in each group is positive."""
    table = pd.DataFrame(LAVAAN[case][step]["estimates"]).astype({"group": str})
    loadings = table[table["op"] == "=~"]
    first = loadings.drop_duplicates(["group", "lhs"]).set_index(["group", "lhs"])["est"]
    sides = [np.sign(first.get((row.group, row.lhs), 1.0)) for row in table.itertuples()]
    others = [np.sign(first.get((row.group, row.rhs), 1.0)) if row.op == "~~" else 1.0 for row in table.itertuples()]
    return table.assign(est=table["est"] * sides * others)


def label(row: object, group: int, parameters: tuple[str, ...], structure: Structure) -> str:
    """Our free parameter for a row of lavaan's table."""
    factor = row.lhs in structure.factors
    names = {
        "=~": f"loading:{row.rhs}",
        "|": f"threshold:{row.lhs}:{str(row.rhs)[1:]}",
        "~~": f"factor_covariance:{row.rhs}:{row.lhs}" if factor else f"residual:{row.lhs}",
        "~1": f"factor_mean:{row.lhs}" if factor else f"intercept:{row.lhs}",
        "~*~": f"{SCALE}:{row.lhs}",
    }
    shared = names[row.op]
    return shared if shared in parameters else f"{shared}:{group}"


def same_estimates(case: str, step: str, names: list[str], fit: object, values: np.ndarray, errors: np.ndarray) -> None:
    """Every estimate up to the side of its factor, and every error."""
    model = fit.model
    for row in estimates(case, step).itertuples():
        at = model.parameters.index(label(row, names.index(row.group), model.parameters, model.structure))
        turned = row.op in ("=~", "~1", "~~") and np.sign(values[at]) != np.sign(row.est)
        assert (-values[at] if turned else values[at]) == pytest.approx(row.est, abs=1e-3), row
        assert errors[at] == pytest.approx(row.se, abs=1e-3), row


@pytest.mark.parametrize(
    ("case", "step"),
    [
        (case, step)
        for case in LAVAAN
        if case not in ("versions", "loadings", "intercepts") and not case.endswith("ordinal")
        for step in LAVAAN[case]
    ],
)
def test_maximum_likelihood_of_incomplete_answers(case: str, step: str, linear: Callable) -> None:
    models, names = linear(case)
    theirs = LAVAAN[case][step]["measures"]
    found = models.fitted(STEPS[step], (), None)
    assert found.problem == ""
    assert found.n == theirs["ntotal"]
    close(models.measures(found), theirs, LINEAR_MEASURES)
    errors = np.sqrt(np.diag(robust_covariance(found)))
    same_estimates(case, step, names, found, found.free, errors)


@pytest.mark.parametrize(("part", "kind"), [("loadings", LOADING), ("intercepts", INTERCEPT)])
def test_score_tests_of_incomplete_answers(part: str, kind: str, linear: Callable) -> None:
    models, _ = linear("bfi")
    found: Fit = models.fitted(STEPS["metric" if kind == LOADING else "scalar"], (), None)
    tests = {test.item: test for test in score_tests(found, [kind])}
    assert set(tests) == set(LAVAAN[part])
    for item, theirs in LAVAAN[part].items():
        assert (tests[item].statistic, tests[item].df) == pytest.approx(tuple(theirs), abs=0.005), item


@pytest.mark.parametrize(
    ("case", "step"), [(case, step) for case in LAVAAN if case.endswith("ordinal") for step in LAVAAN[case]]
)
def test_least_squares_of_incomplete_ordered_answers(case: str, step: str, answered: Callable) -> None:
    frame, group, structure = answered(case)
    codes, names = pd.factorize(frame[group])
    categories = ordered_categories(frame[list(structure.items)], codes)
    samples = tuple(group_polychorics(categories, at) for at in range(len(names)))
    models = Ordinal(structure, tuple(map(str, names)), samples)
    found = models.fitted(tuple(THRESHOLD if kind == INTERCEPT else kind for kind in STEPS[step]), (), None)
    theirs = LAVAAN[case][step]["measures"]
    assert sum(found.n) == theirs["ntotal"]
    close(models.measures(found), theirs, ORDINAL_MEASURES)
    same_estimates(case, step, [str(name) for name in names], found, found.estimates, found.std_errors)
