"""Scores of every index and dimension, by one key, for any wave."""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.measure.combine import mean_of_present, share_of_range
from transforms.measure.scoring_key import DimensionKey, IndexKey, ItemKey, Rule, ScoringKey
from transforms.study.columns import DESIGN_COLUMNS, pomp_column
from transforms.study.problems import DataRefusedError

Floats = npt.NDArray[np.float64]
Answers = Mapping[str, Floats]  # item -> answers in the codes of its scale, NaN where missing
BLOCK = 1 << 16  # rows scored at a time: small enough for a processor's cache


def item_share(answers: Floats, item: ItemKey) -> Floats:
    """Answers on 0-1 by the scale's own range, 1 at the cohesive end; NaN for an item without a unit."""
    return _known(share_of_range(answers, item.low, item.high, item.direction), item)


def dimension_share(answers: Answers, dimension: DimensionKey, items: Mapping[str, ItemKey]) -> Floats:
    """Mean of a dimension's answered items on 0-1; NaN where too few are answered, or the dimension has no unit."""
    shares = (item_share(answers[name], items[name]) for name in dimension.items)
    return _known(mean_of_present(shares, [1.0] * len(dimension.items), dimension.minimum_items), dimension)


def _known(values: Floats, part: ItemKey | DimensionKey | IndexKey) -> Floats:
    """The values of a part of the key; NaN where it has no unit to tell them in."""
    return np.full(values.shape, np.nan) if part.without_unit else values


def index_scores(answers: Answers, index: IndexKey, items: Mapping[str, ItemKey]) -> Iterator[tuple[str, Floats]]:
    """Each outcome of one index with its scores, each followed by the same on 0-100.

    A part without a unit counts as unanswered.
    """
    shares: list[Floats] = []
    parts: list[Floats] = []
    if index.rule == "summary":
        for dimension in index.dimensions:
            share = dimension_share(answers, dimension, items)
            z = (share - dimension.mean) / dimension.sd
            shares.append(share)
            parts.append(z)
            if len(index.dimensions) > 1:
                yield from _pair(f"{index.name}.{dimension.name}", z, share)
    else:
        for name in index.parts:
            item = items[name]
            share = item_share(answers[name], item)
            shares.append(share)
            parts.append(_part(share, item, index.rule))
    raw = _known(mean_of_present(parts, index.weights, index.minimum_parts), index)
    share = _known(mean_of_present(shares, index.weights, index.minimum_parts), index)
    yield from _pair(index.name, (raw - index.mean) / index.sd, share)


def _part(share: Floats, item: ItemKey, rule: Rule) -> Floats:
    """What an item adds to an index without dimensions: its z-score, its answer in codes, or its answer on 0-1."""
    if rule == "mean":
        return item.low + share * (item.high - item.low)
    return share if rule == "additive" else (share - item.mean) / item.sd


def _pair(outcome: str, scores: Floats, share: Floats) -> Iterator[tuple[str, Floats]]:
    yield outcome, scores
    yield pomp_column(outcome), 100 * share


def outcome_columns(key: ScoringKey) -> tuple[str, ...]:
    """Columns of the scores: each index, then its dimensions as `index.dimension`; then all of them on 0-100."""
    outcomes: list[str] = []
    for index in key.indices:
        outcomes.append(index.name)
        if len(index.dimensions) > 1:
            outcomes += [f"{index.name}.{dimension.name}" for dimension in index.dimensions]
    return (*outcomes, *(pomp_column(outcome) for outcome in outcomes))


def score(panel: pd.DataFrame, key: ScoringKey) -> pd.DataFrame:
    """Scores of every row of `panel`, whichever wave it is from.

    Returns
    -------
    The design columns, then one column for each outcome (standard deviations of its reference group; for the rule
    `mean`, units of the items' scale; for `additive`, 0-1), then one `outcome__pomp` each (0-100, percent of maximum
    possible). NaN where too little was answered, and for what has no unit. Same index as `panel`.

    Raises
    ------
    DataRefusedError
        Where items of the key are not in the panel.
    """
    items = {item.name: item for item in key.items}
    absent = [name for name in items if name not in panel]
    if absent:
        raise DataRefusedError(f"The panel lacks {len(absent)} items of the scoring key: {', '.join(absent)}.")
    answers = {name: panel[name].to_numpy(dtype="float64") for name in items}
    columns = {name: np.empty(len(panel)) for name in outcome_columns(key)}
    for start in range(0, len(panel), BLOCK):
        rows = slice(start, start + BLOCK)
        block = {name: values[rows] for name, values in answers.items()}
        for index in key.indices:
            for name, values in index_scores(block, index, items):
                columns[name][rows] = values
    scores = pd.DataFrame(columns, index=panel.index, copy=False)
    return pd.concat([panel[list(DESIGN_COLUMNS)], scores], axis=1)
