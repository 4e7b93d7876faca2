"""Write the synthetic surveys of this folder: `python tests/reference/around/make_input.py`."""

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent


def make(seed: int) -> pd.DataFrame:
    """900 people in 36 clusters, asked twice; arms differ in age and sex, and trends depend on age."""
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(36), 25)
    treated = (cluster % 2).astype(float)
    age = rng.normal(0, 1, cluster.size) + 0.3 * treated
    woman = (rng.uniform(size=cluster.size) < 0.45 + 0.1 * treated).astype(float)
    shock = rng.normal(0, 0.3, 36)[cluster]
    before = shock + 0.4 * age + rng.normal(0, 1, cluster.size)
    drift = rng.normal(0, 0.15, 36)[cluster]
    after = before * 0.5 + drift + 0.2 + 0.3 * age - 0.2 * woman + 0.25 * treated + rng.normal(0, 1, cluster.size)
    frame = pd.DataFrame({"cluster": cluster, "treated": treated, "age": age, "woman": woman})
    frame["weight"] = rng.uniform(0.4, 2.5, cluster.size)
    frame["post"] = rng.integers(0, 2, cluster.size)
    return frame.assign(before=before, after=after).round(6)


if __name__ == "__main__":
    make(20261122).to_csv(HERE / "people.csv", index=False)
