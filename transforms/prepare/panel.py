"""Waves under one another: one row per respondent and wave, under the study's names and the design's fixed ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from transforms.prepare.design_columns import complete, wave_columns
from transforms.prepare.missing import REASON_TYPE
from transforms.prepare.rows import RowCount
from transforms.prepare.waivers import settle_duplicates, settle_panel, settle_range, settle_unread
from transforms.study.columns import DESIGN_COLUMNS, FILE_ROW, missing_column
from transforms.study.instrument import Variable
from transforms.study.study import Study


@dataclass(frozen=True, slots=True)
class Panel:
    """`frame`: one row per respondent x wave, in the order of waves and file rows; `counts`: what was taken out."""

    frame: pd.DataFrame
    counts: tuple[RowCount, ...]


def build_panel(waves: Mapping[str, pd.DataFrame], study: Study) -> Panel:
    """The panel of a study from its typed waves, whose identifiers are pseudonyms already.

    The frame has every design column (`transforms.study.columns`), every item, number and category variable under
    the study's name (all missing in a wave that did not ask it) and, where answers are missing, a column with the
    reason. Signed waivers are applied; an answer outside its scale is missing with the reason `out_of_range`.

    Raises
    ------
    KeyError
        Where a wave of the study is not among `waves`.
    """
    counts: list[RowCount] = []
    settled: dict[str, pd.DataFrame] = {}
    for name in study.wave_names:
        wave = waves[name].sort_values(FILE_ROW, kind="stable", ignore_index=True)
        for settle in (settle_duplicates, settle_unread, settle_range):
            wave, found = settle(wave, study, name)
            counts += found
        settled[name] = wave.reset_index(drop=True)
    design = complete([wave_columns(wave, study, name) for name, wave in settled.items()], study)
    typed = list(settled.values())
    frame = pd.concat([design, _days(typed, study), _answers(typed, study)], axis=1)
    frame, found = settle_panel(frame, study)
    return Panel(frame.reset_index(drop=True), (*counts, *found))


def _days(waves: Sequence[pd.DataFrame], study: Study) -> pd.DataFrame:
    """Days of the interviews under the study's name, where the design names them; missing in a wave without them."""
    name = study.design.date
    if name is None:
        return pd.DataFrame(index=range(sum(map(len, waves))))
    days = [wave[name] if name in wave else pd.Series(None, index=wave.index, dtype="str") for wave in waves]
    return pd.DataFrame({name: pd.concat(days, ignore_index=True)})


def _answers(waves: Sequence[pd.DataFrame], study: Study) -> pd.DataFrame:
    """Items, numbers and categories of all waves, each followed by its reasons where any wave has some."""
    columns: dict[str, pd.Series] = {}
    for variable in study.codebook.variables:
        if variable.type not in {"item", "number", "category"} or variable.name in DESIGN_COLUMNS:
            continue
        name, reason = variable.name, missing_column(variable.name)
        values = [wave[name] if name in wave else _unasked(variable, wave.index, study) for wave in waves]
        columns[name] = pd.concat(values, ignore_index=True)
        if any(reason in wave or name not in wave for wave in waves):
            columns[reason] = pd.concat([_reasons(wave, name) for wave in waves], ignore_index=True)
    return pd.DataFrame(columns)


def _reasons(wave: pd.DataFrame, name: str) -> pd.Series:
    if name not in wave:
        return pd.Series("not_asked", index=wave.index).astype(REASON_TYPE)
    reason = missing_column(name)
    return wave[reason].astype(REASON_TYPE) if reason in wave else pd.Series(None, index=wave.index, dtype=REASON_TYPE)


def _unasked(variable: Variable, index: pd.Index, study: Study) -> pd.Series:
    scale = study.codebook.scale(variable)
    words = variable.type == "category" and (scale is None or scale.limits is None)
    return pd.Series(None, index=index, dtype="str") if words else pd.Series(np.nan, index=index)
