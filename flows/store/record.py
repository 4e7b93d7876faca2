"""`run.json`: when a run began and ended, and how. Kept apart from the results, which are the same every time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import perf_counter
from typing import Literal

from pydantic import BaseModel, ConfigDict

from flows.store import files
from flows.store.paths import RunPaths
from transforms.study.problems import DataRefusedError

Status = Literal["running", "done", "refused", "failed", "interrupted"]


class RunRecord(BaseModel):
    """One run's life: its status, and the seconds each stage took."""

    model_config = ConfigDict(extra="forbid")

    study: str
    run: str
    status: Status = "running"
    started: datetime
    finished: datetime | None = None
    seconds: dict[str, float] = {}


def write_record(record: RunRecord, paths: RunPaths) -> None:
    files.write_text(record.model_dump_json(indent=2) + "\n", paths.run_record)


def read_record(paths: RunPaths) -> RunRecord:
    return RunRecord.model_validate_json(files.read_text(paths.run_record))


def is_done(paths: RunPaths) -> bool:
    """True for a run that came to its end."""
    return paths.run_record.exists() and read_record(paths).status == "done"


@contextmanager
def recorded(study: str, paths: RunPaths) -> Iterator[RunRecord]:
    """Write how the run ends, however it ends."""
    record = RunRecord(study=study, run=paths.id, started=datetime.now(UTC))
    write_record(record, paths)
    ending: Status = "interrupted"
    try:
        yield record
        ending = "done"
    except DataRefusedError:
        ending = "refused"
        raise
    except Exception:
        ending = "failed"
        raise
    finally:
        record.status = ending
        record.finished = datetime.now(UTC)
        write_record(record, paths)


@contextmanager
def timed(record: RunRecord, stage: str) -> Iterator[None]:
    """Add the seconds of one stage to the record."""
    begin = perf_counter()
    try:
        yield
    finally:
        record.seconds[stage] = round(perf_counter() - begin, 2)
