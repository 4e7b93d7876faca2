"""How alike the answers of two interviews are, among interviews of one place."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.study.study import Study

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FEWEST = 20  # [house] interviews of a group below which nothing can be said about what is usual in it
LARGEST = 2_000  # interviews compared with each other at most, so that time grows with their number, not its square
MOST = 50_000  # interviews of a wave that are compared; of a larger one, a sample of its groups
NO_ANSWER = -1


@dataclass(frozen=True, slots=True)
class Closest:
    """For each interview of a group the other one with the largest share of equal answers.

    `equal` of the `common` answers that both gave are the same; `partner` is the other's position, or its own where no
    other interview has enough answers in common (`common` is 0 then). `shares` holds every pair, NaN where too few.
    """

    partner: Ints
    equal: Floats
    common: Floats
    shares: npt.NDArray[np.float32]

    @property
    def share(self) -> Floats:
        """Largest share of equal answers; 0 where there is no partner."""
        return self.equal / np.maximum(self.common, 1)


def answer_codes(frame: pd.DataFrame, items: tuple[str, ...], rows: Ints) -> Ints:
    """Answers in these rows as numbers from 0 for each item (a column each), NO_ANSWER where missing."""
    return np.column_stack([pd.factorize(frame[item].iloc[rows])[0] for item in items]).astype(np.int64)


def closest(codes: Ints, minimum: int) -> Closest:
    """Closest interviews of one group; pairs with fewer than `minimum` answers in common are not compared.

    An answer counts for a pair only where both gave one: two skipped answers are no agreement.
    """
    answered = codes != NO_ANSWER
    each = [item[:, None] == np.arange(item.max(initial=0) + 1) for item in codes.T]
    one_hot = np.concatenate(each, axis=1).astype(np.float32)
    equal = one_hot @ one_hot.T
    common = answered.astype(np.float32) @ answered.T.astype(np.float32)
    compared = common >= max(minimum, 1)
    np.fill_diagonal(compared, False)
    shares = np.where(compared, equal / np.maximum(common, 1), np.float32(-1))
    rows = np.arange(len(codes))
    partner = np.where(compared.any(axis=1), shares.argmax(axis=1), rows)
    has = partner != rows
    return Closest(
        partner.astype(np.int64),
        np.where(has, equal[rows, partner], 0).astype(np.float64),
        np.where(has, common[rows, partner], 0).astype(np.float64),
        np.where(compared, shares, np.float32(np.nan)),
    )


def comparison_groups(frame: pd.DataFrame, study: Study) -> list[Ints]:
    """Positions of the interviews that are compared with each other.

    A group is a stratum (a governorate, where the study names no strata); strata of fewer than FEWEST interviews make
    one together, which is left out if it is that small too. A group of more than LARGEST is cut into pieces that keep
    the interviews of a community, and in it of an interviewer, together: who copies, copies near by. Of a wave above
    MOST, as many groups as fit, drawn with the study's seed.
    """
    design = study.design
    place = _codes(frame, design.strata or design.governorate)
    sizes = np.bincount(place)
    place = np.where(sizes[place] < FEWEST, 0, place)  # 0 also holds those whose stratum is not known
    order = np.lexsort((_codes(frame, design.interviewer), _codes(frame, design.cluster_variable), place))
    groups = [piece for group in _split(order, place[order]) for piece in _pieces(group)]
    if len(frame) > MOST:
        drawn = np.random.default_rng(study.settings.seed).permutation(len(groups))
        sizes = np.cumsum([len(groups[position]) for position in drawn])
        groups = [groups[position] for position in np.sort(drawn[sizes <= MOST])]
    return [group for group in groups if len(group) >= FEWEST]


def _codes(frame: pd.DataFrame, variable: str | None) -> Ints:
    """Values as numbers from 1, 0 where missing, or where the wave does not have the variable."""
    if variable is None or variable not in frame:
        return np.zeros(len(frame), dtype=np.int64)
    return np.asarray(pd.factorize(frame[variable])[0] + 1, dtype=np.int64)


def _split(order: Ints, place: Ints) -> list[Ints]:
    return np.split(order, np.flatnonzero(np.diff(place)) + 1)


def _pieces(group: Ints) -> list[Ints]:
    return np.array_split(group, -(-len(group) // LARGEST)) if len(group) else []
