"""How an estimated covariance varies if errors follow the working model: what degrees of freedom are made of."""

from dataclasses import dataclass

import numpy as np

from transforms.impact.cells.compression import Floats


@dataclass(frozen=True, slots=True)
class WorkingCovariance:
    """Covariances of the q x G terms c_i'M X_g'W A_g r_g if errors follow the working model, without a G x G matrix.

    cov(term i of cluster g, term j of cluster h) = vectors[g, i]' kernel vectors[h, j], plus own[g, i, j] where g = h.
    vectors: [G, q, 2p]. kernel: [2p, 2p]. own: [G, q, q].
    """

    vectors: Floats
    kernel: Floats
    own: Floats

    @property
    def inside(self) -> Floats:
        """[G, q, q] covariances within each cluster, without `own`."""
        moved = (self.vectors.reshape(-1, len(self.kernel)) @ self.kernel).reshape(self.vectors.shape)
        within: Floats = moved @ self.vectors.swapaxes(1, 2)
        return within

    @property
    def variance(self) -> Floats:
        """[q, q] expected covariance of the combinations: the sum within clusters."""
        total: Floats = (self.inside + self.own).sum(axis=0)
        return total

    def rotated(self, root: Floats) -> "WorkingCovariance":
        """That of `root` [q, q] x the combinations."""
        return WorkingCovariance(root @ self.vectors, self.kernel, root @ self.own @ root.T)

    def squares(self) -> tuple[Floats, Floats]:
        """Sums over g, h of P_st[g, h] P_ts[g, h] and of P_ss[g, h] P_tt[g, h], [q, q] each."""
        products = np.einsum("gsi,gtj->stij", self.vectors, self.vectors, optimize=True)
        inner = self.kernel @ products
        inside, own = self.inside, self.own
        crossed = np.einsum("stij,stji->st", inner, inner) + np.einsum("gst,gts->st", own + 2 * inside, own)
        diagonal, own_diagonal = np.einsum("gss->gs", inside), np.einsum("gss->gs", own)
        mixed = own_diagonal.T @ diagonal
        equal = np.einsum("stij,tsji->st", inner, inner) + mixed + mixed.T + own_diagonal.T @ own_diagonal
        return crossed, equal

    def dispersion(self, root: Floats) -> float:
        """Sum of both `squares` of `root` x the combinations."""
        crossed, equal = self.rotated(root).squares()
        return float(crossed.sum() + equal.sum())


@dataclass(frozen=True, slots=True)
class SeparateCovariance:
    """The same for combinations = mixing [q, k] x k terms, each of which has clusters and regressors of its own.

    parts: of each term, which is independent of the others.
    """

    parts: tuple[WorkingCovariance, ...]
    mixing: Floats

    @property
    def variance(self) -> Floats:
        """[q, q] expected covariance of the combinations."""
        each = np.array([part.variance[0, 0] for part in self.parts])
        found: Floats = (self.mixing * each) @ self.mixing.T
        return found

    def dispersion(self, root: Floats) -> float:
        """As `WorkingCovariance.dispersion`: with one term in a cluster, P_st[g, h] = m_s m_t P[g, h]."""
        each = np.array([part.squares()[1][0, 0] for part in self.parts])
        return float(2 * np.sum(np.sum((root @ self.mixing) ** 2, axis=0) ** 2 * each))
