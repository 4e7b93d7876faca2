"""Write `answers.csv`: 24 items of four dimensions, five answers each, in two waves and two arms.

Synthetic. One item's answers move in one group although its factor does not (`V2_03`, treated at endline), and one
item shows its factor less there (`V4_02`, treated at endline).
Run from the top of the project: python tests/reference/factors/make_input.py
"""

from pathlib import Path

import numpy as np
import pandas as pd

DIMENSIONS = {"trust": ("V1", 5), "fairness": ("V2", 8), "effectiveness": ("V3", 4), "cooperation": ("V4", 7)}
CORRELATIONS = np.array([[1, 0.6, 0.5, 0.4], [0.6, 1, 0.5, 0.3], [0.5, 0.5, 1, 0.4], [0.4, 0.3, 0.4, 1]])
MEANS = {"baseline comparison": 0.0, "baseline treated": 0.1, "endline comparison": 0.2, "endline treated": 0.5}
PLACES = ("Amman", "Irbid", "Mafraq")
PEOPLE = 300


def answers(group: str, mean: float, draw: np.random.Generator) -> pd.DataFrame:
    """Answers of the people of one wave and arm."""
    factors = draw.multivariate_normal(np.full(4, mean), CORRELATIONS, PEOPLE)
    wave, arm = group.split()
    columns: dict[str, object] = {"wave": wave, "arm": arm, "governorate": np.resize(PLACES, PEOPLE)}
    for factor, (prefix, items) in enumerate(DIMENSIONS.values()):
        for number in range(1, items + 1):
            name = f"{prefix}_{number:02d}"
            loading = 0.45 + 0.05 * number - (0.35 if name == "V4_02" and group == "endline treated" else 0)
            shift = 0.5 if name == "V2_03" and group == "endline treated" else 0.0
            latent = loading * factors[:, factor] + shift + draw.normal(0, np.sqrt(1 - loading**2), PEOPLE)
            cuts = np.array([-1.2, -0.4, 0.3, 1.1]) + 0.1 * (number % 3)
            columns[name] = np.searchsorted(cuts, latent)
    return pd.DataFrame(columns)


if __name__ == "__main__":
    draw = np.random.default_rng(20201005)
    frame = pd.concat([answers(group, mean, draw) for group, mean in MEANS.items()])
    frame.to_csv(Path(__file__).parent / "answers.csv", index=False)
