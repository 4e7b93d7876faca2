"""A second process beside the run, for work that the next stage does not wait for: another language, an examination.

It is forked from the run when everything is imported and nothing has begun, so it costs no time to start. Where there
is none (one core, not Linux, a served study, data so large that two copies may not fit) the run itself does the same
work at once, with the same result. It ends with the run, however that ends.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from flows.store.paths import RunPaths
from flows.store.problems import StageError
from transforms.study.study import Study

LARGE = 100_000_000  # bytes of survey files; beyond, one process at a time holds the data

Outcome = tuple[Any, Exception | None]
Wait = Callable[[], Outcome]


class _Second:
    """The process; it does what it is sent, in that order."""

    def __init__(self, let_go: Callable[[], None]) -> None:
        fork = multiprocessing.get_context("fork")
        self._ours, theirs = fork.Pipe()
        self._process = fork.Process(target=_serve, args=(self._ours, theirs, let_go), daemon=True)
        self._process.start()
        theirs.close()

    def send(self, work: Callable[..., Any], arguments: tuple[object, ...]) -> None:
        self._ours.send((work, arguments))

    def outcome(self) -> Outcome:
        """Of the first work whose outcome was not asked for yet."""
        try:
            value, error = self._ours.recv()
        except (EOFError, OSError):
            error = StageError("The run's second process ended before its work; is the machine short of memory?")
            return None, error
        return value, error

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self._ours.close()


_seconds: list[_Second] = []
_begun: defaultdict[RunPaths, list[Wait]] = defaultdict(list)


def begin(paths: RunPaths, work: Callable[..., Any], *arguments: object) -> None:
    """Begin `work(paths, *arguments)`: a function of a module that writes files or returns something small.

    What it raises crosses to the run: it must be sealed (`flows.stages.guard`), so that no message quotes an answer.
    """
    if _seconds:
        _seconds[-1].send(work, (paths, *arguments))
        _begun[paths].append(_seconds[-1].outcome)
    else:
        outcome = _done(work, (paths, *arguments))
        _begun[paths].append(lambda: outcome)


def finish(paths: RunPaths) -> list[Any]:
    """Wait for all that was begun for this run: what it returned, in order. Raises the first error there was."""
    outcomes = [wait() for wait in _begun.pop(paths, [])]
    for _, error in outcomes:
        if error:
            raise error
    return [value for value, _ in outcomes]


@contextmanager
def second_process(study: Study, folder: Path, let_go: Callable[[], None]) -> Iterator[None]:
    """Have a second process for the time of the block, where that is of use.

    let_go: called in the new process, to close what only the run must hold open.
    """
    if not _of_use(study, folder):
        yield
        return
    second = _Second(let_go)
    _seconds.append(second)
    try:
        yield
    finally:
        _seconds.remove(second)
        second.end()


def _of_use(study: Study, folder: Path) -> bool:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    size = sum((folder / wave.file).stat().st_size for wave in study.waves)
    return sys.platform == "linux" and cores > 1 and size < LARGE  # elsewhere a fork may not use what is loaded


def _serve(of_the_run: Connection, ours: Connection, let_go: Callable[[], None]) -> None:
    """Do what is sent until the run is gone. Ctrl-C is the run's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_run, daemon=True).start()
    of_the_run.close()
    let_go()
    while True:
        try:
            work, arguments = ours.recv()
        except EOFError:
            return
        ours.send(_done(work, arguments))


def _end_with_run() -> None:
    """Also where it was killed, and whatever is being done."""
    run = multiprocessing.parent_process()
    if run:
        run.join()
    os._exit(1)


def _done(work: Callable[..., Any], arguments: tuple[object, ...]) -> Outcome:
    try:
        return work(*arguments), None
    except Exception as error:  # noqa: BLE001 - whatever it is, the run has to know
        return None, error
