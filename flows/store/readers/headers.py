"""Names for the columns of a table whose header was written by hand, by R or by a form."""

import re
from collections.abc import Sequence

# A byte-order mark, and what R and programs that took it for text made of it.
BYTE_ORDER_MARK = re.compile(r"^(?:\ufeff|\u00ef\u00bb\u00bf|X\.U\.FEFF\.|\u00ef\.\.)+")


def name_columns(header: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """A distinct name for every column, and counts of the names that had to be made.

    An empty header in place 7 becomes `column_7`; the second `age` becomes `age_2`.
    """
    given = [BYTE_ORDER_MARK.sub("", cell).strip() if place == 0 else cell.strip() for place, cell in enumerate(header)]
    taken, names = set(given), list[str]()
    empty = repeated = 0
    for place, cell in enumerate(given, start=1):
        if not cell:
            name, empty = _free(f"column_{place}", taken), empty + 1
        elif cell in names:
            name, repeated = _free(f"{cell}_2", taken), repeated + 1
        else:
            name = cell
        taken.add(name)
        names.append(name)
    return names, tuple(_notes(empty, repeated))


def _free(name: str, taken: set[str]) -> str:
    """`name`, with the next number after its last underscore while it is taken."""
    while name in taken:
        stem, _, number = name.rpartition("_")
        name = f"{stem}_{int(number) + 1}"
    return name


def _notes(empty: int, repeated: int) -> list[str]:
    notes = []
    if empty:
        notes.append(f"{_counted(empty, 'empty header was', 'empty headers were')} named by place, as column_7")
    if repeated:
        notes.append(f"{_counted(repeated, 'repeated header', 'repeated headers')} got a number, as age_2")
    return notes


def note_empty_rows(count: int) -> str:
    """What is said of rows without any answer."""
    return f"{_counted(count, 'empty row was', 'empty rows were')} left out"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
