"""Time and memory of every effect of a study against its number of respondents, as a table and a drawing.

    python tests/benchmarks/growth.py [--write] [ROWS ...]     (default 10000 100000 1000000 10000000)

The study is synthetic: 3 governorates, 36 communities, 2 waves, weights, two indices of four dimensions each; all
effects, by governorate, pooled and by group, with intervals of 9,999 draws. Each size runs in a process of its own, so
that its largest memory can be told (Linux only); `--write` keeps docs/benchmarks/growth.md and growth.svg.
"""

import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from two_indices import study  # beside this file, as Python finds it for a script

from transforms.impact.effects.study_effects import estimate_effects
from transforms.study import Study
from transforms.study.columns import DESIGN_COLUMNS

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
DOCS = Path(__file__).resolve().parents[2] / "docs" / "benchmarks"
PLACES, COMMUNITIES = 3, 36
MEBIBYTE = 2**20
COMMAND = "python tests/benchmarks/growth.py --write"


def scores(rows: int, of: Study) -> pd.DataFrame:
    """Invented scores; columns of words are categories, as a stored frame has them."""
    rng = np.random.default_rng(1)
    village, wave = rng.integers(0, COMMUNITIES, rows), rng.integers(0, 2, rows)
    treated = village // PLACES % 2

    def words(codes: np.ndarray, names: list[str]) -> pd.Categorical:
        return pd.Categorical.from_codes(codes, names)

    villages = words(village, [f"v{at:02d}" for at in range(COMMUNITIES)])
    place = words(village % PLACES, ["A", "B", "C"])
    known = {
        "wave": pd.Categorical.from_codes(wave, ["before", "after"], ordered=True),
        "governorate": place,
        "community": villages,
        "cluster": villages,
        "psu": villages,
        "strata": place,
        "arm": words(treated, ["comparison", "treated"]),
        "group": words(rng.integers(0, 2, rows), ["host", "displaced"]),
        "weight": rng.uniform(0.5, 2, rows),
        "respondent": np.arange(rows),
        "file_row": np.arange(rows),
    }
    frame = pd.DataFrame({name: known.get(name, np.nan) for name in DESIGN_COLUMNS})
    shock = rng.normal(0, 0.1, (COMMUNITIES, 2))[village, wave]
    for outcome in of.outcomes():
        frame[outcome] = rng.normal(0, 1, rows) + shock + 0.2 * treated * wave
    return frame


def one(rows: int) -> None:
    """Seconds, frame in MiB and largest memory beyond it in MiB, of one size."""
    of = study()
    frame = scores(rows, of)
    estimate_effects(frame.iloc[: min(rows, 5000)], of)  # what is done once is not counted
    size = frame.memory_usage(index=False).sum() / MEBIBYTE
    before = resident("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # Linux: the largest memory is counted anew
    start = time.perf_counter()
    found = estimate_effects(frame, of)
    taken = time.perf_counter() - start
    sys.stdout.write(f"{taken} {size} {resident('VmHWM') - before} {len(found)}\n")


def resident(what: str) -> float:
    """Memory of this process in MiB, as Linux counts it."""
    found = re.search(rf"{what}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def draw(measured: list[tuple[int, float, float, float]]) -> None:
    """Both against the number of rows, on logarithmic axes."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "growth"
    from matplotlib import pyplot as plt

    rows, seconds, size, beyond = (list(column) for column in zip(*measured, strict=True))
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    left.loglog(rows, seconds, "o-", color="#0b5394")
    left.set(title="Time of every effect", xlabel="interviews", ylabel="seconds")
    right.loglog(rows, size, "o-", color="#999999", label="the scores themselves")
    right.loglog(
        rows, [a + b for a, b in zip(size, beyond, strict=True)], "o-", color="#0b5394", label="with estimation"
    )
    right.set(title="Memory", xlabel="interviews", ylabel="MiB")
    right.legend(frameon=False)
    figure.savefig(DOCS / "growth.svg", metadata={"Date": None})


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--one"]:
        one(int(arguments[1]))
        return
    sizes = [int(text) for text in arguments if text != "--write"] or SIZES
    lines = ["| interviews | seconds | scores, MiB | largest memory, x scores |", "|---|---|---|---|"]
    measured = []
    for rows in sizes:
        ran = subprocess.run([sys.executable, __file__, "--one", str(rows)], capture_output=True, text=True, check=True)
        taken, size, beyond, estimates = map(float, ran.stdout.split())
        measured.append((rows, taken, size, beyond))
        lines.append(f"| {rows:,} | {taken:.2f} | {size:,.0f} | {1 + beyond / size:.2f} |")
        sys.stdout.write(lines[-1] + "\n")
        sys.stdout.flush()
    if "--write" in arguments:
        head = f"# Growth\n\n{estimates:.0f} estimates with intervals of 9,999 draws: `{COMMAND}`\n\n"
        (DOCS / "growth.md").write_text(
            head + "\n".join(lines) + "\n\n![Time and memory](growth.svg)\n", encoding="utf-8"
        )
        draw(measured)


if __name__ == "__main__":
    main(sys.argv[1:])
