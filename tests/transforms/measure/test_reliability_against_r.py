"""Alpha, omega, ordinal alpha and item-rest correlations of psych and lavaan: tests/reference/reliability."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.two_waves import TWO_WAVES
from transforms.measure.consistency import omega_total, pairwise_covariance
from transforms.measure.factors.one_factor_each import one_factor_each
from transforms.measure.reliability import reliability_table

REFERENCE = Path(__file__).resolve().parents[2] / "reference"
SETTINGS = f"""{TWO_WAVES}[design]
community = "town"
group = "group"
[design.treatment]
variable = "town"
values = ["t"]
"""
WAVES = {"baseline": "before", "endline": "after"}
SAI = ("anxious jittery nervous tense upset", "at.ease calm confident content relaxed")


@pytest.fixture(scope="module")
def by_r():
    return pd.read_csv(REFERENCE / "reliability" / "reliability.csv").set_index(["case", "set"])


def codebook(items: dict[str, tuple[str, str, str]]) -> str:
    """Rows of a codebook: scale, direction and dimension of each item; its index is `i`."""
    lines = ["variable | type | scale | direction | index | dimension | before | after"]
    lines += ["town | category | | | | | t | t", "group | category | | | | | g | g"]
    lines += [
        f"{name} | item | {scale} | {sign} | i | {of} | {name} | {name}" for name, (scale, sign, of) in items.items()
    ]
    return "\n".join(lines)


def same(row, expected) -> None:
    assert (row["n"], row["items"]) == (expected["n"], expected["items"])
    for name, tolerance in {"alpha": 1e-9, "item_rest_min": 1e-9, "omega": 1e-6, "ordinal_alpha": 1e-3}.items():
        assert row[name] == pytest.approx(expected[name], abs=tolerance), name
    assert row["item_rest_item"] == expected["item_rest_item"]


@pytest.fixture(scope="module")
def demo(little_study, as_panel):
    """Reliability of the synthetic demo's items, each index by itself."""
    items = pd.read_csv(REFERENCE / "ordinal" / "demo_items.csv")
    design = pd.DataFrame({"group": items["group"]})
    design[["wave", "arm"]] = items["wave_arm"].replace(WAVES, regex=True).str.split(expand=True)
    found = {}
    for prefix in "VH":
        mine = [name for name in items if name.startswith(prefix) and name != "wave_arm"]
        rows = {name: ("0-10" if items[name].max() > 4 else "0-4", "+", name[:2]) for name in mine}
        study = little_study(SETTINGS + '[[indices]]\nname = "i"\n', codebook(rows))
        panel = as_panel(pd.concat([design, items[mine].astype(float)], axis=1))
        found[prefix] = reliability_table(panel, study).set_index(["wave", "arm", "group", "dimension"])
    return found


def test_the_demo_is_that_of_r(demo, by_r):
    cases = [(case, of) for case, of in by_r.index if of != "all"]
    assert len(cases) == 54  # two indices of four and three dimensions, in six cells
    for case, of in cases:
        wave, arm, group = case.split()
        key = (WAVES.get(wave, wave), arm, group, of if len(of) == 2 else "all")
        same(demo[of[0]].loc[key], by_r.loc[(case, of)])


@pytest.mark.parametrize("file", ["sai.csv", "bfi.csv"])
def test_published_data_are_those_of_r(little_study, as_panel, shared_data, by_r, file):
    data = pd.read_csv(shared_data / "references" / file)
    if file == "sai.csv":
        rows = {
            name.replace(".", "_"): ("1-4", sign, "")
            for part, sign in zip(SAI, "+-", strict=True)
            for name in part.split()
        }
    else:
        rows = {"A1": ("1-6", "-", "")} | {f"A{at}": ("1-6", "+", "") for at in range(2, 6)}
    answers = data.rename(columns=lambda name: name.replace(".", "_"))[list(rows)].astype(float)
    study = little_study(SETTINGS + '[[indices]]\nname = "i"\n', codebook(rows))
    panel = as_panel(
        answers.assign(wave="before", group=data.get("gender", 1).astype(str) if file == "bfi.csv" else "all")
    )
    found = reliability_table(panel, study).set_index(["wave", "arm", "group"])
    expected = by_r.loc[(file[:3], "all")].copy()
    expected["item_rest_item"] = expected["item_rest_item"].replace(".", "_")
    same(found.loc[("before", "all", "all")], expected)
    if file == "bfi.csv":
        for sex in "12":
            same(found.loc[("before", "all", sex)], by_r.loc[(f"bfi gender {sex}", "all")])


def test_omega_of_standardised_items_is_that_of_psych(by_r):
    """`psych::omega` takes correlations: the same function gives its number from them."""
    items = pd.read_csv(REFERENCE / "ordinal" / "demo_items.csv").filter(regex="^[VH]")
    for of in ("V", "V1", "V2", "V3", "V4", "H", "H1", "H2", "H4"):
        covariance = pairwise_covariance(items.filter(regex=f"^{of}").to_numpy(dtype=float))
        sd = np.sqrt(np.diag(covariance))
        correlation = covariance / np.outer(sd, sd)
        [unexplained] = one_factor_each(correlation[None]).unexplained
        omega = omega_total(correlation, unexplained)
        assert omega == pytest.approx(by_r.loc[("all all all", of), "omega_psych_ml"], abs=1e-4)
        assert omega == pytest.approx(by_r.loc[("all all all", of), "omega_psych_minres"], abs=1e-3)
