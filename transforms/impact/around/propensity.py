"""The chance of being in an arm, or of being found again, given what was known beforehand."""

from dataclasses import dataclass

import numpy as np
from scipy import linalg, special

from transforms.impact.cells.compression import Floats
from transforms.impact.cells.covariates import weighted_products

STEPS = 50
SETTLED = 1e-11  # change of the log-odds, relative to their size, at which the fit has settled


class PerfectPredictionError(Exception):
    """The covariates tell for some respondents with certainty which they are: no chance can be estimated."""


@dataclass(frozen=True, slots=True)
class Propensity:
    """A weighted logit. chance: [n], between 0 and 1. bread: [k, k] inverse of mean(w p (1 - p) x x')."""

    chance: Floats
    bread: Floats


def _information(chance: Floats, x: Floats, weight: Floats) -> Floats:
    return weighted_products(x, weight * chance * (1 - chance))


def _settle(yes: Floats, x: Floats, weight: Floats) -> Floats | None:
    """Chances [n] of the maximum likelihood fit; None where it runs on towards 0 and 1."""
    coef = np.zeros(x.shape[1])
    chance = np.full(yes.size, 0.5)
    for _ in range(STEPS):
        try:
            factor = linalg.cho_factor(_information(chance, x, weight))
        except linalg.LinAlgError:
            return None
        step = linalg.cho_solve(factor, x.T @ (weight * (yes - chance)))
        coef = coef + step
        chance = special.expit(x @ coef)
        if np.abs(x @ step).max() <= SETTLED * (1 + np.abs(x @ coef).max()):
            return chance
    return None


def fit_propensity(yes: Floats, x: Floats, weight: Floats) -> Propensity:
    """Weighted logit of `yes` (0 or 1, [n]) on `x` [n, k], which holds its constant and is of full rank.

    Newton's method on the k x k information: a step is one pass over the rows and never factorises them, so it needs a
    third of the time and memory of a general GLM.

    Raises
    ------
    PerfectPredictionError
        If the fit runs on towards chances of 0 and 1, as it does where the covariates separate the answers.
    """
    chance = _settle(yes, x, weight)
    if chance is None:
        raise PerfectPredictionError
    return Propensity(chance, linalg.inv(_information(chance, x, weight) / yes.size))
