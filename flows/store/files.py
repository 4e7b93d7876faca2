"""The only place that opens a project's own files: a study's tables, frames, tables and JSON."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.store.paths import STUDY_FILE
from transforms.study.parse import parse_study, setting_line, table_names
from transforms.study.problems import StudyError, StudyProblem
from transforms.study.study import Study, StudySettings

if TYPE_CHECKING:
    import pandas as pd

Rows = list[dict[str, str]]
DELIMITERS = (",", ";", "\t")
FORM_SHEETS = ("survey", "choices")
MAY_BE_ABSENT = ("scales", "recodes", "groups")  # tables of a study
BLOCK = 1 << 20
KEY_FILE = "scoring_key.json"  # of a run; in a study's folder the key the study brings along


def read_text(path: Path) -> str:
    """Text of one of the study's own files, which are UTF-8 with or without a byte-order mark.

    Raises
    ------
    StudyError
        If the file is absent or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise StudyError(
            [StudyProblem(path.name, None, "file", "is missing.", f"Put it into {path.parent}.")]
        ) from error
    except UnicodeDecodeError as error:
        spreadsheet = "as `CSV UTF-8` in a spreadsheet or " if path.suffix.lower() in (".csv", ".tsv") else ""
        fix = f"Save it again, {spreadsheet}as UTF-8 in an editor."
        raise StudyError([StudyProblem(path.name, None, "file", "is not written in UTF-8.", fix)]) from error
    except OSError as error:
        raise StudyError([StudyProblem(path.name, None, "file", f"cannot be read: {error.strerror}.", "")]) from error


def read_rows(path: Path, sheet: str | None = None) -> Rows:
    """Rows of a table of the study (CSV, or a sheet of XLSX), every cell as text; the first row is the header."""
    cells = _workbook_cells(path, sheet) if path.suffix.lower() == ".xlsx" else _text_cells(path)
    header = [name.strip() for name in cells[0]] if cells else []
    filled = [(row + [""] * len(header))[: len(header)] for row in cells[1:]]
    while filled and not any(filled[-1]):
        filled.pop()
    return [{name: value for name, value in zip(header, row, strict=True) if name} for row in filled]


def _text_cells(path: Path) -> list[list[str]]:
    text = read_text(path)
    header = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=header.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _workbook_cells(path: Path, sheet: str | None) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

    try:
        book = CalamineWorkbook.from_path(path)
        rows = (book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)).to_python(skip_empty_area=False)
    except WorksheetNotFound as error:
        fix = f"A form (XLSForm) has the sheets {' and '.join(FORM_SHEETS)}." if sheet in FORM_SHEETS else "Correct it."
        raise StudyError([StudyProblem(path.name, None, "sheet", f"there is no sheet {sheet}.", fix)]) from error
    except (CalamineError, OSError) as error:
        fix = "Save it again as an Excel workbook."
        raise StudyError([StudyProblem(path.name, None, "file", "cannot be read as a workbook.", fix)]) from error
    return [[_cell(value) for value in row] for row in rows]


def _cell(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def study_files(folder: Path, settings: StudySettings) -> dict[str, Path]:
    """The study's own files that exist, by what they are."""
    named = {kind: getattr(settings, kind) for kind in ("codebook", *MAY_BE_ABSENT)}
    optional = {kind for kind in MAY_BE_ABSENT if not (folder / named[kind]).is_file()}
    form = {"form": folder / settings.form} if settings.form else {}
    form |= {f"form of {wave.name}": folder / wave.form for wave in settings.waves if wave.form}
    kept = {kind: folder / name for kind, name in named.items() if kind not in optional}
    key = {"scoring_key": folder / KEY_FILE} if (folder / KEY_FILE).is_file() else {}
    log = folder / settings.corrections.file
    return {"study": folder / STUDY_FILE} | kept | form | key | ({"corrections": log} if log.is_file() else {})


def read_study(folder: Path) -> Study:
    """The typed study of a folder.

    Raises
    ------
    StudyError
        With everything that is wrong with its files.
    """
    text = read_text(folder / STUDY_FILE)
    tables, unread = _read_tables(folder, table_names(text))
    try:
        study = parse_study(text, tables, _waiver_actions() if "waivers" in text else None)
    except StudyError as error:
        files = {problem.file for problem in unread}
        raise StudyError([*unread, *(problem for problem in error.problems if problem.file not in files)]) from error
    if unread:
        raise StudyError(unread)
    return study


def _read_tables(folder: Path, names: Mapping[str, str]) -> tuple[dict[str, Rows], list[StudyProblem]]:
    """Rows of a study's tables, and why one cannot be read; only the codebook and a form must be there."""
    tables: dict[str, Rows] = {}
    unread: list[StudyProblem] = []
    for kind, name in names.items():
        if kind in MAY_BE_ABSENT and not (folder / name).is_file():
            continue
        try:
            if kind == "form":
                tables |= {sheet: read_rows(folder / name, sheet) for sheet in FORM_SHEETS}
            else:
                tables[kind] = read_rows(folder / name)
        except StudyError as error:
            unread += error.problems
    return tables, unread


def _waiver_actions() -> dict[str, tuple[str, ...]]:
    from transforms.quality.checks import CHECKS

    return {name: check.actions for name, check in CHECKS.items()}


def check_wave_files(study: Study, folder: Path) -> None:
    """Raise a StudyError that lists every wave whose file, form or file of back-checks is not there."""
    text = read_text(folder / STUDY_FILE)
    named = [
        ("waves", place, kind, wave.name, getattr(wave, kind))
        for place, wave in enumerate(study.waves)
        for kind in ("file", "form")
    ]
    named += [
        ("back_checks", place, "file", check.wave, check.file) for place, check in enumerate(study.settings.back_checks)
    ]
    absent = [each for each in named if each[-1] and not (folder / each[-1]).is_file()]
    if absent:
        raise StudyError(
            [
                StudyProblem(
                    STUDY_FILE,
                    setting_line(text, (section, str(position), kind)),
                    f"{section}.{position}.{kind}",
                    f"{name} is a folder." if (folder / name).is_dir() else f"there is no file {name} for wave {wave}.",
                    "Name the file in it."
                    if (folder / name).is_dir()
                    else f"Put it into {folder}, or correct the name.",
                )
                for section, position, kind, wave, name in absent
            ]
        )


def sha256(path: Path) -> str:
    """SHA-256 of a file, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def write_frame(frame: "pd.DataFrame", path: Path) -> None:
    """Parquet; the same frame gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(path, engine="pyarrow", compression="zstd", index=False)


def read_frame(path: Path) -> "pd.DataFrame":
    """A frame that `write_frame` wrote."""
    import pandas as pd

    return pd.read_parquet(path, engine="pyarrow")


def write_table(table: "pd.DataFrame", path: Path) -> None:
    """CSV for people and other programs: UTF-8, full precision, empty where a value is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def read_table(path: Path) -> "pd.DataFrame":
    """A table that `write_table` wrote. Only an empty cell is missing: a governorate may be called `NA`."""
    import pandas as pd

    return pd.read_csv(path, keep_default_na=False, na_values=[""], encoding="utf-8")


def write_text(text: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def write_pages(pages: Mapping[str, str], folder: Path) -> None:
    """Pages by their path below `folder`."""
    for name, page in sorted(pages.items()):
        write_text(page, folder / name)


def write_json(content: Any, path: Path) -> None:
    """JSON that a person can read and a comparison can compare."""
    write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", path)


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
