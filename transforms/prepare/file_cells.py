"""Cells of a wave's file as the study reads them, and texts as it would read them there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from transforms.prepare.answers import Meaning, build_meaning
from transforms.prepare.missing import BLANKS
from transforms.prepare.raw import RawTable, find_column
from transforms.prepare.text import number_text, value_key
from transforms.prepare.typed import NOT_CODED, TypedColumn, type_column
from transforms.study.design import Wave
from transforms.study.instrument import Variable
from transforms.study.study import Study

TAG = re.compile(r"\.([a-z])")  # a Stata tag as Stata shows it
# Value (None where missing), reason, and what the file writes where nobody can read it.
Comparable: TypeAlias = tuple[float | str | None, int, str]


@dataclass(frozen=True, slots=True)
class FileCells:
    """One wave of a study and its file; `rows` are the positions of the wave's rows, from 0."""

    raw: RawTable
    rows: np.ndarray
    study: Study
    wave: Wave

    def column(self, variable: Variable) -> str:
        """Column of the file that a variable asked in this wave is read from."""
        named = variable.columns[self.wave.name]
        return find_column(named, self.raw.names) or named

    def readers(self, column: str) -> tuple[Variable, ...]:
        """Variables of the study that are read from a column; free text is not read."""
        asked = self.study.codebook.asked_in(self.wave.name)
        return tuple(each for each in asked if each.type != "text" and self.column(each) == column)

    def meaning(self, variable: Variable) -> Meaning:
        """The rules by which the file's answers to a variable are read."""
        labels = self.raw.value_labels.get(self.column(variable), {})
        return build_meaning(self.study, variable, self.wave, labels)

    def cells(self, variable: Variable, positions: np.ndarray) -> TypedColumn:
        """What the file holds at some positions."""
        column = self.column(variable)
        missing = self.raw.missing
        declared = missing[column].iloc[positions] if column in missing else None
        return type_column(self.raw.frame[column].iloc[positions], declared, self.meaning(variable))

    def texts(self, variable: Variable, texts: Sequence[str]) -> TypedColumn:
        """What the file would mean if it held `texts`: also the codes and tags it declares missing."""
        column, missing = self.column(variable), self.raw.missing
        codes = {value_key(code): code for code in missing[column].dropna().unique()} if column in missing else {}
        tags = [TAG.fullmatch(text) if len(missing.columns) else None for text in texts]
        declared = [tag[1] if tag else codes.get(value_key(text)) for tag, text in zip(tags, texts, strict=True)]
        written = pd.Series([None if text in BLANKS else text for text in texts], dtype="str")
        return type_column(written, pd.Series(declared, dtype="str"), self.meaning(variable))


def comparable(column: TypedColumn, written: Sequence[object]) -> list[Comparable]:
    """Answers that are equal where they mean the same; two that nobody can read are equal where they are written so."""
    values = [_value(value) for value in column.values.tolist()]
    unread = (column.reasons == NOT_CODED).tolist()
    texts = [_text(cell) if lost else "" for cell, lost in zip(written, unread, strict=True)]
    return list(zip(values, column.reasons.tolist(), texts, strict=True))


def _value(value: float | str) -> float | str | None:
    """A value as it compares: of a fraction, as many digits as Stata's `float` keeps; None where it is missing."""
    if pd.isna(value):
        return None
    return f"{value:.7g}" if isinstance(value, float) and not value.is_integer() else value


def _text(cell: object) -> str:
    return number_text(cell) if isinstance(cell, float) else value_key(str(cell))
