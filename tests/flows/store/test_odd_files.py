"""The test files of two other readers (pyreadstat, haven): read to their documented values, or refused in words."""

import csv

import numpy as np
import pandas as pd
import pytest

from flows.store.readers import read_raw
from transforms.study import UnreadableFileError


@pytest.fixture(scope="module")
def odd_files(shared_data):
    return shared_data / "odd_files"


@pytest.fixture(scope="module")
def pyreadstat_files(odd_files):
    return odd_files / "pyreadstat"


@pytest.fixture(scope="module")
def haven_files(odd_files):
    return odd_files / "haven"


def companion(path):
    """Cells of the table that documents a file, dates and times as ISO 8601 writes them in full seconds."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [{name: _plain(cell) for name, cell in row.items()} for row in rows]


def _plain(cell):
    cell = {"#NULL!": "", "NaN": ""}.get(cell, cell.removesuffix(".000000"))
    if cell.count(":") == 2 and cell.index(":") == 1:
        cell = "0" + cell
    try:
        return float(cell)
    except ValueError:
        return cell


def cells(raw):
    """Cells of a table that was read, empty where there is no answer."""
    frame = raw.frame.rename(columns=str.lower).astype("object")
    return frame.where(frame.notna(), "").to_dict("records")


def test_every_file_is_read_or_refused_in_words(odd_files):
    paths = sorted(path for path in odd_files.rglob("*") if path.is_file())
    assert len(paths) == 44
    refused = {}
    for path in paths:
        try:
            raw = read_raw(path)
            assert set(raw.frame.dtypes.astype(str)) <= {"str", "float64"}, path.name
            assert raw.names == tuple(raw.frame.columns), path.name
        except UnreadableFileError as refusal:
            refused[path.name] = str(refusal)
    assert refused == {
        "datetime.sav": "datetime.sav cannot be read: column date.posix holds 1 date beyond the range of the calendar. "
        "Correct the column in the file, or take it out of the codebook."
    }


@pytest.mark.parametrize("name", ["sample.sav", "sample.zsav", "sample.dta", "sample.por", "sample.csv"])
def test_one_sample_in_five_formats(pyreadstat_files, name):
    raw = read_raw(pyreadstat_files / "basic" / name)
    expected = companion(pyreadstat_files / "basic" / "sample.csv")
    read = cells(raw)
    if name == "sample.csv":
        read = [{column: _plain(cell) for column, cell in row.items()} for row in read]
    else:
        labels = {column.lower(): labels for column, labels in raw.value_labels.items()}
        assert labels == {"mylabl": {1: "Male", 2: "Female"}, "myord": {1: "low", 2: "medium", 3: "high"}}
    assert read == expected


def test_a_large_sample_repeats_the_small_one(pyreadstat_files):
    read = cells(read_raw(pyreadstat_files / "basic" / "sample_large.sav"))
    assert read == companion(pyreadstat_files / "basic" / "sample.csv") * 97


def test_user_missing_values_and_ranges(pyreadstat_files):
    raw = read_raw(pyreadstat_files / "basic" / "sample_missing.sav")
    answers = companion(pyreadstat_files / "basic" / "sample_missing.csv")
    everything = companion(pyreadstat_files / "basic" / "sample_missing_user.csv")
    assert cells(raw) == answers
    for column in raw.missing:
        for row, code in raw.missing[column].dropna().items():
            assert float(code) == everything[row][column], "the code stays as the file has it"
    assert {column: raw.missing[column].notna().sum() for column in raw.missing} == {
        "mynum": 2,
        "mylabl": 1,
        "myord": 2,
    }
    assert raw.missing.mynum.dropna().tolist() == ["-1", "2500"], "a value, and one inside a range"


def test_text_declared_missing(pyreadstat_files):
    raw = read_raw(pyreadstat_files / "missing_data" / "missing_char.sav")
    assert cells(raw) == companion(pyreadstat_files / "missing_data" / "missing_char_unformatted.csv")
    codes = raw.missing.fillna(raw.frame).mychar.tolist()
    assert codes == [
        row["mychar"] for row in companion(pyreadstat_files / "missing_data" / "missing_char_formatted.csv")
    ]


def test_a_labelled_code_declared_missing(pyreadstat_files):
    folder = pyreadstat_files / "missing_data"
    raw = read_raw(folder / "missing_test.sav")
    assert cells(raw) == companion(folder / "missing_sav_unformatted.csv")
    labels = [raw.value_labels["var1"][float(code)] for code in raw.missing.var1.dropna()]
    assert labels == [companion(folder / "missing_sav_labeled.csv")[0]["var1"]]


def test_stata_tags(pyreadstat_files):
    folder = pyreadstat_files / "missing_data"
    raw = read_raw(folder / "missing_test.dta")
    assert cells(raw) == companion(folder / "missing_unformatted.csv")
    tags = {**cells(raw)[0], **raw.missing.iloc[0].to_dict()}
    assert tags == companion(folder / "missing_dta_formatted.csv")[0]
    assert raw.value_labels["var1"] == {"a": companion(folder / "missing_dta_labeled.csv")[0]["var1"]}


@pytest.mark.parametrize("name", ["tagged-na-double.dta", "tagged-na-int.dta"])
def test_tags_of_haven(haven_files, name):
    raw = read_raw(haven_files / name)
    np.testing.assert_array_equal(raw.frame.x, [1, 2, 3, 4, 5, np.nan, np.nan, np.nan])
    assert raw.missing.x.dropna().tolist() == ["a", "h", "z"]
    assert raw.value_labels == {"x": {"a": "apple", "z": ".zebra"}}


@pytest.mark.parametrize(
    ("name", "column", "values", "why"),
    [
        ("datetime-d.dta", "date", ["2015-11-02"], "the format %d of old Stata files"),
        ("types.dta", "vdate", ["1960-01-01", "2015-12-01"], "a day"),
        ("types.dta", "vdatetime", ["2015-12-01T03:14:15", "1960-01-01T00:00:00"], "a moment"),
        ("types.dta", "vbyte", [2.0, 7.0], "a small integer is a number like any other"),
        ("types.dta", "vstr", ["2", "Hello, World!"], "text that looks like a number stays text"),
        ("notes.dta", "outcome", [2.0, 2.0, 4.0, 2.0, 1.0], "notes do no harm"),
        ("labelled-num-na.sav", "VAR00002", [1.0, None], "9 is declared missing"),
        ("labelled-str.sav", "gender", ["M", "F"], "codes can be letters"),
        ("umlauts.sav", "var1", [1.0, 2.0, 1.0, 3.0], "umlauts stand in labels only"),
        ("variable-label.sav", "sex", [1.0], "a labelled column"),
        ("labelled-num.sav", "VAR00002", [1.0], "one value"),
    ],
)
def test_values_of_haven(haven_files, name, column, values, why):
    read = read_raw(haven_files / name).frame[column]
    assert [None if pd.isna(value) else value for value in read] == values, why


def test_labels_of_haven(haven_files):
    assert read_raw(haven_files / "umlauts.sav").value_labels["var1"][3.0] == "the ö umlaut"
    assert read_raw(haven_files / "umlauts.sav").column_labels == {"var1": "This is an ä-umlaut"}
    assert read_raw(haven_files / "labelled-str.sav").value_labels == {"gender": {"F": "Female", "M": "Male"}}
    assert read_raw(haven_files / "labelled-num-na.sav").missing["VAR00002"].dropna().tolist() == ["9"]
    assert read_raw(haven_files / "variable-label.sav").column_labels == {"sex": "Gender"}


def test_the_irises_agree(haven_files):
    spss, stata = read_raw(haven_files / "iris.sav"), read_raw(haven_files / "iris.dta")
    assert len(spss.frame) == 150
    np.testing.assert_allclose(spss.frame.iloc[:, :4], stata.frame.iloc[:, :4], rtol=1e-6)
    named = spss.frame.Species.map(spss.value_labels["Species"])
    assert named.tolist() == stata.frame.species.tolist()


def test_a_column_beyond_the_calendar_does_not_hide_the_others(haven_files):
    raw = read_raw(haven_files / "datetime.sav", columns=["date", "time"])
    assert raw.frame.date.tolist() == ["2014-09-22", "2014-09-23"]
    assert raw.frame.time.tolist() == ["12:11:10.090", "15:59:20.010"]
    assert "date.posix" in raw.names


def test_names_from_right_to_left(pyreadstat_files):
    raw = read_raw(pyreadstat_files / "basic" / "hebrews.sav")
    assert raw.names == ("ותק_ב",)
    assert raw.frame["ותק_ב"].tolist()[:3] == [33.0, 34.0, 15.0]
    assert len(read_raw(pyreadstat_files / "basic" / "hebrews.sav", columns=["ותק_ב"]).frame) == 99


def test_wide_text_and_scripts(pyreadstat_files):
    wide = read_raw(pyreadstat_files / "basic" / "test_width.sav")
    assert wide.frame.StartDate[0].startswith("2020-07-13")
    assert wide.value_labels == {"Finished": {1.0: "False", 2.0: "True"}}
    assert read_raw(pyreadstat_files / "basic" / "tegulu.sav").frame.iloc[0, 1].startswith("నేను")


def test_multiple_response(pyreadstat_files):
    raw = read_raw(pyreadstat_files / "multiple_response" / "simple_alltypes.sav")
    np.testing.assert_array_equal(raw.frame.x, [1, 2, 3, 4, np.nan, 9])
    np.testing.assert_array_equal(raw.frame.z, [np.nan, np.nan, 1.234, np.nan, 3.14159, np.nan])
    assert raw.missing.x.dropna().tolist() == ["8"]
    assert raw.missing.z.dropna().tolist() == ["-9", "999"], "a range from -999 to 0, and a value"
    assert raw.frame.y.tolist()[3] == "1776-07-04"
    assert raw.frame.quarter.tolist()[0] == "2014-10-01", "a quarter is its first day"
