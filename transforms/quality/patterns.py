"""Answers that follow a pattern instead of the questions."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from transforms.quality.rules import Finding, found
from transforms.study.instrument import Variable
from transforms.study.study import Study

Block = tuple[str, ...]
FEWEST_CODES = 3  # "no" to eight yes-or-no questions about contact is an answer, not a pattern


def blocks(items: Sequence[Variable], study: Study) -> tuple[Block, ...]:
    """Items that can be answered in one line: headline items of one index whose scales have the same range."""
    lines: dict[tuple[object, ...], list[str]] = {}
    for item in items:
        scale = study.codebook.scale(item)
        limits = scale.limits if scale is not None and item.role == "headline" else None
        if limits is not None and limits[1] - limits[0] + 1 >= FEWEST_CODES:
            lines.setdefault((item.index, limits), []).append(item.name)
    return tuple(tuple(names) for names in lines.values())


def straight_lines(frame: pd.DataFrame, of: Sequence[Block], minimum: int) -> Finding:
    """Interviews without any variance over all answered items of a block, if at least `minimum` are answered.

    Evaluated are interviews with that many answers in some block. Codes are taken as answered: where opposed questions
    are in a block, one answer to all of them contradicts itself. Source: Reuning & Plutzer (2020), "Valid vs. Invalid
    Straightlining". Flagged, never dropped.
    """
    broken = np.zeros(len(frame), dtype=bool)
    evaluated = np.zeros(len(frame), dtype=bool)
    for block in of:
        answers = frame[list(block)].to_numpy(dtype=np.float64)
        enough = (~np.isnan(answers)).sum(axis=1) >= minimum
        broken |= enough & (np.fmin.reduce(answers, axis=1) == np.fmax.reduce(answers, axis=1))
        evaluated |= enough
    return found(pd.Series(broken, index=frame.index), pd.Series(evaluated, index=frame.index))
