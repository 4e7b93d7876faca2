"""How fast the compressed regression is: one table of all outcomes against one uncompressed regression per outcome.

Run: OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 NUMBA_NUM_THREADS=1 python -P tests/benchmarks/impact_speed.py [ROWS ...]
(default 100000 1000000 4000000; `-P` keeps this folder's coverage.py from standing in for the package of that name)

Prints a Markdown table. The study is synthetic: 60 clusters in 3 governorates, 2 waves, weights, 12 outcomes, one in
three with missing answers; the model is the fully interacted difference-in-differences, 12 coefficients, CR1. Both
sides run in one process on one machine, so only their ratio is meant to be read. Of the other packages' twelve
regressions one with and one without missing answers are timed, and multiplied. pyfixest, which is no dependency, is
timed where it is installed; it has compiled before.
"""

import sys
import time
import tracemalloc
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pandas as pd
import statsmodels.api as sm

from transforms.impact.cells.compression import cluster_moments, compress, patterns
from transforms.impact.inference.least_squares import fit

SEED = 1
OUTCOMES = 12
PLACES, CLUSTERS = 3, 60
BY = ["place", "wave", "treated", "cluster"]


def study(rows: int) -> pd.DataFrame:
    """Respondents with 12 outcomes; every third outcome lacks a tenth of its answers."""
    rng = np.random.default_rng(SEED)
    cluster = rng.integers(0, CLUSTERS, rows)
    columns = {"cluster": cluster, "place": cluster % PLACES, "treated": cluster // PLACES % 2}
    frame = pd.DataFrame(columns | {"wave": rng.integers(0, 2, rows), "weight": rng.uniform(0.5, 2, rows)})
    shock = rng.normal(0, 0.2, CLUSTERS)[cluster]
    for at in range(OUTCOMES):
        y = rng.normal(0, 1, rows) + shock + 0.2 * frame["treated"] * frame["wave"]
        frame[f"y{at}"] = y.where(rng.random(rows) > 0.1) if at % 3 == 2 else y
    return frame


def design(keys: pd.DataFrame) -> np.ndarray:
    """[n, 12]: constant, wave, treated and treated x wave in each governorate."""
    wave, treated = keys["wave"].to_numpy(float), keys["treated"].to_numpy(float)
    inside = (keys["place"].to_numpy()[:, None] == np.arange(PLACES)).astype(float)
    parts = [np.ones(len(keys)), wave, treated, wave * treated]
    return np.hstack([inside * part[:, None] for part in parts])


def compressed(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and CR1 errors of every outcome, [12, 12] each."""
    names = [f"y{at}" for at in range(OUTCOMES)]
    table = compress(frame, names, BY, "weight")
    coef, error = np.empty((OUTCOMES, 12)), np.empty((OUTCOMES, 12))
    for positions in patterns(table):
        part = table.select(table.rows[:, positions[0]] > 0, positions)
        found = fit(cluster_moments(design(part.keys), part.keys["cluster"].to_numpy(), part))
        coef[positions] = found.coef.T
        error[positions] = np.sqrt(np.diagonal(found.vcov, axis1=1, axis2=2))
    return coef, error


def uncompressed(frame: pd.DataFrame, outcome: str) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and CR1 errors of one outcome by statsmodels."""
    answered = frame[frame[outcome].notna()]
    model = sm.WLS(answered[outcome].to_numpy(), design(answered), weights=answered["weight"].to_numpy())
    found = model.fit(cov_type="cluster", cov_kwds={"groups": answered["cluster"].to_numpy()})
    return np.asarray(found.params), np.asarray(found.bse)


def pyfixest_seconds(frame: pd.DataFrame) -> float:
    """Processor seconds of `pyfixest.feols` for the twelve outcomes; NaN where it is not installed."""
    if find_spec("pyfixest") is None:
        return float("nan")
    pyfixest = import_module("pyfixest")
    wide = frame.assign(**{f"x{at}": column for at, column in enumerate(design(frame).T)})
    names = " + ".join(f"x{at}" for at in range(12))

    def regress(outcome: str, data: pd.DataFrame) -> None:
        pyfixest.feols(f"{outcome} ~ -1 + {names}", data, vcov={"CRV1": "cluster"}, weights="weight")

    regress("y0", wide.iloc[:1000])
    full, partly = (seconds(lambda name=name: regress(name, wide)) for name in ("y0", "y2"))
    return full * 8 + partly * 4


def seconds(work: Callable[[], object]) -> float:
    """Processor time: wall time would tell what else the machine was doing."""
    start = time.process_time()
    work()
    return time.process_time() - start


def measure(rows: int) -> str:
    """One row of the table."""
    frame = study(rows)
    ours = seconds(lambda: compressed(frame))
    full, partly = (seconds(lambda name=name: uncompressed(frame, name)) for name in ("y0", "y2"))
    theirs = full * 8 + partly * 4
    pyfixest = pyfixest_seconds(frame)
    coef, error = compressed(frame)
    reference = uncompressed(frame, "y2")
    gap = max(np.abs(coef[2] - reference[0]).max(), np.abs(error[2] - reference[1]).max())
    tracemalloc.start()
    compressed(frame)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    size = frame.memory_usage(index=False).sum()
    memory = f"{1 + peak / size:.2f} x input"
    times = f"{ours:.3f} s | {theirs:.1f} s | {theirs / ours:.0f} x | {pyfixest:.1f} s | {pyfixest / ours:.0f} x"
    return f"| {rows:,} | {times} | {memory} | {gap:.0e} |"


def main(arguments: list[str]) -> None:
    names = ("rows", "compressed", "statsmodels WLS", "ratio", "pyfixest", "ratio", "peak memory", "difference")
    sys.stdout.write(f"| {' | '.join(names)} |\n|{'---|' * len(names)}\n")
    for rows in [int(text) for text in arguments] or [100_000, 1_000_000, 4_000_000]:
        sys.stdout.write(measure(rows) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
