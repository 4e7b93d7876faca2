"""Restricted wild cluster bootstrap of a joint hypothesis, from moments of clusters alone.

The Wald statistic of k linear combinations with CR1, against its values in samples drawn under the hypothesis
(Cameron, Gelbach & Miller 2008; Roodman, MacKinnon, Nielsen & Webb 2019, sec. 4). See `bootstrap` for the notation.
"""

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from transforms.impact.cells.compression import Floats
from transforms.impact.inference.bootstrap import TIE, share
from transforms.impact.inference.drawn_terms import DrawnTerms, pulls
from transforms.impact.inference.pieces import Pieces, separate_pieces
from transforms.impact.inference.restricted_scores import jackknifed_scores, restricted_scores
from transforms.impact.inference.sign_draws import Draws
from transforms.impact.inference.solved import Solved, cr1_factor

HELD = 1 << 22  # numbers held at once for some of the draws
NO_VARIATION = 1e-12  # share of a piece's largest sum of squares below which a draw has none of it


@dataclass(frozen=True, slots=True)
class JointTest:
    """Wald test for each of m outcomes: F statistic with CR1 on k numerator degrees of freedom, bootstrap p-value."""

    statistic: Floats
    df_numerator: int
    p_value: Floats


def _quadratic(distance: Floats, parts: Floats) -> Floats:
    """[...] distance' (sum_g parts_g parts_g')^-1 distance, for distance [..., k] and parts [..., G, k].

    With a pseudo-inverse throughout if one of the matrices is singular.
    """
    products = parts.swapaxes(-1, -2) @ parts
    try:
        solved = np.linalg.solve(products, distance[..., None])
    except np.linalg.LinAlgError:
        solved = np.linalg.pinv(products, hermitian=True) @ distance[..., None]
    return np.asarray((distance[..., None, :] @ solved)[..., 0, 0])


@dataclass(frozen=True, slots=True)
class _Together:
    """Wald statistics of drawn samples for any hypothesis. rows: [k, p] C M. pull: [Gk, p] C M A_g M."""

    solved: Solved
    rows: Floats
    pull: Floats
    weights: Floats

    def statistics(self, scores: Floats) -> Floats:
        """[B] without CR1's factor, from the scores [G, q] of the fit under the hypothesis."""
        scores = self.solved.support.scatter(scores)
        own, clusters = scores @ self.rows.T, len(scores)
        few = clusters < scores.shape[1]  # then the weights are fewer than the scores they add up to
        pull = self.pull @ scores.T if few else self.pull
        chunk, found = max(1, HELD // own.size), []
        for start in range(0, len(self.weights), chunk):
            drawn = self.weights[start : start + chunk]
            fitted = (drawn if few else drawn @ scores) @ pull.T
            parts = drawn[:, :, None] * own - fitted.reshape(len(drawn), clusters, -1)
            found.append(_quadratic(drawn @ own, parts))
        return np.concatenate(found)


def _together(solved: Solved, contrasts: Floats, draws: Draws) -> _Together:
    rows = contrasts @ solved.bread
    pull = np.stack([pulls(solved, row) for row in rows], axis=1).reshape(-1, rows.shape[1])
    return _Together(solved, rows, pull, draws.weights)


@dataclass(frozen=True, slots=True)
class _InPieces:
    """The same where the hypothesis falls into pieces (see `pieces`). drawn: of each piece."""

    solved: Solved
    joint: Pieces
    drawn: tuple[DrawnTerms, ...]

    def statistics(self, scores: Floats) -> Floats:
        """[B] without CR1's factor, from the scores [G, q] of the fit under the hypothesis."""
        numerators, squares = [], []
        for piece, drawn in zip(self.joint.pieces, self.drawn, strict=True):
            support = self.solved.support.only(piece.clusters)
            mine = support.scatter(scores[piece.clusters])[:, piece.regressors]
            own = mine @ self.solved.bread[piece.coefficient, piece.regressors]
            (term,) = drawn.terms(own[None], mine[:, :, None])
            numerators.append(term.numerator)
            squares.append(drawn.product(term, term))
        return _from_pieces(np.stack(numerators, axis=1), np.stack(squares, axis=1), self.joint.mixing)


def _from_pieces(numerators: Floats, squares: Floats, mixing: Floats) -> Floats:
    """[B] n'U' (U W U')^-1 U n with n, diagonal W: [B, r] of r pieces, and U [k, r].

    It is the least of sum_j x_j^2 / w_j over all x with U x = U n: x = n - N z for N that spans the null space of U.
    Draws in which a piece does not vary are left to `_quadratic`.
    """
    null = linalg.null_space(mixing)  # [r, r - k]
    varies = (squares > NO_VARIATION * squares.max(axis=0)).all(axis=1)
    found = np.empty(len(squares))
    inverse, left = 1 / squares[varies], numerators[varies]
    if null.shape[1]:
        weighted = inverse @ (null[:, :, None] * null[:, None, :]).reshape(len(null), -1)
        moved = np.linalg.solve(
            weighted.reshape(-1, null.shape[1], null.shape[1]), ((inverse * left) @ null)[:, :, None]
        )
        left = left - moved[:, :, 0] @ null.T
    found[varies] = np.sum(left**2 * inverse, axis=1)
    rest, chunk = np.flatnonzero(~varies), max(1, HELD // mixing.size)
    for start in range(0, rest.size, chunk):
        at = rest[start : start + chunk]
        found[at] = _quadratic(numerators[at] @ mixing.T, np.sqrt(squares[at])[:, :, None] * mixing.T)
    return found


def _in_pieces(solved: Solved, joint: Pieces, draws: Draws) -> _InPieces:
    drawn = []
    for piece in joint.pieces:
        pull = pulls(solved, solved.bread[piece.coefficient], piece.clusters)[:, piece.regressors]
        drawn.append(DrawnTerms(draws.select(piece.clusters), pull))
    return _InPieces(solved, joint, tuple(drawn))


def joint_bootstrap(solved: Solved, contrasts: Floats, draws: Draws, jackknife: bool = True) -> JointTest:
    """Test `contrasts` [k, p] x coefficients = 0 for all outcomes of the regression.

    jackknife: WCR-S rather than WCR-C. Ties and samples count as in `wild_bootstrap`.
    """
    base, push = (jackknifed_scores if jackknife else restricted_scores)(solved, contrasts)
    joint = separate_pieces(solved.moments, contrasts)
    drawn = _in_pieces(solved, joint, draws) if joint else _together(solved, contrasts, draws)
    exact, k = draws.exact and not jackknife, contrasts.shape[0]
    rows = solved.support.gather((contrasts @ solved.bread).T)
    statistics, p_values = [], []
    for outcome, distance in enumerate((contrasts @ solved.coef).T):
        parts = np.sum(rows * solved.scores[:, :, outcome, None], axis=1)
        observed = float(_quadratic(distance, parts))
        sampled = drawn.statistics(base[:, :, outcome] + push @ distance)
        statistics.append(observed / cr1_factor(solved.moments) / k)
        reached = int(np.count_nonzero(sampled >= observed * (1 - TIE)))
        p_values.append(share(reached, len(draws.weights), exact))
    return JointTest(np.array(statistics), k, np.array(p_values))
