"""`tamasuk export`: what of a run may be handed to somebody outside, or published."""

from pathlib import Path

from flows.outside import screen
from flows.store import runs
from flows.store.bundle import write_bundle
from flows.store.paths import RunPaths, find_raw, results_root
from flows.store.problems import UsageError
from flows.store.record import Status, read_record
from transforms.study import Study

ENDS: dict[Status, str] = {
    "running": "is still going on, or was killed",
    "refused": "was refused, because of its data",
    "failed": "failed",
    "interrupted": "was stopped",
}


def export(folder: Path, study: Study, results: Path, out: Path | None) -> None:
    """Write the bundle of the last good run, into `out` or beside the runs, and say what was hidden.

    Raises
    ------
    UsageError
        If the study has no run that came to its end, or there is no folder to write to.
    """
    home = results / study.id
    run, later = runs.latest_run(home), _later(home)
    if run is None:
        raise UsageError(_no_run(folder, study, results, later))
    place = out or home / "export"
    if place.exists() and not place.is_dir():
        raise UsageError(f"{place} is a file. Nothing was written; name a folder.")
    made, archive, contents = write_bundle(study, RunPaths(study=folder, run=run), place)
    hidden = {file.name: file.hidden for file in contents.files if file.hidden}
    screen.show_facts(
        {
            "Folder": made,
            "Zip": archive,
            "Run": run.name,
            "Files": str(len(contents.files)),
            "Numbers hidden": f"{sum(hidden.values())} in {len(hidden)} files",
            "Left out": f"{len(contents.left_out)} tables, and every row of a respondent: README says why",
        }
    )
    if later:
        screen.warn(f"A later run, {later[0]}, {ENDS[later[1]]}. This is the last one that came to its end.")


def _later(home: Path) -> tuple[str, Status] | None:
    """The newest run of the study if it did not come to its end, and how it ended."""
    found = sorted(path for path in (home / runs.RUNS).glob("*") if RunPaths(study=home, run=path).run_record.exists())
    status = read_record(RunPaths(study=home, run=found[-1])).status if found else "done"
    return None if status == "done" else (found[-1].name, status)


def _no_run(folder: Path, study: Study, results: Path, later: tuple[str, Status] | None) -> str:
    """Why there is nothing to export, and what to do."""
    name = _called(folder)
    if not results.is_dir() and results != results_root(folder):
        return f"There is no folder {results}. --results is the folder that `tamasuk run` was given with --out."
    for above in results.parents:
        if runs.latest_run(above / study.id):
            return f"{results} is a folder within the results. Name the one above: --results {above}"
    if later:
        begin = f"{study.id} has no finished run in {results / study.id}: {later[0]} {ENDS[later[1]]}."
        checked = f"`tamasuk check {name}` says what is wrong with the data." if later[1] == "refused" else ""
        return " ".join(filter(None, (begin, checked, f"Run it to its end first: tamasuk run {name}")))
    return (
        f"{study.id} has no finished run in {results / study.id}. Run it first: tamasuk run {name}. "
        "If it was run with --out, name that folder with --results."
    )


def _called(folder: Path) -> str:
    """How to name the study in a command: by its name where it stands in the `data/raw` around, else by its folder."""
    raw = find_raw(Path.cwd())
    return folder.name if raw and (raw / folder.name).resolve() == folder else str(folder)
