"""Bootstrap of every estimate of a study like the demo, against one of another package.

    python -P tests/benchmarks/bootstrap_speed.py

(`-P` keeps this folder's coverage.py from standing in for the package of that name, which numba imports.)

Ours: 2 indices and 8 dimensions, three governorates of 12 clusters, pooled and equal-weight effects, weights, 9,999
draws (all sign vectors where there are fewer) and intervals: 50 estimates. Theirs: one estimate, unweighted, no
interval. Needs pyfixest and wildboottest. Each is run three times, the fastest counts; theirs has compiled before.
"""

from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from transforms.impact.cells.compression import CellSums, ClusterMoments, cluster_moments
from transforms.impact.inference.bootstrap import wild_bootstrap
from transforms.impact.inference.sign_draws import draw_weights
from transforms.impact.inference.solved import solve

SURVEY = Path(__file__).resolve().parents[1] / "reference" / "inference" / "clusters_36.csv"
OUTCOMES, DRAWS, SEED = 10, 9999, 1


def moments_of(x: np.ndarray, y: np.ndarray, weight: np.ndarray, cluster: np.ndarray) -> ClusterMoments:
    """Moments, every row a cell."""
    weights = np.repeat(weight[:, None], y.shape[1], axis=1)
    sums = CellSums(np.ones(y.shape, dtype=np.int64), weights, weights * y, weights * y**2, weights**2, y)
    return cluster_moments(x, cluster, sums)


def ours(frame: pd.DataFrame, y: np.ndarray) -> None:
    """Fifty estimates with intervals."""
    x, weight, cluster = frame.filter(regex=r"^x\d").to_numpy(float), frame["weight"].to_numpy(), frame["cluster"]
    place = cluster.to_numpy() // 12
    for each in range(3):
        inside = place == each
        used = np.abs(x[inside]).sum(axis=0) > 0
        solved = solve(moments_of(x[inside][:, used], y[inside], weight[inside], cluster.to_numpy()[inside]))
        wild_bootstrap(solved, np.eye(used.sum())[-1], draw_weights(12, DRAWS, SEED))
    draws = draw_weights(36, DRAWS, SEED)
    pooled = np.column_stack([x[:, :-3], x[:, -3:].sum(axis=1)])
    wild_bootstrap(solve(moments_of(pooled, y, weight, cluster.to_numpy())), np.eye(16)[-1], draws)
    equal = np.concatenate([np.zeros(15), np.full(3, 1 / 3)])
    wild_bootstrap(solve(moments_of(x, y, weight, cluster.to_numpy())), equal, draws)


def main() -> None:
    """Print the two times and their ratio."""
    import pyfixest

    frame = pd.read_csv(SURVEY)
    noise = np.random.Generator(np.random.PCG64(SEED)).normal(size=(len(frame), OUTCOMES))
    formula = "y ~ -1 + " + " + ".join(frame.filter(regex=r"^x\d").columns)
    fitted = pyfixest.feols(formula, frame, vcov={"CRV1": "cluster"})
    times: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(3):
        start = perf_counter()
        ours(frame, frame[["y"]].to_numpy() + noise)
        times["ours"].append(perf_counter() - start)
        start = perf_counter()
        fitted.wildboottest(param="x18", reps=DRAWS, cluster="cluster", seed=SEED)
        times["theirs"].append(perf_counter() - start)
    mine, other = min(times["ours"]), min(times["theirs"])
    print(f"50 estimates with intervals {mine:.2f} s, one without {other:.2f} s, ratio {other / mine:.1f}")  # noqa: T201 - a script


if __name__ == "__main__":
    main()
