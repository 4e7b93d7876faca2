"""Excel workbooks, written here and read back."""

import datetime

import pytest
import xlsxwriter

from flows.store.readers import read_raw
from transforms.study import UnreadableFileError


def write(path, sheets):
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss"}) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    sheet.write(row, column, cell)
    return path


def test_cells_of_every_kind(tmp_path):
    rows = [
        ["\ufeffname", "age", "code", "when", "agreed", 2021, "", "age"],
        ["أحمد", 34, 1, datetime.datetime(2021, 7, 5), True, 1.5, "x", 1],
        ["ليلى", 41.5, "1a", datetime.datetime(2021, 7, 5, 10, 8, 30), False, None, "", 2],
        [None, None, 2.5, datetime.time(10, 8), None, 2, "z", 3],
    ]
    raw = read_raw(write(tmp_path / "survey.xlsx", {"data": rows}))
    assert raw.frame.dtypes.astype(str).to_dict() == {
        "name": "str",
        "age": "float64",
        "code": "str",
        "when": "str",
        "agreed": "str",
        "2021": "float64",
        "column_7": "str",
        "age_2": "float64",
    }
    assert raw.frame.code.tolist() == ["1", "1a", "2.5"]
    assert raw.frame.when.tolist() == ["2021-07-05", "2021-07-05T10:08:30", "10:08:00"]
    assert raw.frame.agreed.tolist()[:2] == ["TRUE", "FALSE"]
    assert raw.frame.isna().sum().to_dict() == {
        "name": 1,
        "age": 1,
        "code": 0,
        "when": 0,
        "agreed": 1,
        "2021": 1,
        "column_7": 1,
        "age_2": 0,
    }
    assert len(raw.notes) == 2
    assert raw.encoding is None


def test_empty_rows_are_left_out_and_the_others_keep_their_place(tmp_path):
    path = write(tmp_path / "survey.xlsx", {"data": [["a"], [1], [None], [3], [""]]})
    raw = read_raw(path)
    assert raw.frame.index.tolist() == [0, 2]
    assert raw.notes == ("1 empty row was left out",)


def test_the_sheet_asked_for(tmp_path):
    path = write(tmp_path / "survey.xlsx", {"notes": [["read me"]], "data": [["a", "g/b", "c"], [1, 2, 3]]})
    raw = read_raw(path, sheet="data", columns=["b"])
    assert raw.frame.to_dict("list") == {"g/b": [2.0]}
    assert raw.names == ("a", "g/b", "c")
    assert len(read_raw(path, sheet="data", columns=["absent"]).frame) == 1


@pytest.mark.parametrize(
    ("rows", "sheet", "reason", "why"),
    [
        ([["a"], [1]], "Data", "it has no sheet called Data. Its sheets are: data.", "another name"),
        ([], None, "its first row holds no names", "an empty sheet"),
        ([[None, None], ["a", "b"], [1, 2]], None, "its first row holds no names", "a row left free for a title"),
        ([["a", "b"]], None, "it holds names but no rows of answers", "no answers"),
    ],
)
def test_refused(tmp_path, rows, sheet, reason, why):
    path = write(tmp_path / "survey.xlsx", {"data": rows})
    with pytest.raises(UnreadableFileError) as refused:
        read_raw(path, sheet=sheet)
    assert reason in str(refused.value), why


def test_a_workbook_cut_short(tmp_path):
    path = write(tmp_path / "survey.xlsx", {"data": [["a"], [1]]})
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(UnreadableFileError, match=r"survey.xlsx cannot be read: the workbook is damaged"):
        read_raw(path)
