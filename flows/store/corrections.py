"""The log of corrections in a study's folder, and what a run keeps of it: counts, never a line."""

from collections.abc import Mapping
from pathlib import Path

from flows.store import files, waves
from flows.store.manifest import CorrectionRecord
from flows.store.paths import STUDY_FILE, RunPaths
from flows.store.problems import UsageError
from transforms.prepare.correction_counts import (
    CorrectionCounts,
    correction_reasons_table,
    corrections_table,
    refusal_lines,
)
from transforms.prepare.corrections import BLANKED, CHANGED, REMOVED, REPEATED, UNUSED
from transforms.study.corrections import CORRECTION_COLUMNS, CorrectionLog, parse_corrections
from transforms.study.parse import setting_line
from transforms.study.problems import DataRefusedError, StudyError, StudyProblem
from transforms.study.study import Study

BYTE_ORDER_MARK = "\ufeff"  # by which a spreadsheet knows UTF-8


def read_log(study: Study, folder: Path) -> CorrectionLog:
    """The log of the study in `folder`; one without lines where there is none.

    Raises
    ------
    StudyError
        Where the log cannot be read, or the study names one that is not there.
    """
    settings = study.settings.corrections
    path = folder / settings.file
    if not path.is_file():
        if "file" in settings.model_fields_set:
            line = setting_line(files.read_text(folder / STUDY_FILE), ("corrections", "file"))
            message, fix = f"there is no file {settings.file}.", f"Put it into {folder}, or correct the name."
            raise StudyError([StudyProblem(STUDY_FILE, line, "corrections.file", message, fix)])
        return CorrectionLog()
    rows = files.read_rows(path, settings.sheet)
    return parse_corrections(rows, settings, study.wave_names, identified=study.design.respondent is not None)


def keep_counts(study: Study, paths: RunPaths) -> CorrectionRecord | None:
    """Keep in the run what the log did, as two tables of counts; its part of the manifest, None without a log."""
    path = paths.study / study.settings.corrections.file
    if not path.is_file():
        return None
    counts = waves.read_corrections(study, paths)
    files.write_table(corrections_table(counts), paths.table("correction_counts"))
    files.write_table(correction_reasons_table(counts), paths.table("correction_reasons"))

    def lines(*statuses: str) -> int:
        return sum(each.lines(*statuses) for each in counts.values())

    return CorrectionRecord(
        file=study.settings.corrections.file,
        sha256=files.sha256(path),
        answers_changed=lines(CHANGED, BLANKED),
        interviews_removed=lines(REMOVED),
        not_used=lines(UNUSED, REPEATED),
        left_alone=read_log(study, paths.study).left_alone,
        refused=sum(len(each.refusals) for each in counts.values()),
    )


def refusal(study: Study, counts: Mapping[str, CorrectionCounts]) -> str | None:
    """Every line that does not fit the files, by its row in the log, and what to do; None where all fit."""
    reasons = refusal_lines(counts, study.settings.corrections.file)
    if not reasons:
        return None
    count = sum(len(each.refusals) for each in counts.values())
    lines = "\n".join(f"  - {reason}" for reason in reasons)
    what = "1 correction does" if count == 1 else f"{count} corrections do"
    return f"{what} not fit the files:\n{lines}\nMend the lines, or remove them."


def check_not_refused(study: Study, counts: Mapping[str, CorrectionCounts]) -> None:
    """Raise a DataRefusedError that lists every line that does not fit the files."""
    refused = refusal(study, counts)
    if refused:
        raise DataRefusedError(refused)


def write_template(study: Study, folder: Path) -> Path:
    """Write a log with nothing but its header; its path.

    Raises
    ------
    UsageError
        If there is one already, or the study names a workbook.
    """
    path = folder / study.settings.corrections.file
    if path.exists():
        raise UsageError(f"{path} is there already. Nothing was written.")
    if path.suffix.lower() == ".xlsx":
        columns = ", ".join(CORRECTION_COLUMNS)
        raise UsageError(f"{path.name} is a workbook: write these columns into its first row: {columns}.")
    called = study.settings.corrections.columns
    header = [called.get(name, name) for name in CORRECTION_COLUMNS]
    files.write_text(BYTE_ORDER_MARK + ",".join(header) + "\n", path)
    return path
