"""What bootstrap weights make of cluster scores: numerators and sums of squares of refitted samples, draw by draw.

With weights v, cluster g's term of a refitted sample is x_g = v_g c'M s_g - c'M A_g M sum_h v_h s_h. With few clusters
the terms are held for all draws. With many, what is needed of them are sums over clusters, t = sum_g v_g s_g and
u = sum_g v_g (c'M s_g) k_g, where k_g = c'M A_g M and H = sum_g k_g k_g':

    sum_g x_g y_g = sum_g v_g^2 (c'M s_g)(c'M r_g) - t_x'u_y - u_x't_y + t_x'H t_y.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from transforms.impact.cells.compression import Floats, Ints
from transforms.impact.inference.sign_draws import Draws
from transforms.impact.inference.solved import Solved

MANY = 3  # clusters per regressor above which the sums cost less than the terms


def pulls(solved: Solved, direction: Floats, clusters: Ints | slice = slice(None)) -> Floats:
    """[G, p] k_g = c'M A_g M of some of the clusters (positions; all where not given), from M c [p]."""
    support = solved.support if isinstance(clusters, slice) else solved.support.only(clusters)
    moved = solved.moments.xwx[clusters] @ support.gather(direction)[:, :, None]
    return np.asarray(support.scatter(moved[:, :, 0]) @ solved.bread)


@dataclass(frozen=True, slots=True)
class Term:
    """One outcome in B draws. numerator: [B] sum of its terms. own: [G] c'M s_g.

    parts: its terms [B, G], or t and u [B, p] in their place.
    """

    numerator: Floats
    own: Floats
    parts: tuple[Floats, ...]


@dataclass(frozen=True)
class DrawnTerms:
    """Of one combination of coefficients. draws: of G clusters. pull: [G, p] k_g."""

    draws: Draws
    pull: Floats

    @cached_property
    def _inner(self) -> Floats:
        return np.asarray(self.pull.T @ self.pull)

    @cached_property
    def _squares(self) -> Floats:
        """[B, G] squared weights; [1, G] where all are signs."""
        weights = self.draws.weights
        return np.ones((1, weights.shape[1])) if self.draws.kind == "rademacher" else weights**2

    def terms(self, own: Floats, scores: Floats) -> list[Term]:
        """Those of m outcomes. own: [m, G]. scores: [G, p, m]."""
        weights, (clusters, p, m) = self.draws.weights, scores.shape
        if clusters <= MANY * p:
            mixed = [np.diag(mine) - scores[:, :, at] @ self.pull.T for at, mine in enumerate(own)]
            return [Term(weights @ mine, mine, (weights @ mix,)) for mine, mix in zip(own, mixed, strict=True)]
        columns = [
            own.T,
            scores.reshape(clusters, p * m),
            (own.T[:, None, :] * self.pull[:, :, None]).reshape(-1, p * m),
        ]
        drawn = weights @ np.hstack(columns)
        numerators = drawn[:, :m]
        moved, weighted = (part.reshape(-1, p, m) for part in (drawn[:, m : m + p * m], drawn[:, m + p * m :]))
        return [Term(numerators[:, at], own[at], (moved[:, :, at], weighted[:, :, at])) for at in range(m)]

    def product(self, one: Term, other: Term) -> Floats:
        """[B] sums over clusters of the products of two outcomes' terms."""
        if len(one.parts) == 1:
            return np.asarray(np.einsum("bg,bg->b", one.parts[0], other.parts[0]))
        moved, weighted = one.parts
        second, second_weighted = other.parts
        crossed = np.einsum("bp,bp->b", moved, second @ self._inner - second_weighted)
        total = self._squares @ (one.own * other.own) + crossed - np.einsum("bp,bp->b", weighted, second)
        return np.asarray(np.maximum(total, 0.0) if one is other else total)
