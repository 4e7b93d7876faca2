"""Files that are not what they seem are refused before anything reads them."""

import os

import pytest

from flows.store.readers import read_raw
from transforms.study import DataRefusedError, UnreadableFileError

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("name", "content", "reason", "fix", "why"),
    [
        ("survey.sav", b"", "it is empty", "again", "a download that failed"),
        ("survey.sav", b"<html><body>Log in</body></html>", "is a web page", "Export it again", "a log-in page"),
        ("survey.csv", b"\xef\xbb\xbf <!DOCTYPE html>", "is a web page", "Export it again", "another one"),
        ("survey.xlsx", b"<table><tr><td>1</td></tr></table>", "is a web page", "Export", "a web table as Excel"),
        ("survey.xls", b"<table><tr><td>1</td></tr></table>", "kind .xls are not read", ".xlsx", "the same, old"),
        ("survey.xls", OLD_OFFICE, "kind .xls are not read", "Save it as .xlsx", "old Excel"),
        ("survey.xlsx", OLD_OFFICE, "protected by a password", "without password", "an encrypted workbook"),
        ("survey.sav", b"\x1c\0\0\0\0\0\0\0ENCRYPTEDSAV" + bytes(40), "encrypted by SPSS", "without password", "so"),
        ("survey.csv", b"PK\x03\x04" + bytes(40), "is an Excel workbook", "extension", "a workbook called .csv"),
        ("survey.csv", b"$FL2@(#) SPSS DATA FILE", "is an SPSS file", "extension", "an SPSS file called .csv"),
        ("survey.sav", b"a,b\n1,2\n", "is text", "extension", "text called .sav"),
        ("survey.dta", b"$FL2@(#) SPSS DATA FILE", "is an SPSS file", "extension", "an SPSS file called .dta"),
        ("survey.sav", b"<stata_dta><header>", "is a Stata file", "extension", "a Stata file called .sav"),
        ("survey.sav", b"r\x02\x01\x00" + bytes(100), "is a Stata file", "extension", "an old Stata file"),
        ("survey.csv", b"%PDF-1.7", "is a PDF", "Export it again", "a printed table"),
        ("survey.csv", b"GIF89a\x00\x01\x02\x99\x98\x00\x03" * 9, "is not text", "Export it again", "a picture"),
        ("survey.sav", b"\x89PNG\r\n\x1a\n\x00\x00\x00", "is not an SPSS file", "Export it again", "a picture, again"),
        ("survey.docx", b"PK\x03\x04", "kind .docx are not read", "Save it as one of .sav", "a document"),
        ("survey", b"a,b\n1,2\n", "kind without extension are not read", "one of .sav", "no extension"),
        ("survey.sav", b"$FL2@(#) SPSS DATA FILE secret" + bytes(600), "damaged", "Export it again", "rubbish inside"),
        ("survey.sav", b"$FL3@(#) SPSS DATA FILE secret", "cut short", "again", "only a header"),
        ("survey.por", b" " * 200 + b"ASCII SPSS PORT FILE" + b"secret", "cannot be read", "again", "rubbish inside"),
        ("survey.dta", b"<stata_dta><header>secret", "cannot be read", "again", "rubbish inside"),
        ("survey.xlsx", b"PK\x03\x04secret", "damaged", "save it again", "rubbish inside"),
    ],
)
def test_refused_in_words(tmp_path, name, content, reason, fix, why):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError) as refused:
        read_raw(path)
    message = str(refused.value)
    assert message.startswith(f"{name} cannot be read: "), why
    assert reason in message, why
    assert fix in message, why
    assert "secret" not in message, why
    assert str(tmp_path) not in message, why
    assert isinstance(refused.value, DataRefusedError), "a refused file refuses the data"


def test_an_absent_file(tmp_path):
    with pytest.raises(UnreadableFileError, match=r"there is no such file\. Put it into the folder"):
        read_raw(tmp_path / "survey.sav")


def test_an_absent_file_with_another_extension_beside_it(tmp_path):
    (tmp_path / "Survey.sav").write_bytes(b"x")
    with pytest.raises(UnreadableFileError, match=r"there is no such file. Did you mean Survey.sav\?"):
        read_raw(tmp_path / "survey.dta")


def test_a_folder(tmp_path):
    (tmp_path / "survey.sav").mkdir()
    with pytest.raises(UnreadableFileError, match=r"it is a folder\. Name the file inside it"):
        read_raw(tmp_path / "survey.sav")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="a superuser may read everything")
def test_a_file_one_may_not_read(tmp_path):
    path = tmp_path / "survey.csv"
    path.write_text("a\n1\n")
    path.chmod(0)
    with pytest.raises(UnreadableFileError, match="the system does not let it be read"):
        read_raw(path)
