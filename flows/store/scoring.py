"""The scoring key a study brings along, that of its last good run, and what a run keeps of both."""

from pathlib import Path
from typing import TYPE_CHECKING

from flows.store import files, runs
from flows.store.paths import RunPaths
from transforms.study.problems import DataRefusedError, StudyError, StudyProblem
from transforms.study.study import Study

if TYPE_CHECKING:
    import pandas as pd

    from transforms.measure.acceptance import LastRun
    from transforms.measure.scoring_key import ScoringKey

CHANGES, ORIGIN = "key_changes", "key_origin"  # tables of a run


def pinned_key(study: Study, folder: Path) -> "ScoringKey | None":
    """The key in the study's folder; None where the study brings none.

    Raises
    ------
    StudyError
        Where it cannot be read, was edited by hand, or does not fit the study.
    """
    path = folder / files.KEY_FILE
    if not path.is_file():
        return None
    from transforms.measure.acceptance import check_pinned
    from transforms.measure.scoring_key import parse_key

    try:
        key = parse_key(files.read_text(path))
    except DataRefusedError as error:
        raise StudyError([StudyProblem(path.name, None, "scoring_key", str(error), "")]) from error
    check_pinned(key, study, path.name)
    return key


def last_run(paths: RunPaths) -> "LastRun | None":
    """The last good run of the study and its key; None before the first."""
    from transforms.measure.acceptance import LastRun
    from transforms.measure.scoring_key import parse_key

    latest = runs.latest_run(paths.run.parent.parent)
    path = latest / files.KEY_FILE if latest else None
    if latest is None or path is None or not path.is_file():
        return None
    try:
        return LastRun(latest.name, parse_key(path.read_text(encoding="utf-8")))
    except (DataRefusedError, UnicodeDecodeError):
        return LastRun(latest.name, None)


def keep_key(key: "ScoringKey", study: Study, paths: RunPaths, *, pinned: bool) -> None:
    """Write the run's key, where it comes from, and the changes the study accepted.

    A change stays listed in later runs for as long as the study names the key that it led to.

    Raises
    ------
    DataRefusedError
        Where the key is not the last run's, and the study does not accept it.
    """
    import pandas as pd

    from transforms.measure.acceptance import accepted_changes
    from transforms.measure.key_changes import changes_table
    from transforms.measure.scoring_key import key_text

    files.write_text(key_text(key), paths.scoring_key)  # first, so that a refused key can be looked at
    last = last_run(paths)
    changes = changes_table(accepted_changes(key, study, last))
    before = last.key.sha256 if last and last.key and len(changes) else None
    if last and not len(changes) and study.settings.scoring_key == key.sha256:
        changes, before = _still_listed(paths, changes)
    files.write_table(changes, paths.table(CHANGES))
    origin = {"origin": "study" if pinned else "baseline", "sha256": key.sha256, "sha256_before": before}
    files.write_table(pd.DataFrame([origin]), paths.table(ORIGIN))


def _still_listed(paths: RunPaths, nothing: "pd.DataFrame") -> "tuple[pd.DataFrame, str | None]":
    """What the last run listed, and the key before that."""
    latest = runs.latest_run(paths.run.parent.parent)
    if latest is None or not (latest / f"{ORIGIN}.csv").is_file():
        return nothing, None
    before = files.read_table(latest / f"{ORIGIN}.csv").at[0, "sha256_before"]
    return files.read_table(latest / f"{CHANGES}.csv"), before if isinstance(before, str) else None
