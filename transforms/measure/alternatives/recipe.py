"""A way to score as numbers: parts made of items, their weights, and the mean and SD that set the unit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from transforms.measure.alternatives.shares import Box, Floats, Shares, above_bottom, in_top
from transforms.measure.combine import mean_of_present
from transforms.measure.spread import weighted_spread

Bools = npt.NDArray[np.bool_]
View = Literal["answer", "top", "bottom"]
DIGITS = 10  # decimals kept, so that a score does not depend on the order in which a machine adds


@dataclass(frozen=True, slots=True)
class Part:
    """Mean of some items, if `minimum` of them are answered, in SD around the mean where it is `standardised`."""

    items: tuple[str, ...]
    minimum: int = 1
    view: View = "answer"
    standardised: bool = True
    mean: float = 0.0
    sd: float = 1.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """Weighted mean of parts, if `minimum` of them carrying `least_weight` of all weight are there, in SD.

    complete: only for those who answered everything they were asked. strict: parts that cannot be had count as
    unanswered; without it fewer are needed then.
    """

    parts: tuple[Part, ...]
    weights: tuple[float, ...]
    minimum: int
    least_weight: float = 0.0
    complete: bool = False
    strict: bool = False
    mean: float = 0.0
    sd: float = 1.0

    @property
    def items(self) -> tuple[str, ...]:
        """Every item that counts."""
        return tuple(name for part in self.parts for name in part.items)


@dataclass(frozen=True, slots=True)
class Rows:
    """Answers of some rows: shares, boxes of the items, who answered everything; parts are worked out once."""

    shares: Shares
    boxes: Mapping[str, Box]
    complete: Bools
    known: dict[Part, Floats] = field(default_factory=dict)

    def take(self, rows: slice | npt.NDArray[np.intp]) -> "Rows":
        """Some of the rows."""
        return Rows({name: share[rows] for name, share in self.shares.items()}, self.boxes, self.complete[rows])

    def part(self, part: Part) -> Floats:
        """Scores of one part."""
        if part not in self.known:
            views = (self._viewed(name, part.view) for name in part.items)
            raw = mean_of_present(views, [1.0] * len(part.items), part.minimum)
            self.known[part] = (raw - part.mean) / part.sd
        return self.known[part]

    def _viewed(self, name: str, view: View) -> Floats:
        if view == "answer":
            return self.shares[name]
        return (in_top if view == "top" else above_bottom)(self.shares[name], self.boxes[name])


def weighted_mean(parts: Iterable[Floats], weights: Sequence[float], minimum: int, least_weight: float) -> Floats:
    """sum(w x) / sum(|w|) over the parts that are there, row by row; NaN where too few or too light ones are.

    Weights are rescaled to the parts that are there (Anderson 2008, sec. 3.2.1); by their absolute values, which is
    the same unless some are negative, and then never divides by a difference.
    """
    total, there, count = np.zeros(1), np.zeros(1), np.zeros(1)
    for part, weight in zip(parts, weights, strict=True):
        present = ~np.isnan(part)
        total = total + np.where(present, part * weight, 0.0)
        there = there + present * abs(weight)
        count = count + present
    enough = (count >= minimum) & (there >= least_weight * sum(map(abs, weights))) & (there > 0)
    means: Floats = np.full(total.shape, np.nan)
    np.divide(total, there, out=means, where=enough)
    return means


def recipe_scores(rows: Rows, recipe: Recipe) -> Floats:
    """Scores of some rows, in SD of the reference group once the recipe is frozen."""
    parts = (rows.part(part) for part in recipe.parts)
    raw = weighted_mean(parts, recipe.weights, recipe.minimum, recipe.least_weight)
    scores: Floats = (raw - recipe.mean) / recipe.sd
    return np.where(rows.complete, scores, np.nan) if recipe.complete else scores


def _unit(values: Floats, weights: Floats) -> tuple[float, float] | None:
    """Mean and SD of the reference group; None where it has none."""
    found = weighted_spread(values, weights)
    mean, sd = round(found.mean, DIGITS) + 0.0, round(found.sd, DIGITS)
    return (mean, sd) if found.n >= 2 and sd > 0 else None


def frozen_part(part: Part, reference: Rows, weights: Floats) -> Part | None:
    """The part with its unit; None where it does not vary in the reference group."""
    if not part.standardised:
        return part
    unit = _unit(reference.part(part), weights)
    return replace(part, mean=unit[0], sd=unit[1]) if unit else None


def frozen(draft: Recipe, reference: Rows, weights: Floats) -> Recipe | str:
    """The recipe with every unit taken from the reference group (rows and their weights).

    Parts that do not vary there are left out. The reason (a key of `SCORING_REASONS`) where too few are left, or where
    the whole does not vary.
    """
    kept = [
        (frozen_part(part, reference, weights), weight) for part, weight in zip(draft.parts, draft.weights, strict=True)
    ]
    parts = [(part, weight) for part, weight in kept if part is not None]
    minimum = draft.minimum if draft.strict else min(draft.minimum, len(parts))
    if len(parts) < max(minimum, 1):
        return "few_parts" if parts else "nothing_left"
    recipe = replace(
        draft,
        parts=tuple(part for part, _ in parts),
        weights=tuple(weight for _, weight in parts),
        minimum=minimum,
    )
    unit = _unit(recipe_scores(reference, recipe), weights)
    return replace(recipe, mean=unit[0], sd=unit[1]) if unit else "no_spread"
