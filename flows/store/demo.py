"""The demo study's files as a field team would send them. Everything in them is SYNTHETIC and says so."""

import re
from pathlib import Path

import pandas as pd
import pyreadstat

from transforms.prepare.raw import RawTable
from transforms.simulate import simulate_demo
from transforms.study import Study, Wave

TRUTH = "truth.csv"
FILE_LABEL = "SYNTHETIC demo data: {wave}"  # SPSS keeps 64 letters of it, Stata 80
SPSS_LABEL_BYTES = 250
STATA_LABEL_LETTERS = 80
SPSS_STAMP = slice(92, 109)  # day and time of writing in the header of a system file
SPSS_TIME = b"01 Jan 2200:00:00"
STATA_STAMP = re.compile(rb"<timestamp>\x11.{17}</timestamp>")
STATA_TIME = b"<timestamp>\x1101 Jan 2022 00:00</timestamp>"


def _shortened(label: str, letters: int, most_bytes: int) -> str:
    """A label that fits, cut after a word, with an ellipsis."""
    if len(label) <= letters and len(label.encode()) <= most_bytes:
        return label
    words = label.split(" ")
    while len(" ".join(words)) >= letters or len(" ".join(words).encode()) > most_bytes - 3:
        words.pop()
    return " ".join(words) + "…"


def _with_dates(frame: pd.DataFrame, study: Study, wave: Wave) -> pd.DataFrame:
    """The frame with its ISO days as dates, which both formats have a type for."""
    asked = study.codebook.asked_in(wave.name)
    columns = [variable.columns[wave.name] for variable in asked if variable.type == "date"]
    days = {name: pd.Series(pd.to_datetime(frame[name]).dt.date, dtype=object) for name in columns}
    return frame.assign(**days)


def _write_spss(raw: RawTable, frame: pd.DataFrame, path: Path, label: str, codes: list[float]) -> None:
    """A system file: missing answers are codes, declared as one range of user-missing values."""
    coded = {str(name): frame[name].fillna(marks.astype("float64")) for name, marks in raw.missing.items()}
    declared = [name for name, labels in raw.value_labels.items() if codes[0] in labels]
    pyreadstat.write_sav(
        frame.assign(**coded),
        path,
        file_label=label,
        column_labels={name: _shortened(text, 250, SPSS_LABEL_BYTES) for name, text in raw.column_labels.items()},
        variable_value_labels=raw.value_labels,
        missing_ranges={name: [{"lo": codes[0], "hi": codes[-1]}] for name in declared},
    )
    content = bytearray(path.read_bytes())
    content[SPSS_STAMP] = SPSS_TIME
    path.write_bytes(content)


def _write_stata(raw: RawTable, frame: pd.DataFrame, path: Path, label: str, tags: list[str]) -> None:
    """A Stata file: missing answers are tagged, `.a` to `.z`."""
    tagged = {str(name): frame[name].astype(object).where(marks.isna(), marks) for name, marks in raw.missing.items()}
    pyreadstat.write_dta(
        frame.assign(**tagged),
        path,
        file_label=label,
        column_labels={name: _shortened(text, STATA_LABEL_LETTERS, 320) for name, text in raw.column_labels.items()},
        variable_value_labels=raw.value_labels,
        missing_user_values=dict.fromkeys(raw.missing, tags),
    )
    path.write_bytes(STATA_STAMP.sub(STATA_TIME, path.read_bytes(), count=1))


def write_demo(folder: Path, study: Study, seed: int | None = None) -> list[Path]:
    """Draw the demo study's waves and write them, and the planted effects, into its folder; the paths written.

    The seed is the study's where none is given. Equal seeds give equal bytes: the time of writing, which both formats
    keep in their header, is set to a fixed day.
    """
    simulated = simulate_demo(study.settings.seed if seed is None else seed, study)
    missing = study.settings.missing
    written = []
    for wave in study.waves:
        raw, path = simulated.waves[wave.name], folder / wave.file
        frame, label = _with_dates(raw.frame, study, wave), FILE_LABEL.format(wave=wave.name)
        if path.suffix == ".dta":
            _write_stata(raw, frame, path, label, sorted(missing.tags))
        else:
            _write_spss(raw, frame, path, label, sorted(map(float, missing.codes)))
        written.append(path)
    simulated.truth.to_csv(folder / TRUTH, index=False, lineterminator="\n")
    return [*written, folder / TRUTH]
