"""Interviews as the files of a study hold them: its names, its codes, its way to write what is missing."""

import numpy as np
import pandas as pd

from transforms.prepare.raw import RawTable
from transforms.simulate.interviews import ANSWERED, REASONS, Interviews
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


def _missing(interviews: Interviews, questions: Questions, study: Study, wave: Wave) -> pd.DataFrame:
    """The mark of every answer that is missing, under the study's names; questions with none are left out."""
    marks = missing_marks(study, wave)
    written = np.array([*(marks[reason] for reason in REASONS), None], dtype=object)  # ANSWERED is the last
    some = np.flatnonzero((interviews.reasons != ANSWERED).any(axis=0))
    columns = [questions.names[question] for question in some]
    return pd.DataFrame(written[interviews.reasons[:, some]], columns=columns).astype("str")


def encode(interviews: Interviews, questions: Questions, study: Study, wave: Wave) -> RawTable:
    """The wave as its file holds it, in the order of the codebook; variables the wave does not ask are left out."""
    asked = study.codebook.asked_in(wave.name)
    names = {variable.name: variable.columns[wave.name] for variable in asked}
    items = set(questions.names)
    value_labels = {}
    for variable in asked:
        labels = _value_labels(study, wave, variable)
        if variable.name in items:
            labels |= _missing_labels(study, wave)
        if labels:
            value_labels[names[variable.name]] = labels
    about = _about(study, interviews)
    written = {str(name): _coded(values, _old_values(study, wave, str(name))) for name, values in about.items()}
    frame = pd.concat([pd.DataFrame(written), pd.DataFrame(interviews.answers, columns=list(questions.names))], axis=1)
    frame = frame[list(names)].astype({name: "str" for name in names if frame[name].dtype == np.dtype(object)})
    missing = _missing(interviews, questions, study, wave)
    return RawTable(
        frame=frame.rename(columns=names),
        missing=missing[[name for name in missing if name in names]].rename(columns=names),
        column_labels={names[variable.name]: variable.text.read("ar") for variable in asked},
        value_labels=value_labels,
        reader=READER,
    )
