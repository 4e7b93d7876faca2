"""What is left of a regression without one of its clusters, by algebra of the few regressors that the cluster has.

Without cluster g, X'WX is R - A_g. For scores s of the regressors the cluster has, and the part M of (X'WX)^-1 that
belongs to these, X_g'W (y - X_g b_without_g) = (I - A_g M)^-1 s: its residuals where the others predict it (Woodbury
1950; the jackknife of MacKinnon, Nielsen & Webb 2023, sec. 3, in q x q rather than p x p
numbers). With A_g = L L' this is s + L (I - L'M L)^-1 L'M s. A zero eigenvalue of I - L'M L, with vector u, is a
direction n = M L u of the coefficients that the other clusters do not determine. The same holds under linear
hypotheses, with the M of the restricted fit.
"""

from dataclasses import dataclass

import numpy as np

from transforms.impact.cells.compression import ClusterMoments, Floats, Ints

RANK = 1e-9  # eigenvalue of I - L'M L below which a direction is not determined without the cluster


@dataclass(frozen=True, slots=True)
class WithoutCluster:
    """Each of G clusters left out in turn; everything in units of the regressors' length (`scale` [p]).

    bread: [p, p]. local: [G, q, q], of the regressors each cluster has. products: [G, q, q], A_g. root: [G, q, q] L.
    vectors, values: eigenvectors [G, q, q] and eigenvalues [G, q] of I - L'M L.
    """

    moments: ClusterMoments
    scale: Floats
    bread: Floats
    local: Floats
    products: Floats
    root: Floats
    vectors: Floats
    values: Floats

    @property
    def undetermined(self) -> Ints:
        """Clusters (positions) without which some direction of the coefficients is not determined."""
        return np.flatnonzero((self.values <= RANK).any(axis=1))

    def predicted(self, scores: Floats) -> Floats:
        """(I - A_g M)^-1 s [G, q, m] of scores [G, q, m]; unchanged along what is not determined."""
        moved = self.root.swapaxes(1, 2) @ (self.local @ scores)
        inverse = np.where(self.values > RANK, 1 / np.where(self.values > RANK, self.values, 1.0), 0.0)
        solved = self.vectors @ (inverse[:, :, None] * (self.vectors.swapaxes(1, 2) @ moved))
        predicted: Floats = scores + self.root @ solved
        return predicted

    def lost_directions(self, cluster: int) -> Floats:
        """[p, r] orthonormal directions of the coefficients that the other clusters do not determine."""
        lost = self.root[cluster] @ self.vectors[cluster][:, self.values[cluster] <= RANK]
        directions: Floats = np.linalg.qr(self.moved(cluster, lost))[0]
        return directions

    def moved(self, cluster: int, scores: Floats) -> Floats:
        """[p, m] what scores [q, m] of a cluster move the coefficients by: M s."""
        full = np.zeros((len(self.bread) + 1, scores.shape[1]))
        full[self.moments.support.of(cluster)] = scores
        return np.asarray(self.bread @ full[:-1])

    def fitted(self, cluster: int, coef: Floats) -> Floats:
        """[q, m] what coefficients [p, m] say of the cluster's scores: A_g b."""
        padded = np.vstack([coef, np.zeros((1, coef.shape[1]))])
        return np.asarray(self.products[cluster] @ padded[self.moments.support.of(cluster)])


def without_cluster(moments: ClusterMoments, bread: Floats, scale: Floats) -> WithoutCluster:
    """Leave each cluster out of the fit whose `bread` [p, p] is M. scale: [p] square roots of the diagonal of X'WX."""
    support = moments.support
    scaled = bread * np.outer(scale, scale)
    local = support.gather_squares(scaled)
    size = support.gather(scale)
    size = np.where(size > 0, size, 1.0)
    products = moments.xwx / (size[:, :, None] * size[:, None, :])
    values, vectors = np.linalg.eigh(products)
    root = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
    inner = np.eye(root.shape[1]) - root.swapaxes(1, 2) @ local @ root
    values, vectors = np.linalg.eigh((inner + inner.swapaxes(1, 2)) / 2)
    return WithoutCluster(moments, scale, scaled, local, products, root, vectors, values)
