"""Which clusters could have been treated: all assignments of the declared lottery, or a sample of them."""

from dataclasses import dataclass
from itertools import combinations
from math import comb, prod

import numpy as np
from numpy.typing import NDArray

from transforms.impact.cells.compression import Ints


@dataclass(frozen=True, slots=True)
class Assignments:
    """arms: [D, G] whether a cluster is treated, one row per assignment. exact: all there are, the actual one included.

    possible: how many there are. smallest_p: the smallest p-value a two-sided test on them can reach: 1 / possible, or
    2 / possible where every block has as many treated as comparison clusters, for exchanging the arms then turns an
    assignment into another one whose statistic differs in sign alone; not below 1 / (1 + D) for a sample.
    """

    arms: NDArray[np.bool_]
    exact: bool
    possible: int
    smallest_p: float


def _block_choices(members: Ints, treated: int, clusters: int) -> NDArray[np.bool_]:
    """[choices, G] all ways to treat `treated` of the block's members."""
    chosen = list(combinations(members.tolist(), treated))
    arms = np.zeros((len(chosen), clusters), dtype=bool)
    arms[np.repeat(np.arange(len(chosen)), treated), np.array(chosen, dtype=np.int64).ravel()] = True
    return arms


def _sample(members: list[Ints], counts: list[int], clusters: int, draws: int, seed: int) -> NDArray[np.bool_]:
    """[draws, G] independent assignments."""
    rng = np.random.Generator(np.random.PCG64(seed))
    arms = np.zeros((draws, clusters), dtype=bool)
    for block, treated in zip(members, counts, strict=True):
        order = np.argsort(rng.random((draws, block.size)), axis=1, kind="stable")
        arms[:, block] = order < treated
    return arms


def possible_assignments(treated: NDArray[np.bool_], blocks: Ints, draws: int, seed: int) -> Assignments:
    """Assignments that treat as many clusters of each block as the actual one did.

    treated: [G]. blocks: [G] codes of the strata within which the lottery was held. All assignments where there are at
    most `draws`, otherwise `draws` independent ones; the same arguments give the same assignments.
    """
    members = [np.flatnonzero(blocks == block) for block in np.unique(blocks)]
    counts = [int(treated[block].sum()) for block in members]
    possible = prod(comb(block.size, count) for block, count in zip(members, counts, strict=True))
    mirrored = all(2 * count == block.size for block, count in zip(members, counts, strict=True))
    smallest = (2 if mirrored else 1) / possible
    if possible > draws:
        arms = _sample(members, counts, treated.size, draws, seed)
        return Assignments(arms, False, possible, max(smallest, 1 / (1 + draws)))
    arms = np.zeros((1, treated.size), dtype=bool)
    for block, count in zip(members, counts, strict=True):
        choices = _block_choices(block, count, treated.size)
        arms = (arms[:, None, :] | choices[None, :, :]).reshape(-1, treated.size)
    return Assignments(arms, True, possible, smallest)
