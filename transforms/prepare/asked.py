"""How a wave's file says its questions were asked: their wording, and the answers to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from transforms.prepare.answers import build_meaning, read_answer
from transforms.prepare.raw import RawTable, find_column
from transforms.prepare.text import number_text, tidy_text
from transforms.study import Study, Variable, Wave


@dataclass(frozen=True)
class Asked:
    """One item in one wave's file.

    `question` is the file's label of its column, empty where there is none. `choices` are its labelled answers: code
    in this study -> label in the file. Answers that are missing, or that the study recodes, are left out.
    """

    question: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)


def asked_items(raw: RawTable, study: Study, wave: Wave) -> dict[str, Asked]:
    """What the file of `wave` says of each of its items; an item of which it says nothing is left out."""
    found = {}
    for variable in study.codebook.asked_in(wave.name):
        column = find_column(variable.columns[wave.name], raw.names)
        if variable.type == "item" and column is not None:
            asked = Asked(_question(raw, column, variable), _choices(raw, column, (study, variable, wave)))
            if asked.question or asked.choices:
                found[variable.name] = asked
    return found


def _question(raw: RawTable, column: str, variable: Variable) -> str:
    """The label of a column, unless it is only a name."""
    label = tidy_text(raw.column_labels.get(column) or "")
    return "" if label.casefold() in {column.casefold(), variable.name.casefold()} else label


def _choices(raw: RawTable, column: str, place: tuple[Study, Variable, Wave]) -> dict[str, str]:
    study, variable, wave = place
    labels = raw.value_labels.get(column, {})
    meaning = build_meaning(study, variable, wave, labels)
    declared = set(raw.missing[column].dropna().unique()) if column in raw.missing else set()
    choices = {}
    for code, label in labels.items():
        text = code if isinstance(code, str) else number_text(code)
        if not label.strip() or text in declared or meaning.recodes.find(text, label) is not None:
            continue
        answer = read_answer(text, meaning)
        if answer.value is not None:
            choices[answer.value if isinstance(answer.value, str) else number_text(answer.value)] = tidy_text(label)
    return choices
