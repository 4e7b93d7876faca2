"""One command's time with Prefect: a server that answers, a quiet log, and an end that loses nothing."""

import gc
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flows.outside import screen, server

LEVEL = "PREFECT_LOGGING_LEVEL"
SELDOM = 100_000, 20, 100  # a run makes little garbage, and looking for it as often as usual takes a tenth of its time


class _ToScreen(logging.Handler):
    """What our own code has to say, without the dress of a log."""

    def emit(self, record: logging.LogRecord) -> None:
        screen.err.print(record.getMessage(), style="yellow", markup=False, soft_wrap=True)


@contextmanager
def session(home: Path, load: Callable[[], None], *, debug: bool) -> Iterator[server.Server | None]:
    """Prefect for the time of the block: a server of our own, None where the user's is used.

    `load` imports what the block needs; that happens while the server starts, and takes about as long.
    """
    if not debug:
        os.environ[LEVEL] = "CRITICAL"
    with server.orchestrator(home) as own, ExitStack() as stack:
        _load_fast(load)
        if not debug:
            only_ours()
        if own:
            own.wait()
            stack.enter_context(_without_heartbeats())
            stack.callback(_send_what_is_left)
        yield own


def _load_fast(load: Callable[[], None]) -> None:
    """Import without looking for garbage, which takes a quarter of the time: there is none; look seldom afterwards."""
    gc.disable()
    try:
        load()
    finally:
        gc.freeze()
        gc.set_threshold(*SELDOM)
        gc.enable()


def only_ours() -> None:
    """Warnings of our own code go to the screen; the libraries' log lines go nowhere."""
    logging.disable(logging.INFO)
    logging.getLogger().handlers = [logging.NullHandler()]
    ours = logging.getLogger("flows")
    ours.handlers, ours.propagate = [_ToScreen()], False


@contextmanager
def _without_heartbeats() -> Iterator[None]:
    """Heartbeats tell a server of a run that died; ours dies with the run. Ending them takes a second in every flow."""
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield


def _send_what_is_left() -> None:
    """Hand over queued events before the server goes; Prefect would try for a minute afterwards."""
    from prefect.events.worker import EventsWorker

    EventsWorker.drain_all(timeout=server.FAREWELL)
