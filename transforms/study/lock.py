"""The plan, locked: `study.lock` holds it as it was decided, and what was decided differently later is named."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from transforms.study.planned import PARTS, Plain, PlannedSetting, part_of, planned_settings, shown
from transforms.study.problems import StudyError, StudyProblem
from transforms.study.settings import Settings
from transforms.study.study import Study

LOCK_FILE = "study.lock"
ABOUT = (
    "The plan of this study as it was decided, written by `tamasuk lock`. Do not edit it: every change is found out. "
    "The newest lock stands last."
)
FORM = 1
COLLECTIONS = ("codebook", "indices", "scales")
RESTORE = (
    "Put the file back as `tamasuk lock` wrote it, from a copy or from version control. Without one, remove it and "
    "lock anew: the report will give the new date."
)

Change = Literal["changed", "added", "removed"]


class Lock(Settings):
    """One locking of the plan.

    locked: the day. version: of tamasuk. files: SHA-256 of each wave's file that was there, None where it was not.
    read: waves that an earlier run had read. previous: `sha256` of the lock before. sha256: over all the rest.
    """

    study: str
    locked: str
    version: str
    files: dict[str, str | None]
    read: tuple[str, ...]
    previous: str | None
    parts: dict[str, str]
    plan: dict[str, Any]
    sha256: str

    @property
    def beforehand(self) -> bool:
        """True where neither the last wave's file nor a run that had read it was there."""
        last = self.plan["waves"][-1]
        return self.files.get(last) is None and last not in self.read


class LockFile(Settings):
    """`study.lock`: every locking, the first one first; none is ever dropped."""

    about: str
    form: int
    locks: tuple[Lock, ...]

    @property
    def binding(self) -> Lock:
        """The lock a run is held against: the last one made before the data of the last wave, else the first one.

        Locking anew when the data are there keeps a record and excuses nothing.
        """
        before = [lock for lock in self.locks if lock.beforehand]
        return before[-1] if before else self.locks[0]


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that is not what was locked. A whole part of a collection, such as an item, stands as one."""

    setting: str
    change: Change
    locked: str
    now: str


def _digest(content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _sealed(entries: Mapping[str, Any]) -> str:
    return _digest({name: value for name, value in entries.items() if name != "sha256"})


def parts_of(plan: Mapping[str, Plain]) -> dict[str, str]:
    """SHA-256 of each of the `PARTS` of a plan."""
    return {part: _digest({name: value for name, value in plan.items() if part_of(name) == part}) for part in PARTS}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a lock says of the moment it is made in: day, version of tamasuk, files of the waves, waves read."""

    locked: str
    version: str
    files: Mapping[str, str | None]
    read: tuple[str, ...]


def lock_of(study: Study, when: Circumstances, earlier: LockFile | None = None) -> LockFile:
    """The plan of `study` locked, after the locks there were."""
    plan = {name: setting.value for name, setting in planned_settings(study).items()}
    entries: dict[str, Any] = {
        "study": study.id,
        "locked": when.locked,
        "version": when.version,
        "files": dict(when.files),
        "read": list(when.read),
        "previous": earlier.locks[-1].sha256 if earlier else None,
        "parts": parts_of(plan),
        "plan": plan,
    }
    lock = Lock.model_validate(entries | {"sha256": _sealed(entries)})
    return LockFile(about=ABOUT, form=FORM, locks=(*(earlier.locks if earlier else ()), lock))


def lock_text(file: LockFile) -> str:
    """The text of `study.lock`: JSON with a line for every setting, so that two of them can be compared by eye."""
    locks = (_block(lock.model_dump(mode="json"), 2) for lock in file.locks)
    head = f' "about": {_json(file.about)},\n "form": {file.form},\n "locks": [\n'
    return f"{{\n{head}{_JOIN.join(locks)}\n ]\n}}\n"


_JOIN = ",\n"


def _block(entries: Mapping[str, Any], depth: int) -> str:
    inside = (f"{' ' * (depth + 1)}{_json(name)}: {_entry(value, depth + 1)}" for name, value in entries.items())
    return f"{' ' * depth}{{\n{_JOIN.join(inside)}\n{' ' * depth}}}"


def _entry(value: Any, depth: int) -> str:
    return _block(value, depth).lstrip() if isinstance(value, dict) and value else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def parse_lock(text: str) -> LockFile:
    """The locks of `study.lock`.

    Raises
    ------
    StudyError
        If it is no lock, was written by a newer tamasuk, or was changed after it was written.
    """
    file = _read(text)
    before: str | None = None
    for lock in file.locks:
        entries = lock.model_dump(mode="json")
        if lock.sha256 != _sealed(entries):
            raise _refused("sha256", f"the lock of {lock.locked} was changed after it was written.", _line(text, lock))
        if lock.previous != before:
            raise _refused("previous", f"a lock before that of {lock.locked} was removed.", _line(text, lock))
        before = lock.sha256
    return file


def _read(text: str) -> LockFile:
    try:
        content = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        row = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise _refused("syntax", "it is not the JSON that `tamasuk lock` writes.", row) from error
    form = content.get("form") if isinstance(content, dict) else None
    if isinstance(form, int) and form > FORM:
        raise _refused("form", "it was written by a newer tamasuk.", None, "Install that version.")
    try:
        file = LockFile.model_validate(content)
    except ValidationError as error:
        raise _refused("form", "entries are missing, or are not what they should be.", None) from error
    if not file.locks or not all(
        isinstance(lock.plan.get("waves"), list) and lock.plan["waves"] for lock in file.locks
    ):
        raise _refused("locks", "it holds no plan.", None)
    return file


def _line(text: str, lock: Lock) -> int | None:
    lines = text.splitlines()
    return next((number for number, line in enumerate(lines, start=1) if lock.sha256 in line), None)


def _refused(where: str, message: str, row: int | None, fix: str = RESTORE) -> StudyError:
    return StudyError([StudyProblem(LOCK_FILE, row, where, message, fix)])


def differences(locked: Mapping[str, Plain], now: Mapping[str, PlannedSetting]) -> tuple[Difference, ...]:
    """Settings that are not what was locked, in the order of the study, then those that are no longer there.

    A setting that the lock does not know (a later tamasuk brought it) is a difference only if it is not at its default.
    """
    found: dict[str, Difference] = {}
    known, there = _members(locked), _members(now)
    for name, setting in now.items():
        member = _member(name)
        if member and member not in known:
            found.setdefault(member, Difference(member, "added", "", ""))
        elif name in locked and locked[name] != setting.value:
            pair = shown(locked[name], setting.value), shown(setting.value, locked[name])
            found[name] = Difference(name, "changed", *pair)
        elif name not in locked and not setting.is_default:
            found[name] = Difference(name, "added", "", shown(setting.value))
    for name, value in locked.items():
        member = _member(name)
        if member and member not in there:
            found.setdefault(member, Difference(member, "removed", "", ""))
        elif name not in now and value not in (None, []):
            found[name] = Difference(name, "removed", shown(value), "")
    return tuple(found.values())


def _member(name: str) -> str | None:
    """The part of a collection a setting belongs to, as `codebook.V1_02`; None for any other setting."""
    parts = name.split(".")
    return ".".join(parts[:2]) if parts[0] in COLLECTIONS and len(parts) > 2 else None


def _members(names: Mapping[str, object]) -> set[str | None]:
    return {_member(name) for name in names}


def deviations(lock: Lock, study: Study) -> tuple[Difference, ...]:
    """What `study` plans differently from the lock."""
    return differences(lock.plan, planned_settings(study))


def amendments(first: Lock, second: Lock) -> tuple[Difference, ...]:
    """What one lock plans differently from the one before."""
    return differences(first.plan, {name: PlannedSetting(value, not value) for name, value in second.plan.items()})
