"""Time and memory of the estimate stage against the number of governorates, by part.

    python tests/benchmarks/many_governorates.py [--panel] [GOVERNORATES ...]      (default 6 18 36 60)
    python tests/benchmarks/many_governorates.py --few-treated

The study is synthetic: GOVERNORATES x 6 clusters (three treated), 2 waves, 20 interviews a cluster and wave, weights,
two indices of four dimensions each, host and displaced, 2 % of the answers missing, so that hardly two outcomes share
their rows. Panels (`--panel`) ask the same people again. "Growth" is the exponent of the number of governorates between
a row and the one above: 1 is linear. `--few-treated`: 2,000 clusters, 20 of them treated, in three governorates.
Each size runs in a process of its own, so that its largest memory can be told (Linux only).
"""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import log
from pathlib import Path

import numpy as np
import pandas as pd
from two_indices import study  # beside this file, as Python finds it for a script

from transforms.impact.around.group_gap import gap_adjusted_levels
from transforms.impact.around.index_robustness import index_robustness
from transforms.impact.around.tables import around_tables, study_estimates
from transforms.impact.cells.compression import patterns
from transforms.impact.cells.sample import outcome_cells, study_sample
from transforms.impact.description.levels import levels_table
from transforms.impact.description.shares import shares_table
from transforms.impact.effects.everyone import across_governorates, governorate_effects, pooled_effect
from transforms.impact.effects.families import adjust_families
from transforms.impact.effects.groups import group_effects
from transforms.impact.effects.pairwise import pairwise_differences
from transforms.impact.effects.task import Task
from transforms.measure.alternatives.catalogue import parse_scorings
from transforms.measure.alternatives.scoring import alternative_scores
from transforms.measure.key import make_key
from transforms.measure.score import score
from transforms.study import Study
from transforms.study.columns import DESIGN_COLUMNS

SIZES, CLUSTERS, RESPONDENTS = (6, 18, 36, 60), 6, 20
FEW_TREATED = (3, 2000, 20)  # governorates, clusters, treated ones
EFFECTS = ("governorates", "pooled", "across", "pairs", "groups", "families")


def panel_frame(of: Study, governorates: int, clusters: int, treated: int, again: bool) -> pd.DataFrame:
    """Answers of every respondent in both waves. clusters, treated: in all; again: whether the same people answer."""
    rng = np.random.default_rng(1)
    cluster, person, wave = (code.ravel() for code in np.indices((clusters, RESPONDENTS, 2)))
    arm = (cluster // governorates < -(-treated // governorates)).astype(int)
    respondent = cluster * RESPONDENTS + person if again else np.arange(cluster.size)

    def words(codes: np.ndarray, names: list[str]) -> pd.Categorical:
        return pd.Categorical.from_codes(codes, names)

    villages = words(cluster, [f"v{at:04d}" for at in range(clusters)])
    place = words(cluster % governorates, [f"g{at:03d}" for at in range(governorates)])
    known = {
        "wave": pd.Categorical.from_codes(wave, ["before", "after"], ordered=True),
        "governorate": place,
        "community": villages,
        "cluster": villages,
        "psu": villages,
        "strata": place,
        "arm": words(arm, ["comparison", "treated"]),
        "group": words(rng.integers(0, 2, respondent.size)[respondent], ["host", "displaced"]),
        "weight": rng.uniform(0.5, 2, respondent.size)[respondent],
        "respondent": respondent,
        "file_row": np.arange(respondent.size),
    }
    frame = pd.DataFrame({name: known.get(name, np.nan) for name in DESIGN_COLUMNS})
    shock = rng.normal(0, 0.1, (clusters, 2))[cluster, wave]
    mind = rng.normal(0, 0.7, respondent.size)[respondent]
    for variable in of.codebook.variables:
        if variable.type == "item":
            answer = 3 + mind + shock + 0.2 * arm * wave + rng.normal(0, 0.8, respondent.size)
            frame[variable.name] = np.where(rng.random(respondent.size) < 0.02, np.nan, answer.round().clip(1, 5))
        elif variable.name not in frame:
            frame[variable.name] = np.nan
    return frame


@contextmanager
def timed(taken: dict[str, float], name: str) -> Iterator[None]:
    """Adds the processor seconds of what is inside to `taken`."""
    start = time.process_time()
    yield
    taken[name] = taken.get(name, 0.0) + time.process_time() - start


def effects_by_part(scores: pd.DataFrame, of: Study) -> dict[str, float]:
    """Seconds of each part of the study's own effects; they are estimated once more for it."""
    taken: dict[str, float] = {}
    sample = study_sample(scores, of, of.outcomes())
    rows = []
    for positions in patterns(sample.table):
        task = Task(of, tuple(sample.table.outcomes[at] for at in positions), sample.governorates)
        cells = outcome_cells(sample, of, positions)
        for name, part in zip(
            EFFECTS, (governorate_effects, pooled_effect, across_governorates, pairwise_differences), strict=False
        ):
            with timed(taken, name):
                rows += part(cells, task)
        with timed(taken, "groups"):
            for at, (column, values) in enumerate(sample.groups.items()):
                rows += group_effects(cells, cells.groups[:, at], task, column, values)
    with timed(taken, "families"):
        adjust_families(rows, of)
    return taken


def stage(panel: pd.DataFrame, of: Study) -> tuple[dict[str, float], int]:
    """Seconds of each part of the estimate stage, and the number of estimates."""
    taken: dict[str, float] = {}
    scores = score(panel, make_key(panel, of))
    other = alternative_scores(panel, of, {})
    with timed(taken, "estimates"):
        found = study_estimates(panel, scores, of)
    with timed(taken, "levels"):
        levels_table(scores, of)
        shares_table(panel, of)
        gap_adjusted_levels(scores, of)
    with timed(taken, "around"):
        list(around_tables(panel, scores, of, found))
    with timed(taken, "robustness"):
        index_robustness(other.scores, parse_scorings(other.scorings), of)
    return taken, len(found)


def resident(what: str) -> float:
    """Memory of this process in MiB, as Linux counts it."""
    found = re.search(rf"{what}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


def one(governorates: int, clusters: int, treated: int, again: bool) -> None:
    """Seconds by part, largest memory beyond the frames in MiB, and estimates, of one size."""
    of = study(panel=again)
    panel = panel_frame(of, governorates, clusters, treated, again)
    before = resident("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # Linux: the largest memory is counted anew
    taken, estimates = stage(panel, of)
    memory = resident("VmHWM") - before
    if not again:
        taken |= effects_by_part(score(panel, make_key(panel, of)), of)
    sys.stdout.write("\n".join(f"{name} {value}" for name, value in taken.items()))
    sys.stdout.write(f"\nMiB {memory}\nrows {estimates}\n")


def measured(*arguments: object) -> dict[str, float]:
    """What `one` prints, in a process of its own."""
    command = [sys.executable, __file__, "--one", *map(str, arguments)]
    printed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return {name: float(value) for name, value in (line.split() for line in printed.splitlines())}


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--one"]:
        governorates, clusters, treated, again = map(int, arguments[1:])
        one(governorates, clusters, treated, bool(again))
        return
    if "--few-treated" in arguments:
        runs = [measured(*FEW_TREATED, 0)]
        sizes: list[int] = [FEW_TREATED[0]]
    else:
        sizes = [int(text) for text in arguments if text.isdigit()] or list(SIZES)
        again = int("--panel" in arguments)
        runs = [measured(size, size * CLUSTERS, size * CLUSTERS // 2, again) for size in sizes]
    names = list(runs[0])
    sys.stdout.write("| governorates | " + " | ".join(names) + " |\n|" + "---|" * (len(names) + 1) + "\n")
    for at, (size, run) in enumerate(zip(sizes, runs, strict=True)):
        sys.stdout.write(f"| {size} | " + " | ".join(f"{run[name]:,.1f}" for name in names) + " |\n")
        if at:
            growth = [
                log(max(run[name], 0.01) / max(runs[at - 1][name], 0.01)) / log(size / sizes[at - 1]) for name in names
            ]
            sys.stdout.write("| growth | " + " | ".join(f"{value:.1f}" for value in growth) + " |\n")


if __name__ == "__main__":
    main(sys.argv[1:])
