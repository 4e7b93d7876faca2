"""Problems of one table, gathered while it is read; none stops the reading."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ValidationError

from transforms.study.problems import StudyProblem
from transforms.study.refusals import refusals
from transforms.study.suggest import did_you_mean

ROWS_BEFORE_DATA = 2  # a spreadsheet's first row of data is row 2
Rows = Sequence[Mapping[str, str]]


@dataclass(slots=True)
class Findings:
    """Problems of one file, gathered while it is read."""

    file: str
    problems: list[StudyProblem] = field(default_factory=list)

    def add(self, row: int | None, where: str, message: str, fix: str = "") -> None:
        """Note a problem of the column or variable `where`."""
        self.problems.append(StudyProblem(self.file, row, where, message, fix))

    def add_invalid(self, row: int, error: ValidationError, model: type[BaseModel]) -> None:
        """Note each thing pydantic refused, under the name of the table's column."""
        for place, message, fix in refusals(error, model):
            self.add(row, "variable" if place == ("name",) else str(place[0]), message, fix)


def numbered(rows: Rows) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows with their number in the file; every row has every column of the first, without surplus spaces.

    Rows without any entry are left out.
    """
    header = list(rows[0]) if rows else []
    for position, row in enumerate(rows):
        cells = {name: (row.get(name) or "").strip() for name in header}
        if any(cells.values()):
            yield position + ROWS_BEFORE_DATA, cells


def check_header(rows: Rows, needed: Iterable[str], known: Iterable[str], findings: Findings) -> bool:
    """True where the table has the columns it needs; notes those it lacks and those nobody knows."""
    if not rows:
        findings.add(None, "table", "it has no rows.", "Write a header and one row for each entry.")
        return False
    header, needed, known = list(rows[0]), list(needed), list(known)
    absent = [name for name in needed if name not in header]
    surplus = [name for name in header if name not in known]
    below = "" if len(absent) < max(len(needed), 2) else " If the names stand in a later row, remove what is above it."
    for name in absent:
        findings.add(1, name, "this column is missing.", f"Add it.{below}")
    for name in surplus:
        free = [column for column in known if column not in header]
        fix = did_you_mean(name, free, listed=False) or "Rename or remove it."
        findings.add(1, name or "(empty)", "this column is not known.", fix)
    return not absent


def number_or_text(text: str) -> float | str:
    """The finite number that `text` writes, else the text itself; `1_000` and `nan` are text."""
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) and "_" not in text else text
