"""Write the synthetic panels of this folder: `python tests/reference/panel/make_input.py`."""

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent


def make(seed: int) -> pd.DataFrame:
    """3 governorates x 12 clusters x about 8 people, asked up to three times; people come and go, as do answers.

    weight: a person's own in all waves; moving: one that differs between waves.
    """
    rng = np.random.default_rng(seed)
    place, village, _ = (code.ravel() for code in np.indices((3, 12, 8)))
    keep = rng.uniform(size=place.size) < 0.95 - 0.02 * village
    place, village = place[keep], village[keep]
    n, treated = place.size, village % 2
    own = rng.normal(0, 0.3, (3, 12))[place, village] + rng.normal(0, 1, n)
    everyone = pd.DataFrame({"person": np.arange(n), "place": np.array(["A", "B", "C"])[place], "village": village})
    everyone = everyone.assign(
        stratum=np.where(village < 6, "north", "south"), treated=treated, weight=rng.uniform(0.5, 2.0, n).round(3)
    )
    everyone["sex"] = rng.choice(["f", "m"], n)
    waves = []
    for wave, found in enumerate((0.9, 0.85, 0.75)):
        score = own + 0.1 * wave + (0.1 + 0.1 * place) * wave * treated + rng.normal(0, 0.8, n)
        score += rng.normal(0, 0.2, (3, 12))[place, village]
        answers = everyone.assign(wave=wave, score=score.round(6), moving=rng.uniform(0.5, 2.0, n).round(3))
        waves.append(answers[rng.uniform(size=n) < found])
    frame = pd.concat(waves, ignore_index=True)
    frame["score"] = np.where(rng.uniform(size=len(frame)) < 0.03, np.nan, frame["score"])
    return frame


if __name__ == "__main__":
    make(20261122).to_csv(HERE / "people.csv", index=False)
