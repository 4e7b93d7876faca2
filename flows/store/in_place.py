"""Put a new folder into the place of an earlier one: whoever looks finds one of them, whole."""

import ctypes
import os
import shutil
import sys
from pathlib import Path

CURRENT_FOLDER, EXCHANGE = -100, 2  # AT_FDCWD; RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS


def put_in_place(made: Path, folder: Path) -> None:
    """`made`, beside `folder`, takes its name; what had the name is deleted.

    One step on Linux and macOS. Where two names cannot be exchanged (Windows, some network drives) it takes two, and a
    process that is killed between them leaves the earlier folder to `put_back`.
    """
    aside = _aside(folder)
    if not folder.exists():
        made.rename(folder)
    elif _exchange(made, folder):
        shutil.rmtree(made, ignore_errors=True)
    else:
        folder.rename(aside)
        try:
            made.rename(folder)
        finally:
            put_back(folder)


def put_back(folder: Path) -> None:
    """Give an earlier folder its name back if a process was stopped when it had none; else delete it."""
    aside = _aside(folder)
    if aside.exists() and not folder.exists():
        aside.rename(folder)
    shutil.rmtree(aside, ignore_errors=True)


def _aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.earlier")


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False where the system cannot."""
    names = os.fsencode(one), os.fsencode(other)
    try:
        if sys.platform == "linux":
            system = ctypes.CDLL(None)
            return bool(system.renameat2(CURRENT_FOLDER, names[0], CURRENT_FOLDER, names[1], EXCHANGE) == 0)
        if sys.platform == "darwin":
            return bool(ctypes.CDLL(None).renamex_np(*names, EXCHANGE) == 0)
    except (AttributeError, OSError):  # an older system library
        return False
    return False
