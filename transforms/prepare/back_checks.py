"""A file of back-checks, read like the wave it belongs to."""

import pandas as pd

from transforms.prepare.raw import RawTable, find_column
from transforms.prepare.wave import type_wave
from transforms.study import DataRefusedError, Study, Wave
from transforms.study.back_checks import BackCheck


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
