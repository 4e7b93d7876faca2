"""How a wave's file, or its form, says its questions were asked: their wording, and the answers to choose from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import pandas as pd

from transforms.prepare.answers import Meaning, build_meaning, read_answer
from transforms.prepare.raw import RawTable, find_column
from transforms.prepare.text import label_key, number_text, parse_number, tidy_text
from transforms.study import Study, Variable, Wave
from transforms.study.form import form_label
from transforms.study.instrument import Scale

Written = Literal["", "codes", "names", "en", "ar"]
Row = Mapping[str, str]
MOST = 50  # distinct answers looked at to see how they are written
SELECT = ("select_one", "select one", "select1", "select_multiple")


@dataclass(frozen=True)
class Asked:
    """One question in one wave's file.

    `question` is the file's label of its column, empty where there is none. `choices` are its labelled answers: code
    in this study -> label in the file. Answers that are missing, or that the study recodes, are left out. A form in two
    languages has both in Arabic as well. `written` is how the file writes the answers: "" where it cannot be told.
    """

    question: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    question_ar: str = ""
    choices_ar: Mapping[str, str] = field(default_factory=dict)
    written: Written = ""


def asked_items(raw: RawTable, study: Study, wave: Wave) -> dict[str, Asked]:
    """What the file of `wave` says of its items and categories; a question of which it says nothing is left out."""
    found = {}
    for variable, column in _questions(study, wave, raw.names):
        choices = _choices(raw, column, (study, variable, wave))
        written = written_as(raw.frame[column], study.codebook.scale(variable)) if column in raw.frame else ""
        asked = Asked(_question(raw, column, variable), choices, written=written)
        if asked != Asked():
            found[variable.name] = asked
    return found


def with_form_wording(
    asked: Mapping[str, Asked], survey: Sequence[Row], choices: Sequence[Row], study: Study, wave: Wave
) -> dict[str, Asked]:
    """`asked`, and what the wave's form (XLSForm, sheets `survey` and `choices`) says where the file says nothing.

    Answers a file writes out in words are read by their words, so the form's codes for them mean nothing.
    """
    found = dict(asked)
    questions = {row.get("name", ""): row for row in survey}
    for variable, name in _questions(study, wave, tuple(questions)):
        known = asked.get(variable.name, Asked())
        row, meaning = questions[name], build_meaning(study, variable, wave, {})
        answers = [] if known.choices or known.written in {"en", "ar"} else _answers(row, choices)
        found[variable.name] = replace(
            known,
            question=known.question or form_label(row, "en"),
            question_ar=form_label(row, "ar"),
            choices=known.choices
            or _read(((each.get("name", ""), form_label(each, "en")) for each in answers), meaning),
            choices_ar=_read(((each.get("name", ""), form_label(each, "ar")) for each in answers), meaning),
        )
    return found


def written_as(column: pd.Series, scale: Scale | None) -> Written:
    """How most distinct answers of a column are written: as codes, as names of a form, or as labels in a language."""
    if pd.api.types.is_numeric_dtype(column.dtype) or scale is None or not scale.choices:
        return ""
    words: dict[Written, set[str]] = {
        "names": {label_key(choice.name) for choice in scale.choices if choice.name},
        "en": {label_key(choice.label.en) for choice in scale.choices},
        "ar": {label_key(choice.label.ar) for choice in scale.choices if choice.label.ar},
    }
    counts: dict[Written, int] = {"codes": 0, **dict.fromkeys(words, 0)}
    for text in map(str, column.dropna().unique()[:MOST]):
        for way, known in words.items():
            counts[way] += label_key(text) in known
        counts["codes"] += parse_number(tidy_text(text)) is not None
    best = max(counts, key=lambda way: counts[way])
    return best if counts[best] else ""


def _questions(study: Study, wave: Wave, names: Sequence[str]) -> Iterable[tuple[Variable, str]]:
    """Items and categories of a wave with the column, or the question of the form, that asked them."""
    for variable in study.codebook.asked_in(wave.name):
        wanted = variable.columns[wave.name]
        column = find_column(wanted, names) or find_column(wanted.rpartition("/")[2], names)
        if variable.type in {"item", "category"} and column is not None:
            yield variable, column


def _question(raw: RawTable, column: str, variable: Variable) -> str:
    """The label of a column, unless it is only a name."""
    label = tidy_text(raw.column_labels.get(column) or "")
    return "" if label.casefold() in {column.casefold(), variable.name.casefold()} else label


def _choices(raw: RawTable, column: str, place: tuple[Study, Variable, Wave]) -> dict[str, str]:
    study, variable, wave = place
    labels = raw.value_labels.get(column, {})
    meaning = build_meaning(study, variable, wave, labels)
    declared = set(raw.missing[column].dropna().unique()) if column in raw.missing else set()
    texts = ((code if isinstance(code, str) else number_text(code), label) for code, label in labels.items())
    return _read(((text, label) for text, label in texts if text not in declared), meaning)


def _answers(question: Row, choices: Sequence[Row]) -> list[Row]:
    """Rows of the form's list that a question chooses from."""
    kind, _, listed = tidy_text(question.get("type", "")).rpartition(" ")
    return [row for row in choices if row.get("list_name", "") == listed] if kind in SELECT else []


def _read(labels: Iterable[tuple[str, str]], meaning: Meaning) -> dict[str, str]:
    """Labels by the code their answer has in this study; without those that are missing, recoded or not labelled."""
    choices = {}
    for text, label in labels:
        if not label.strip() or meaning.recodes.find(text, label) is not None:
            continue
        answer = read_answer(text, meaning)
        if answer.value is not None:
            choices[answer.value if isinstance(answer.value, str) else number_text(answer.value)] = tidy_text(label)
    return choices
