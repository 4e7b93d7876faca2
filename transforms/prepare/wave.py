"""One file becomes one typed wave: the study's rows, the study's variables, the study's codes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from transforms.prepare.answers import build_meaning
from transforms.prepare.corrections import Outcome, place_corrections
from transforms.prepare.missing import REASONS
from transforms.prepare.raw import RawTable, close_matches, find_column
from transforms.prepare.rows import RowCount
from transforms.prepare.text import value_key
from transforms.prepare.typed import TypedColumn, type_column, value_matches
from transforms.prepare.unread import NO_WAVE, Unread, close_words
from transforms.prepare.wave_rows import WaveRows, wanted_values, wave_rows, where_columns
from transforms.study import DataRefusedError, Study, Variable, Wave
from transforms.study.columns import FILE_ROW, missing_column
from transforms.study.corrections import Correction
from transforms.study.settings import Value

NOT_APPLICABLE = REASONS.index("not_applicable")
FIRST_ROW = 2  # as a spreadsheet counts: row 1 holds the names


@dataclass(frozen=True)
class TypedWave:
    """A wave under the study's names: one row per respondent, with why each missing answer is missing beside it."""

    frame: pd.DataFrame
    counts: tuple[RowCount, ...]
    notes: tuple[str, ...]
    unread: tuple[Unread, ...] = ()
    corrections: tuple[Outcome, ...] = ()


def needed_columns(study: Study, wave: Wave) -> tuple[str, ...]:
    """Columns of the wave's file that a run reads: the codebook's but for free text, and those that choose its rows."""
    named = [variable.columns[wave.name] for variable in _kept_variables(study, wave)]
    return tuple(dict.fromkeys([*where_columns(study, wave), *named]))


def type_wave(raw: RawTable, study: Study, wave: Wave, log: Sequence[Correction] = ()) -> TypedWave:
    """The wave's rows and variables, after the corrections of `log`, which come before anything else is decided.

    Items and numbers are float64 in the codes of their scale (codes outside it stay), categories are float64 or str,
    identifiers are str as in the file, dates are str, free text is left out.

    Raises
    ------
    DataRefusedError
        Where the file lacks columns; the message lists all of them.
    """
    columns = _check_columns(raw, study, wave)
    chosen = wave_rows(raw, study, wave)
    rows, counts = chosen.rows, _chosen_counts(chosen, raw, wave)
    corrections = place_corrections(raw, rows, study, wave, log)
    if len(corrections.removed):
        rows = rows[~np.isin(rows, corrections.removed)]
        counts.append(_count(counts, "corrections", rows, "rows_removed_by_correction"))
    unread: list[Unread] = list(chosen.of_none)
    for step, names, reason in _filters(study, wave):
        deciding = {name: corrections.correct(name, rows, _type(raw, rows, study, wave, name)) for name in names}
        unread += [replace(found, removed=True) for found in _unread(deciding, raw, rows, (study, wave))]
        rows = rows[np.logical_and.reduce([_kept(study, name, column, step) for name, column in deciding.items()])]
        counts.append(_count(counts, step, rows, reason))
    kept = [variable.name for variable in _kept_variables(study, wave)]
    typed = {name: corrections.correct(name, rows, _type(raw, rows, study, wave, name)) for name in kept}
    unread += _unread(typed, raw, rows, (study, wave))
    notes = (*raw.notes, *_renamed(columns), *_unasked_filters(study, wave), *_not_coded(unread))
    file_rows = raw.frame.index.to_numpy()[rows] + FIRST_ROW
    return TypedWave(_frame(typed, file_rows), tuple(counts), notes, tuple(unread), corrections.outcomes)


def _kept_variables(study: Study, wave: Wave) -> tuple[Variable, ...]:
    return tuple(variable for variable in study.codebook.asked_in(wave.name) if variable.type != "text")


def _check_columns(raw: RawTable, study: Study, wave: Wave) -> dict[str, str]:
    """Column of the file for every name the study uses.

    Raises
    ------
    DataRefusedError
        With every name the file lacks, what it may have meant, and where to mend it.
    """
    wanted = dict.fromkeys(wave.where, f"by which wave {wave.name} is chosen")
    for variable in _kept_variables(study, wave):
        wanted[variable.columns[wave.name]] = f"which the codebook names for {variable.name}"
    names = raw.names
    found = {column: find_column(column, names) for column in wanted}
    absent = [column for column, name in found.items() if name is None]
    if absent:
        lines = [f"  - {column}, {wanted[column]}{_suggestion(column, names)}" for column in absent]
        what = "1 column that is" if len(absent) == 1 else f"{len(absent)} columns that are"
        raise DataRefusedError(
            f"{wave.file} (wave {wave.name}) lacks {what} needed:\n"
            + "\n".join(lines)
            + (
                ""
                if found.keys() - absent
                else "\nIt has none of them: if the names stand in a later row, remove what is above."
            )
            + f"\nCorrect the column {wave.name} of {study.settings.codebook}, or the file."
        )
    return {column: name for column, name in found.items() if name is not None}


def _suggestion(column: str, names: Sequence[str]) -> str:
    close = close_matches(column, names)
    return f". Close to it: {', '.join(close)}" if close else ""


def _renamed(columns: Mapping[str, str]) -> Iterator[str]:
    inside = sum(wanted != found for wanted, found in columns.items())
    if inside:
        yield f"{inside} column{' was' if inside == 1 else 's were'} found inside a group of the form (group/name)"


def _chosen_counts(chosen: WaveRows, raw: RawTable, wave: Wave) -> list[RowCount]:
    """The rows of the file, those of another wave, and those of none."""
    rows, lost = len(raw.frame), sum(found.count for found in chosen.of_none)
    counts = [RowCount(wave.name, "file", 0, rows, "rows_in_file")]
    if wave.where:
        left = rows - chosen.of_another
        counts.append(RowCount(wave.name, "where", chosen.of_another, left, "rows_of_another_wave"))
    if lost:
        counts.append(RowCount(wave.name, "no_wave", lost, len(chosen.rows), NO_WAVE))
    return counts


def _filters(study: Study, wave: Wave) -> Iterator[tuple[str, tuple[str, ...], str]]:
    asked = {variable.name for variable in study.codebook.asked_in(wave.name)}
    keep = tuple(name for name in study.settings.keep if name in asked)
    if keep:
        yield "keep", keep, "rows_not_kept"
    if study.design.consent in asked:
        yield "consent", (str(study.design.consent),), "rows_without_consent"
    assent = tuple(name for name in study.design.assent if name in asked)
    if assent:
        yield "assent", assent, "rows_without_assent"


def _unasked_filters(study: Study, wave: Wave) -> Iterator[str]:
    asked = {variable.name for variable in study.codebook.asked_in(wave.name)}
    for name in (*study.settings.keep, *study.design.assent):
        if name not in asked:
            yield f"{name} was not asked in {wave.name}: no row was removed by it"


def _kept(study: Study, name: str, column: TypedColumn, step: str) -> np.ndarray:
    values: Sequence[Value] = study.settings.keep[name] if step == "keep" else (1,)
    labels = {value_key(str(code)): text.en for code, text in study.codebook.values_of(name).items()}
    matches = value_matches(column.values, labels, wanted_values(values))
    return matches | (column.reasons == NOT_APPLICABLE) if step == "assent" else matches


def _type(raw: RawTable, rows: np.ndarray, study: Study, wave: Wave, name: str) -> TypedColumn:
    variable = study.codebook.variable(name)
    column = find_column(variable.columns[wave.name], raw.names)
    assert column is not None
    meaning = build_meaning(study, variable, wave, raw.value_labels.get(column, {}))
    declared = _rows_of(raw.missing[column], rows) if column in raw.missing else None
    return type_column(_rows_of(raw.frame[column], rows), declared, meaning)


def _rows_of(column: pd.Series, rows: np.ndarray) -> pd.Series:
    return column if len(rows) == len(column) else column.iloc[rows]


def _count(counts: Sequence[RowCount], step: str, rows: np.ndarray, reason: str) -> RowCount:
    last = counts[-1]
    return RowCount(last.wave, step, last.remaining - len(rows), len(rows), reason)


def _unread(
    typed: Mapping[str, TypedColumn], raw: RawTable, rows: np.ndarray, place: tuple[Study, Wave]
) -> Iterator[Unread]:
    """What could not be read of the columns in `typed`, which are these rows of the file."""
    study, wave = place
    for name, column in typed.items():
        lost = column.not_coded
        if lost.any():
            variable = study.codebook.variable(name)
            there = find_column(variable.columns[wave.name], raw.names)
            assert there is not None  # or it could not have been typed
            close = close_words(raw.frame[there].iloc[rows[lost]].dropna(), study.codebook.scale(variable))
            yield Unread(name, int(lost.sum()), int(column.values.notna().sum() + lost.sum()), close)


def _not_coded(unread: Sequence[Unread]) -> Iterator[str]:
    for found in unread:
        if found.check == NO_WAVE:
            yield f"{found.count} rows are of no wave of the study by {found.variable} (rows_of_no_wave)"
            continue
        lost = "are in rows that were not kept" if found.removed else "became missing"
        yield f"{found.count} answers to {found.variable} match no code or label and {lost} (not_coded)"


def _frame(typed: Mapping[str, TypedColumn], file_rows: np.ndarray) -> pd.DataFrame:
    index = pd.RangeIndex(len(file_rows))
    columns: dict[str, object] = {FILE_ROW: pd.Series(file_rows, dtype="int64")}
    for name, column in typed.items():
        columns[name] = column.values.set_axis(index)
        missing = column.missing
        if missing is not None:
            columns[missing_column(name)] = missing.set_axis(index)
    # Without a copy: the columns are new, and stacking a million rows of them takes longer than typing them.
    return pd.DataFrame(columns, index=index, copy=False)
