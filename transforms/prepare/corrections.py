"""A wave's file and its lines of the log -> the answers that change and the interviews that go, or why not.

Clean = raw + log (IPA and REACH cleaning logs): a line says what the file holds and what is right. It is held against
the file first; one that does not fit is refused and changes nothing. What stands in a line is never quoted.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from transforms.prepare.file_cells import Comparable, FileCells, comparable
from transforms.prepare.raw import RawTable, find_column
from transforms.prepare.typed import NOT_CODED, TypedColumn
from transforms.prepare.values import outside_scale
from transforms.study.corrections import Correction
from transforms.study.design import Wave
from transforms.study.findings import ROWS_BEFORE_DATA
from transforms.study.instrument import Variable
from transforms.study.study import Study

CHANGED, BLANKED, REMOVED = "changed", "blanked", "removed"
REPEATED = "repeated"  # an earlier line says the same
UNUSED = "unused"  # of a column the study does not read, or of an interview that is taken out
REFUSALS = {
    "no_identifier": "the wave has no identifier of respondents. Name the interview by its row.",
    "unknown_respondent": "no interview of the wave has this respondent. Write the identifier as the file has it.",
    "several_interviews": "the respondent stands in the file more than once. Name the row too.",
    "unknown_row": "the file has no such row, or it is of another wave.",
    "other_respondent": "the row is of another respondent.",
    "unknown_variable": "neither the codebook nor the file has this variable.",
    "not_asked": "the codebook gives this variable no column in the wave.",
    "chooses_rows": "by this column the rows of the wave are chosen; it cannot be corrected here.",
    "old_value": "the old value is not what the file holds. Look it up in the file again.",
    "chain": "the old value is not the new one of the line before it, which is of the same answer. "
    "Keep one line, or write them in the order they were decided.",
    "new_value": "the new value is no code or label of the variable's scale, or beyond its range.",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line of the log: a word above, or a key of REFUSALS. Without a variable it is an interview."""

    line: int
    status: str
    variable: str = ""
    reason: str = field(default="", repr=False)

    @property
    def refused(self) -> bool:
        """True where the line does not fit the file."""
        return self.status in REFUSALS


@dataclass(frozen=True, slots=True)
class Replacement:
    """New answers to one variable, by position in the file."""

    positions: np.ndarray
    answers: TypedColumn


@dataclass(frozen=True, slots=True)
class PlacedCorrections:
    """The lines of one wave that fit its file: positions of interviews to take out, and new answers by variable."""

    removed: np.ndarray
    replaced: Mapping[str, Replacement]
    outcomes: tuple[Outcome, ...]

    def correct(self, name: str, rows: np.ndarray, column: TypedColumn) -> TypedColumn:
        """The answers to the variable `name` in `rows` (positions in the file, ascending), corrected."""
        new = self.replaced.get(name)
        if new is None or not len(rows):
            return column
        at = np.minimum(np.searchsorted(rows, new.positions), len(rows) - 1)
        here = rows[at] == new.positions
        values, reasons = column.values.copy(), column.reasons.copy()
        values.iloc[at[here]] = new.answers.values[here].array
        reasons[at[here]] = new.answers.reasons[here]
        return TypedColumn(values, reasons)


def place_corrections(
    raw: RawTable, rows: np.ndarray, study: Study, wave: Wave, log: Sequence[Correction]
) -> PlacedCorrections:
    """Hold the log's lines for `wave` against its file, of which `rows` (positions) are the wave.

    Lines of one answer follow each other: the old value of the first is the file's, that of the next one the new value
    of the line before. Every variable that reads the corrected column gets the new answer.
    """
    place = FileCells(raw, rows, study, wave)
    outcomes: list[Outcome] = []
    removed: dict[int, None] = {}
    lines: dict[str, list[tuple[Correction, int, Variable]]] = {}
    targets = {name: _target(place, name) for name in dict.fromkeys(line.variable for line in log)}
    for line, where in zip(log, _locate(place, log), strict=True):
        column, variable = ("", None) if line.action == "remove" else targets[line.variable]
        named = variable.name if variable else ""
        if isinstance(where, str):
            outcomes.append(Outcome(line.line, where, named, line.reason))
        elif line.action == "remove":
            outcomes.append(Outcome(line.line, REPEATED if where in removed else REMOVED, "", line.reason))
            removed[where] = None
        elif variable is None:
            outcomes.append(Outcome(line.line, column, "", line.reason))
        else:
            lines.setdefault(column, []).append((line, where, variable))
    replaced: dict[str, Replacement] = {}
    for column, changes in lines.items():
        kept, found = _hold(place, changes, place.readers(column), removed)
        outcomes += found
        replaced |= kept
    outcomes.sort(key=lambda outcome: outcome.line)
    return PlacedCorrections(np.array(sorted(removed), dtype="int64"), replaced, tuple(outcomes))


def _locate(place: FileCells, log: Sequence[Correction]) -> list[int | str]:
    """Position of each line's interview in the file, or why there is none."""
    by_respondent = _interviews(place, [line.respondent for line in log])
    file_rows = place.raw.frame.index.to_numpy()[place.rows] + ROWS_BEFORE_DATA
    named = np.isin(file_rows, [line.row for line in log if line.row is not None])
    here = dict(zip(file_rows[named].tolist(), place.rows[named].tolist(), strict=True))
    found: list[int | str] = []
    for line, interviews in zip(log, by_respondent, strict=True):
        if line.row is None:
            found.append(interviews[0] if isinstance(interviews, list) and len(interviews) == 1 else _why(interviews))
        elif line.row not in here:
            found.append("unknown_row")
        elif line.respondent and not (isinstance(interviews, list) and here[line.row] in interviews):
            found.append("other_respondent")
        else:
            found.append(here[line.row])
    return found


def _why(interviews: list[int] | str) -> str:
    if isinstance(interviews, str):
        return interviews
    return "several_interviews" if interviews else "unknown_respondent"


def _interviews(place: FileCells, respondents: Sequence[str]) -> list[list[int] | str]:
    """Positions of each respondent's interviews in the wave."""
    asked = {variable.name: variable for variable in place.study.codebook.asked_in(place.wave.name)}
    variable = asked.get(place.study.design.respondent or "")
    if variable is None or not any(respondents):
        return ["no_identifier"] * len(respondents)
    wanted = place.texts(variable, respondents).values.to_numpy(dtype=object)
    there = place.cells(variable, place.rows).values
    mine = there.isin([name for name in wanted if isinstance(name, str)]).to_numpy()
    positions: dict[object, list[int]] = {}
    for name, position in zip(there[mine].tolist(), place.rows[mine].tolist(), strict=True):
        positions.setdefault(name, []).append(position)
    return [positions.get(name, []) for name in wanted]


def _target(place: FileCells, name: str) -> tuple[str, Variable | None]:
    """Column of the file that a line speaks of and the variable read from it; without one, what to say instead."""
    asked = {variable.name: variable for variable in place.study.codebook.asked_in(place.wave.name)}
    if name in asked:
        column = place.column(asked[name])
    elif any(variable.name == name for variable in place.study.codebook.variables):
        return "not_asked", None
    else:
        column = find_column(name, place.raw.names) or ""
    readers = place.readers(column)
    if name in asked and asked[name] in readers:
        return column, asked[name]
    if readers:
        return column, readers[0]
    if not column:
        return "unknown_variable", None
    return "chooses_rows" if column in place.wave.where else UNUSED, None


def _hold(
    place: FileCells,
    changes: Sequence[tuple[Correction, int, Variable]],
    readers: Sequence[Variable],
    removed: Container[int],
) -> tuple[dict[str, Replacement], list[Outcome]]:
    """New answers in one column, and what became of each of its lines, in the order of the log."""
    lines, named = [line for line, _, _ in changes], {variable.name: variable for _, _, variable in changes}
    places = np.array([position for _, position, _ in changes])
    allowed = np.logical_and.reduce([_allowed(place, variable, [line.new for line in lines]) for variable in readers])
    held = {name: _known(place, variable, lines, places) for name, variable in named.items()}
    spoken: dict[int, list[int]] = {}  # position in the file -> the lines that changed it, in their order
    outcomes = []
    for at, (line, position, variable) in enumerate(changes):
        files, olds, news = held[variable.name]
        before = spoken.get(position, [])
        status = BLANKED if news[at][0] is None else CHANGED
        if olds[at] != (news[before[-1]] if before else files[at]):
            status = "chain" if before else "old_value"
            if any((olds[at], news[at]) == (olds[then], news[then]) for then in before):
                status = REPEATED
        elif not allowed[at]:
            status = "new_value"
        else:
            spoken[position] = [*before, at]
            status = UNUSED if position in removed else status
        outcomes.append(Outcome(line.line, status, variable.name, line.reason))
    positions = np.array(sorted(spoken), dtype="int64")
    texts = [lines[spoken[position][-1]].new for position in positions.tolist()]
    replaced = {each.name: Replacement(positions, place.texts(each, texts)) for each in readers}
    return replaced, outcomes


def _allowed(place: FileCells, variable: Variable, texts: Sequence[str]) -> np.ndarray:
    """True where a new value is one of the variable's scale, or says that the answer is missing."""
    new = place.texts(variable, texts)
    allowed: np.ndarray = (new.reasons != NOT_CODED) & ~outside_scale(new.values, variable, place.study).to_numpy()
    return allowed


def _known(
    place: FileCells, variable: Variable, lines: Sequence[Correction], positions: np.ndarray
) -> tuple[list[Comparable], list[Comparable], list[Comparable]]:
    """What the file holds, and the old and new value of each line, as they compare."""
    raw = place.raw.frame[place.column(variable)].iloc[positions].tolist()
    old, new = [line.old for line in lines], [line.new for line in lines]
    in_file = comparable(place.cells(variable, positions), raw)
    return in_file, comparable(place.texts(variable, old), old), comparable(place.texts(variable, new), new)
