"""A study's own tables, as spreadsheets of all kinds save them; frames and tables written and read back."""

import codecs

import numpy as np
import pandas as pd
import pytest
import xlsxwriter

from flows.store import files
from transforms.study import StudyError

ROWS = [
    {"variable": "q1", "label_en": "Trust, police", "label_ar": "الثقة"},
    {"variable": "q2", "label_en": "", "label_ar": ""},
]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('variable,label_en,label_ar\nq1,"Trust, police",الثقة\nq2,,\n', "as written by hand"),
        ("variable;label_en;label_ar\nq1;Trust, police;الثقة\nq2;;\n", "Excel where the comma is for decimals"),
        ("variable\tlabel_en\tlabel_ar\r\nq1\tTrust, police\tالثقة\r\nq2\t\t\r\n", "pasted from a sheet"),
        ('variable,label_en,label_ar\nq1,"Trust, police",الثقة\nq2\n\n,,\n', "short and empty rows"),
    ],
)
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_a_text_table_reads_the_same_however_it_was_saved(tmp_path, content, why, mark):
    path = tmp_path / "codebook.csv"
    path.write_bytes(mark + content.encode())
    assert files.read_rows(path) == ROWS, why


def test_a_workbook_is_a_table_too(tmp_path):
    path = tmp_path / "codebook.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([["variable", "code"], ["q1", 1], ["q2", 1.5], ["q3", "01"]]):
            sheet.write_row(number, 0, row)
    assert [row["code"] for row in files.read_rows(path)] == ["1", "1.5", "01"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("codebook.csv", "متغير".encode("cp1256"), "not written in UTF-8"),
        ("codebook.xlsx", b"not a workbook", "cannot be read as a workbook"),
        ("codebook.csv", None, "is missing"),
    ],
)
def test_a_table_that_cannot_be_read_is_said(tmp_path, name, content, says):
    if content:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(StudyError, match=says):
        files.read_rows(tmp_path / name)


def test_only_an_empty_cell_is_missing(tmp_path):
    table = pd.DataFrame({"governorate": ["NA", "None", None], "n": [1.5, np.nan, 3.0]})
    files.write_table(table, tmp_path / "table.csv")
    assert files.read_table(tmp_path / "table.csv")["governorate"].tolist()[:2] == ["NA", "None"]
    assert files.read_table(tmp_path / "table.csv").isna().sum().tolist() == [1, 1]


def test_a_frame_comes_back_as_it_was_and_always_with_the_same_bytes(tmp_path):
    wave = pd.Categorical(["after", "before"], categories=["before", "after"], ordered=True)
    frame = pd.DataFrame({"wave": wave, "score": [0.1, np.nan], "town": pd.Series(["عمّان", None], dtype="str")})
    for name in ("one", "two"):
        files.write_frame(frame, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    pd.testing.assert_frame_equal(files.read_frame(tmp_path / "one"), frame)
