"""`tamasuk run` and `tamasuk demo`: every stage in order, then what came out, in a few lines."""

from collections.abc import Callable
from pathlib import Path

from flows.outside import screen
from flows.store import paths
from transforms.study.study import Study


def run(
    folder: Path, study: Study, results: Path, before: Callable[[], None] | None = None, *, fast: bool, debug: bool
) -> None:
    """Run the study in `folder`; `before` is done first, and shown as simulating."""
    from flows.outside.session import session

    home = results / study.id
    with screen.steps() as steps:

        def load() -> None:
            if before:
                steps.begin("simulate")
                before()
            steps.begin("start")
            from flows.pipeline import guard

            guard.listeners.append(steps.begin)

        with session(home / ".prefect", load, debug=debug) as own:
            from flows.outside.beside import second_process
            from flows.pipeline import run_study

            with second_process(study, folder, own.let_go if own else lambda: None):
                made = run_study(folder, results, fast)
            steps.end()
    summarise(study, paths.RunPaths(study=folder, run=made))


def summarise(study: Study, made: paths.RunPaths) -> None:
    """Effects on the indices, problems, and where the report is."""
    from flows.store import runs
    from flows.store.headline import read_headline_effects
    from flows.store.locks import read_kept_plan
    from flows.store.verdicts import read_verdicts
    from transforms.quality.problems import all_problems

    screen.out.print()
    title = study.settings.title.read("en")
    effects = read_headline_effects(study, made)
    screen.show_effects(effects, title, study.settings.effects.confidence)
    screen.out.print()
    screen.show_problems(all_problems(read_verdicts(made)))
    screen.show_plan(read_kept_plan(made))
    screen.out.print()
    latest = made.run.parent.parent / runs.LATEST
    reports = [latest / made.report(language).relative_to(made.run) for language in study.settings.languages]
    named = dict(zip(("Report", *(f"Report ({name})" for name in study.settings.languages[1:])), reports, strict=True))
    screen.show_facts({**named, "Results": latest})
