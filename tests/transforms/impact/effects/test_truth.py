"""Drawn again and again, estimates centre on the planted effects and intervals hold them as often as they say.

A small version; the full Monte Carlo is in tests/benchmarks.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from transforms.impact.effects.study_effects import estimate_effects
from transforms.study import Study

DRAWS = 60
EFFECTS = {"A": 0.25, "B": 0.15, "C": 0.0}


def test_planted_effects_are_found(draw_scores: Callable[..., pd.DataFrame], make_study: Callable[..., Study]) -> None:
    study = make_study(effects={"draws": 999})
    drawn = [estimate_effects(draw_scores(seed, EFFECTS, respondents=12), study)[:5] for seed in range(DRAWS)]
    value = np.array([[row.estimate for row in rows] for rows in drawn])
    low = np.array([[row.conf_low for row in rows] for rows in drawn])
    high = np.array([[row.conf_high for row in rows] for rows in drawn])
    mean = np.mean(list(EFFECTS.values()))
    truth = np.array([*EFFECTS.values(), mean, mean])
    error = value.std(axis=0, ddof=1) / np.sqrt(DRAWS)
    assert (np.abs(value.mean(axis=0) - truth) < 3 * error).all()
    covered = ((low <= truth) & (truth <= high)).mean(axis=0)
    assert (covered > 0.89).all()  # 12 clusters (bootstrap) and 36 (CR2) alike
    reported = np.array([[row.std_error for row in rows] for rows in drawn]).mean(axis=0)
    np.testing.assert_allclose(reported[3:], value[:, 3:].std(axis=0, ddof=1), rtol=0.2)  # not off by a factor
