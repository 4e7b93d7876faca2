"""How long the whole demo takes beside an empty Prefect flow: `python tests/benchmarks/cold_start.py 5`.

Each turn runs both cold, with nothing of Prefect's on the disk (a new home for the empty flow, no results for the
demo), and then both again. They take turns at going first. Prints the table of docs/performance.md.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EMPTY = """
from prefect import flow

@flow
def empty() -> None:
    pass

empty()
"""
ALLOWED = 2.0


def seconds(command: list[str], home: Path) -> tuple[float, float]:
    """Wall time of a process that succeeds, and processor time of it and its server."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    environment |= {"PREFECT_HOME": str(home), "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180"}
    begin, before = time.perf_counter(), os.times()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall, after = time.perf_counter() - begin, os.times()
    return wall, after.children_user + after.children_system - before.children_user - before.children_system


def turn(number: int) -> dict[str, tuple[float, float]]:
    """Times of the empty flow and of the demo, cold and again."""
    took = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "empty.py").write_text(EMPTY)
        commands = {
            "empty": [sys.executable, str(folder / "empty.py")],
            "demo": [sys.executable, "-m", "flows.cli", "demo", "--out", str(folder / "results")],
        }
        for when in ("cold", "again"):
            for what in sorted(commands, reverse=bool(number % 2)):
                took[f"{what} {when}"] = seconds(commands[what], folder / f"home-{what}")
    return took


def row(name: str, took: dict[str, tuple[float, float]]) -> str:
    """A row of the table: wall (processor) seconds of the empty flow and the demo and the ratio, cold and again."""
    cells = [name]
    for when in ("cold", "again"):
        empty, demo = took[f"empty {when}"], took[f"demo {when}"]
        cells += [f"{wall:.1f} ({processor:.0f})" for wall, processor in (empty, demo)]
        cells.append(f"{demo[0] / empty[0]:.2f}")
    return f"| {' | '.join(cells)} |"


def main(turns: int) -> None:
    """Print one row per turn and the medians; exit 1 if the cold demo takes more than is allowed."""
    found = []
    for number in range(turns):
        found.append(turn(number))
        print(row(str(number + 1), found[-1]), flush=True)  # noqa: T201 - a script
    medians = {
        name: (statistics.median(took[name][0] for took in found), statistics.median(took[name][1] for took in found))
        for name in found[0]
    }
    print(row("median", medians))  # noqa: T201 - a script
    sys.exit(medians["demo cold"][0] > ALLOWED * medians["empty cold"][0])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
