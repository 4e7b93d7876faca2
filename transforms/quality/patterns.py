"""Answers that follow a pattern instead of the questions."""

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Opposed:
    """Questions on one thing, asked both ways and answered from `low` to `high`."""

    towards: Block
    against: Block
    low: float
    high: float


def opposed(items: Sequence[Variable], study: Study) -> tuple[Opposed, ...]:
    """Items of one dimension of an index on one scale, where some are reversed and some are not.

    Of a formative dimension none: to have had neither good nor bad contact is no contradiction.
    """
    formative = {index.name: index.formative for index in study.settings.indices}
    sets: dict[tuple[str | None, ...], list[Variable]] = {}
    for item in items:
        if item.index is not None and item.dimension not in formative.get(item.index, ()):
            sets.setdefault((item.index, item.dimension, item.scale), []).append(item)
    return tuple(found for alike in sets.values() if (found := _opposed(alike, study)) is not None)


def _opposed(items: Sequence[Variable], study: Study) -> Opposed | None:
    low, high = study.limits(items[0])
    towards, against = (tuple(item.name for item in items if item.direction == way) for way in ("+", "-"))
    if high - low + 1 < FEWEST_CODES or not (towards and against):
        return None
    return Opposed(towards, against, low, high)


def contradictions(frame: pd.DataFrame, of: Sequence[Opposed]) -> Finding:
    """Interviews that give the same extreme answer to both questions of more than half of the opposed pairs answered.

    A pair is a question and one of its reversal in the same set; codes are taken as answered. Who agrees fully with
    both, or rejects both, contradicts the other answer (Reuning & Plutzer 2020); that more than half of the pairs must
    do so is [house]: of the 2,800 respondents of `bfi` 17 % do so in some pair, 0.1 % in more than half. Flagged, never
    dropped.
    """
    pairs, same = np.zeros(len(frame)), np.zeros(len(frame))
    for each in of:
        towards, against = (frame[list(names)].to_numpy(dtype=np.float64) for names in (each.towards, each.against))
        pairs += (~np.isnan(towards)).sum(axis=1) * (~np.isnan(against)).sum(axis=1)
        for end in (each.low, each.high):
            same += (towards == end).sum(axis=1) * (against == end).sum(axis=1)
    return found(pd.Series(same > pairs / 2, index=frame.index), pd.Series(pairs > 0, index=frame.index))


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
