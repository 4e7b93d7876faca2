"""Where the demo study's description is, and copies of it for those who want to try things."""

import shutil
from pathlib import Path

from flows.store import files
from flows.store.paths import RAW, STUDY_FILE
from flows.store.problems import UsageError
from transforms.study.lock import LOCK_FILE

PROJECT = Path(__file__).resolve().parents[2]


def demo_folder() -> Path:
    """Folder of the demo study.

    Raises
    ------
    UsageError
        Where tamasuk is installed without its `data/raw/demo`.
    """
    folder = PROJECT / RAW / "demo"
    if not (folder / STUDY_FILE).is_file():
        raise UsageError(f"The demo study is not beside the program ({folder}). Use a checkout of the project.")
    return folder


def copy_description(folder: Path) -> None:
    """Put the demo study's description into `folder`; one that is there already stays, if it is of a synthetic study.

    Raises
    ------
    UsageError
        If the folder holds anything else: a simulation never overwrites what somebody collected.
    """
    source = demo_folder()
    if folder.resolve() == source:
        return
    if (folder / STUDY_FILE).is_file():
        if not files.read_study(folder).settings.synthetic:
            raise UsageError(f"{folder} holds a study that is not synthetic. Nothing was written.")
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not an empty folder. Nothing was written.")
    folder.mkdir(parents=True, exist_ok=True)
    lock = [source / LOCK_FILE] if (source / LOCK_FILE).is_file() else []
    description = files.study_files(source, files.read_study(source).settings)
    description.pop("corrections", None)  # of answers that another seed does not draw
    for path in (*description.values(), *lock):
        shutil.copyfile(path, folder / path.name)
