"""Items and groups of a comparison that an ordinal model can take, with the polychoric correlations of each group."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from transforms.measure.factors.comparisons import Comparison, keep_groups
from transforms.measure.factors.model import Floats, Structure, structure_of
from transforms.measure.factors.moments import Moments
from transforms.measure.factors.ordinal_model import specify_ordinal
from transforms.measure.factors.polychoric import Polychorics, group_polychorics
from transforms.measure.factors.sampling import ALIKE, Sampling, sampling_of
from transforms.measure.factors.selection import (
    ALONE,
    FEW_RESPONDENTS,
    GROUP_OF_PEOPLE,
    ITEM,
    LEAST_ITEMS,
    TOO_FEW_ITEMS,
    LeftOut,
    Selection,
)
from transforms.measure.factors.thresholds import Categories, ordered_categories


def select_ordinal(
    answers: Mapping[str, Floats], selection: Selection[Moments], comparison: Comparison, drawn: Sampling = ALIKE
) -> Selection[Polychorics]:
    """Of what `selection` lets into the factor models of `comparison`, that which an ordinal model can take.

    Left out are, besides: items whose categories leave nothing to compare (see `ordered_categories`), an item that is
    then alone in its dimension, and groups with no more respondents than the model has parameters. `drawn` is of the
    rows of the panel; who has no weight does not count.
    """
    structure, left_out = selection.structure, list(selection.left_out)
    if structure is None:
        return Selection(None, selection.groups, (), tuple(left_out), selection.problem)
    least = len(selection.groups) if len(selection.groups) < 2 else 2
    comparison = keep_groups(comparison, _positions(comparison, selection.groups))
    while True:
        here = comparison.codes >= 0 if drawn.weights is None else (comparison.codes >= 0) & (drawn.weights > 0)
        table = pd.DataFrame({name: answers[name][here] for name in structure.items})
        categories = ordered_categories(table, comparison.codes[here].astype(np.int64))
        obstacles = _obstacles(structure, categories, comparison)
        if not obstacles:
            samples: tuple[Polychorics, ...] = ()
            found = Selection(structure, comparison.groups, samples, tuple(left_out), "", merged=categories.merged)
            return _completed(found, categories, _rows(drawn, here))
        left_out += obstacles
        out = {obstacle.name for obstacle in obstacles}
        kept = _without(structure, {each.name for each in obstacles if each.kind == ITEM})
        comparison = keep_groups(
            comparison, np.array([at for at, name in enumerate(comparison.groups) if name not in out], dtype=np.intp)
        )
        problem = TOO_FEW_ITEMS if kept is None else FEW_RESPONDENTS if len(comparison.groups) < least else ""
        if kept is None or problem:
            return Selection(None, comparison.groups, (), tuple(left_out), problem)
        structure = kept


def _rows(drawn: Sampling, rows: np.ndarray) -> Sampling:
    """The same of some rows."""
    weights, clusters = drawn.weights, drawn.clusters
    return Sampling(None if weights is None else weights[rows], None if clusters is None else clusters[rows])


def _completed(found: Selection[Polychorics], categories: Categories, drawn: Sampling) -> Selection[Polychorics]:
    """With the correlations of every group; weights and clusters count where they do among those who answered."""
    counts = sampling_of(_rows(drawn, categories.rows), categories.group, len(found.groups))
    samples = tuple(group_polychorics(categories, group, drawn=counts) for group in range(len(found.groups)))
    return replace(
        found,
        samples=samples,
        complete=int((categories.codes < categories.missing).all(axis=1).sum()),
        weighted=counts.weights is not None,
        clusters=0 if counts.clusters is None else len(np.unique(counts.clusters)),
    )


def _positions(comparison: Comparison, groups: tuple[str, ...]) -> np.ndarray:
    return np.array([comparison.groups.index(name) for name in groups], dtype=np.intp)


def _obstacles(structure: Structure, categories: Categories, comparison: Comparison) -> list[LeftOut]:
    """The first kind of obstacle there is, with everything it concerns; empty where there is none."""
    if categories.left_out:
        return [LeftOut(ITEM, name, reason) for name, reason in categories.left_out.items()]
    of = np.array(structure.factor_of)
    alone = [name for at, name in enumerate(structure.items) if np.sum(of == of[at]) == 1]
    if alone:
        return [LeftOut(ITEM, name, ALONE) for name in alone]
    least = len(specify_ordinal(structure, ("one",), categories.counts).parameters)
    sizes = np.bincount(categories.group, minlength=len(comparison.groups))
    pairs = zip(comparison.groups, sizes, strict=True)
    return [LeftOut(GROUP_OF_PEOPLE, name, FEW_RESPONDENTS) for name, n in pairs if n <= least]


def _without(structure: Structure, names: set[str]) -> Structure | None:
    """The structure without some items; None where those left do not identify a factor."""
    kept = [
        (factor, [structure.items[at] for at in structure.shown_by(place) if structure.items[at] not in names])
        for place, factor in enumerate(structure.factors)
    ]
    kept = [(factor, items) for factor, items in kept if items]
    return structure_of(kept) if sum(len(items) for _, items in kept) >= LEAST_ITEMS else None
