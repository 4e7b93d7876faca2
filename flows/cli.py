"""The command `tamasuk`. Nothing heavy is imported before a subcommand needs it, so that `--help` answers at once."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.outside import screen
from flows.store import paths
from flows.store.problems import StageError, UsageError

if TYPE_CHECKING:
    from transforms.study.study import Study

DONE, REFUSED, WRONG, FAULT, INTERRUPTED = 0, 1, 2, 3, 130
DEBUG = "--debug"

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 data refused, 2 wrong study or usage, 3 a fault of ours.",
)
FastOption = Annotated[
    bool, typer.Option("--fast", help="Leave out factor models, invariance and other ways to score the indices.")
]
StudyArgument = Annotated[str, typer.Argument(metavar="STUDY", help="Folder of the study, or its name in data/raw.")]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="Folder for results. Default: data/processed beside data/raw.")
]


def main() -> None:
    """Entry of the command. `--debug` may stand anywhere."""
    sys.argv = [argument for argument in sys.argv if argument != DEBUG or _set_debug()]
    app()


_debug = False


def _set_debug() -> bool:
    global _debug  # noqa: PLW0603 - one switch for one process
    _debug = True
    return False


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        screen.out.print(f"tamasuk {version('tamasuk')}")
        raise typer.Exit


@app.callback()
def tamasuk(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
    debug: Annotated[bool, typer.Option(DEBUG, help="Show tracebacks and Prefect's log.")] = False,
) -> None:
    """From baseline and endline surveys to evidence about social cohesion."""


@contextmanager
def plain_words() -> Iterator[None]:
    """Turn every error into one message and an exit code; `--debug` lets it through."""
    from transforms.study.problems import DataRefusedError, StudyError

    try:
        yield
    except KeyboardInterrupt:
        screen.complain("Interrupted. The last good run stays where it is.")
        raise typer.Exit(INTERRUPTED) from None
    except (DataRefusedError, StudyError, UsageError, StageError, OSError) as error:
        if _debug:
            raise
        screen.complain(_message(error))
        raise typer.Exit(_code(error)) from None
    except Exception as error:
        if _debug:
            raise
        from flows.stages.guard import describe

        screen.complain(_message(StageError(describe(error, "command"))))
        raise typer.Exit(FAULT) from error


def _code(error: Exception) -> int:
    from transforms.study.problems import DataRefusedError

    if isinstance(error, DataRefusedError):
        return REFUSED
    return FAULT if isinstance(error, StageError) else WRONG


def _message(error: Exception) -> str:
    if isinstance(error, StageError):
        return f"{error}\nThis is a fault of tamasuk, not of your data. Rerun with {DEBUG} and report what it shows."
    if isinstance(error, OSError):
        return f"{error.strerror or error}: {error.filename}" if error.filename else str(error)
    return str(error)


@app.command()
def run(study: StudyArgument, out: OutOption = None, fast: FastOption = False) -> None:
    """Run a study from its files to its report."""
    with plain_words():
        from flows.commands import run as command

        folder, specification = _open(study)
        command.run(folder, specification, _results(folder, out), fast=fast, debug=_debug)


@app.command()
def check(study: StudyArgument, out: OutOption = None) -> None:
    """Find everything wrong with a study or its data, without estimating."""
    with plain_words():
        from flows.commands import check as command

        folder, specification = _open(study)
        command.check(folder, specification, _results(folder, out))


@app.command()
def demo(out: OutOption = None, fast: FastOption = False) -> None:
    """Simulate the demo study and run it."""
    with plain_words():
        from flows.commands import run as command
        from flows.store import files
        from flows.store.demo_folder import demo_folder

        folder = demo_folder()
        specification = files.read_study(folder)
        first = partial(_simulate, folder, None)
        command.run(folder, specification, _results(folder, out), first, fast=fast, debug=_debug)


@app.command()
def simulate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write the synthetic study into.")],
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Seed. Default: the study's own.")] = None,
) -> None:
    """Write a synthetic study with known effects, to try things on."""
    with plain_words():
        from flows.store.demo_folder import copy_description

        copy_description(folder)
        _simulate(folder, seed)
        screen.show_facts({"Synthetic study": folder.resolve()})
        screen.out.print(f"Run it with: tamasuk run {folder}", soft_wrap=True, markup=False)


@app.command()
def instrument(
    study: StudyArgument,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the questionnaire. Default: instrument in its results.")
    ] = None,
) -> None:
    """Write the questionnaire as an annex, in every language of the study; its data need not be there."""
    with plain_words():
        from flows.commands import instrument as command

        folder, specification = _described(study)
        place = out.expanduser().resolve() if out else paths.results_root(folder) / specification.id / "instrument"
        command.instrument(specification, place)


@app.command()
def serve(
    study: StudyArgument,
    cron: Annotated[str | None, typer.Option("--cron", help='When to run, as "0 6 * * 1": Mondays at six.')] = None,
    timezone: Annotated[str, typer.Option("--timezone", help="Time zone of the schedule, as Asia/Amman.")] = "UTC",
    out: OutOption = None,
) -> None:
    """Run a study on a schedule, and whenever somebody starts it from Prefect's web page."""
    with plain_words():
        from flows.commands import serve as command

        folder, specification = _open(study)
        command.serve(folder, specification.id, _results(folder, out), (cron, timezone), debug=_debug)


@app.command()
def lock(
    study: StudyArgument,
    again: Annotated[
        bool, typer.Option("--again", help="Lock a plan that was locked and has changed. Earlier locks stay.")
    ] = False,
    out: OutOption = None,
) -> None:
    """Lock the plan before the data are seen: later changes are named in the report."""
    with plain_words():
        from flows.commands import lock as command

        folder, specification = _described(study)
        command.lock(folder, specification, _results(folder, out), again=again)


@app.command()
def correct(
    study: StudyArgument,
    template: Annotated[bool, typer.Option("--template", help="Write a log without lines, to begin with.")] = False,
) -> None:
    """Hold the log of corrections against the files: what it would change, in counts. Writes nothing."""
    with plain_words():
        from flows.commands import correct as command

        if template:
            command.begin(*_described(study))
        else:
            command.correct(*_open(study))


@app.command()
def export(
    study: StudyArgument,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the export. Default: export in the study's results.")
    ] = None,
    results: Annotated[
        Path | None, typer.Option("--results", help="Folder of the results, where the run had an --out of its own.")
    ] = None,
) -> None:
    """Write what of the last run may be handed on: report, tables without small cells, study; a folder and a .zip."""
    with plain_words():
        from flows.commands import export as command

        folder, specification = _described(study)
        place = out.expanduser().resolve() if out else None
        command.export(folder, specification, _results(folder, results), place)


@app.command()
def power(
    study: StudyArgument,
    csv: Annotated[Path | None, typer.Option("--csv", help="Also write every row of the tables to this file.")] = None,
    out: OutOption = None,
) -> None:
    """Say how small an effect the design can find. Needs no data; after a run, also what was measured."""
    with plain_words():
        from flows.commands import power as command

        folder, specification = _described(study)
        command.power(folder, specification, _results(folder, out), csv)


def _open(name: str) -> "tuple[Path, Study]":
    """The study's folder and what it says, with its files all there and its lock whole."""
    from flows.store import corrections, files, locks, scoring

    folder, specification = _described(name)
    files.check_wave_files(specification, folder)
    corrections.read_log(specification, folder)
    locks.read_lock(folder)
    scoring.pinned_key(specification, folder)
    return folder, specification


def _described(name: str) -> "tuple[Path, Study]":
    """The study's folder and what it says, whether or not there are data."""
    from flows.store import files

    folder = paths.find_study(name, Path.cwd())
    return folder, files.read_study(folder)


def _results(folder: Path, out: Path | None) -> Path:
    return out.expanduser().resolve() if out else paths.results_root(folder)


def _simulate(folder: Path, seed: int | None) -> None:
    from flows.store import files
    from flows.store.demo import write_demo

    write_demo(folder, files.read_study(folder), seed)


if __name__ == "__main__":
    main()
