"""Files as received -> one typed wave each, identifiers replaced by pseudonyms, and the manifest of what was read."""

import pandas as pd
from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.stages.guard import sealed, stage
from flows.store import corrections, files, key, locks, manifest, waves
from flows.store.paths import RunPaths
from flows.store.readers import read_raw
from transforms.prepare.back_checks import back_check_wave, replay_corrections, type_back_checks
from transforms.prepare.pseudonyms import pseudonymise
from transforms.prepare.wave import needed_columns, type_wave
from transforms.study.back_checks import BackCheck
from transforms.study.study import Study


def _outside_failed(_task: object, _run: object, state: object) -> bool:
    """True for what may be better a moment later: a share that did not answer, not a file that is wrong."""
    error = getattr(state, "data", None)
    error = getattr(error, "metadata", None) or error
    return isinstance(error, OSError) and not isinstance(error, (FileNotFoundError, PermissionError))


@task(
    name="read a wave",
    retries=2,
    retry_delay_seconds=[1, 5],
    retry_condition_fn=_outside_failed,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def ingest_wave(paths: RunPaths, name: str) -> None:
    """One wave: read its file, correct it, give it the study's names and types, hash its identifiers."""
    with sealed(f"ingest of wave {name}", paths, OSError):
        study = files.read_study(paths.study)
        wave = next(wave for wave in study.waves if wave.name == name)
        columns = needed_columns(study, wave)
        raw = read_raw(paths.study / wave.file, encoding=wave.encoding, sheet=wave.sheet, columns=columns)
        log = corrections.read_log(study, paths.study).of(name)
        typed = type_wave(raw, study, wave, log)
        files.write_frame(_pseudonymised(typed.frame, study, name), paths.wave(name))
        checked = next((check for check in study.settings.back_checks if check.wave == name), None)
        as_written = type_wave(raw, study, wave).frame if checked and log else None
        again = _ingest_back_checks(paths, checked, as_written) if checked else None
        waves.write_record(waves.make_record(raw, typed, wave, study, paths.study, again), paths)


def _pseudonymised(frame: pd.DataFrame, study: Study, wave: str) -> pd.DataFrame:
    identifiers = [variable.name for variable in study.codebook.asked_in(wave) if variable.type == "identifier"]
    return pseudonymise(frame, identifiers, key.pseudonym_key())


def _ingest_back_checks(paths: RunPaths, check: BackCheck, as_written: pd.DataFrame | None) -> manifest.SourceFile:
    """The wave's back-checks, read and hashed as the wave is; `as_written`: the wave without a log of corrections."""
    study = files.read_study(paths.study)
    wave = back_check_wave(check, study)
    columns = needed_columns(study, wave)
    raw = read_raw(paths.study / wave.file, encoding=wave.encoding, sheet=wave.sheet, columns=columns)
    frame = _pseudonymised(type_back_checks(raw, study, check), study, check.wave)
    if as_written is not None:
        was, now = _pseudonymised(as_written, study, check.wave), files.read_frame(paths.wave(check.wave))
        frame = replay_corrections(frame, was, now, str(study.design.respondent))
    files.write_frame(frame, paths.back_checks(check.wave))
    return waves.source_file(raw, wave, paths.study, raw.notes)


def collect(paths: RunPaths) -> None:
    """Keep what was read of every wave, how many rows were removed and why, and how the study stands to its plan."""
    study = files.read_study(paths.study)
    records = waves.read_records(study, paths)
    waves.write_row_counts(tuple(count for record in records for count in record.counts), paths)
    sources = tuple(source for record in records for source in (record.source, record.back_checks) if source)
    binding = locks.hold_against_plan(study, paths).binding
    lock = binding.sha256 if binding else None
    found = manifest.make_manifest(study, paths.study, sources, key.fingerprint(key.pseudonym_key()), lock)
    log = corrections.keep_counts(study, paths)
    manifest.write_manifest(found.model_copy(update={"corrections": log}), paths.manifest)


@stage
def ingest(paths: RunPaths) -> None:
    """Read every wave."""
    for name in files.read_study(paths.study).wave_names:
        ingest_wave(paths, name)
    collect(paths)
