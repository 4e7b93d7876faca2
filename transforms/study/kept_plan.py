"""Whether a study keeps to its locked plan: what differs, with the reason that was declared for it."""

from typing import Literal

import pandas as pd

from transforms.study.lock import Change, Difference, Lock, LockFile, amendments, deviations
from transforms.study.plan import Deviation
from transforms.study.settings import Settings
from transforms.study.study import Study
from transforms.study.suggest import did_you_mean

DEVIATION_COLUMNS = ("setting", "change", "locked", "now", "reason", "signed")
Standing = Literal["unlocked", "kept", "declared", "undeclared"]


class Departure(Settings):
    """A difference between the study and its locked plan; without reason and signature where none is declared."""

    setting: str
    change: Change
    locked: str
    now: str
    reason: str = ""
    signed: str = ""


class Idle(Settings):
    """A declared deviation that speaks of nothing that differs, and what it may have meant."""

    setting: str
    reason: str
    signed: str
    fix: str


class Locking(Settings):
    """One locking for the report: when, under which SHA-256, what was there, what it changed in the lock before."""

    locked: str
    version: str
    sha256: str
    beforehand: bool
    there: tuple[str, ...]
    amended: tuple[str, ...]
    binding: bool


class KeptPlan(Settings):
    """How a study stands to its plan. lockings: none where it was never locked."""

    lockings: tuple[Locking, ...] = ()
    departures: tuple[Departure, ...] = ()
    idle: tuple[Idle, ...] = ()

    @property
    def binding(self) -> Locking | None:
        """The lock the study is held against; None where there is none."""
        return next((locking for locking in self.lockings if locking.binding), None)

    @property
    def undeclared(self) -> tuple[Departure, ...]:
        """Departures nobody gave a reason for."""
        return tuple(departure for departure in self.departures if not departure.reason)

    @property
    def standing(self) -> Standing:
        """The plan in a word."""
        if not self.lockings:
            return "unlocked"
        return "undeclared" if self.undeclared else "declared" if self.departures else "kept"


def keep_plan(study: Study, file: LockFile | None) -> KeptPlan:
    """Hold `study` against its locks. Without any, declared deviations are kept as they are written."""
    declared = study.settings.deviations
    if file is None:
        return KeptPlan(idle=tuple(_idle(one, ()) for one in declared))
    found = deviations(file.binding, study)
    names = tuple(difference.setting for difference in found)
    spoken = {one for difference in found if (one := _declaration(difference, declared)) is not None}
    return KeptPlan(
        lockings=_lockings(file),
        departures=tuple(_departure(difference, declared) for difference in found),
        idle=tuple(_idle(one, names) for one in declared if one not in spoken),
    )


def _lockings(file: LockFile) -> tuple[Locking, ...]:
    befores = (None, *file.locks[:-1])
    return tuple(_locking(lock, before, file.binding) for before, lock in zip(befores, file.locks, strict=True))


def _locking(lock: Lock, before: Lock | None, binding: Lock) -> Locking:
    return Locking(
        locked=lock.locked,
        version=lock.version,
        sha256=lock.sha256,
        beforehand=lock.beforehand,
        there=tuple(wave for wave, sha in lock.files.items() if sha is not None or wave in lock.read),
        amended=tuple(difference.setting for difference in amendments(before, lock)) if before else (),
        binding=lock is binding,
    )


def _named(setting: str) -> str:
    """A setting as the table writes it: `codebook V1_02: direction` means `codebook.V1_02.direction`."""
    return ".".join(setting.replace(":", " ").split())


def _declaration(difference: Difference, declared: tuple[Deviation, ...]) -> Deviation | None:
    """The declared deviation that names the setting, or most closely the section it stands in."""
    speaking = [one for one in declared if f"{difference.setting}.".startswith(f"{_named(one.setting)}.")]
    return max(speaking, key=lambda one: len(_named(one.setting)), default=None)


def _departure(difference: Difference, declared: tuple[Deviation, ...]) -> Departure:
    one = _declaration(difference, declared)
    return Departure(
        setting=difference.setting,
        change=difference.change,
        locked=difference.locked,
        now=difference.now,
        reason=one.reason if one else "",
        signed=one.signed if one else "",
    )


def _idle(one: Deviation, names: tuple[str, ...]) -> Idle:
    fix = did_you_mean(_named(one.setting), names)
    return Idle(setting=one.setting, reason=one.reason, signed=one.signed, fix=fix)


def departures_table(kept: KeptPlan) -> pd.DataFrame:
    """setting, change, locked, now, reason, signed: one row per difference; all text, empty where nothing is said."""
    return pd.DataFrame([one.model_dump() for one in kept.departures], columns=list(DEVIATION_COLUMNS), dtype="str")
