"""What a signed waiver does to the rows and answers it speaks of, and how many they were."""

from collections.abc import Callable

import pandas as pd

from transforms.prepare.rows import RowCount
from transforms.prepare.values import outside_scale
from transforms.study.columns import ARM, CLUSTER, GOVERNORATE, RESPONDENT, WAVE, WEIGHT, missing_column
from transforms.study.instrument import Variable
from transforms.study.study import Study

DUPLICATES = "duplicate_respondents"
OUT_OF_RANGE = "out_of_range"
NOT_CODED = "not_coded"


def _mixed_clusters(panel: pd.DataFrame) -> pd.Series:
    return panel.groupby(CLUSTER, observed=True)[ARM].transform("nunique") > 1


# Rows of the panel each check speaks of, and the variable it names; a waiver with the action `remove` takes them out.
FOUND: dict[str, tuple[Callable[[Study], str | None], Callable[[pd.DataFrame], pd.Series]]] = {
    "governorate_known": (lambda study: study.design.governorate, lambda panel: panel[GOVERNORATE].isna()),
    "cluster_known": (lambda study: study.design.cluster_variable, lambda panel: panel[CLUSTER].isna()),
    "weight_positive": (lambda study: study.design.weight, lambda panel: ~(panel[WEIGHT] > 0)),
    "respondent_known": (lambda study: study.design.respondent, lambda panel: panel[RESPONDENT].isna()),
    "arm_known": (lambda study: study.design.treatment_variable, lambda panel: panel[ARM].isna()),
    "arm_constant_in_cluster": (lambda study: study.design.cluster_variable, _mixed_clusters),
}


def keep_rows(frame: pd.DataFrame, keep: pd.Series, wave: str, step: str) -> tuple[pd.DataFrame, list[RowCount]]:
    """The rows to keep, and the count of the others; no count where none went."""
    removed = int((~keep).sum())
    if not removed:
        return frame, []
    kept = frame[keep]
    return kept, [RowCount(wave, step, removed, len(kept), "waived")]


def settle_duplicates(frame: pd.DataFrame, study: Study, wave: str) -> tuple[pd.DataFrame, list[RowCount]]:
    """One wave without the rows a waiver for duplicates takes out (`keep_first`: the later ones; `remove`: all)."""
    respondent = study.design.respondent
    waiver = study.waiver(DUPLICATES, wave, respondent)
    if waiver is None or respondent is None or waiver.action not in {"keep_first", "remove"}:
        return frame, []
    again = frame.duplicated(respondent, keep="first" if waiver.action == "keep_first" else False)
    return keep_rows(frame, ~(again & frame[respondent].notna()), wave, "duplicate")


def settle_unread(frame: pd.DataFrame, study: Study, wave: str) -> tuple[pd.DataFrame, list[RowCount]]:
    """One wave without the rows a waiver removes for an answer that could not be read; the others were made missing."""
    unread = {
        variable.name: mask
        for variable in study.codebook.asked_in(wave)
        if missing_column(variable.name) in frame and (mask := _unread(frame, variable)).any()
    }
    drop = pd.Series(False, index=frame.index)
    for name, mask in unread.items():
        waiver = study.waiver(NOT_CODED, wave, name)
        if waiver is not None and waiver.action == "remove":
            drop |= mask
    frame, counts = keep_rows(frame, ~drop, wave, NOT_CODED)
    answers = sum(int((mask & ~drop).sum()) for mask in unread.values())
    if answers:
        counts.append(RowCount(wave, NOT_CODED, 0, len(frame), "answers_not_read", answers))
    return frame, counts


def _unread(frame: pd.DataFrame, variable: Variable) -> pd.Series:
    reasons = frame[missing_column(variable.name)]
    return (reasons == NOT_CODED) & (variable.type in {"item", "number", "category"})


def settle_range(frame: pd.DataFrame, study: Study, wave: str) -> tuple[pd.DataFrame, list[RowCount]]:
    """One wave in which no answer is outside its scale: it becomes missing, or a waiver removes its row."""
    outside = {
        variable.name: mask
        for variable in study.codebook.asked_in(wave)
        if variable.type in {"item", "number", "category"} and (mask := _outside(frame, variable, study)).any()
    }
    drop = pd.Series(False, index=frame.index)
    for name, mask in outside.items():
        waiver = study.waiver(OUT_OF_RANGE, wave, name)
        if waiver is not None and waiver.action == "remove":
            drop |= mask
    missing = {name: mask for name, mask in outside.items() if (mask & ~drop).any()}
    frame = frame.assign(**{name: frame[name].mask(mask) for name, mask in missing.items()})
    frame = frame.assign(
        **{missing_column(name): _with_reason(frame, name, mask, "out_of_range") for name, mask in missing.items()}
    )
    frame, counts = keep_rows(frame, ~drop, wave, "out_of_range")
    answers = sum(int((mask & ~drop).sum()) for mask in missing.values())
    if answers:
        counts.append(RowCount(wave, "out_of_range", 0, len(frame), "answers_set_missing", answers))
    return frame, counts


def _outside(frame: pd.DataFrame, variable: Variable, study: Study) -> pd.Series:
    return outside_scale(frame[variable.name], variable, study)


def _with_reason(frame: pd.DataFrame, name: str, mask: pd.Series, reason: str) -> pd.Series:
    column = missing_column(name)
    reasons = frame[column].astype("str") if column in frame else pd.Series(None, index=frame.index, dtype="str")
    return reasons.mask(mask, reason)


def settle_panel(panel: pd.DataFrame, study: Study) -> tuple[pd.DataFrame, list[RowCount]]:
    """The panel without the rows that a waiver for one of the checks in FOUND removes."""
    counts: list[RowCount] = []
    for check, (variable_of, find) in FOUND.items():
        for wave in study.wave_names:
            waiver = study.waiver(check, wave, variable_of(study))
            if waiver is None or waiver.action != "remove":
                continue
            here = panel[WAVE] == wave
            found = find(panel) & here
            removed = int(found.sum())
            if removed:
                panel = panel[~found]
                counts.append(RowCount(wave, check, removed, int(here.sum()) - removed, "waived"))
    return panel, counts
