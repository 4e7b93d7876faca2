"""Twenty runs of the demo in a row on the embedded server: `python tests/benchmarks/twenty_runs.py`.

Every one must end with exit code 0 and write nothing to standard error; the server's own log must be empty too.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path


def main(runs: int) -> None:
    """Print how many runs completed, how long they took, and every line of noise; exit 1 unless all is well."""
    ends: Counter[int] = Counter()
    noise: list[str] = []
    took: list[float] = []
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    with tempfile.TemporaryDirectory() as results:
        command = [sys.executable, "-m", "flows.cli", "demo", "--out", results]
        for _ in range(runs):
            begin = time.perf_counter()
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            took.append(time.perf_counter() - begin)
            ends[done.returncode] += 1
            noise += done.stderr.splitlines()
            noise += (Path(results) / "demo" / ".prefect" / "server.log").read_text().splitlines()
    locked = sum("locked" in line for line in noise)
    lines = [
        f"{ends[0]} of {runs} runs completed",
        f"{len(noise)} lines of noise, {locked} of them of a locked database",
    ]
    lines += [f"seconds: first {took[0]:.1f}, fastest {min(took):.1f}, slowest {max(took):.1f}", *noise]
    print("\n".join(lines))  # noqa: T201 - a script
    sys.exit(ends[0] != runs or bool(noise))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
