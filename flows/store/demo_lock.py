"""Locks the demo's plan anew where it has changed: `python -m flows.store.demo_lock`, which `make docs` runs."""

from dataclasses import replace
from pathlib import Path

from flows.store import files, locks
from flows.store.demo_folder import demo_folder
from transforms.study.lock import deviations, lock_of


def lock_demo(folder: Path) -> bool:
    """Write `study.lock` of the demo in `folder` if it does not fit its plan; True if it was written.

    The demo's answers are drawn after its plan is made, so its lock is a first one that has seen no file, and a change
    of the demo is no deviation of somebody's study.
    """
    study, file = files.read_study(folder), locks.read_lock(folder)
    if file is not None and not deviations(file.binding, study):
        return False
    today = locks.circumstances(study, folder, folder)
    unseen = replace(today, files=dict.fromkeys(study.wave_names), read=())
    locks.write_lock(lock_of(study, unseen), folder)
    return True


if __name__ == "__main__":
    lock_demo(demo_folder())
