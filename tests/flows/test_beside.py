"""Work beside the run: the same with and without a second process, and its faults reach the run."""

import os
import signal
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows.outside import beside
from flows.store.paths import RunPaths
from flows.store.problems import StageError

STUDY = SimpleNamespace(waves=[])
HERE = Path()


def square(paths, number):
    return number * number, os.getpid()


def fail(paths, message):
    raise StageError(message)


def vanish(paths):
    os.kill(os.getpid(), signal.SIGKILL)


def sleep(paths):
    time.sleep(60)


@pytest.fixture
def paths(tmp_path):
    return RunPaths(study=tmp_path, run=tmp_path / "run")


@pytest.fixture(params=[False, True], ids=["alone", "two"])
def second(request, monkeypatch):
    """Whether there is a second process for the time of the test."""
    monkeypatch.setattr(beside, "_of_use", lambda study, folder: request.param)
    with beside.second_process(STUDY, HERE, lambda: None):
        yield request.param


def test_results_come_in_the_order_the_work_was_begun(second, paths):
    for number in range(4):
        beside.begin(paths, square, number)
    found = beside.finish(paths)
    assert [value for value, _ in found] == [0, 1, 4, 9]
    assert [process != os.getpid() for _, process in found] == [second] * 4
    assert beside.finish(paths) == [], "each result is given once"


def test_the_first_fault_is_raised_where_results_are_asked_for(second, paths):
    beside.begin(paths, square, 1)
    beside.begin(paths, fail, "first")
    beside.begin(paths, fail, "second")
    with pytest.raises(StageError, match=r"^first$"):
        beside.finish(paths)
    beside.begin(paths, square, 2)
    assert beside.finish(paths)[0][0] == 4, "the process goes on"


def test_a_process_that_is_gone_is_a_fault_and_no_wait(monkeypatch, paths):
    monkeypatch.setattr(beside, "_of_use", lambda study, folder: True)
    with beside.second_process(STUDY, HERE, lambda: None):
        beside.begin(paths, vanish)
        with pytest.raises(StageError, match="ended before its work"):
            beside.finish(paths)


def test_the_process_ends_with_the_block_whatever_it_does(monkeypatch, paths):
    monkeypatch.setattr(beside, "_of_use", lambda study, folder: True)
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        _interrupted(paths, processes := [])
    assert time.monotonic() - begin < 30
    with pytest.raises(ProcessLookupError):
        os.kill(processes[0], 0)


def _interrupted(paths, processes):
    with beside.second_process(STUDY, HERE, lambda: None):
        beside.begin(paths, square, 1)
        processes.append(beside.finish(paths)[0][1])
        beside.begin(paths, sleep)
        raise KeyboardInterrupt


def test_large_data_are_held_once(tmp_path, monkeypatch):
    (tmp_path / "wave.csv").write_bytes(b"x" * 100)
    study = SimpleNamespace(waves=[SimpleNamespace(file="wave.csv")])
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.setattr(beside, "LARGE", 100)
    assert not beside._of_use(study, tmp_path)
    monkeypatch.setattr(beside, "LARGE", 101)
    assert beside._of_use(study, tmp_path)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    assert not beside._of_use(study, tmp_path), "one core"
