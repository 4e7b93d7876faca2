"""Interviews as the files of a study hold them: its names, its codes, its way to write what is missing."""

import numpy as np
import pandas as pd

from transforms.prepare.raw import RawTable
from transforms.simulate.interviews import Interviews
from transforms.simulate.questions import Questions
from transforms.study import MissingReason, Study, Variable, Wave

READER = "simulated"
MISSING_SCALE = "MISSING"  # scale of the study that words the missing codes
ROLES = ("respondent", "governorate", "community", "strata", "weight", "consent", "group", "sex", "interviewer")


def _tagged(wave: Wave) -> bool:
    return wave.file.endswith(".dta")


def missing_marks(study: Study, wave: Wave) -> dict[MissingReason, str]:
    """How the wave's file writes each reason: a Stata tag, or a code."""
    marks = study.settings.missing.tags if _tagged(wave) else study.settings.missing.codes
    return {reason: mark for mark, reason in marks.items()}


def _missing_labels(study: Study, wave: Wave) -> dict[float | str, str]:
    """Label of each mark, in Arabic; a tag has the label of the code of the same reason."""
    scale = next((scale for scale in study.codebook.scales if scale.name == MISSING_SCALE), None)
    words = {choice.code: choice.label.read("ar") for choice in scale.choices} if scale else {}
    by_reason = {reason: words.get(float(code), reason) for code, reason in study.settings.missing.codes.items()}
    marks = missing_marks(study, wave)
    return {mark if _tagged(wave) else float(mark): by_reason.get(reason, reason) for reason, mark in marks.items()}


def _old_values(study: Study, wave: Wave, variable: str) -> dict[str, str]:
    """What the wave's file writes for each of the study's values: the recodes, read backwards."""
    recodes = study.codebook.recodes
    return {recode.new: recode.old for recode in recodes if recode.variable == variable and recode.wave == wave.name}


def _coded(values: pd.Series, old: dict[str, str]) -> pd.Series:
    """The study's values as the file writes them; numbers stay numbers where every old value is one."""
    if not old:
        return values
    written = values.map(lambda value: old[f"{value:g}"], na_action="ignore")
    numeric = all(text.lstrip("-").isdecimal() for text in old.values())
    return written.astype("float64") if numeric else written.astype("str")


def _value_labels(study: Study, wave: Wave, variable: Variable) -> dict[float | str, str]:
    """Label of each code as the file writes it, in Arabic; none where the file writes words."""
    old = _old_values(study, wave, variable.name)
    labels: dict[float | str, str] = {}
    for code, text in study.codebook.values_of(variable.name).items():
        written = old.get(f"{code:g}" if isinstance(code, float) else str(code))
        if written is None:
            labels[code if isinstance(code, str) else float(code)] = text.read("ar")
        elif written.lstrip("-").isdecimal():
            labels[float(written)] = text.read("ar")
    return labels


def _about(study: Study, interviews: Interviews) -> pd.DataFrame:
    """What is known beside the answers, under the study's names."""
    names = {role: getattr(study.design, role) or role for role in ROLES}
    return interviews.about.rename(columns=names)


def encode(interviews: Interviews, questions: Questions, study: Study, wave: Wave) -> RawTable:
    """The wave as its file holds it, in the order of the codebook; variables the wave does not ask are left out."""
    about = _about(study, interviews)
    positions = {name: position for position, name in enumerate(questions.names)}
    marks: dict[str, str] = dict(missing_marks(study, wave).items())
    missing_labels = _missing_labels(study, wave)
    columns: dict[str, pd.Series] = {}
    missing: dict[str, pd.Series] = {}
    column_labels: dict[str, str] = {}
    value_labels: dict[str, dict[float | str, str]] = {}
    for variable in study.codebook.asked_in(wave.name):
        column, labels = variable.columns[wave.name], _value_labels(study, wave, variable)
        column_labels[column] = variable.text.read("ar")
        if variable.name in positions:
            question = positions[variable.name]
            columns[column] = pd.Series(interviews.answers[:, question])
            reasons = pd.Series(interviews.reasons[:, question], dtype="str")
            missing[column] = reasons.map(marks).astype("str")
            labels |= missing_labels
        else:
            columns[column] = _coded(about[variable.name], _old_values(study, wave, variable.name))
        if labels:
            value_labels[column] = labels
    kept = {column: codes for column, codes in missing.items() if codes.notna().any()}
    index = pd.RangeIndex(len(interviews))
    frame = pd.DataFrame(columns, index=index)
    return RawTable(
        frame=frame.astype({name: "str" for name in frame if frame[name].dtype == np.dtype(object)}),
        missing=pd.DataFrame(kept, index=index),
        column_labels=column_labels,
        value_labels=value_labels,
        reader=READER,
    )
