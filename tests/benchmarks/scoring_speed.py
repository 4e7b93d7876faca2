"""How long scoring takes, and how much memory: `python tests/benchmarks/scoring_speed.py [rows]`.

The demo's 44 items, two indices and eight dimensions, answers drawn at random with one in thirty missing. Peak memory
is the most the process ever held, less what it holds beside the panel, as a multiple of the panel's own size.
"""

import resource
import sys
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pandas as pd

from flows.store import files
from transforms.measure.key import make_key
from transforms.measure.score import score
from transforms.study import Study
from transforms.study.columns import DESIGN_COLUMNS

DEMO = Path(__file__).resolve().parents[2] / "data" / "raw" / "demo"


def invented_panel(study: Study, rows: int) -> pd.DataFrame:
    """A panel of `rows` interviews, half of them of each wave."""
    draw = np.random.default_rng(1)
    columns: dict[str, object] = dict.fromkeys(DESIGN_COLUMNS, 0.0)
    columns["wave"] = pd.Categorical.from_codes(
        (np.arange(rows) >= rows // 2).astype(np.int8), list(study.wave_names), ordered=True
    )
    columns["arm"] = pd.Categorical.from_codes(draw.integers(0, 2, rows, dtype=np.int8), ["comparison", "treated"])
    columns["weight"] = draw.random(rows) + 0.5
    for index in study.indices:
        for item in study.items(index):
            low, high = study.limits(item)
            answers = draw.integers(int(low), int(high) + 1, rows).astype(float)
            answers[draw.integers(0, rows, rows // 30)] = np.nan
            columns[item.name] = answers
    return pd.DataFrame(columns, index=pd.RangeIndex(rows), copy=False)


def memory() -> tuple[float, float]:
    """What the process holds now, and the most it has held, in bytes."""
    held = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    return float(held), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


def main(rows: int) -> None:
    study = files.read_study(DEMO)
    panel = invented_panel(study, rows)
    size = float(panel.memory_usage(index=False).sum())
    before, _ = memory()
    say(f"{rows:,} rows, {panel.shape[1]} columns, {size / 2**30:.2f} GiB")
    watch = Watch()
    key = make_key(panel, study)
    say(f"key     {watch.told()}")
    watch = Watch()
    score(panel, key)
    say(f"scores  {watch.told()}, peak {(size + memory()[1] - before) / size:.2f} x the panel")


class Watch:
    """Seconds on the wall, and of the processor."""

    def __init__(self) -> None:
        self.wall, self.cpu = perf_counter(), process_time()

    def told(self) -> str:
        return f"{perf_counter() - self.wall:.2f} s ({process_time() - self.cpu:.2f} s of processor)"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4_000_000)
