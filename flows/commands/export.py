"""`tamasuk export`: what of a run may be handed to somebody outside, or published."""

from pathlib import Path

from flows.outside import screen
from flows.store import runs
from flows.store.bundle import write_bundle
from flows.store.paths import RunPaths
from flows.store.problems import UsageError
from transforms.study import Study


def export(folder: Path, study: Study, results: Path, out: Path | None) -> None:
    """Write the bundle of the last good run, into `out` or beside the runs, and say what was hidden.

    Raises
    ------
    UsageError
        If the study has no run that came to its end.
    """
    home = results / study.id
    run = runs.latest_run(home)
    if run is None:
        raise UsageError(f"{study.id} has no finished run in {home}. Run it first: tamasuk run {study.id}")
    made, archive, contents = write_bundle(study, RunPaths(study=folder, run=run), out or home / "export")
    hidden = {file.name: file.hidden for file in contents.files if file.hidden}
    screen.show_facts(
        {
            "Folder": made,
            "Zip": archive,
            "Files": str(len(contents.files)),
            "Numbers hidden": f"{sum(hidden.values())} in {len(hidden)} files",
            "Left out": f"{len(contents.left_out)} tables, and every row of a respondent: README says why",
        }
    )
