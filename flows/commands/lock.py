"""`tamasuk lock`: the plan of a study, written down before the data can speak."""

from pathlib import Path

from flows.outside import screen
from flows.store import locks
from flows.store.problems import UsageError
from transforms.study.lock import Difference, Lock, LockFile, deviations, lock_of
from transforms.study.study import Study

SHOWN = 12  # differences that are listed one by one


def lock(folder: Path, study: Study, results: Path, *, again: bool) -> None:
    """Lock the plan of the study in `folder`. One that is locked already is only locked anew if `again`.

    Raises
    ------
    UsageError
        If the plan differs from the newest lock and nobody asked to lock it again.
    """
    earlier = locks.read_lock(folder)
    if earlier is not None:
        newest = earlier.locks[-1]
        changed = deviations(newest, study)
        if not changed:
            screen.out.print(
                f"The plan of {study.id} is locked since {newest.locked} and has not changed.", markup=False
            )
            screen.show_facts({"SHA-256": newest.sha256})
            return
        if not again:
            raise UsageError(_differs(study, newest, changed))
    _write(folder, lock_of(study, locks.circumstances(study, folder, results), earlier))


def _differs(study: Study, newest: Lock, changed: tuple[Difference, ...]) -> str:
    lines = [f"  - {in_words(one)}" for one in changed[:SHOWN]]
    lines += [f"  - and {len(changed) - SHOWN} more"] if len(changed) > SHOWN else []
    count = f"{len(changed)} setting{'s differ' if len(changed) > 1 else ' differs'}"
    return "\n".join(
        [
            f"The plan of {study.id} was locked on {newest.locked}, and {count} from it:",
            *lines,
            "Nothing was written. Give the reason for each under [[deviations]] in study.toml, as the report will ask; "
            "or lock the plan as it is now with --again. The lock of that day stays in the file.",
        ]
    )


def in_words(one: Difference) -> str:
    """A difference in a line: `effects.minimum_cell: 30 -> 20`."""
    if one.change == "changed" or one.locked or one.now:
        return f"{one.setting}: {one.locked or 'not set'} -> {one.now or 'not set'}"
    return f"{one.setting}: {one.change}"


def _write(folder: Path, file: LockFile) -> None:
    path, newest = locks.write_lock(file, folder), file.locks[-1]
    title = (
        "locked" if len(file.locks) == 1 else f"locked again; {len(file.locks) - 1} earlier lock(s) stay in the file"
    )
    screen.out.print(f"The plan of {newest.study} is {title}.", markup=False)
    screen.show_facts({"Lock": path, "Settings": str(len(newest.plan)), "SHA-256": newest.sha256})
    if newest.beforehand:
        screen.out.print(
            "Keep study.lock with the study, and leave the SHA-256 with somebody else (a registry, the donor): "
            "it proves later what was planned today.",
            soft_wrap=True,
        )
        return
    last = newest.plan["waves"][-1]
    seen = "a run had read it" if last in newest.read else "its file was there"
    screen.warn(f"The plan was locked when wave {last} could be seen: {seen}. The lock and the report say so.")
    if file.binding is not newest:
        screen.warn(f"The report still compares with the lock of {file.binding.locked}, made before that wave's data.")
