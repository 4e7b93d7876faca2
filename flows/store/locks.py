"""`study.lock` in a study's folder, and what a run found when it held the study against it."""

import os
import secrets
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from flows.store import files
from flows.store.manifest import read_manifest
from flows.store.paths import RunPaths
from flows.store.runs import RUNS
from transforms.study.kept_plan import KeptPlan, departures_table, keep_plan
from transforms.study.lock import LOCK_FILE, Circumstances, LockFile, lock_text, parse_lock
from transforms.study.study import Study


def read_lock(folder: Path) -> LockFile | None:
    """The locks of the study in `folder`; None where it was never locked.

    Raises
    ------
    StudyError
        If `study.lock` is damaged or was changed after it was written.
    """
    path = folder / LOCK_FILE
    return parse_lock(files.read_text(path)) if path.exists() else None


def write_lock(file: LockFile, folder: Path) -> Path:
    """Write `study.lock` in one step, so that a crash leaves the old one. Returns its path."""
    path, draft = folder / LOCK_FILE, folder / f".{LOCK_FILE}-{secrets.token_hex(4)}"
    try:
        files.write_text(lock_text(file), draft)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def circumstances(study: Study, folder: Path, results: Path) -> Circumstances:
    """What is there today: files of the waves, and the waves that a run with estimates has read."""
    there = {wave.name: folder / wave.file for wave in study.waves}
    shas = {name: files.sha256(path) if path.is_file() else None for name, path in there.items()}
    return Circumstances(f"{datetime.now(UTC):%Y-%m-%d}", version("tamasuk"), shas, waves_read(results / study.id))


def waves_read(home: Path) -> tuple[str, ...]:
    """Waves of every run under `home` that came to estimates."""
    made = [RunPaths(study=home, run=run) for run in sorted((home / RUNS).glob("*"))]
    read = (read_manifest(paths.manifest) for paths in made if paths.estimates.exists() and paths.manifest.exists())
    return tuple(sorted({source.wave for manifest in read for source in manifest.waves}))


def hold_against_plan(study: Study, paths: RunPaths) -> KeptPlan:
    """Keep in the run how the study stands to its lock: `plan.json`, and `deviations.csv` for people."""
    kept = keep_plan(study, read_lock(paths.study))
    files.write_text(kept.model_dump_json(indent=2) + "\n", paths.plan)
    files.write_table(departures_table(kept), paths.table("deviations"))
    return kept


def read_kept_plan(paths: RunPaths) -> KeptPlan:
    """How the study of a run stood to its lock; as if never locked in a run that did not look."""
    return KeptPlan.model_validate_json(files.read_text(paths.plan)) if paths.plan.exists() else KeptPlan()
