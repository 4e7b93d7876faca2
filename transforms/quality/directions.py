"""Questions whose answers go against the others of their index: a scale reversed in a file that names no answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from transforms.quality.rules import Finding, found
from transforms.study.instrument import Variable
from transforms.study.study import Study

AGAINST = -0.10  # [house] correlation with the mean of the others below which a question goes against them
STANDARD_ERRORS = 3.0  # [house] and by how many standard errors, 1 / sqrt(n), it must lie below 0
ENOUGH = 50_000  # interviews that tell it; of more, every k-th is looked at


@dataclass(frozen=True, slots=True)
class Directed:
    """A question with the others of its index: names, lowest and highest code, and 1 or -1 for the direction."""

    name: str
    others: tuple[tuple[str, float, float, int], ...]
    sign: int


def directed(items: Sequence[Variable], study: Study) -> Iterator[Directed]:
    """Headline items of an index with two others or more; none of a formative dimension, whose items need not agree."""
    for index in study.settings.indices:
        reflective = [
            item
            for item in items
            if (item.index, item.role) == (index.name, "headline") and item.dimension not in index.formative
        ]
        known = [(item.name, *study.limits(item), -1 if item.direction == "-" else 1) for item in reflective]
        for mine in known if len(known) > 2 else ():
            yield Directed(mine[0], tuple(other for other in known if other != mine), mine[3])


def against_the_others(frame: pd.DataFrame, item: Directed) -> Finding:
    """Every answer to a question that goes against the mean of the others, none of another; no row is to be looked up.

    Codes are turned the way the codebook says, and put on 0 to 1 by their scale.
    """
    answered = frame[item.name].notna()
    sample = frame.iloc[:: max(1, len(frame) // ENOUGH)]
    shares = [_share(sample[name], low, high, sign) for name, low, high, sign in item.others]
    mine = item.sign * sample[item.name].to_numpy(dtype=np.float64, na_value=np.nan)
    others = pd.DataFrame(dict(enumerate(shares))).mean(axis=1).to_numpy()
    both = ~(np.isnan(mine) | np.isnan(others))
    against = _against(mine[both], others[both])
    nothing = pd.Series(False, index=frame.index)
    return found(answered & against, answered, nothing)


def _share(answers: pd.Series, low: float, high: float, sign: int) -> np.ndarray:
    share = (answers.to_numpy(dtype=np.float64, na_value=np.nan) - low) / (high - low)
    return share if sign > 0 else 1 - share


def _against(mine: np.ndarray, others: np.ndarray) -> bool:
    """False where one of them does not vary."""
    if len(mine) < 2 or not (np.ptp(mine) > 0 and np.ptp(others) > 0):
        return False
    correlation = float(np.corrcoef(mine, others)[0, 1])
    return correlation < AGAINST and correlation * np.sqrt(len(mine)) < -STANDARD_ERRORS
