"""Write the synthetic panel of this folder: `python tests/reference/rows/make_input.py`."""

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent


def make(seed: int) -> pd.DataFrame:
    """3 governorates x 12 clusters x about 15 people, asked twice; some lost, weights differ between waves."""
    rng = np.random.default_rng(seed)
    place, village, _ = (code.ravel() for code in np.indices((3, 12, 15)))
    keep = rng.uniform(size=place.size) < 0.9 - 0.02 * village
    place, village = place[keep], village[keep]
    n, treated = place.size, village % 2
    age = rng.normal(40, 12, n).round()
    work = rng.integers(0, 3, n).astype(float)
    before = rng.normal(0, 0.3, (3, 12))[place, village] + 0.01 * age + rng.normal(0, 1, n)
    after = 0.5 * before + rng.normal(0, 0.2, (3, 12))[place, village] + 0.02 * age - 0.2 * (work == 1)
    after += (0.2 + 0.1 * place) * treated + rng.normal(0, 1, n)
    answer = [np.digitize(score + rng.normal(0, 0.5, n), [-1.2, -0.2, 0.6]) + 1.0 for score in (before, after)]
    everyone = pd.DataFrame({"person": np.arange(n), "place": np.array(["A", "B", "C"])[place], "village": village})
    everyone = everyone.assign(stratum=np.where(village < 6, "north", "south"), treated=treated, work=work)
    everyone["age"] = np.where(rng.uniform(size=n) < 0.04, np.nan, age)
    waves = [
        everyone.assign(post=post, score=score, item=item, weight=rng.uniform(0.5, 2.0, n).round(3))
        for post, score, item in ((0, before, answer[0]), (1, after, answer[1]))
    ]
    frame = pd.concat([waves[0], waves[1][rng.uniform(size=n) > 0.12]], ignore_index=True)
    frame["score"] = np.where(rng.uniform(size=len(frame)) < 0.03, np.nan, frame["score"].round(6))
    return frame


if __name__ == "__main__":
    make(20261122).to_csv(HERE / "people.csv", index=False)
