"""What a person at the keyboard sees: the stages as they pass, and what came out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.status import Status
from rich.table import Table

if TYPE_CHECKING:
    import pandas as pd

    from transforms.quality.problems import Problem

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

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


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


def show_effects(effects: "pd.DataFrame", title: str, confidence: float) -> None:
    """Headline effects, one row each."""
    table = Table(title=escape(title), title_justify="left", title_style="bold", header_style="dim", box=None)
    for name in ("index", "contrast", "governorate"):
        table.add_column(name)
    for name in ("estimate", f"{confidence:.0%} interval", "p", "clusters"):
        table.add_column(name, justify="right")
    for effect in effects.itertuples():
        interval = f"{effect.conf_low:+.2f} to {effect.conf_high:+.2f}" if effect.conf_low == effect.conf_low else "–"
        p_value = f"{effect.p_value:.3f}" if effect.p_value == effect.p_value else "–"
        estimate = f"{effect.estimate:+.2f} {effect.unit}" if effect.estimate == effect.estimate else "–"
        words = (str(effect.outcome), str(effect.contrast), str(effect.governorate))
        table.add_row(*map(escape, words), estimate, interval, p_value, str(effect.clusters))
    out.print(table)


def show_problems(problems: "tuple[Problem, ...]") -> None:
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
        where = problem.wave or problem.stage
        cells = (where, problem.check, problem.variable or "", f"{problem.count} of {problem.of}", problem.action or "")
        table.add_row(f"[{colour}]{problem.severity}[/{colour}]", *map(escape, cells))
    out.print(table)


def show_paths(named: dict[str, Path]) -> None:
    """Where results are, one path per line and never cut."""
    width = max(map(len, named))
    for name, path in named.items():
        out.print(f"{name:<{width}}  {escape(str(path))}", soft_wrap=True)


def complain(message: str) -> None:
    """One message on standard error."""
    err.print(f"[bold red]Stopped.[/bold red] {escape(message)}", soft_wrap=True)
