"""Write input.csv: a synthetic study for R and for us. Run: python tests/reference/effects/make_input.py"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

SEED = 20220630
EFFECTS = {"Amman": 0.25, "Irbid": 0.15, "Mafraq": 0.0}
CLUSTERS = 12


def named_clusters(count: int, urban: int) -> Iterator[tuple[float, dict[str, Any]]]:
    """Effect and names of `count` clusters in every governorate: every other one treated, the first `urban` towns."""
    for place, effect in EFFECTS.items():
        for cluster in range(count):
            stratum = f"{place[0]}-{'urban' if cluster < urban else 'rural'}"
            names = {"governorate": place, "cluster": f"{place[0]}{cluster:02d}", "treated": cluster % 2}
            yield effect, {**names, "stratum": stratum}


def synthetic_study(seed: int) -> pd.DataFrame:
    """Respondents of two waves in clusters of unequal size, with strata that hold both arms, weights and groups."""
    rng = np.random.default_rng(seed)
    parts = []
    for effect, names in named_clusters(CLUSTERS, urban=5):
        shock = rng.normal(0, 0.25)
        for post in (0, 1):
            n = int(rng.integers(9, 22))
            group = np.where(rng.random(n) < 0.35, "displaced", "host")
            y = 0.1 * post + effect * names["treated"] * post + shock + rng.normal(0, 0.1) + rng.normal(0, 1, n)
            part = pd.DataFrame({"y": y.round(6), "group": group, "weight": rng.uniform(0.4, 2.5, n).round(4)})
            parts.append(part.assign(**names, post=post))
    columns = ["governorate", "stratum", "cluster", "treated", "post", "group", "weight", "y"]
    return pd.concat(parts, ignore_index=True)[columns]


if __name__ == "__main__":
    synthetic_study(SEED).to_csv(Path(__file__).with_name("input.csv"), index=False, lineterminator="\n")
