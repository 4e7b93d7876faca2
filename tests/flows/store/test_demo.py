"""The demo study's files: what a field team would send, the same bytes each time."""

import time
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from flows.store.demo import SPSS_STAMP, SPSS_TIME, STATA_TIME, _shortened, write_demo
from flows.store.files import read_study
from flows.store.readers import read_raw
from transforms.prepare.wave import type_wave
from transforms.simulate import simulate_demo
from transforms.study import Study

DEMO = Path(__file__).resolve().parents[3] / "data" / "raw" / "demo"


@pytest.fixture(scope="module")
def study() -> Study:
    return read_study(DEMO)


@pytest.fixture(scope="module")
def folder(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, study)
    return folder


def test_the_same_seed_gives_the_same_bytes_at_another_time(folder: Path, study: Study, tmp_path: Path) -> None:
    time.sleep(1.1)  # SPSS files keep the second of writing
    again = write_demo(tmp_path, study, study.settings.seed)
    assert [path.name for path in again] == ["baseline.sav", "endline.dta", "truth.csv"]
    for path in again:
        assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


def test_headers_hold_a_fixed_time(folder: Path) -> None:
    assert (folder / "baseline.sav").read_bytes()[SPSS_STAMP] == SPSS_TIME
    assert (folder / "endline.dta").read_bytes().count(STATA_TIME) == 1


def test_another_seed_gives_other_answers_to_the_same_truth(folder: Path, study: Study, tmp_path: Path) -> None:
    write_demo(tmp_path, study, 1)
    assert (tmp_path / "truth.csv").read_bytes() == (folder / "truth.csv").read_bytes()
    assert (tmp_path / "endline.dta").read_bytes() != (folder / "endline.dta").read_bytes()


def test_truth_is_six_effects(folder: Path) -> None:
    assert (folder / "truth.csv").read_text(encoding="utf-8") == (
        "outcome,governorate,effect_sd\n"
        "vertical,Amman,0.25\nvertical,Irbid,0.15\nvertical,Mafraq,0.0\n"
        "horizontal,Amman,0.2\nhorizontal,Irbid,0.0\nhorizontal,Mafraq,0.1\n"
    )


def test_spss_file_holds_the_simulated_answers(folder: Path, study: Study) -> None:
    raw = simulate_demo(study.settings.seed, study).waves["baseline"]
    plain, _ = pyreadstat.read_sav(folder / "baseline.sav")
    coded, meta = pyreadstat.read_sav(folder / "baseline.sav", user_missing=True)
    assert "SYNTHETIC" in meta.file_label
    for column in raw.frame:
        if raw.frame[column].dtype == "float64":
            pd.testing.assert_series_equal(plain[column], raw.frame[column], check_names=False)
    for column, marks in raw.missing.items():
        assert coded[column][marks.notna()].tolist() == marks.dropna().astype(float).tolist()
    assert plain["RESP_ID"].tolist() == raw.frame["RESP_ID"].tolist()
    assert plain["INT_DATE"].astype("str").tolist() == raw.frame["INT_DATE"].tolist()
    assert meta.missing_ranges["V1_01"] == [{"lo": 96.0, "hi": 99.0}]
    assert "AGE" not in meta.missing_ranges
    assert meta.variable_value_labels["V1_01"] == raw.value_labels["V1_01"]


def test_stata_file_holds_the_simulated_answers(folder: Path, study: Study) -> None:
    raw = simulate_demo(study.settings.seed, study).waves["endline"]
    plain, _ = pyreadstat.read_dta(folder / "endline.dta")
    tagged, meta = pyreadstat.read_dta(folder / "endline.dta", user_missing=True)
    assert "SYNTHETIC" in meta.file_label
    for column in raw.missing:
        pd.testing.assert_series_equal(plain[column], raw.frame[column], check_names=False)
        assert tagged[column][raw.missing[column].notna()].tolist() == raw.missing[column].dropna().tolist()
    assert plain["date_e"].astype("str").tolist() == raw.frame["date_e"].tolist()
    assert plain["governorate_e"].unique().tolist() == ["Amman", "Irbid", "Mafraq"]
    assert meta.variable_value_labels["v1_01_e"] == raw.value_labels["v1_01_e"]


def test_labels_are_cut_after_a_word_where_a_format_has_no_room(folder: Path) -> None:
    _, stata = pyreadstat.read_dta(folder / "endline.dta", metadataonly=True)
    _, spss = pyreadstat.read_sav(folder / "baseline.sav", metadataonly=True)
    assert max(map(len, stata.column_labels)) <= 80
    assert max(len(label.encode()) for label in spss.column_labels) <= 250
    assert any(label.endswith("…") for label in stata.column_labels)


@pytest.mark.parametrize(
    ("label", "letters", "size", "expected", "why"),
    [
        ("one two", 7, 99, "one two", "it just fits"),
        ("one two three", 8, 99, "one two…", "the ellipsis counts"),
        ("ثقة كبيرة", 99, 12, "ثقة…", "Arabic letters take two bytes, the ellipsis three"),
    ],
)
def test_shortened(label: str, letters: int, size: int, expected: str, why: str) -> None:
    assert _shortened(label, letters, size) == expected, why
    assert len(expected) <= letters, why
    assert len(expected.encode()) <= size, why


@pytest.mark.parametrize("position", [0, 1])
def test_a_written_wave_is_typed_as_the_simulated_one(position: int, folder: Path, study: Study) -> None:
    """Nothing is lost on the way through SPSS and Stata: answers, codes, and why an answer is missing."""
    wave = study.waves[position]
    written = type_wave(read_raw(folder / wave.file), study, wave)
    drawn = type_wave(simulate_demo(study.settings.seed, study).waves[wave.name], study, wave)
    pd.testing.assert_frame_equal(written.frame, drawn.frame)
    assert written.counts == drawn.counts
