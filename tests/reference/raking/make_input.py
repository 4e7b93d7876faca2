"""Synthetic people with design and answers, for `raking.R`. Run in this folder: python make_input.py"""

import numpy as np
import pandas as pd

N = 240
rng = np.random.default_rng(20261122)
strata = np.repeat(["a", "b", "c"], N // 3)
people = pd.DataFrame(
    {
        "strata": strata,
        "psu": [f"{s}{i % 5}" for i, s in enumerate(strata)],
        "weight": np.round(rng.lognormal(0, 0.4, N), 6),
        "sex": rng.choice(["female", "male"], N, p=[0.6, 0.4]),
        "age": rng.choice(["young", "middle", "old"], N, p=[0.3, 0.4, 0.3]),
        "arm": np.where(rng.random(N) < 0.5, "treated", "comparison"),
        "answer": rng.choice([0, 1, 2], N, p=[0.08, 0.3, 0.62]),
    }
)
people.to_csv("input.csv", index=False)
