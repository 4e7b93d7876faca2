"""What was read from each wave's file, kept beside the wave until the manifest is made."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from flows.store import files
from flows.store.manifest import SourceFile
from flows.store.paths import RunPaths
from transforms.prepare.asked import Asked, asked_items, with_form_wording
from transforms.prepare.correction_counts import CorrectionCounts, count_corrections
from transforms.prepare.raw import RawTable
from transforms.prepare.rows import RowCount, row_count_table
from transforms.prepare.unread import Unread
from transforms.prepare.wave import TypedWave
from transforms.study.design import Wave
from transforms.study.study import Study


class WaveRecord(BaseModel):
    """One wave's file, and the rows that each step of reading it removed."""

    model_config = ConfigDict(frozen=True)

    source: SourceFile
    counts: tuple[RowCount, ...]
    asked: dict[str, Asked] = {}
    unread: tuple[Unread, ...] = ()
    corrections: CorrectionCounts = CorrectionCounts()
    back_checks: SourceFile | None = None


def source_file(raw: RawTable, wave: Wave, folder: Path, notes: tuple[str, ...]) -> SourceFile:
    """What the wave's file in `folder` is."""
    path = folder / wave.file
    return SourceFile(
        wave=wave.name,
        file=wave.file,
        sha256=files.sha256(path),
        bytes=path.stat().st_size,
        rows=len(raw.frame),
        columns=len(raw.names),
        reader=raw.reader,
        encoding=raw.encoding,
        notes=notes,
    )


def make_record(
    raw: RawTable, typed: TypedWave, wave: Wave, study: Study, folder: Path, back_checks: SourceFile | None = None
) -> WaveRecord:
    """What was read of `wave` from its file in `folder`, and how the file says its items were asked."""
    source = source_file(raw, wave, folder, typed.notes)  # the file's own are among them
    asked = asked_items(raw, study, wave)
    if wave.form:
        survey, choices = (files.read_rows(folder / wave.form, sheet) for sheet in files.FORM_SHEETS)
        asked = with_form_wording(asked, survey, choices, study, wave)
    corrections = count_corrections(typed.corrections, study.settings.limits.smallest_shown_cell)
    return WaveRecord(
        source=source,
        counts=typed.counts,
        asked=asked,
        unread=typed.unread,
        corrections=corrections,
        back_checks=back_checks,
    )


def write_record(record: WaveRecord, paths: RunPaths) -> None:
    files.write_text(record.model_dump_json(indent=2) + "\n", _record_path(paths, record.source.wave))


def read_records(study: Study, paths: RunPaths) -> tuple[WaveRecord, ...]:
    """Records of every wave, in the order of the study."""
    texts = (_record_path(paths, name).read_text(encoding="utf-8") for name in study.wave_names)
    return tuple(WaveRecord.model_validate_json(text) for text in texts)


def read_asked(study: Study, paths: RunPaths) -> dict[str, dict[str, Asked]]:
    """How each wave's file says its items were asked, by wave and item."""
    return {record.source.wave: record.asked for record in read_records(study, paths)}


def read_unread(study: Study, paths: RunPaths) -> dict[str, tuple[Unread, ...]]:
    """What could not be read of each wave's file, in counts."""
    return {record.source.wave: record.unread for record in read_records(study, paths)}


def read_corrections(study: Study, paths: RunPaths) -> dict[str, CorrectionCounts]:
    """What the log of corrections did to each wave, in counts."""
    return {record.source.wave: record.corrections for record in read_records(study, paths)}


def write_row_counts(counts: tuple[RowCount, ...], paths: RunPaths) -> None:
    """`row_counts.csv`: every row lost between the file and the panel, with the reason."""
    files.write_table(row_count_table(counts), paths.row_counts)


def _record_path(paths: RunPaths, wave: str) -> Path:
    return paths.wave(wave).with_suffix(".json")
