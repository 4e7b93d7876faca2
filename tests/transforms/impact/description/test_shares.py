"""Shares by hand, against R's survey, and against svy; their limits never leave 0 to 1."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from svy import Design, Sample

from transforms.impact.description.levels import levels_table
from transforms.impact.description.shares import exact_limits, logit_limits, shares_table
from transforms.study import Study, StudySettings
from transforms.study.instrument import Choice, Codebook, Scale, Variable
from transforms.study.settings import Text

MakeScores = Callable[..., pd.DataFrame]
FOLDER = Path(__file__).resolve().parents[3] / "reference" / "raking"
PACKAGES = FOLDER.parent / "packages"


def _study(codes: tuple[float, ...] = (2.0, 0.0, 1.0)) -> Study:
    text = Text(en="answer")
    item = {"type": "item", "label": text, "text": text, "index": "trust", "columns": {"now": "x"}}
    variables = (
        Variable.model_validate({"name": "answer", "role": "headline", "scale": "s"} | item),
        Variable.model_validate({"name": "wide", "role": "secondary", "scale": "r"} | item),
        Variable.model_validate({"name": "gone", "role": "secondary", "scale": "s"} | item),
    )
    choices = tuple(Choice(code=code, label=Text(en=f"{code:g}")) for code in codes)
    scales = (Scale(name="s", choices=choices), Scale(name="r", low=0, high=100))
    settings = {
        "id": "s", "title": "S", "question": "Q", "indices": [{"name": "trust"}],
        "waves": [{"name": "now", "file": "a"}, {"name": "later", "file": "b"}],
        "design": {"cluster": "v", "treatment": {"variable": "v", "values": ["x"]}},
    }  # fmt: skip
    return Study(settings=StudySettings.model_validate(settings), codebook=Codebook(variables=variables, scales=scales))


@pytest.fixture(scope="module")
def people(make_scores: MakeScores) -> pd.DataFrame:
    read = pd.read_csv(FOLDER / "input.csv")
    columns = {name: read[name] for name in ("strata", "psu", "weight", "arm")} | {"answer": read["answer"] * 1.0}
    return make_scores({"cluster": read["psu"], "wave": "now", "wide": 1.0, **columns}, ("now", "later"))


def test_like_r(people: pd.DataFrame) -> None:
    found = shares_table(people, _study()).set_index(["arm", "code"])
    expected = pd.read_csv(FOLDER / "shares.csv").set_index(["arm", "code"])
    assert len(expected) == 6
    for at, row in expected.iterrows():
        for name in ("share", "std_error", "conf_low", "conf_high", "df"):
            assert found.loc[at, name] == pytest.approx(row[name], rel=1e-9), (at, name)
    assert found["method"].unique().tolist() == ["logit"]


def test_design_effect_like_r(people: pd.DataFrame) -> None:
    expected = pd.read_csv(FOLDER / "deff.csv").iloc[0]
    scores = people.assign(trust=people["answer"])
    row = levels_table(scores, _study()).query("arm == 'all' and governorate == 'all'").iloc[0]
    assert row["design_effect"] == pytest.approx(expected["deff"], rel=1e-9)
    assert row["n_effective"] == pytest.approx(len(people) / expected["deff"], rel=1e-9)
    assert row["cv"] == pytest.approx(expected["std_error"] / expected["mean"], rel=1e-9)


def test_like_svy(people: pd.DataFrame) -> None:
    frame = people.assign(unit=people["strata"].astype(str) + people["psu"].astype(str))
    columns = {name: frame[name].to_list() for name in ("strata", "unit", "weight", "arm", "answer")}
    sample = Sample(pl.DataFrame(columns), Design(stratum="strata", psu="unit", wgt="weight"))
    found = shares_table(people, _study()).set_index(["arm", "code"])
    theirs = sample.estimation.prop("answer", by="arm").to_polars().to_dicts()
    assert len(theirs) == 6
    for row in theirs:
        ours = found.loc[(row["arm"], float(row["answer"]))]
        pairs = [("est", "share"), ("se", "std_error"), ("lci", "conf_low"), ("uci", "conf_high"), ("df", "df")]
        for their_name, our_name in pairs:
            assert ours[our_name] == pytest.approx(row[their_name], rel=1e-9)


def test_rows_in_the_order_of_items_waves_arms_and_scale(people: pd.DataFrame) -> None:
    found = shares_table(people, _study())
    assert found["item"].unique().tolist() == ["answer"], "a range lists no answers; an item of no column has none"
    assert found["arm"].unique().tolist() == ["all", "treated", "comparison"]
    assert found["code"].to_list() == [2.0, 0.0, 1.0] * 3
    assert found[found["arm"] == "all"]["n"].sum() == found["answers"].iloc[0] == len(people)
    assert set(found["wave"]) == {"now"}, "nobody was asked later"


@pytest.mark.parametrize(
    ("answers", "limits", "reason"),
    [
        ([1.0] * 8, [1.0, 0.025 ** (1 / 8), 1.0], "everybody: the rest is 1 - .025^(1/8)"),
        ([2.0] * 8, [0.0, 0.0, 1 - 0.025 ** (1 / 8)], "nobody"),
        ([np.nan] * 8, None, "no answer, no row"),
    ],
)
def test_ends(make_scores, answers, limits, reason) -> None:
    columns = {"cluster": list("aabbccdd"), "wave": "now", "arm": "treated", "answer": answers, "wide": 1.0}
    found = shares_table(make_scores(columns, ("now", "later")), _study())
    row = found[(found["code"] == 1.0) & (found["arm"] == "all")]
    if limits is None:
        assert row.empty, reason
        return
    assert row.iloc[0][["share", "conf_low", "conf_high"]].to_list() == pytest.approx(limits), reason
    assert row.iloc[0]["method"] == "Clopper-Pearson"


def test_one_unit_has_a_share_and_no_limits(make_scores) -> None:
    columns = {"cluster": "a", "wave": "now", "arm": "treated", "answer": [1.0, 2.0], "wide": 1.0}
    found = shares_table(make_scores(columns, ("now", "later")), _study())
    row = found[found["code"] == 1.0].iloc[0]
    assert (row["share"], row["method"]) == (0.5, "none")
    assert row[["std_error", "conf_low", "conf_high"]].isna().all()


@given(
    share=st.floats(0.001, 0.999),
    error=st.floats(0, 0.5),
    df=st.integers(1, 200),
    n=st.integers(1, 10**6),
)
def test_limits_stay_between_0_and_1_and_hold_the_share(share: float, error: float, df: int, n: int) -> None:
    low, high = logit_limits(np.array([share]), np.array([error]), np.array([df]), 0.95)
    assert 0 <= low[0] <= share + 1e-12
    assert share - 1e-12 <= high[0] <= 1
    low, high = exact_limits(np.array([0.0, 1.0]), np.array([n, n]), 0.95)
    assert (low[0], high[1]) == (0, 1)
    assert 0 < high[0] <= 1
    assert high[0] == pytest.approx(1 - low[1])


def _round_seven(shared_data: Path) -> tuple[dict[str, object], pd.Series]:
    read, _ = pyreadstat.read_sav(
        shared_data / "mali_police_trust" / "mli_r7_data_eng.sav", usecols=["REGION", "withinwt", "Q43G"]
    )
    answered = read[read["Q43G"].between(0, 3)]
    return {"cluster": answered["REGION"], "weight": answered["withinwt"]}, answered["Q43G"]


def _schools(shared_data: Path, name: str) -> tuple[dict[str, object], pd.Series]:
    data = pd.read_csv(shared_data / "references" / f"{name}.csv")
    stratified = {"cluster": data.index, "strata": data["stype"]}
    design = stratified if name == "apistrat" else {"cluster": data["dnum"]}
    return design | {"weight": data["pw"], "fpc": data["fpc"]}, data["awards"].map({"No": 0.0, "Yes": 1.0})


@pytest.mark.parametrize("name", ["mali", "apistrat", "apiclus1"])
def test_real_shares_like_svyciprop(make_scores: MakeScores, shared_data: Path, name: str) -> None:
    columns, answers = _round_seven(shared_data) if name == "mali" else _schools(shared_data, name)
    plain = {column: np.asarray(values) for column, values in columns.items()}
    panel = make_scores({**plain, "wave": "now", "wide": 1.0, "answer": answers.to_numpy()}, ("now", "later"))
    found = shares_table(panel, _study((0.0, 1.0, 2.0, 3.0))).query("arm == 'all'").set_index("code")
    for code, printed in json.loads((PACKAGES / "packages.json").read_text())[name]["shares"].items():
        row = found.loc[{"No": 0.0, "Yes": 1.0}[code] if code in {"No", "Yes"} else float(code)]
        ours = row[["share", "std_error", "conf_low", "conf_high"]].to_list()
        assert ours == pytest.approx([printed[key] for key in ("share", "std_error", "low", "high")], rel=1e-6)
