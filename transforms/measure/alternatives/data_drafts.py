"""The ways to score whose weights the data of the baseline give."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from transforms.measure.alternatives.catalogue import Kind, Scoring
from transforms.measure.alternatives.data_weights import (
    ItemWeights,
    first_component,
    inverse_covariance_weights,
    nonnegative_weights,
    weighted_covariance,
)
from transforms.measure.alternatives.drafts import Draft, weighted_items
from transforms.measure.alternatives.index_case import IndexCase
from transforms.measure.alternatives.recipe import Part, Rows, frozen_part
from transforms.measure.alternatives.shares import Floats
from transforms.study.instrument import Variable


def _usable(case: IndexCase) -> tuple[list[Variable], list[Part]]:
    """Items that every wave answered and that vary in the reference group, as parts in its SD."""
    asked = [item for item in case.items if item not in case.not_always]
    found = [(item, frozen_part(Part((item.name,)), case.reference, case.reference_weights)) for item in asked]
    return [item for item, part in found if part], [part for _, part in found if part]


def _covariance(rows: Rows, weights: Floats, parts: Sequence[Part]) -> Floats:
    return weighted_covariance([rows.part(part) for part in parts], weights)


def data_drafts(case: IndexCase) -> Iterator[Draft]:
    """Inverse covariance among everyone and in the reference group, and the first component of the reference group.

    Items are taken in SD of the reference group. Where inverse covariance gives negative weights, the same follows with
    none.
    """
    items, parts = _usable(case)
    if len(items) < 2:
        for kind in ("icw", "icw_reference", "first_component"):
            yield _draft(case, kind, items, None, "one_item")
        return
    at = np.flatnonzero(case.everyone)
    everyone = _covariance(case.rows.take(at), case.weights[at], parts)
    reference = _covariance(case.reference, case.reference_weights, parts)
    yield from _inverse(case, ("icw", "icw_nonnegative"), items, everyone)
    yield from _inverse(case, ("icw_reference", "icw_reference_nonnegative"), items, reference)
    scale = np.sqrt(np.diag(reference))
    yield _draft(case, "first_component", items, first_component(reference / np.outer(scale, scale)), "no_weights")


def _inverse(
    case: IndexCase, kinds: tuple[Kind, Kind], items: Sequence[Variable], covariance: Floats
) -> Iterator[Draft]:
    found = inverse_covariance_weights(covariance)
    yield _draft(case, kinds[0], items, found, "no_weights")
    if found is not None and found.negative:
        yield _draft(case, kinds[1], items, nonnegative_weights(covariance), "no_weights")


def _draft(case: IndexCase, kind: Kind, items: Sequence[Variable], found: ItemWeights | None, reason: str) -> Draft:
    gone = " ".join(item.name for item in case.items if item not in items)
    scoring = Scoring(case.index.name, kind, items=len(items), left_out=gone)
    if found is None:
        return Draft(replace(scoring, reason=reason))
    scoring = replace(scoring, negative=found.negative, explained=found.explained, singular=found.singular)
    return Draft(scoring, weighted_items(case.index, items, found.weights.tolist()))
