"""What a file is, by its first bytes, whatever it is called."""

from pathlib import Path

from flows.store.readers.encodings import wide_without_mark
from transforms.study import UnreadableFileError

KINDS = {
    ".sav": "an SPSS file",
    ".zsav": "an SPSS file",
    ".por": "an SPSS portable file",
    ".dta": "a Stata file",
    ".csv": "text",
    ".tsv": "text",
    ".xlsx": "an Excel workbook",
}
OTHER_PROGRAMS = {
    ".xls": "Save it as .xlsx in Excel or LibreOffice.",
    ".xlsm": "Save it as .xlsx in Excel or LibreOffice.",
    ".xlsb": "Save it as .xlsx in Excel or LibreOffice.",
    ".ods": "Save it as .xlsx in LibreOffice.",
    ".sas7bdat": "Save it as .sav or .csv.",
    ".rds": "Save it as .csv or, with haven::write_sav, as .sav.",
    ".rda": "Save it as .csv or, with haven::write_sav, as .sav.",
    ".txt": "If its columns are separated by commas, semicolons or tabs, call it .csv.",
    ".zip": "Unpack it.",
    ".gz": "Unpack it.",
}
START = 512
WEB_PAGE = (b"<html", b"<!doctype", b"<table", b"<?xml")
STATA_VERSIONS = range(104, 116)  # formats before 117 begin with their number


def check_signature(path: Path) -> str:
    """The extension of a file whose content agrees with it.

    Raises
    ------
    UnreadableFileError
        Where the file is absent, a folder, empty, encrypted, of a kind that is not read, or something else than its
        name says.
    """
    name, extension = path.name, path.suffix.lower()
    _check_there(path)
    if extension not in KINDS:
        known = ", ".join(KINDS)
        fix = OTHER_PROGRAMS.get(extension, f"Save it as one of {known}.")
        raise UnreadableFileError(name, f"files of the kind {extension or 'without extension'} are not read", fix)
    content = _content(_start(path))
    if content.startswith("encrypted"):
        raise UnreadableFileError(name, f"it is {content}", "Save a copy without password.")
    if content == "an old Excel file" and extension == ".xlsx":
        reason = "it is protected by a password, or is an old Excel file called .xlsx"
        raise UnreadableFileError(name, reason, "Save a copy as .xlsx without password.")
    if content != KINDS[extension]:
        fix = "Export it again from the program it comes from, or give it the extension of what it is."
        is_what = f"not {KINDS[extension]}" if content == "not text" else content
        raise UnreadableFileError(name, f"it is called {extension} but is {is_what}", fix)
    return extension


def _check_there(path: Path) -> None:
    if path.is_dir():
        raise UnreadableFileError(path.name, "it is a folder", "Name the file inside it.")
    if not path.exists():
        near = sorted(other.name for other in path.parent.glob("*") if other.stem.casefold() == path.stem.casefold())
        here = f"Put it into the folder {path.parent.name}, or correct its name."
        fix = f"Did you mean {', '.join(near)}?" if near else here
        raise UnreadableFileError(path.name, "there is no such file", fix)
    if path.stat().st_size == 0:
        raise UnreadableFileError(path.name, "it is empty", "Export or download it again.")


def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(START)
    except OSError as error:
        reason = f"the system does not let it be read ({error.strerror})"
        raise UnreadableFileError(path.name, reason, "Check who may read it.") from error


def _content(start: bytes) -> str:
    """What the first bytes of a file say it is."""
    signs = (
        (b"ENCRYPTEDSAV" in start[:64], "encrypted by SPSS"),
        (start[:4] in {b"$FL2", b"$FL3"}, "an SPSS file"),
        (b"SPSS PORT FILE" in start, "an SPSS portable file"),
        (start.startswith(b"<stata_dta>") or _is_old_stata(start), "a Stata file"),
        (start.startswith(b"PK\x03\x04"), "an Excel workbook"),
        (start.startswith(b"\xd0\xcf\x11\xe0"), "an old Excel file"),
        (start.startswith(b"%PDF"), "a PDF"),
        (start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(WEB_PAGE), "a web page"),
        (b"\x00" in start and not _is_wide_text(start), "not text"),
    )
    return next((kind for found, kind in signs if found), "text")


def _is_old_stata(start: bytes) -> bool:
    return len(start) > 4 and start[0] in STATA_VERSIONS and start[1] in {1, 2} and start[2:4] == b"\x01\x00"


def _is_wide_text(start: bytes) -> bool:
    marked = start[:2] in {b"\xff\xfe", b"\xfe\xff"} or start[:4] == b"\x00\x00\xfe\xff"
    return marked or wide_without_mark(start) is not None
