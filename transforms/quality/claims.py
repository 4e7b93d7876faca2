"""Claims to know what does not exist."""

import pandas as pd

from transforms.quality.rules import Finding, found
from transforms.study.instrument import Variable
from transforms.study.study import Study


def asks_yes_or_no(item: Variable, study: Study) -> bool:
    """True for a question of role `quality` with two answers that are numbers: it asks about what does not exist."""
    scale = study.codebook.scale(item)
    limits = scale.limits if scale is not None else None
    return item.role == "quality" and limits is not None and limits[1] - limits[0] == 1


def over_claims(values: pd.Series, item: Variable, study: Study) -> Finding:
    """Answers that claim what cannot be: the scale's high end, its low end where the item's direction is `-`.

    A measure of the whole wave: no single row is to look up.
    """
    low, high = study.limits(item)
    nobody = pd.Series(False, index=values.index)
    return found(values == (high if item.direction == "+" else low), values.notna(), rows=nobody)
