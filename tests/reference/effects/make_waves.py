"""Write waves.csv: a synthetic study of four waves. Run: python tests/reference/effects/make_waves.py"""

from pathlib import Path

import numpy as np
import pandas as pd
from make_input import named_clusters  # beside this script

SEED = 20240915
CLUSTERS = 18


def synthetic_waves(seed: int) -> pd.DataFrame:
    """Fresh respondents of four waves in clusters of unequal size; the programme begins before the last wave."""
    rng = np.random.default_rng(seed)
    parts = []
    for effect, names in named_clusters(CLUSTERS, urban=7):
        shock = rng.normal(0, 0.25)
        for wave in range(4):
            n = int(rng.integers(4, 11))
            mean = 0.1 * wave + effect * names["treated"] * (wave == 3) + shock + rng.normal(0, 0.15)
            part = pd.DataFrame({"y": rng.normal(mean, 1, n).round(6), "weight": rng.uniform(0.4, 2.5, n).round(4)})
            parts.append(part.assign(**names, wave=wave))
    columns = ["governorate", "stratum", "cluster", "treated", "wave", "weight", "y"]
    return pd.concat(parts, ignore_index=True)[columns]


if __name__ == "__main__":
    synthetic_waves(SEED).to_csv(Path(__file__).with_name("waves.csv"), index=False, lineterminator="\n")
