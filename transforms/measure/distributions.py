"""How many gave each answer to each item, by wave and arm."""

from itertools import pairwise

import numpy as np
import pandas as pd

from transforms.study.columns import ARM, COMPARISON, EVERYONE, TREATED, WAVE, WEIGHT
from transforms.study.instrument import Variable
from transforms.study.study import Study

COLUMNS = ("index", "dimension", "item", "wave", "arm", "code", "label", "n", "share")
ARMS = (TREATED, COMPARISON, EVERYONE)
WIDE = 1000  # span of whole codes up to which they are looked up rather than searched
BANDS = 10  # of equal width, where a range has more different answers than that


def distribution_table(panel: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Answers of each headline item: one row for each index, dimension, item, wave, arm and answer.

    `n` counts respondents, `share` is weighted and of the valid answers of that wave and arm. Every answer of the
    scale has a row, in the order of the scale, also if nobody gave it; an item that nobody of a wave and arm answered
    has none. A range with many different answers is cut into ten equal bands; `code` is then a band's lower end.
    """
    arms = [arm for arm in ARMS if (panel[ARM] == arm).any()]
    wave_codes = pd.Categorical(panel[WAVE], study.wave_names).codes.astype("int64")
    arm_codes = pd.Categorical(panel[ARM], arms).codes.astype("int64")
    cell = np.where(arm_codes < 0, 0, 1 + wave_codes * len(arms) + arm_codes)
    weights = panel[WEIGHT].to_numpy(dtype="float64")
    tables = [
        _item_table(panel[item.name], item, (cell, weights, arms), study).assign(
            index=index.name, dimension=item.dimension or index.name
        )
        for index in study.indices
        for item in study.items(index)
    ]
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)]


def _item_table(
    answers: pd.Series, item: Variable, cells: tuple[np.ndarray, np.ndarray, list[str]], study: Study
) -> pd.DataFrame:
    cell, weights, arms = cells
    codes, labels, position = _answers(answers.to_numpy(dtype="float64"), item, study)
    shape = (len(study.wave_names), len(arms), len(codes))
    slot = (
        cell * (len(codes) + 1) + position
    )  # the first cell holds those of no known arm, a cell's last slot no answer
    n, weight = (_cells(np.bincount(slot, by, _slots(shape)), shape) for by in (None, weights))
    total = weight.sum(axis=2, keepdims=True)
    share = np.divide(weight, total, out=np.zeros(shape), where=total > 0)
    keep = np.broadcast_to(n.sum(axis=2, keepdims=True) > 0, shape).ravel()
    where = pd.MultiIndex.from_product([study.wave_names, arms, range(len(codes))])
    frame = pd.DataFrame(
        {
            "item": item.name,
            "wave": where.get_level_values(0),
            "arm": where.get_level_values(1),
            "code": np.array(codes)[where.get_level_values(2)],
            "label": np.array(labels, dtype=object)[where.get_level_values(2)],
            "n": n.ravel(),
            "share": share.ravel(),
        }
    )
    return frame[keep]


def _slots(shape: tuple[int, int, int]) -> int:
    waves, arms, codes = shape
    return (1 + waves * arms) * (codes + 1)


def _cells(counts: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """Counts by wave, arm and answer, without those of no known arm and those without an answer."""
    waves, arms, codes = shape
    return counts.reshape(1 + waves * arms, codes + 1)[1:, :-1].reshape(shape)


def _answers(values: np.ndarray, item: Variable, study: Study) -> tuple[list[float], list[str], np.ndarray]:
    """Codes and labels of the answers an item allows, and the position among them of each answer given.

    The position of a missing answer is the number of codes.
    """
    listed = study.codebook.values_of(item.name)
    if listed:
        codes = [float(code) for code in listed]
        return codes, [label.en for label in listed.values()], _positions(values, codes)
    low, high = study.limits(item)
    given = np.sort(pd.unique(values))
    given = given[~np.isnan(given)]
    if len(given) <= BANDS + 1:
        codes = given.tolist()
        return codes, [f"{code:g}" for code in codes], _positions(values, codes)
    edges = np.linspace(low, high, BANDS + 1)
    position = np.where(np.isnan(values), BANDS, np.searchsorted(edges[1:-1], values, side="right"))
    labels = [f"{start:g} to {end:g}" for start, end in pairwise(edges)]
    return edges[:-1].tolist(), labels, position


def _positions(values: np.ndarray, codes: list[float]) -> np.ndarray:
    """Position of each value among `codes`, all of which it is one of; their number where it is missing."""
    order: np.ndarray = np.append(np.argsort(codes), len(codes))
    low, span = min(codes, default=0.0), max(codes, default=0.0) - min(codes, default=0.0)
    if span > WIDE or any(code % 1 for code in codes):
        found: np.ndarray = order[np.searchsorted(codes, values, sorter=order[:-1])]  # NaN sorts behind every code
        return found
    lookup: np.ndarray = np.full(int(span) + 2, len(codes))
    lookup[(np.array(codes) - low).astype("int64")] = np.arange(len(codes))
    position: np.ndarray = lookup[
        np.where(np.isnan(values), span + 1, values - low).astype("int64")
    ]  # the same, faster
    return position
