"""Answers that follow a pattern instead of the questions."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.quality.rules import Finding, found
from transforms.study.instrument import Variable
from transforms.study.study import Study

Block = tuple[str, ...]


def blocks(items: Sequence[Variable], study: Study) -> tuple[Block, ...]:
    """Items that can be answered in one line: of one index (or, without one, of one scale) and one range of codes."""
    found: dict[tuple[object, ...], list[str]] = {}
    for item in items:
        scale = study.codebook.scale(item)
        if scale is not None and scale.limits is not None:
            found.setdefault((item.index or item.scale, scale.limits), []).append(item.name)
    return tuple(tuple(names) for names in found.values())


def longest_run(answers: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Length of each row's longest run of one answer, missing answers skipped; `answers` is rows x items."""
    rows = answers.shape[0]
    run, longest = np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64)
    last = np.full(rows, np.nan)
    for answer in answers.T:  # over questions, not respondents
        answered = ~np.isnan(answer)
        run = np.where(answered, np.where(answer == last, run + 1, 1), run)
        last = np.where(answered, answer, last)
        longest = np.maximum(longest, run)
    return longest


def straight_lines(frame: pd.DataFrame, of: Sequence[Block], minimum: int) -> Finding:
    """Interviews with no variance over at least `minimum` answered items in a row of any block.

    Evaluated are interviews with that many answers in some block. The rule is that of Reuning & Plutzer (2020),
    "Valid vs. invalid straightlining", with codes as answered: opposed questions are not turned round.
    """
    broken = np.zeros(len(frame), dtype=bool)
    evaluated = np.zeros(len(frame), dtype=bool)
    for block in of:
        answers = frame[list(block)].to_numpy(dtype=np.float64)
        broken |= longest_run(answers) >= minimum
        evaluated |= (~np.isnan(answers)).sum(axis=1) >= minimum
    return found(pd.Series(broken, index=frame.index), pd.Series(evaluated, index=frame.index))
