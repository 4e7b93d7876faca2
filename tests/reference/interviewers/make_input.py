"""Synthetic interviews: everybody in one place in equal numbers, and interviewers who cross places in unequal ones."""

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
rng = np.random.default_rng(1962)


def answers(place, interviewer, rho):
    own = rng.standard_normal(interviewer.max() + 1)[interviewer] * np.sqrt(rho)
    area = rng.standard_normal(place.max() + 1)[place]
    return np.round(area + own + np.sqrt(1 - rho) * rng.standard_normal(place.size), 3)


equal = np.repeat(np.arange(12), 15)
one = np.zeros_like(equal)
team = rng.integers(0, 3, 420)  # three teams that never meet, of 4 interviewers and 6 places each
place, interviewer = team * 6 + rng.integers(0, 6, 420), team * 4 + rng.choice(4, 420, p=[0.4, 0.3, 0.2, 0.1])
frames = [
    pd.DataFrame({"case": "equal", "place": one, "interviewer": equal, "answer": answers(one, equal, 0.2)}),
    pd.DataFrame(
        {
            "case": "crossed",
            "place": place,
            "interviewer": interviewer,
            "answer": answers(place, interviewer, 0.1),
        }
    ),
]
pd.concat(frames).to_csv(HERE / "interviews.csv", index=False)
