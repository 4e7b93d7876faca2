"""Ordered logit of answers counted in cells, with the moments of its clusters (McCullagh 1980).

P(answer <= j) = F(t_j - x b) with F the logistic function, so b is a difference of log odds of the higher answers. The
log likelihood is concave in thresholds and slopes (Pratt 1981), and identical rows enter as one with their weights
added up, so a fit takes as long as there are cells. statsmodels' OrderedModel, which takes no weights and has numerical
derivatives, and R's `ordinal::clm` are what it is tested against.

Scores s_g and information A_g of the clusters at the fit are those of a linear regression with X'WX = A_g and
X'Wr = s_g: the linearisation with which MacKinnon, Nielsen & Webb (2024, "Cluster-robust jackknife and bootstrap
inference for logistic regression models", arXiv:2406.00650) give logits the jackknife and the bootstrap of linear
models, and with which the ladder reads this one.
"""

from dataclasses import dataclass

import numpy as np
from scipy import linalg, special

from transforms.impact.cells.compression import ClusterMoments, Floats, Ints

STEPS = 60
SETTLED = 1e-10  # change of the log odds at which the fit has settled
ROUNDING = 1e-12  # relative fall of the log likelihood that is none
BOUNDLESS = 25.0  # log odds beyond which an answer is certain: the fit runs on without end


class SeparatedAnswersError(Exception):
    """Some regressors tell the answers apart with certainty: log odds have no estimate."""


@dataclass(frozen=True, slots=True)
class OrderedLogit:
    """A fitted ordered logit of J answers on p regressors without a constant.

    coef: [J - 1 + p] thresholds, then slopes. log_likelihood: of the weighted answers. moments: of G clusters in the
    order of their codes, one outcome.
    """

    coef: Floats
    log_likelihood: float
    moments: ClusterMoments


@dataclass(frozen=True, slots=True)
class _Parts:
    """Of each cell and answer [C, J]: its chance, and density at its upper and lower threshold; upper, lower F."""

    chance: Floats
    upper: Floats
    lower: Floats


def _parts(coef: Floats, x: Floats, answers: int) -> _Parts:
    cuts = np.concatenate([[-np.inf], coef[: answers - 1], [np.inf]])
    below = special.expit(cuts[None, :] - (x @ coef[answers - 1 :])[:, None])
    above = special.expit((x @ coef[answers - 1 :])[:, None] - cuts[None, :])
    # the smaller tail keeps its digits
    chance = np.where(below[:, 1:] < 0.5, below[:, 1:] - below[:, :-1], above[:, :-1] - above[:, 1:])
    return _Parts(chance, below[:, 1:], below[:, :-1])


def _likelihood(coef: Floats, x: Floats, counts: Floats) -> float:
    """-infinity where the thresholds are not in order."""
    if (np.diff(coef[: counts.shape[1] - 1]) <= 0).any():
        return -np.inf
    chance = _parts(coef, x, counts.shape[1]).chance
    with np.errstate(divide="ignore"):
        return float(np.sum(special.xlogy(counts, np.maximum(chance, 0.0))))


def _cell_moments(coef: Floats, x: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Score [C, q] and information [C, q, q] of each cell, minus the second derivatives of its log likelihood."""
    answers = counts.shape[1]
    cuts, q = answers - 1, answers - 1 + x.shape[1]
    parts = _parts(coef, x, answers)
    up, low, chance = parts.upper * (1 - parts.upper), parts.lower * (1 - parts.lower), parts.chance
    with np.errstate(divide="ignore", invalid="ignore"):
        at_up, at_low = np.where(counts > 0, up / chance, 0.0), np.where(counts > 0, low / chance, 0.0)
    score, info = np.zeros((len(x), q)), np.zeros((len(x), q, q))
    slope = counts * (parts.upper + parts.lower - 1)  # d log p / d (x b)
    score[:, :cuts] = (counts * at_up)[:, :-1] - (counts * at_low)[:, 1:]
    score[:, cuts:] = slope.sum(axis=1)[:, None] * x
    own_up = counts * at_up * (at_up - 1 + 2 * parts.upper)
    own_low = counts * at_low * (at_low + 1 - 2 * parts.lower)
    at = np.arange(cuts)
    info[:, at, at] = own_up[:, :-1] + own_low[:, 1:]
    between = -(counts * at_up * at_low)[:, 1:-1]
    info[:, at[:-1], at[1:]] = info[:, at[1:], at[:-1]] = between
    mixed = -((counts * up)[:, :-1] + (counts * low)[:, 1:])[:, :, None] * x[:, None, :]
    info[:, :cuts, cuts:], info[:, cuts:, :cuts] = mixed, mixed.swapaxes(1, 2)
    spread = (counts * (up + low)).sum(axis=1)
    info[:, cuts:, cuts:] = spread[:, None, None] * x[:, :, None] * x[:, None, :]
    return score, info


def _start(counts: Floats, slopes: int) -> Floats:
    """Thresholds of everyone's answers, slopes of zero."""
    share = np.cumsum(counts.sum(axis=0))[:-1] / counts.sum()
    return np.concatenate([special.logit(share), np.zeros(slopes)])


def _step(coef: Floats, x: Floats, counts: Floats) -> Floats:
    """Newton's step.

    Raises
    ------
    SeparatedAnswersError
        If the information vanishes in some direction.
    """
    score, info = _cell_moments(coef, x, counts)
    total = info.sum(axis=0)
    scale = np.sqrt(np.maximum(np.diag(total), np.finfo(float).tiny))
    try:
        factor = linalg.cho_factor(total / np.outer(scale, scale))
    except linalg.LinAlgError:
        raise SeparatedAnswersError from None
    step: Floats = linalg.cho_solve(factor, score.sum(axis=0) / scale) / scale
    return step


def _maximum(x: Floats, counts: Floats) -> Floats:
    """Thresholds and slopes of the largest likelihood, by Newton's method with halved steps."""
    coef = _start(counts, x.shape[1])
    value = _likelihood(coef, x, counts)
    for _ in range(STEPS):
        step = _step(coef, x, counts)
        while (following := _likelihood(coef + step, x, counts)) < value - ROUNDING * abs(value):
            step = step / 2
        coef, value = coef + step, following
        if np.abs(coef).max() > BOUNDLESS:
            raise SeparatedAnswersError
        if np.abs(step).max() <= SETTLED:
            return coef
    raise SeparatedAnswersError


def fit_ordered_logit(x: Floats, counts: Floats, cluster: Ints, rows: Ints) -> OrderedLogit:
    """Ordered logit of answers on `x` [C, p], which has no constant and whose columns and a constant are independent.

    counts: [C, J] sums of weights of each answer, each given by somebody, J at least 2. cluster: [C] codes. rows: [C]
    respondents.

    Raises
    ------
    SeparatedAnswersError
        If the fit runs on towards log odds without end, as it does where everybody of an arm and wave gave the highest
        answer.
    """
    coef = _maximum(x, counts)
    score, info = _cell_moments(coef, x, counts)
    order = np.argsort(cluster, kind="stable")
    starts = np.flatnonzero(np.diff(cluster[order], prepend=cluster[order[:1]] - 1))
    scores, information = (np.add.reduceat(part[order], starts, axis=0) for part in (score, info))
    response = scores + information @ coef
    moments = ClusterMoments(
        xwx=information,
        xwy=response[:, :, None],
        ywy=np.zeros((len(starts), 1)),
        rows=np.add.reduceat(rows[order], starts),
    )
    return OrderedLogit(coef, _likelihood(coef, x, counts), moments)
