"""A study that shares no name with the demo needs files only: other waves, codes, places, an encoding, no weights."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from flows.pipeline import STAGES
from flows.stages.ingest import collect, ingest_wave
from flows.store import files
from flows.store.paths import RunPaths
from transforms.study.problems import DataRefusedError

ANSWERS = ["أبداً", "نادراً", "أحياناً", "غالباً", "دائماً"]
PROVINCES = {"نينوى": "Nineveh", "الأنبار": "Anbar", "البصرة": "Basra"}
COLUMNS = ["الجولة", "محافظة", "قرية", "مشارك", "صفة", "س1", "س2", "س3", "العمر"]
PLANTED = {"Nineveh": 0.8, "Anbar": 0.0, "Basra": 0.4}  # steps of the five answers, in the last round
VILLAGES, PEOPLE = 12, 40
REFUSED = "رفض الإجابة"

SETTINGS = """
id = "markets"
title = { en = "Shared markets", ar = "أسواق مشتركة" }
question = "Do traders who share a market stall deal more fairly?"

[[waves]]
name = "y2019"
file = "rounds.csv"
where = { "الجولة" = ["١"] }
[[waves]]
name = "y2021"
file = "rounds.csv"
where = { "الجولة" = ["2"] }
[[waves]]
name = "y2023"
file = "rounds.csv"
where = { "الجولة" = [3] }

[design]
governorate = "province"
cluster = "village"
group = "standing"

[design.treatment]
variable = "took_part"
values = ["yes"]

[[indices]]
name = "dealing"

[effects]
minimum_cell = 20
"""
CODEBOOK = """variable,type,text_en,scale,direction,index,y2019,y2021,y2023
province,category,Province,PROV,,,محافظة,محافظة,محافظة
village,category,Village,,,,قرية,قرية,قرية
took_part,category,Market,YN,,,مشارك,مشارك,مشارك
standing,category,Standing,STAND,,,صفة,صفة,صفة
prices,item,How often are prices fair?,OFTEN,+,dealing,س1,س1,س1
promises,item,How often are promises kept?,OFTEN,+,dealing,س2,س2,س2
cheating,item,How often are you cheated?,OFTEN,-,dealing,س3,س3,س3
age,number,Age,,,,العمر,العمر,العمر
"""
SCALES = "scale,code,label_en,label_ar\n" + "\n".join(
    [f"PROV,{code},{english},{arabic}" for code, (arabic, english) in enumerate(PROVINCES.items(), start=7)]
    + ["YN,0,no,لا", "YN,1,yes,نعم", "STAND,1,Settled,مقيم", "STAND,2,Returned,عائد"]
    + [f"OFTEN,{code},Answer {code},{arabic}" for code, arabic in enumerate(ANSWERS)]
)


def make_answers(seed: int = 5) -> pd.DataFrame:
    """Three rounds of fresh people in one table, half the villages of each province with a market."""
    rng = np.random.default_rng(seed)
    grid = pd.MultiIndex.from_product([range(3), PROVINCES, range(VILLAGES), range(PEOPLE)])
    wave, province, village, _ = (grid.get_level_values(level).to_numpy() for level in range(4))
    treated = village % 2 == 0
    shift = np.array([PLANTED[PROVINCES[name]] for name in province]) * (wave == 2) * treated
    level = rng.normal(size=len(grid)) * 0.7 + shift
    frame = pd.DataFrame(
        {
            "الجولة": wave + 1,
            "محافظة": province,
            "قرية": [f"{PROVINCES[name][0]}{number:02d}" for name, number in zip(province, village, strict=True)],
            "مشارك": np.where(treated, "نعم", "لا"),
            "صفة": rng.choice(["مقيم", "عائد"], len(grid)),
        }
    )
    for column, sign in {"س1": 1, "س2": 1, "س3": -1}.items():
        code = np.clip(np.round(2 + sign * level + rng.normal(size=len(grid)) * 0.6), 0, 4).astype(int)
        frame[column] = np.where(rng.random(len(grid)) < 0.03, REFUSED, np.array(ANSWERS)[code])
    return frame.assign(العمر=rng.integers(18, 80, len(grid)))[COLUMNS]


def write_study(folder: Path, settings: str, codebook: str, answers: pd.DataFrame, file: str) -> Path:
    folder.mkdir(parents=True)
    for name, text in {"study.toml": settings, "codebook.csv": codebook, "scales.csv": SCALES}.items():
        (folder / name).write_text(text, encoding="utf-8")
    answers.to_csv(folder / file, index=False, encoding="cp1256", sep=";")
    return folder


@pytest.fixture(scope="module")
def markets(tmp_path_factory):
    return write_study(tmp_path_factory.mktemp("raw") / "markets", SETTINGS, CODEBOOK, make_answers(), "rounds.csv")


def run_stages(study: Path, run: Path) -> RunPaths:
    """Every stage in order, without Prefect's server."""
    run.mkdir(parents=True)
    paths = RunPaths(study=study, run=run)
    for name in files.read_study(study).wave_names:
        ingest_wave.fn(paths, name)
    collect(paths)
    for stage in STAGES[1:]:
        stage.fn(paths)
    return paths


@pytest.fixture(scope="module")
def finished(markets, tmp_path_factory):
    return run_stages(markets, tmp_path_factory.mktemp("results") / "run")


def test_every_row_and_answer_is_read(finished):
    panel = files.read_frame(finished.panel)
    rows = VILLAGES * PEOPLE
    assert panel.groupby(["wave", "governorate"], observed=True).size().tolist() == [rows] * 9
    assert list(panel.wave.cat.categories) == ["y2019", "y2021", "y2023"]
    assert panel.cluster.nunique() == 3 * VILLAGES
    assert panel.weight.eq(1).all()
    assert set(panel.group) == {"Settled", "Returned"}
    assert set(panel.prices__missing.dropna()) == {"refused"}
    assert panel.prices.isna().mean() == pytest.approx(0.03, abs=0.01)
    counts = files.read_table(finished.row_counts)
    assert counts[counts.step == "where"].remaining.tolist() == [3 * rows] * 3


def test_effects_of_every_later_wave_are_near_what_was_planted(finished):
    table = files.read_table(finished.estimates)
    table = table[table.model == "did"]
    whole = table[(table.outcome == "dealing") & (table.contrast == "treated x post") & (table.group == "all")]
    assert set(whole.wave) == {"y2021", "y2023"}
    key = json.loads(finished.scoring_key.read_text(encoding="utf-8"))
    assert (key["reference"]["wave"], key["reference"]["arm"], key["reference"]["weighted"]) == (
        "y2019",
        "comparison",
        False,
    )
    for row in whole[whole.governorate.isin(PLANTED)].itertuples():
        planted = PLANTED[row.governorate] / 0.86 if row.wave == "y2023" else 0  # 0.86: SD of the mean of three answers
        assert row.estimate == pytest.approx(planted, abs=3 * row.std_error + 0.06), (row.wave, row.governorate)
        assert (row.clusters, row.unit) == (VILLAGES, "sd")
    assert set(table.outcome) == {"dealing"}


def test_the_report_speaks_of_this_study_only(finished):
    page = finished.report("en").read_text(encoding="utf-8")
    for word in ("Shared markets", "Nineveh", "Basra", "Returned", "How often are promises kept?"):
        assert word in page
    for word in ("Amman", "Irbid", "Mafraq", "Jordanian", "Public Security", "Vertical", "SYNTHETIC"):
        assert word not in page


def test_no_answer_and_no_village_name_is_in_what_may_be_passed_on(finished):
    shared = [finished.validation, finished.problems, finished.manifest, *finished.data_docs.rglob("*.html")]
    for path in shared:
        text = path.read_text(encoding="utf-8")
        assert not [word for word in (*ANSWERS, REFUSED, "N03", "B11") if word in text], path.name


def one_wave(change: str = "") -> tuple[str, str]:
    """Settings and codebook of the last round alone, without a comparison arm."""
    head, _, rest = SETTINGS.partition("[[waves]]")
    design, _, indices = rest.partition("[design]")[2].partition("[design.treatment]")
    indices = "[[indices]]" + indices.partition("[[indices]]")[2].partition("[effects]")[0]
    settings = f'{head}[[waves]]\nname = "y2023"\nfile = "last.csv"\n[design]{design}{indices}{change}'
    rows = [line.split(",") for line in CODEBOOK.splitlines()]
    return settings, "\n".join(",".join([*row[:6], row[8]]) for row in rows if row[0] != "took_part")


@pytest.fixture
def last_round():
    answers = make_answers()
    return answers[answers["الجولة"] == 3].drop(columns=["الجولة", "مشارك"])


def test_one_wave_without_a_comparison_gives_levels_and_claims_nothing_more(tmp_path, last_round):
    paths = run_stages(write_study(tmp_path / "raw", *one_wave(), last_round, "last.csv"), tmp_path / "run")
    levels = files.read_table(paths.levels)
    assert set(levels.wave) == {"y2023"}
    assert {"Nineveh", "Anbar", "Basra", "all"} == set(levels.governorate)
    assert levels.std_error.gt(0).all()
    estimates = files.read_table(paths.estimates)
    assert not estimates.contrast.str.contains("treated|post", regex=True).any()
    scores = files.read_frame(paths.scores)
    assert scores.dealing.mean() == pytest.approx(0, abs=1e-9)
    assert scores.dealing.std() == pytest.approx(1, abs=1e-9)
    assert "Nineveh" in paths.report("en").read_text(encoding="utf-8")


def test_one_wave_in_whole_provinces_without_clusters_or_groups(tmp_path, last_round):
    settings, codebook = one_wave()
    settings = settings.replace('cluster = "village"\n', "").replace('group = "standing"\n', "")
    paths = run_stages(write_study(tmp_path / "raw", settings, codebook, last_round, "last.csv"), tmp_path / "run")
    panel = files.read_frame(paths.panel)
    assert panel.cluster.is_unique  # everyone is their own cluster
    assert files.read_table(paths.levels).std_error.gt(0).all()


def test_an_answer_outside_the_scale_stops_it_with_counts_only(tmp_path, last_round):
    last_round = last_round.copy()
    last_round.iloc[:4, last_round.columns.get_loc("س1")] = "9"
    study = write_study(tmp_path / "raw", *one_wave(), last_round, "last.csv")
    with pytest.raises(DataRefusedError) as refused:
        run_stages(study, tmp_path / "run")
    assert "4" in str(refused.value)
    assert "prices" in str(refused.value)
    assert not [word for word in ANSWERS if word in str(refused.value)]


@pytest.mark.slow
def test_the_command_runs_it(markets, tmp_path):
    command = [sys.executable, "-m", "flows.cli", "run", str(markets), "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env={**os.environ})
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "markets" / "latest" / "report" / "report.en.html").is_file()
    assert "Shared markets" in done.stdout
