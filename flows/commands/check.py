"""`tamasuk check`: everything wrong with a study or its data, without estimating."""

from pathlib import Path

from flows.commands.correct import show_corrections
from flows.outside import screen
from flows.store.paths import RunPaths
from transforms.study.study import Study

TOLD_AS_PROBLEMS = ("(not_coded)", "(rows_of_no_wave)")  # ends of notes


def check(folder: Path, study: Study, results: Path) -> None:
    """Check the study in `folder`; what was found is shown whether or not the data are refused."""
    from flows.pipeline import check_study
    from flows.store import corrections, locks, runs, waves
    from flows.store.verdicts import read_verdicts
    from transforms.quality.problems import all_problems
    from transforms.study.kept_plan import keep_plan

    home = results / study.id
    with runs.only_run(home):
        made = runs.new_check(folder, home)
        try:
            check_study(study, made)
        finally:
            if verdicts := read_verdicts(made):  # none where a file could not be read
                _show_notes(study, made)
                show_corrections(waves.read_corrections(study, made), corrections.read_log(study, folder).left_alone)
                screen.show_problems(all_problems(verdicts))
            screen.show_plan(keep_plan(study, locks.read_lock(folder)))
    screen.show_facts({"Pages": made.data_docs / "index.html", "Rows": made.problem_rows})
    screen.out.print(f"{study.id} can be run: the study and its data can be analysed.", markup=False)


def _show_notes(study: Study, made: RunPaths) -> None:
    """What had to be done to read the files; the table of problems says what could not be read."""
    from flows.store import waves

    for record in waves.read_records(study, made):
        for note in record.source.notes:
            if not note.endswith(TOLD_AS_PROBLEMS):
                screen.out.print(f"{record.source.file} ({record.source.wave}): {note}.", markup=False, soft_wrap=True)
