"""What a person at the keyboard sees: the stages as they pass, and what came out."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.status import Status
from rich.table import Table

if TYPE_CHECKING:
    from flows.store.headline import Headline
    from transforms.quality.problems import Problem
    from transforms.study.kept_plan import KeptPlan

DOING = {
    "simulate": "Simulating the demo study",
    "start": "Starting Prefect",
    "ingest": "Reading the files",
    "validate": "Checking the waves",
    "prepare": "Building the panel",
    "measure": "Scoring the indices",
    "estimate": "Estimating",
    "report": "Writing the report",
}
COLOURS = {"critical": "bold red", "error": "red", "warning": "yellow", "note": "dim"}

WIDE = 110  # columns where there is no terminal to ask


def _console(*, stderr: bool = False) -> Console:
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = WIDE
    return console


out = _console()
err = _console(stderr=True)


class Steps:
    """One line per step, with a spinner while it lasts where there is a terminal to turn it in."""

    def __init__(self, status: Status | None) -> None:
        self._status = status
        self._step: str | None = None
        self._begin = perf_counter()

    def begin(self, step: str) -> None:
        """Close the step before and open this one."""
        self.end()
        self._step, self._begin = step, perf_counter()
        if self._status:
            self._status.update(f"{DOING.get(step, step)} …")

    def end(self) -> None:
        if self._step:
            seconds = perf_counter() - self._begin
            out.print(f"  {DOING.get(self._step, self._step):<28}[dim]{seconds:6.1f} s[/dim]")
        self._step = None


@contextmanager
def steps() -> Iterator[Steps]:
    """Show steps as they pass; the one that is interrupted is not shown as done."""
    if not out.is_terminal:
        shown = Steps(None)
        yield shown
        shown.end()
        return
    with out.status("") as status:
        shown = Steps(status)
        yield shown
        shown.end()


def show_effects(effects: "Sequence[Headline]", title: str, confidence: float) -> None:
    """Headline effects, one row each."""
    table = Table(title=escape(title), title_justify="left", title_style="bold", header_style="dim", box=None)
    for name in ("index", "contrast", "governorate"):
        table.add_column(name, overflow="fold")
    for name in ("estimate", f"{confidence:.0%} interval", "p", "clusters"):
        table.add_column(name, justify="right", no_wrap=True)
    remarks = any(effect.remark for effect in effects)
    if remarks:
        table.add_column("remark", overflow="fold")
    for effect in effects:
        cells = astuple(effect)
        table.add_row(*map(escape, cells if remarks else cells[:-1]))
    out.print(table)


def show_problems(problems: "Sequence[Problem]") -> None:
    """Every problem in a line of counts."""
    if not problems:
        out.print("No problem found.")
        return
    table = Table(title="Problems found", title_justify="left", title_style="bold", header_style="dim", box=None)
    for name in ("severity", "where", "check", "variable"):
        table.add_column(name)
    table.add_column("count", justify="right")
    table.add_column("waived")
    for problem in problems:
        colour = COLOURS[problem.severity]
        where = ": ".join([problem.wave or problem.stage, *([", ".join(problem.places)] if problem.places else [])])
        cells = (where, problem.check, problem.variable or "", f"{problem.count} of {problem.of}", problem.action or "")
        table.add_row(f"[{colour}]{problem.severity}[/{colour}]", *map(escape, cells))
    out.print(table)
    _show_unread([problem for problem in problems if problem.check == "not_coded" and problem.waived is None])
    _show_no_wave([problem for problem in problems if problem.check == "rows_of_no_wave" and problem.waived is None])


def _show_no_wave(problems: "Sequence[Problem]") -> None:
    """Where to mend rows that no wave has: the column of the file, and the words of study.toml that come near."""
    if not problems:
        return
    out.print(
        "\nRows of a file that are of no wave, and so in none. Correct the column in the file, or add the value to"
    )
    out.print("`where` in study.toml. They come near to:")
    for problem in problems:
        _show_near(problem, f"column {problem.variable}", "no value under where")


def _show_near(problem: "Problem", place: str, none: str) -> None:
    far = problem.count - sum(count for _, count in problem.close)
    words = [*([problem.close_to] if problem.close_to else []), *([f"{none} ({far})"] if far else [])]
    out.print(f"  {problem.wave}, {place}: {', '.join(words)}", markup=False, highlight=False, soft_wrap=True)


def _show_unread(problems: "Sequence[Problem]") -> None:
    """Where to mend answers that match no code, in the words of the study's scales: never in those of the answers."""
    if not problems:
        return
    out.print("\nAnswers that match no code or label: add each spelling and its meaning to recodes.csv, or a word that")
    out.print("belongs to the scale to scales.csv. problem_rows.csv has the rows of the file. They come near to:")
    for problem in problems:
        _show_near(problem, str(problem.variable), "no word of the scale")


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, words: int = 1) -> None:
    """A table whose first `words` columns are text, the others numbers."""
    table = Table(title=escape(title), title_justify="left", title_style="bold", header_style="dim", box=None)
    for place, name in enumerate(columns):
        table.add_column(escape(name), justify="left" if place < words else "right", overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    out.print(table)


def show_plan(kept: "KeptPlan") -> None:
    """How the study stands to its locked plan: a sentence, and a row for every difference."""
    binding = kept.binding
    for idle in kept.idle:
        warn(f"study.toml declares a deviation of {idle.setting}, which does not differ. {idle.fix}".strip())
    if binding is None:
        out.print("The plan was not locked beforehand (tamasuk lock).", style="dim")
        return
    since = f"The plan locked on {binding.locked}"
    if not kept.departures:
        out.print(f"{since} is kept.")
        return
    table = Table(title=f"{since} is not kept", title_justify="left", title_style="bold", header_style="dim", box=None)
    for name in ("setting", "locked", "now", "reason"):
        table.add_column(name, overflow="fold")
    for one in kept.departures:
        reason = escape(one.reason) or "[yellow]none declared[/yellow]"
        table.add_row(*map(escape, (one.setting, one.locked or "–", one.now or one.change)), reason)
    out.print(table)
    if count := len(kept.undeclared):
        warn(f"{count} undeclared: give the reason under [[deviations]] in study.toml. The report warns of it.")


def warn(message: str) -> None:
    """One message that must not be missed, but stops nothing."""
    out.print(f"[yellow]Warning.[/yellow] {escape(message)}", soft_wrap=True)


def show_facts(named: Mapping[str, str | Path]) -> None:
    """A name and a value per line; paths and addresses are never cut."""
    width = max(map(len, named))
    for name, value in named.items():
        out.print(f"{name:<{width}}  {escape(str(value))}", soft_wrap=True)


def complain(message: str) -> None:
    """One message on standard error."""
    err.print(f"[bold red]Stopped.[/bold red] {escape(message)}", soft_wrap=True)
