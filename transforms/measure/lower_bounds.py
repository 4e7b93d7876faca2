"""Which effects are read as lower bounds, because there was little room left for a rise to show."""

from collections.abc import Mapping

import pandas as pd

from transforms.measure.margins import ALL
from transforms.study.columns import ARM, COMPARISON, GROUP, TREATED, WAVE


def lower_bounds(table: pd.DataFrame, wave: str) -> Mapping[str, float]:
    """Indices whose positive effect in a wave is a lower bound, with the share of answers at the top of their scale.

    table: `index_ceilings`, or nothing. Among all groups, the programme's arm must be at its ceiling, and no less so
    than the comparison arm: a ceiling that holds back the comparison arm more makes an effect look larger, not smaller.
    In a study without arms, everybody must be at the ceiling.
    """
    if table.empty:
        return {}
    here = table[(table[WAVE] == wave) & (table[GROUP] == ALL)]
    arms: dict[str, dict[str, tuple[bool, float]]] = {}
    for index, arm, bound, share in here[["index", ARM, "lower_bound", "mean_top_share"]].itertuples(index=False):
        arms.setdefault(index, {})[arm] = bool(bound), float(share)
    found = {}
    for index, mine in arms.items():
        bound, share = mine.get(TREATED) or mine[ALL]
        _, other = mine.get(COMPARISON, (False, 0.0))
        if bound and share >= other:
            found[index] = share
    return found
