"""What every stage has in common: it says that it begins, and a fault of ours never carries an answer out."""

import functools
import os
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from prefect import flow
from prefect.flows import Flow

from flows.store.paths import RunPaths
from flows.store.problems import StageError, UsageError
from transforms.study.problems import DataRefusedError, StudyError

Errors = tuple[type[Exception], ...]
FOR_THE_USER: Errors = (StudyError, DataRefusedError, UsageError, StageError)  # messages of counts and names only
PROJECT = Path(__file__).resolve().parents[2]
FLOORS = ("flows", "expectations", "transforms")

Stage = Callable[[RunPaths], None]
Listener = Callable[[str], None]
listeners: list[Listener] = []


def stage(body: Stage) -> Flow[[RunPaths], None]:
    """Make a stage a Prefect flow of the same name."""

    @functools.wraps(body)
    def announced(paths: RunPaths) -> None:
        for listener in listeners:
            listener(body.__name__)
        with sealed(body.__name__, paths):
            body(paths)

    return flow(name=body.__name__, flow_run_name=body.__name__, validate_parameters=False)(announced)


@contextmanager
def sealed(where: str, paths: RunPaths, *passing: type[Exception]) -> Iterator[None]:
    """Let no answer out by way of a fault of ours.

    The state of a failed flow, with its message, is kept in Prefect's database and shown on its web page. A message
    such as `could not convert 'Amal' to float` would take an answer there, so only the kind of fault and the line of
    code leave; the whole traceback is kept beside the data.
    """
    try:
        yield
    except FOR_THE_USER + passing:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, its message may quote an answer
        keep_traceback(error, paths)
        raise StageError(f"{describe(error, where)} Details: {paths.fault}") from None


def describe(error: BaseException, where: str) -> str:
    """A fault in words without its message, which may quote data."""
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(PROJECT) and Path(frame.filename).relative_to(PROJECT).parts[0] in FLOORS
    ]
    line = f" at {Path(ours[-1].filename).relative_to(PROJECT).as_posix()}:{ours[-1].lineno}" if ours else ""
    return f"The stage {where} stopped with {type(error).__name__}{line}."


def keep_traceback(error: BaseException, paths: RunPaths) -> None:
    """Write the traceback beside the data it may quote, for its owner only."""
    paths.fault.touch(mode=0o600)
    with os.fdopen(os.open(paths.fault, os.O_WRONLY | os.O_TRUNC), "w", encoding="utf-8") as file:
        file.writelines(traceback.format_exception(error))
