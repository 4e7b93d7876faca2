"""The log of corrections, from rows of text to typed lines. It holds identifiers and answers: no message quotes it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field

from transforms.study.findings import Findings, Rows, check_header, numbered
from transforms.study.problems import StudyError
from transforms.study.settings import Settings
from transforms.study.suggest import did_you_mean

Action = Literal["change", "blank", "remove"]
LogColumn = Literal[
    "wave", "respondent", "row", "variable", "action", "old_value", "new_value", "reason", "who", "when"
]
CORRECTION_COLUMNS: dict[LogColumn, str] = {
    "wave": "Wave the interview is of. May be left out in a study of one wave.",
    "respondent": "Identifier of the respondent as it stands in the file; never the pseudonym.",
    "row": "Row of the file as a spreadsheet counts, where a respondent stands twice or has no identifier.",
    "variable": "The variable's name in this study, or that of its column in the file.",
    "action": "`change`, `blank` (the answer becomes missing), `remove` (the whole interview) or `none` (looked at and "
    "left). `change` where empty. Also `change_response`, `blank_response`, `remove_survey`, `no_action`.",
    "old_value": "What the file holds: the code, or its label; empty where the file holds nothing.",
    "new_value": "What is right, written as the file would write it; empty: the answer becomes missing.",
    "reason": "Why. Say nothing here about a person, nor the answer.",
    "who": "Who decided.",
    "when": "Day of the decision.",
}
SIGNATURE: tuple[Literal["reason", "who", "when"], ...] = ("reason", "who", "when")
ACTIONS: dict[str, Action | None] = {
    "": "change",
    "change": "change",
    "change_response": "change",
    "blank": "blank",
    "blank_response": "blank",
    "remove": "remove",
    "remove_survey": "remove",
    "none": None,
    "no_action": None,
}


class Corrections(Settings):
    """The log of corrections: what is wrong in the files, what is right, and who says so. The files stay."""

    file: str = Field("corrections.csv", description="The log, CSV or XLSX. May be absent if it is not named here.")
    sheet: str | None = Field(None, description="Sheet of a workbook. The first sheet where it is not given.")
    columns: dict[LogColumn, str] = Field(
        default_factory=dict,
        description='Names its columns have where they are others, as `old_value = "before"`. '
        "Columns that are not named are then left alone.",
    )
    reason: str | None = Field(None, description="Holds for lines that give none.")
    who: str | None = Field(None, description="Holds for lines that name nobody.")
    when: str | None = Field(None, description="Holds for lines without a day.")


@dataclass(frozen=True, slots=True)
class Correction:
    """One line of the log; `line` is its row there, `row` the interview's in the file of the wave."""

    line: int
    wave: str
    action: Action
    respondent: str = field(default="", repr=False)
    row: int | None = field(default=None, repr=False)
    variable: str = field(default="", repr=False)
    old: str = field(default="", repr=False)
    new: str = field(default="", repr=False)
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class CorrectionLog:
    """The lines that change something, in the order of the log, and how many say that nothing is to be changed."""

    file: str = ""
    lines: tuple[Correction, ...] = ()
    left_alone: int = 0

    def of(self, wave: str) -> tuple[Correction, ...]:
        """The lines of one wave."""
        return tuple(line for line in self.lines if line.wave == wave)


def parse_corrections(rows: Rows, settings: Corrections, waves: Sequence[str], *, identified: bool) -> CorrectionLog:
    """The log from the rows of its table; `identified` says whether respondents have an identifier.

    Raises
    ------
    StudyError
        With every line that cannot be read, by its row and column; what stands there is not quoted.
    """
    findings = Findings(settings.file)
    lines: list[Correction] = []
    left_alone = 0
    if rows and _check_columns(rows, settings, waves, findings):
        for number, cells in numbered(_renamed(rows, settings)):
            line: dict[str, str] = {name: cells.get(name, "") for name in CORRECTION_COLUMNS}
            word = line["action"].casefold().replace(" ", "_")
            if word not in ACTIONS:
                findings.add(number, "action", "is none of the actions.", "Write change, blank, remove or none.")
            elif (action := ACTIONS[word]) is None:
                left_alone += 1
            elif _check_line(line, number, action, (settings, waves, identified), findings):
                lines.append(_correction(line, number, action, settings, waves[0]))
    if findings.problems:
        raise StudyError(findings.problems)
    return CorrectionLog(settings.file, tuple(lines), left_alone)


def _renamed(rows: Rows, settings: Corrections) -> list[dict[str, str]]:
    """The rows under this program's names for the columns."""
    names = {settings.columns.get(name, name): name for name in CORRECTION_COLUMNS}
    return [{names[name]: cell for name, cell in row.items() if name in names} for row in rows]


def _check_columns(rows: Rows, settings: Corrections, waves: Sequence[str], findings: Findings) -> bool:
    called = {name: settings.columns.get(name, name) for name in CORRECTION_COLUMNS}
    needed = [called[name] for name in ("variable", "old_value", "new_value")]
    needed += [called[name] for name in SIGNATURE if getattr(settings, name) is None]
    needed += [called["wave"]] if len(waves) > 1 else []
    if not {called["respondent"], called["row"]} & set(rows[0]):
        needed.append(called["respondent"])
    needed += [name for name in settings.columns.values() if name not in needed]
    # Without its header, the first row is an interview: what stands there is only quoted where it is a header.
    strict = not settings.columns and set(needed) <= set(rows[0])
    return check_header(rows, needed, called.values() if strict else rows[0], findings)


Surroundings = tuple[Corrections, Sequence[str], bool]


def _check_line(line: Mapping[str, str], number: int, action: Action, around: Surroundings, findings: Findings) -> bool:
    before = len(findings.problems)
    for where, message, fix in _wrong(line, action, around):
        findings.add(number, where, message, fix)
    return len(findings.problems) == before


def _wrong(line: Mapping[str, str], action: Action, around: Surroundings) -> Iterator[tuple[str, str, str]]:
    """Column, message and what to do of everything that is wrong with one line by itself."""
    settings, waves, identified = around
    if line["wave"] not in waves and (line["wave"] or len(waves) > 1):
        yield "wave", "names no wave of the study.", did_you_mean(line["wave"], waves)
    yield from _wrong_handle(line, identified)
    for name in SIGNATURE:
        if not line[name] and not getattr(settings, name):
            yield name, "is empty.", "Every correction is signed: write why, who and when."
    if action != "remove" and not line["variable"]:
        yield "variable", "is empty.", "Name the variable; to take out the whole interview, write remove under action."
    if action == "change" and line["old_value"] == line["new_value"]:
        yield "new_value", "is the old value.", "Write none under action where an answer was right."
    if action == "blank" and line["new_value"]:
        yield "new_value", "stands beside blank.", "Leave it empty, or write change."


def _wrong_handle(line: Mapping[str, str], identified: bool) -> Iterator[tuple[str, str, str]]:
    if line["row"] and not (line["row"].isascii() and line["row"].isdigit()):
        yield "row", "is no row of a file.", "Write the number a spreadsheet shows beside it."
    if line["respondent"] and not identified:
        yield "respondent", "cannot be looked up: the study names no respondent.", "Name the interview by its row."
    if not line["respondent"] and not line["row"]:
        yield "respondent", "is empty.", "Name the respondent as in the file, or the row."


def _correction(
    line: Mapping[str, str], number: int, action: Action, settings: Corrections, only_wave: str
) -> Correction:
    return Correction(
        line=number,
        wave=line["wave"] or only_wave,
        action=action,
        respondent=line["respondent"],
        row=int(line["row"]) if line["row"] else None,
        variable=line["variable"],
        old=line["old_value"],
        new=line["new_value"],
        reason=line["reason"] or settings.reason or "",
    )
