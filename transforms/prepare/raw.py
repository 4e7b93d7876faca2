"""A survey file as received: its columns, labels and declared missing values, before the study gives them meaning."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

import pandas as pd

Code = float | str


@dataclass(frozen=True)
class RawTable:
    """The content of one file (or of the columns that were asked for).

    The index of `frame` is the place of a row in the file: the first row of answers is 0, empty rows are left out.
    `frame` holds text (`str`) or numbers (`float64`), with NaN where there is no answer. `missing` has the same index
    and only the columns in which the file itself declares an answer missing: the code as text ("97") or the Stata tag
    ("a"), NaN elsewhere. `value_labels` are keyed by code, or by tag letter. `notes` hold counts, never answers.
    """

    frame: pd.DataFrame
    missing: pd.DataFrame
    column_labels: Mapping[str, str]
    value_labels: Mapping[str, Mapping[Code, str]]
    reader: str
    encoding: str | None = None
    notes: tuple[str, ...] = ()
    all_columns: tuple[str, ...] = field(default=())

    @property
    def names(self) -> tuple[str, ...]:
        """Every column of the file, also those that were not read."""
        return self.all_columns or tuple(str(name) for name in self.frame.columns)


def find_column(wanted: str, names: Sequence[str]) -> str | None:
    """The column called `wanted`, or the only one called `group/wanted`; None where there is none, or more than one.

    Kobo can write the groups of the form before a name. It also writes `question/choice` for each choice of a
    select-multiple question, which is told apart by the column `question` that stands beside it.
    """
    if wanted in names:
        return wanted
    known = set(names)
    inside = [name for name in names if name.endswith(f"/{wanted}") and name.rpartition("/")[0] not in known]
    return inside[0] if len(inside) == 1 else None


def select_columns(wanted: Iterable[str], names: Sequence[str]) -> list[str]:
    """The columns of a file that serve the names in `wanted`, in the order of the file; absent ones are left out."""
    found = {find_column(name, names) for name in wanted}
    return [name for name in names if name in found]


def close_matches(wanted: str, names: Sequence[str]) -> tuple[str, ...]:
    """At most three columns that `wanted` may have meant, the most similar first."""
    folded: dict[str, list[str]] = {}
    for name in names:
        for key in dict.fromkeys((name.casefold(), name.rpartition("/")[2].casefold())):
            folded.setdefault(key, []).append(name)
    found = get_close_matches(wanted.casefold(), list(folded), n=3, cutoff=0.6)
    return tuple(dict.fromkeys(name for key in found for name in folded[key]))[:3]
