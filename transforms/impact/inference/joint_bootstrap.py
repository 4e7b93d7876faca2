"""Restricted wild cluster bootstrap of a joint hypothesis, from moments of clusters alone.

The Wald statistic of q linear combinations with CR1, against its values in samples drawn under the hypothesis
(Cameron, Gelbach & Miller 2008; Roodman, MacKinnon, Nielsen & Webb 2019, sec. 4). See `bootstrap` for the notation.
"""

from dataclasses import dataclass

import numpy as np

from transforms.impact.cells.compression import Floats
from transforms.impact.inference.bootstrap import TIE, share
from transforms.impact.inference.restricted_scores import jackknifed_scores, restricted_scores
from transforms.impact.inference.sign_draws import Draws
from transforms.impact.inference.solved import Solved, cr1_factor

CHUNK = 2048  # draws whose [G, q] parts are held at once


@dataclass(frozen=True, slots=True)
class JointTest:
    """Wald test for each of m outcomes: F statistic with CR1 on q numerator degrees of freedom, bootstrap p-value."""

    statistic: Floats
    df_numerator: int
    p_value: Floats


def _quadratic(distance: Floats, parts: Floats) -> Floats:
    """[...] distance' (sum_g parts_g parts_g')^-1 distance, for distance [..., q] and parts [..., G, q].

    With a pseudo-inverse throughout if one of the matrices is singular.
    """
    products = parts.swapaxes(-1, -2) @ parts
    try:
        solved = np.linalg.solve(products, distance[..., None])
    except np.linalg.LinAlgError:
        solved = np.linalg.pinv(products, hermitian=True) @ distance[..., None]
    return np.asarray((distance[..., None, :] @ solved)[..., 0, 0])


def _reached(
    solved: Solved, contrasts: Floats, draws: Draws, under: tuple[Floats, Floats], outcome: int
) -> tuple[float, int]:
    """Wald statistic of one outcome without CR1's factor, and in how many draws it is reached."""
    base, push = under
    rows = contrasts @ solved.bread  # [q, p] C M
    distance = contrasts @ solved.coef[:, outcome]
    observed = float(_quadratic(distance, solved.scores[:, :, outcome] @ rows.T))
    restricted = base[:, :, outcome] + push @ distance  # [G, p] scores of the fit under the hypothesis
    own, pull = restricted @ rows.T, rows @ solved.moments.xwx @ solved.bread  # [G, q], [G, q, p]
    mixing = np.einsum("gqp,hp->hgq", pull, restricted, optimize=True)
    count = 0
    for start in range(0, len(draws.weights), CHUNK):
        weights = draws.weights[start : start + CHUNK]
        parts = weights[:, :, None] * own - np.tensordot(weights, mixing, axes=1)
        count += int(np.count_nonzero(_quadratic(weights @ own, parts) >= observed * (1 - TIE)))
    return observed, count


def joint_bootstrap(solved: Solved, contrasts: Floats, draws: Draws, jackknife: bool = True) -> JointTest:
    """Test `contrasts` [q, p] x coefficients = 0 for all outcomes of the regression.

    jackknife: WCR-S rather than WCR-C. Ties and samples count as in `wild_bootstrap`.
    """
    under = (jackknifed_scores if jackknife else restricted_scores)(solved, contrasts)
    exact = draws.exact and not jackknife
    q, factor = contrasts.shape[0], cr1_factor(solved.moments)
    statistics, p_values = [], []
    for outcome in range(solved.coef.shape[1]):
        observed, count = _reached(solved, contrasts, draws, under, outcome)
        statistics.append(observed / factor / q)
        p_values.append(share(count, len(draws.weights), exact))
    return JointTest(np.array(statistics), q, np.array(p_values))
