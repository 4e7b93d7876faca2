"""SPSS and Stata files, written here and read back."""

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from flows.store.readers import read_raw
from transforms.study import UnreadableFileError

AGREE = {1: "لا أوافق", 2: "محايد", 3: "أوافق", 97: "لا أعرف", 98: "رفض الإجابة"}
ARABIC_FRAME = pd.DataFrame(
    {"الثقة": [1.0, 3.0, 97.0, np.nan], "q2": [2.0, 98.0, 99.0, 3.0], "حي": ["الوحدات", "القصبة", "", "رفض"]}
)


@pytest.mark.parametrize(("name", "compressed"), [("survey.sav", False), ("survey.zsav", True)])
def test_arabic_spss(tmp_path, name, compressed):
    pyreadstat.write_sav(
        ARABIC_FRAME,
        tmp_path / name,
        column_labels={"الثقة": "هل تثق بجيرانك؟", "q2": None, "حي": None},
        variable_value_labels={"الثقة": AGREE, "q2": AGREE},
        missing_ranges={"الثقة": [97, 98], "q2": [{"lo": 98, "hi": 99}], "حي": ["رفض"]},
        compress=compressed,
    )
    raw = read_raw(tmp_path / name)
    assert raw.frame["الثقة"].tolist()[:2] == [1.0, 3.0]
    assert raw.frame.isna().sum().to_dict() == {"الثقة": 2, "q2": 2, "حي": 2}
    assert raw.missing["الثقة"].tolist()[2] == "97"
    assert raw.missing["q2"].dropna().tolist() == ["98", "99"], "one code has a label, the other only lies in the range"
    assert raw.missing["حي"].dropna().tolist() == ["رفض"]
    assert raw.value_labels["q2"] == {float(code): label for code, label in AGREE.items()}
    assert raw.column_labels == {"الثقة": "هل تثق بجيرانك؟"}
    assert raw.encoding == "UTF-8"
    assert raw.frame.dtypes.astype(str).to_dict() == {"الثقة": "float64", "q2": "float64", "حي": "str"}


def test_only_the_columns_asked_for(tmp_path):
    path = tmp_path / "survey.sav"
    pyreadstat.write_sav(ARABIC_FRAME, path, missing_ranges={"الثقة": [97]})
    raw = read_raw(path, columns=["q2", "absent"])
    assert list(raw.frame) == ["q2"]
    assert raw.names == ("الثقة", "q2", "حي")
    assert list(raw.missing) == []
    assert len(read_raw(path, columns=["absent"]).frame) == 4, "rows are counted though no column was found"


@pytest.mark.parametrize("version", [10, 12, 13, 15])
def test_stata_tags_beside_plain_missing(tmp_path, version):
    """Integers with `.` after a tag: the bytes are compared with what pandas reads."""
    path = tmp_path / "survey.dta"
    values = pd.Series([1, "a", 2, "z", 3, 1], dtype="object")
    frame = pd.DataFrame({"q1": values, "q2": [1.5, np.nan, 2.5, 3.5, 4.5, 5.5], "name": [*list("abc"), "", "a", "z"]})
    labels = {"q1": {1: "No", 2: "Yes", 3: "Very", "a": "Don't know", "z": "Refused"}}
    pyreadstat.write_dta(
        frame, path, version=version, missing_user_values={"q1": ["a", "z"]}, variable_value_labels=labels
    )
    raw = read_raw(path)
    np.testing.assert_array_equal(raw.frame.q1, [1, np.nan, 2, np.nan, 3, 1])
    assert raw.missing.q1.tolist()[1] == "a"
    assert raw.missing.q1.dropna().tolist() == ["a", "z"]
    assert list(raw.missing) == ["q1"]
    assert raw.value_labels["q1"] == {1.0: "No", 2.0: "Yes", 3.0: "Very", "a": "Don't know", "z": "Refused"}
    assert raw.frame.name.isna().tolist() == [False, False, False, True, False, False]
    expected = pd.read_stata(path, convert_categoricals=False)
    np.testing.assert_array_equal(raw.frame.q1, expected.q1)
    np.testing.assert_array_equal(raw.frame.q2, expected.q2)


def test_a_plain_missing_after_a_tag_is_never_a_number(tmp_path):
    """pyreadstat 1.3.7 returns what stood in memory for it: here 0, a refusal to answer turned into "none at all"."""
    path = tmp_path / "survey.dta"
    frame = pd.DataFrame({"q1": pd.Series(["a"] + [1] * 50 + [-127] * 50, dtype="object")})
    pyreadstat.write_dta(frame, path, version=15, missing_user_values={"q1": ["a"]})
    content = bytearray(path.read_bytes())
    start = content.index(b"<data>") + len(b"<data>")
    width = (content.index(b"</data>") - start) // len(frame)
    plain = {1: b"\x65", 2: b"\x65\x7f", 4: b"\xe5\xff\xff\x7f"}[width]  # `.` of byte, int and long
    for row in range(51, 101):
        content[start + row * width : start + (row + 1) * width] = plain
    path.write_bytes(content)
    raw = read_raw(path)
    expected = pd.read_stata(path, convert_missing=True).q1.astype(str)
    assert expected.tolist()[0] == ".a"
    assert set(expected.tolist()[51:]) == {"."}
    assert raw.frame.q1.isna().sum() == 51
    assert raw.missing.q1.notna().sum() == 1


def test_arabic_stata(tmp_path):
    path = tmp_path / "survey.dta"
    pyreadstat.write_dta(
        pd.DataFrame({"q1": [1, 3], "town": ["إربد", "المفرق"]}),
        path,
        column_labels={"q1": "هل تثق بجيرانك؟", "town": None},
        variable_value_labels={"q1": {1: "لا أوافق", 3: "أوافق"}},
    )
    raw = read_raw(path)
    assert raw.frame.town.tolist() == ["إربد", "المفرق"]
    assert raw.value_labels == {"q1": {1.0: "لا أوافق", 3.0: "أوافق"}}
    assert raw.column_labels == {"q1": "هل تثق بجيرانك؟"}


def in_code_page(path, words, code_page, encoding_record=None):
    """Put words of a code page in the place of plain letters of the same length."""
    content = path.read_bytes()
    for plain, word in words.items():
        coded = word.encode(code_page)
        assert len(coded) == len(plain)
        assert plain.encode() in content
        content = content.replace(plain.encode(), coded)
    if encoding_record:
        assert b"UTF-8" in content
        content = content.replace(b"UTF-8", encoding_record)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("words", "code_page", "why"),
    [
        ({"AAAAA": "أوافق", "BBBBBBBB": "لا أوافق"}, "windows-1256", "Arabic letters stand together"),
        ({"AAAAA": "élevé", "BBBBBBBB": "très peu"}, "windows-1252", "accents stand alone"),
    ],
)
@pytest.mark.parametrize("kind", ["sav", "dta"])
def test_old_files_in_a_code_page_that_nothing_declares(tmp_path, kind, words, code_page, why):
    path = tmp_path / f"old.{kind}"
    low, high = words
    frame = pd.DataFrame({"q1": [1.0, 2.0], "text": [low, high]})
    labels = {"q1": {1: low, 2: high}}
    if kind == "sav":
        pyreadstat.write_sav(frame, path, variable_value_labels=labels)
        in_code_page(path, words, code_page, b"ASCII")
    else:
        pyreadstat.write_dta(frame, path, version=12, variable_value_labels=labels)
        in_code_page(path, words, code_page)
    raw = read_raw(path)
    assert list(raw.value_labels["q1"].values()) == list(words.values()), why
    assert raw.frame.text.tolist() == list(words.values()), why
    named = read_raw(path, encoding=code_page)
    pd.testing.assert_frame_equal(named.frame, raw.frame)


def test_text_alone_can_tell_the_code_page(tmp_path):
    path = tmp_path / "old.dta"
    words = {"AAAAA": "أوافق", "BBBBBBBB": "لا أوافق"}
    pyreadstat.write_dta(pd.DataFrame({"text": list(words)}), path, version=12)
    in_code_page(path, words, "windows-1256")
    assert read_raw(path).frame.text.tolist() == list(words.values())


def test_a_wrong_encoding_is_refused_in_words(tmp_path):
    path = tmp_path / "old.sav"
    words = {"AAAAA": "أوافق"}
    pyreadstat.write_sav(pd.DataFrame({"text": list(words)}), path)
    in_code_page(path, words, "windows-1256", b"ASCII")
    with pytest.raises(UnreadableFileError, match=r"another encoding than the file says.*windows-1256"):
        read_raw(path, encoding="utf-8")


def test_declared_missing_in_a_portable_file(tmp_path):
    path = tmp_path / "survey.por"
    pyreadstat.write_por(pd.DataFrame({"Q1": [1.0, 2.0, 97.0], "TOWN": ["a", "b", "c"]}), path)
    body = path.read_bytes().replace(b"\r\n", b"")
    formats = b"2/Q15/8/2/5/8/2/"
    assert body.count(formats) == 1
    body = body.replace(formats, formats + b"837/")  # a missing value, 97 in base 30
    path.write_bytes(b"\r\n".join(body[start : start + 80] for start in range(0, len(body), 80)) + b"\r\n")
    raw = read_raw(path)
    np.testing.assert_array_equal(raw.frame.Q1, [1, 2, np.nan])
    assert raw.missing.Q1.dropna().tolist() == ["97"]


@pytest.mark.parametrize(
    ("written", "value", "text", "why"),
    [
        ("DATE11", 13744944000.0, "2018-05-06", "SPSS counts seconds since 1582"),
        ("DATETIME20", 13744980610.0, "2018-05-06T10:10:10", "a moment"),
        ("TIME8", 36610.0, "10:10:10", "a time of day"),
        ("F8.2", 36610.0, 36610.0, "a number"),
    ],
)
def test_spss_dates(tmp_path, written, value, text, why):
    path = tmp_path / "dates.sav"
    pyreadstat.write_sav(pd.DataFrame({"when": [value, np.nan]}), path, variable_format={"when": written})
    column = read_raw(path).frame.when
    assert column[0] == text, why
    assert pd.isna(column[1])


@pytest.mark.parametrize(
    ("written", "value", "text", "why"),
    [
        ("%td", 21310, "2018-05-06", "Stata counts days since 1960"),
        ("%tdCCYY-NN-DD", 21310, "2018-05-06", "however it shows them"),
        ("%tc", 1841220610000.0, "2018-05-06T10:10:10", "milliseconds"),
        ("%tcHH:MM:SS", 36610000.0, "10:10:10", "a time of day"),
        ("%tm", 700, 700.0, "months stay a number"),
    ],
)
def test_stata_dates(tmp_path, written, value, text, why):
    path = tmp_path / "dates.dta"
    pyreadstat.write_dta(pd.DataFrame({"when": [value]}), path, variable_format={"when": written})
    assert read_raw(path).frame.when.tolist() == [text], why


def test_dates_beyond_the_calendar_are_counted_not_shown(tmp_path):
    path = tmp_path / "dates.sav"
    frame = pd.DataFrame({"when": [13744944000.0, 1e13, 1e13, 2e13], "q1": 1.0})
    pyreadstat.write_sav(frame, path, variable_format={"when": "DATE11"})
    with pytest.raises(UnreadableFileError) as refused:
        read_raw(path)
    assert str(refused.value) == (
        "dates.sav cannot be read: column when holds 3 dates beyond the range of the calendar. "
        "Correct the column in the file, or take it out of the codebook."
    )
    assert len(read_raw(path, columns=["q1"]).frame) == 4, "a column that is not asked for does no harm"


@pytest.mark.parametrize("kind", ["sav", "zsav", "dta", "por"])
def test_a_file_cut_short_is_refused(tmp_path, kind):
    path = tmp_path / f"survey.{kind}"
    frame = pd.DataFrame({f"Q{number}": np.arange(500.0) for number in range(20)})
    if kind == "dta":
        pyreadstat.write_dta(frame, path)
    elif kind == "por":
        pyreadstat.write_por(frame, path)
    else:
        pyreadstat.write_sav(frame, path, compress=kind == "zsav")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(UnreadableFileError, match=f"survey.{kind} cannot be read: it is (cut short|damaged)"):
        read_raw(path)


def test_a_file_without_rows_is_refused(tmp_path):
    path = tmp_path / "survey.sav"
    pyreadstat.write_sav(pd.DataFrame({"q1": pd.Series([], dtype="float64")}), path)
    with pytest.raises(UnreadableFileError, match="it holds names but no rows of answers"):
        read_raw(path)
