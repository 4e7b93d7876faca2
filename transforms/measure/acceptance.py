"""Whether a run may score with its key: the last run's, or the one the study accepts by its fingerprint."""

from dataclasses import dataclass

from transforms.measure.draft import draft_key
from transforms.measure.key_changes import KeyChange, describe_changes, key_changes, misfits
from transforms.measure.scoring_key import ScoringKey
from transforms.study.problems import DataRefusedError, StudyError, StudyProblem
from transforms.study.study import Study

SETTING = "scoring_key"


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last good run of a study: its name, and its key (None where that cannot be read any more)."""

    name: str
    key: ScoringKey | None


def check_pinned(key: ScoringKey, study: Study, file: str) -> None:
    """Raise a StudyError with everything in which a key from the study's folder does not fit the study."""
    found = misfits(key, draft_key(study))
    if found:
        fix = f"Take the key of a run of this study as it is now, or remove {file}: a run then makes one."
        raise StudyError([StudyProblem(file, None, SETTING, f"{line}.", fix) for line in describe_changes(found)])


def accepted_changes(key: ScoringKey, study: Study, last: LastRun | None) -> tuple[KeyChange, ...]:
    """In what `key` differs from that of the last run; nothing where there is no last run.

    Invented data are drawn anew at will, so a synthetic study takes every key it makes, and nothing is listed.

    Raises
    ------
    DataRefusedError
        Where the key is another one, and the study does not accept it by its fingerprint.
    """
    accepted = study.settings.scoring_key
    if last is None:
        if accepted not in {None, key.sha256}:
            raise DataRefusedError(f"{_only_one(accepted)}\n{_line_to_write(key, replaced=True)}")
        return ()
    if study.settings.synthetic or (last.key is not None and last.key.sha256 == key.sha256):
        return ()
    changes = key_changes(last.key, key) if last.key else ()
    if accepted == key.sha256:
        return changes
    told = describe_changes(changes) or ("the last run's key cannot be read, so nothing can be compared",)
    listed = "\n".join(f"  - {line}" for line in told)
    raise DataRefusedError(
        f"The scoring key is not that of the last good run ({last.name}): the same answers would get other scores than "
        f"those reported. What differs:\n{listed}\n"
        f"{_line_to_write(key, replaced=accepted is not None)}\n"
        "The report then lists the change. If it is not meant, undo it, or keep the units of the last run: put its "
        "scoring_key.json into the study's folder."
    )


def _only_one(accepted: str | None) -> str:
    return f"The study accepts one scoring key, {accepted}, and its files and data give another one."


def _line_to_write(key: ScoringKey, *, replaced: bool) -> str:
    place = f"in place of the {SETTING} there" if replaced else "above its first [heading]"
    return (
        f"If that is meant, as after a correction of the baseline, write into study.toml, {place}:\n"
        f'  {SETTING} = "{key.sha256}"'
    )
