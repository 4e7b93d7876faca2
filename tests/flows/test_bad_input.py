"""A study in which much is wrong still runs; each row that is not there says why, in the table and in the report."""

import html
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from tests.two_waves import TWO_WAVES

pytestmark = pytest.mark.usefixtures("prefect_server")
SETTINGS = f"""
id = "spoiled"
title = "SYNTHETIC: much that can go wrong"
question = "Does one spoiled part spoil the others?"
synthetic = true
formats = ["xlsx"]{TWO_WAVES}[design]
governorate = "place"
cluster = "town"
strata = "area"
weight = "load"

[design.treatment]
variable = "reached"
values = ["yes"]
assigned_by = "town"

[[indices]]
name = "trust"

[[indices]]
name = "silent"

[[indices]]
name = "mute"

[[indices]]
name = "late"

[[indices]]
name = "broad"

[effects]
covariates = ["age", "double"]
draws = 999
"""
WAIVERS = """
[[waivers]]
check = "arm_constant_in_cluster"
action = "accept"
reason = "One town was reached between the waves."
signed = "A. Tester"

[[waivers]]
check = "weight_positive"
action = "accept"
reason = "They count for nobody."
signed = "A. Tester"
"""
CODEBOOK = """variable,type,label_en,scale,index,dimension,role,before,after
place,category,Governorate,,,,,place,place
town,category,Town,,,,,town,town
area,category,Area,,,,,area,area
load,number,Weight,,,,,load,load
reached,category,Programme,,,,,arm,arm
t1,item,Near,1-5,trust,near,,q1,q1
t2,item,Near too,1-5,trust,near,,q2,q2
t3,item,Far,1-5,trust,far,,q3,q3
t4,item,Far too,1-5,trust,far,,q4,q4
s1,item,Asked once,1-5,silent,one,,q5,q5
s2,item,Asked once too,1-5,silent,one,,q6,q6
m1,item,Never answered,1-5,mute,one,,m1,m1
m2,item,Never answered either,1-5,mute,two,,m2,m2
l1,item,Answered afterwards,1-5,late,one,,l1,l1
b1,item,Broad one,1-5,broad,a,,b1,b1
b2,item,Broad two,1-5,broad,b,,b2,b2
b3,item,Broad three,1-5,broad,c,,b3,b3
b4,item,Broad four,1-5,broad,d,,b4,b4
same,item,Always three,1-5,,,secondary,q7,q7
known,item,Known from the arm,1-5,,,secondary,q8,q8
calm,item,Calm,1-5,,,secondary,q9,q9
age,number,Age,,,,background,age,age
double,number,Twice the age,,,,background,double,double
"""
PLACES = ("North", "South", "East", "West")
TOWNS, PEOPLE = 12, 8


def _wave(later: int) -> pd.DataFrame:
    """One wave: West has a town in both arms, East no programme afterwards, South a stratum of one town.

    Nobody answers m1 and m2, nobody l1 before; b4 is the same for all of the comparison arm before.
    """
    rng = np.random.default_rng(later)
    grid = pd.MultiIndex.from_product([PLACES, range(TOWNS), range(PEOPLE)])
    place, number = (grid.get_level_values(level).to_numpy() for level in (0, 1))
    n, treated, alone = len(grid), number % 2 == 0, (place == "South") & (number == 0)
    answers = {f"q{at}": rng.integers(1, 6, n).astype(object) for at in (1, 2, 3, 4, 5, 6, 9)}
    broad = {f"b{at}": rng.integers(1, 6, n) for at in (1, 2, 3, 4)}
    broad["b4"] = np.where(treated | bool(later), broad["b4"], 4)
    rows = pd.DataFrame(
        {
            "place": place,
            "town": [f"{name[0]}{town:02d}" for name, town in zip(place, number, strict=True)],
            "area": np.where(alone, "alone", "rest"),
            "load": np.where(np.arange(n) == 5, 0.0, rng.uniform(0.5, 2.0, n).round(3)),
            "arm": np.where(treated, "yes", "no"),
            **answers,
            **broad,
            "m1": "",
            "m2": "",
            "l1": broad["b1"] if later else "",
            "q7": 3,
            "q8": 1 + later + treated + 2 * np.isin(place, ("South", "West")),
            "age": rng.integers(18, 80, n),
        }
    )
    rows["double"] = 2 * rows["age"]
    if later:
        rows["arm"] = rows["arm"].mask(rows["town"] == "W00", "no")
        rows = rows[(rows["place"] != "East") | ~treated].assign(q5="", q6="")
    return rows


def _write(folder: Path, settings: str, later: pd.DataFrame | None = None) -> Path:
    folder.mkdir(parents=True)
    (folder / "study.toml").write_text(settings, encoding="utf-8")
    (folder / "codebook.csv").write_text(CODEBOOK, encoding="utf-8")
    _wave(0).to_csv(folder / "before.csv", index=False)
    (_wave(1) if later is None else later).to_csv(folder / "after.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, prefect_server: Path) -> tuple[int, Path]:
    """Exit code of `tamasuk run`, and the folder of its results."""
    from flows import cli

    folder = _write(tmp_path_factory.mktemp("bad") / "data/raw/spoiled", SETTINGS + WAIVERS)
    out = folder.parents[1] / "processed"
    code = CliRunner().invoke(cli.app, ["run", str(folder), "--out", str(out), "--fast"]).exit_code
    return code, out / "spoiled" / "latest"


@pytest.mark.parametrize(
    ("row", "status", "reason", "why"),
    [
        ("did: trust in North", "ok", "", "nothing is wrong in the north"),
        ("did: trust in East", "not_estimated", "empty_cell", "one arm empty"),
        ("did: trust in West", "no_p_value", "cluster_in_both_arms", "a cluster in both arms"),
        ("did: trust in South", "ok", "strata_left_out", "a stratum with one PSU"),
        ("did: silent in pooled", "not_estimated", "empty_cell", "nobody was asked again"),
        ("did: mute in pooled", "not_estimated", "no_answers", "nobody answered any of it"),
        ("did: mute.one in pooled", "not_estimated", "no_answers", "nor its dimension"),
        ("doubly robust: mute in pooled", "not_estimated", "no_answers", "whatever the model"),
        ("did: late in pooled", "not_estimated", "no_unit", "answered afterwards only"),
        ("did: broad.d in pooled", "not_estimated", "no_unit", "the comparison arm answered alike at baseline"),
        ("did: broad.a in North", "ok", "", "the other dimensions come"),
        ("did: broad in North", "ok", "", "and the index, without the one that has no unit"),
        ("pairwise: trust in South - North", "ok", "strata_left_out", "both carry it"),
        ("pairwise: trust in North - East", "not_estimated", "empty_cell", "one of them has no effect"),
        ("secondary: same in pooled", "not_estimated", "no_variation", "a constant outcome"),
        ("secondary: known in North", "no_p_value", "perfect_fit", "perfect prediction: arm, wave and place tell it"),
        ("secondary: known in South - North", None, "", "pairs are of the indices only"),
        ("secondary: calm in North", "ok", "", "other secondary outcomes come"),
        ("covariates: trust in North", "ok", "covariates_left_out", "collinear covariates"),
        ("doubly robust: trust in North", "ok", "", "collinear covariates need no reason where one tells the other"),
    ],
)
def test_each_row_has_its_status_and_reason(finished, row, status, reason, why):
    code, run = finished
    model, outcome, place = re.split(": | in ", row)
    assert code == 0
    table = pd.read_csv(run / "estimates.csv", keep_default_na=False)
    here = (table.model == model) & (table.outcome == outcome) & (table.governorate == place) & (table.group == "all")
    rows = table[here & (table.contrast != "governorates equal")]
    found = [tuple(pair) for pair in rows[["status", "reason"]].to_numpy()]
    assert found == ([] if status is None else [(status, reason)]), why


def test_weights_of_zero_count_for_nobody(finished):
    table = pd.read_csv(finished[1] / "estimates.csv")
    north = table[(table.model == "did") & (table.outcome == "trust") & (table.governorate == "North")]
    assert north.n.tolist() == [2 * TOWNS * PEOPLE - 2]


def test_the_report_says_every_reason_of_the_study_s_own_rows(finished):
    run = finished[1]
    table = pd.read_csv(run / "estimates.csv", keep_default_na=False)
    from flows.store.render import read_wording

    say = read_wording("en")
    page = (run / "report" / "report.en.html").read_text(encoding="utf-8")
    text = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))
    shown = table[
        table.model.isin(["did", "pairwise"]) | (table.model.eq("secondary") & table.governorate.eq("pooled"))
    ]
    reasons = set(shown.reason) - {""}
    assert reasons == {"cluster_in_both_arms", "empty_cell", "few_clusters_in_a_governorate", "no_answers", "no_unit",
                       "no_variation", "strata_left_out"}  # fmt: skip
    assert [reason for reason in sorted(reasons) if say.name("reasons", reason) not in text] == []


def test_what_could_not_be_scored_is_a_warning_and_said_in_the_report(finished):
    run = finished[1]
    problems = pd.read_csv(run / "problems.csv")
    mine = problems[problems.check == "unit_known"]
    assert mine.variable.tolist() == ["broad.d", "late", "mute", "mute.one", "mute.two"]
    assert set(mine.severity) == {"warning"}
    page = (run / "report" / "report.en.html").read_text(encoding="utf-8")
    text = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))
    for words in ("What could not be scored", "mute has no result, because fewer than two people",
                  "late has no result", "broad is made without its dimension D"):  # fmt: skip
        assert words in text


@pytest.mark.parametrize(
    ("settings", "later", "said", "why"),
    [
        (SETTINGS, _wave(1).assign(load=-1.0), ("weight_positive: load: 336 of 336", "sign a waiver"), "no weights"),
        (SETTINGS + WAIVERS.replace("arm_constant_in_cluster", "item_missing"), None,
         ("arm_constant_in_cluster: town: 1 of", "sign a waiver"), "a cluster in both arms, not accepted"),
        (SETTINGS.replace('"double"]', '"dubble"]'), None, ("no variable dubble. Did you mean double?",), "a slip"),
    ],
)  # fmt: skip
def test_what_is_refused_says_what_to_do(tamasuk, tmp_path, settings, later, said, why):
    folder = _write(tmp_path / "data/raw/spoiled", settings, later)
    code, output = tamasuk("check", str(folder))
    assert code != 0, why
    for words in said:
        assert words in " ".join(output.split()), why


def test_a_study_whose_only_index_nobody_answered_is_refused(tamasuk, tmp_path):
    alone = re.sub(r"(\[\[indices\]\]\nname = \"\w+\"\n\n)+", '[[indices]]\nname = "mute"\n\n', SETTINGS)
    folder = _write(tmp_path / "data/raw/spoiled", alone + WAIVERS)
    rows = [row for row in CODEBOOK.splitlines() if not re.match(r"[tslb]\d,", row)]
    (folder / "codebook.csv").write_text("\n".join(rows), encoding="utf-8")
    code, output = tamasuk("run", str(folder), "--out", str(tmp_path / "out"), "--fast")
    assert code == 1
    said = " ".join(output.split())
    for words in ("item m1: 0 of 192 respondents have a value", "index mute: 0 of 192", "Check the recodes"):
        assert words in said
