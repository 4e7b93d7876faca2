"""Groups whose thresholds and correlations vary together, since clusters have respondents in several of them.

Write V for the covariance matrix of the estimates of all groups, w for one over their variances had each respondent
been drawn alone, D for the derivatives of what a model implies, and V~ = w^1/2 V w^1/2, L = w^1/2 D, H = L'L. What the
fit leaves has U~ = I - L H^-1 L', and the law of chi-square rests on tr(U~V~) and tr(U~V~U~V~).

Where V comes from few clusters the second is far too large: with C clusters by about tr(U~V~)^2 / C. There it is taken
without bias (Zhou & Guo 2017, "A note on the unbiased estimator of Sigma^2"), stratum by stratum; where each respondent
was drawn alone it is left as lavaan has it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse.csgraph import connected_components

from transforms.measure.factors.influence import Spread
from transforms.measure.factors.model import Floats, Whole


@dataclass(frozen=True, slots=True)
class Stratum:
    """Groups that share clusters with no others.

    `spread` is K [clusters, estimates], V~ = K'K, for a number of `clusters`; where that is 0, V~ itself, each
    respondent having been drawn alone.
    """

    groups: tuple[int, ...]
    spread: Floats
    clusters: int

    @property
    def trace(self) -> float:
        """tr(V~)."""
        return float(np.sum(self.spread**2) if self.clusters else np.trace(self.spread))

    @property
    def square(self) -> float:
        """tr(V~V~), of K'K or KK' as is smaller."""
        if not self.clusters:
            return float(np.sum(self.spread**2))
        few = self.spread if self.clusters < self.spread.shape[1] else self.spread.T
        return float(np.sum((few @ few.T) ** 2))


@dataclass(frozen=True, slots=True)
class Products:
    """Of one stratum and the parameters `used`: L'V~L, L'V~V~L, and KL (of no rows where there are no clusters)."""

    used: Whole
    meat: Floats
    twice: Floats
    by_cluster: Floats


def strata_of(spreads: Sequence[Spread], last: int | None = None) -> list[Stratum]:
    """Strata in the order of their first groups, of all estimates or the `last` of each group."""
    part = slice(None) if last is None else slice(-last, None)
    return [_stratum(groups, [spreads[at] for at in groups], part) for groups in _sharing(spreads)]


def _sharing(spreads: Sequence[Spread]) -> list[tuple[int, ...]]:
    """Groups that share clusters, be it by way of others; each for itself where everybody was drawn alone."""
    shared = np.eye(len(spreads))
    for a, one in enumerate(spreads):
        for b, other in enumerate(spreads[:a]):
            if one.together and other.together:
                common = np.intersect1d(one.together.numbers, other.together.numbers, assume_unique=True)
                shared[a, b] = len(common)
    label = connected_components(shared, directed=False)[1]
    return [tuple(np.flatnonzero(label == at).tolist()) for at in dict.fromkeys(label.tolist())]


def _stratum(groups: tuple[int, ...], spreads: Sequence[Spread], part: slice) -> Stratum:
    sizes = [np.sqrt(spread.variances[part]) for spread in spreads]
    drawn = [spread.together for spread in spreads if spread.together]
    if not drawn:
        return Stratum(groups, spreads[0].covariance[part, part] / np.outer(sizes[0], sizes[0]), 0)
    numbers = np.unique(np.concatenate([each.numbers for each in drawn]))
    blocks = []
    for each, size in zip(drawn, sizes, strict=True):
        block = np.zeros((len(numbers), len(size)))
        block[np.searchsorted(numbers, each.numbers)] = each.influence[:, part] / size
        blocks.append(block)
    return Stratum(groups, np.hstack(blocks), len(numbers))


def products(stratum: Stratum, slopes: Sequence[tuple[Floats, Whole]]) -> Products:
    """Products of a stratum; `slopes` are each group's L with the places of the parameters it is of."""
    mine = [slopes[at] for at in stratum.groups]
    used = np.unique(np.concatenate([places for _, places in mine]))
    stacked = np.zeros((sum(len(each) for each, _ in mine), len(used)))
    row = 0
    for each, places in mine:
        stacked[row : row + len(each), np.searchsorted(used, places)] = each
        row += len(each)
    if not stratum.clusters:
        moved = stratum.spread @ stacked
        return Products(used, stacked.T @ moved, moved.T @ moved, stacked[:0])
    by_cluster = stratum.spread @ stacked
    moved = stratum.spread.T @ by_cluster
    return Products(used, by_cluster.T @ by_cluster, moved.T @ moved, by_cluster)


def traces(strata: Sequence[Stratum], found: Sequence[Products], inverse: Floats, df: int) -> tuple[float, float]:
    """tr(U~V~) and tr(U~V~U~V~), `inverse` being H^-1; the second no less than `df` eigenvalues allow it to be."""
    meat = np.zeros_like(inverse)
    trace = square = 0.0
    for stratum, product in zip(strata, found, strict=True):
        place = np.ix_(product.used, product.used)
        meat[place] += product.meat
        trace += stratum.trace - float(np.sum(inverse[place] * product.meat))
        square += stratum.square - 2 * float(np.sum(inverse[place] * product.twice))
        square += _without_bias(stratum, product, inverse[place])
    shrunk = inverse @ meat
    square += float(np.sum(shrunk * shrunk.T))
    return trace, max(square, trace**2 / df) if df else square


def _without_bias(stratum: Stratum, product: Products, inverse: Floats) -> float:
    """What is to be added to the square of a stratum; 0 where each respondent was drawn alone.

    With e_c the rows of K less their mean, S = sum e_c e_c' U~ / (C - 1) and Q = sum (e_c'U~e_c)^2 / (C - 1),
    tr(Sigma^2) is estimated by (C-1)/(C(C-2)(C-3)) ((C-1)(C-2) tr(S^2) + tr(S)^2 - C Q); V~ is C Sigma.
    """
    count = stratum.clusters
    if not count:
        return 0.0
    own = np.sum(stratum.spread**2, axis=1) - np.sum((product.by_cluster @ inverse) * product.by_cluster, axis=1)
    shrunk = inverse @ product.meat
    square = stratum.square - 2 * float(np.sum(inverse * product.twice)) + float(np.sum(shrunk * shrunk.T))
    rest = float(own.sum()) ** 2 - count * (count - 1) * float(np.sum(own**2))
    fair = (count - 1) / (count * (count - 2) * (count - 3)) * ((count - 1) * (count - 2) * square + rest)
    return fair - square
