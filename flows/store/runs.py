"""Folders of runs: a new one for each run, one atomic switch to publish it, one run of a study at a time."""

import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from flows.store.paths import RunPaths
from flows.store.problems import UsageError

LATEST = "latest"
RUNS = "runs"
CHECK = "check"


def new_run(study: Path, results: Path, *, fast: bool = False) -> RunPaths:
    """An empty folder for a run under `results`, the folder of the study's results; its name sorts by time."""
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    run = results / RUNS / name
    run.mkdir(parents=True)
    return RunPaths(study=study, run=run, fast=fast)


def new_check(study: Path, results: Path) -> RunPaths:
    """An empty folder for what a check of the data finds; the check before is gone."""
    folder = results / CHECK
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return RunPaths(study=study, run=folder)


def latest_run(results: Path) -> Path | None:
    """Folder of the last good run; None before the first."""
    link = results / LATEST
    return link.resolve() if link.exists() else None


def publish(paths: RunPaths) -> Path:
    """Make a finished run the latest one. A reader sees the old run or the new one, never a mixture."""
    results = paths.run.parent.parent
    link, draft = results / LATEST, results / f".{LATEST}-{secrets.token_hex(4)}"
    if sys.platform == "win32":
        import _winapi  # junctions need no privilege on Windows, symbolic links do

        _winapi.CreateJunction(str(paths.run), str(draft))
        with suppress(FileNotFoundError):
            link.rmdir()  # a junction cannot be replaced in one step
        draft.rename(link)
    else:
        draft.symlink_to(Path(RUNS) / paths.id, target_is_directory=True)
        os.replace(draft, link)
    return link


def prune(results: Path, keep: int) -> tuple[str, ...]:
    """Delete all but the newest `keep` runs, and never the latest good one. Returns the names of those deleted."""
    latest = latest_run(results)
    runs = sorted((results / RUNS).iterdir(), reverse=True)
    old = [run for run in runs[keep:] if run.is_dir() and run.resolve() != latest]
    for run in old:
        shutil.rmtree(run, ignore_errors=True)
    return tuple(run.name for run in old)


@contextmanager
def only_run(results: Path) -> Iterator[None]:
    """Hold the study while a run lasts. The system frees it when the process ends, however it ends.

    Raises
    ------
    UsageError
        If another process is running the study.
    """
    results.mkdir(parents=True, exist_ok=True)
    path = results / ".lock"
    with path.open("a+") as file:
        if not _lock(file.fileno()):
            file.seek(0)
            holder = file.read().strip()
            raise UsageError(
                f"Another run of this study is going on ({holder or 'it has just begun'}). "
                "Wait for it to end; the last good run stays where it is."
            )
        file.truncate(0)
        file.write(f"process {os.getpid()} since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
        file.flush()
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        try:
            os.lseek(descriptor, 1 << 20, os.SEEK_SET)  # beyond the text, which stays readable
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
