"""A file of back-checks, read like the wave it belongs to."""

import numpy as np
import pandas as pd

from transforms.prepare.raw import RawTable, find_column
from transforms.prepare.wave import type_wave
from transforms.study import DataRefusedError, Study, Wave
from transforms.study.back_checks import BackCheck
from transforms.study.columns import FILE_ROW, missing_column

CORRECTED = "answers_corrected"  # of each back-check: answers that are held against a corrected one


def back_check_wave(check: BackCheck, study: Study) -> Wave:
    """The wave of the back-checks with their file in the place of its own; all rows are of the wave."""
    wave = next(wave for wave in study.waves if wave.name == check.wave)
    changes: dict[str, object] = {
        "file": check.file,
        "sheet": check.sheet,
        "encoding": check.encoding,
        "where": {},
        "form": None,
    }
    return wave.model_copy(update=changes)


def type_back_checks(raw: RawTable, study: Study, check: BackCheck) -> pd.DataFrame:
    """The answers given again, in the types and codes of the wave, as `type_wave` gives them.

    Raises
    ------
    DataRefusedError
        Where the file has no column of the respondent's identifier.
    """
    names = raw.names
    asked = tuple(
        variable
        for variable in study.codebook.asked_in(check.wave)
        if find_column(variable.columns[check.wave], names) is not None
    )
    respondent = study.codebook.variable(str(study.design.respondent))
    if respondent not in asked:
        raise DataRefusedError(
            f"{check.file} (back-checks of {check.wave}) lacks the column {respondent.columns[check.wave]}, by which "
            "its rows are matched to interviews. Correct the file, or the codebook."
        )
    codebook = study.codebook.model_copy(update={"variables": asked})
    return type_wave(raw, study.model_copy(update={"codebook": codebook}), back_check_wave(check, study)).frame


def replay_corrections(again: pd.DataFrame, was: pd.DataFrame, now: pd.DataFrame, respondent: str) -> pd.DataFrame:
    """The typed back-checks `again`, after what the log did to their wave: `was` without it, `now` with it.

    A respondent whose identifier was corrected has the new one here too. CORRECTED counts a row's answers whose
    counterpart in the interview was corrected. Of an interview that was removed the back-check stays as it is.
    """
    before, after = was.set_index(FILE_ROW), now.set_index(FILE_ROW)
    both = before.index.intersection(after.index)
    before, after = before.loc[both], after.loc[both]
    old, new = before[respondent], after[respondent]
    gone = old.notna() & new.notna() & ~old.isin(new)
    renamed = pd.Series(new[gone].to_numpy(), index=old[gone].to_numpy())
    renamed = renamed[~renamed.index.duplicated()]
    known = again[respondent].isin(renamed.index)
    names = again[respondent].where(~known, again[respondent].map(renamed))
    place = pd.Series(np.arange(len(new)), index=new.to_numpy())
    place = place[~place.index.duplicated() & place.index.notna()]
    first = names.map(place).fillna(-1).to_numpy(dtype="int64")
    matched = first >= 0
    corrected = np.zeros(len(again), dtype="int64")
    left_out = {respondent, FILE_ROW, *(missing_column(str(name)) for name in again)}
    answers = [name for name in again if name in now and name not in left_out]
    for name in answers:
        here, there = before[name].iloc[first[matched]], after[name].iloc[first[matched]]
        changed = here.astype("object").fillna("").to_numpy() != there.astype("object").fillna("").to_numpy()
        answered = there.notna().to_numpy() & again[name].notna().to_numpy()[matched]
        corrected[matched] += changed & answered
    replayed = again.copy()
    replayed[respondent] = names.astype(again[respondent].dtype)
    replayed[CORRECTED] = corrected
    return replayed
