"""Hypotheses about coefficients that have no cluster in common, such as effects of governorates, piece by piece."""

from dataclasses import dataclass

import numpy as np

from transforms.impact.cells.compression import ClusterMoments, Floats, Ints


@dataclass(frozen=True, slots=True)
class Piece:
    """One coefficient, the clusters (positions) and the regressors of its component."""

    coefficient: int
    clusters: Ints
    regressors: Ints


@dataclass(frozen=True, slots=True)
class Pieces:
    """`contrasts` [q, p] x coefficients = mixing [q, k] x k coefficients, each of another component of the regression.

    What is estimated of one piece is independent of the others, so that a covariance of the contrasts is
    mixing x diagonal x mixing'.
    """

    pieces: tuple[Piece, ...]
    mixing: Floats


def separate_pieces(moments: ClusterMoments, contrasts: Floats) -> Pieces | None:
    """The pieces of a joint hypothesis; None if a component has two of its coefficients, or they are fewer than q."""
    columns = np.flatnonzero((contrasts != 0).any(axis=0))
    if columns.size < max(2, len(contrasts)):
        return None
    of_cluster, of_regressor = moments.support.components(moments.xwx)
    codes = of_regressor[columns]
    if np.unique(codes).size < columns.size:
        return None
    pieces = [
        Piece(int(column), np.flatnonzero(of_cluster == code), np.flatnonzero(of_regressor == code))
        for column, code in zip(columns, codes, strict=True)
    ]
    return Pieces(tuple(pieces), contrasts[:, columns])
