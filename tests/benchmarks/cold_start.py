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


def seconds(command: list[str], home: Path) -> float:
    """Wall time of a process; it must succeed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    environment |= {"PREFECT_HOME": str(home), "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180"}
    begin = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin


def turn(number: int) -> dict[str, float]:
    """Seconds of the empty flow and of the demo, the first time and again."""
    took = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "empty.py").write_text(EMPTY)
        commands = {
            "empty": [sys.executable, str(folder / "empty.py")],
            "demo": [sys.executable, "-m", "flows.cli", "demo", "--out", str(folder / "results")],
        }
        for time_of in ("cold", "again"):
            for what in sorted(commands, reverse=bool(number % 2)):
                took[f"{what} {time_of}"] = seconds(commands[what], folder / f"home-{what}")
    return took


def row(name: str, took: dict[str, float]) -> str:
    """A row of the table: empty flow, demo and their ratio, cold and again."""
    cells = [name]
    for time_of in ("cold", "again"):
        empty, demo = took[f"empty {time_of}"], took[f"demo {time_of}"]
        cells += [f"{empty:.1f} s", f"{demo:.1f} s", f"{demo / empty:.2f}"]
    return f"| {' | '.join(cells)} |"


def main(turns: int) -> None:
    """Print one row per turn and the medians; exit 1 if the cold demo takes more than is allowed."""
    found = []
    for number in range(turns):
        found.append(turn(number))
        print(row(str(number + 1), found[-1]), flush=True)  # noqa: T201 - a script
    medians = {name: statistics.median(took[name] for took in found) for name in found[0]}
    print(row("median", medians))  # noqa: T201 - a script
    sys.exit(medians["demo cold"] > ALLOWED * medians["empty cold"])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
