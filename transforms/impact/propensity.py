"""The chance of being in an arm, or of being found again, given what was known beforehand."""

from dataclasses import dataclass
from warnings import catch_warnings, simplefilter

import numpy as np
import statsmodels.api as sm
from scipy import linalg

from transforms.impact.compression import Floats

CERTAIN = 1e-8  # a chance closer to 0 or 1 than this is a perfect prediction


class PerfectPredictionError(Exception):
    """The covariates tell for some respondents with certainty which they are: no chance can be estimated."""


@dataclass(frozen=True, slots=True)
class Propensity:
    """A weighted logit. chance: [n], strictly between 0 and 1. bread: [k, k] inverse of mean(w p (1 - p) x x')."""

    chance: Floats
    bread: Floats


def fit_propensity(yes: Floats, x: Floats, weight: Floats) -> Propensity:
    """Weighted logit of `yes` (0 or 1, [n]) on `x` [n, k], which holds its constant and is of full rank.

    Raises
    ------
    PerfectPredictionError
        If the fit does not settle or some chance is 0 or 1.
    """
    if yes.min() == yes.max():
        raise PerfectPredictionError
    model = sm.GLM(yes, x, family=sm.families.Binomial(), var_weights=weight)
    with np.errstate(all="ignore"), catch_warnings():
        simplefilter("ignore")  # what it warns of is refused below
        fitted = model.fit(tol=1e-12, tol_criterion="params", maxiter=50)
    chance = np.asarray(fitted.fittedvalues, dtype=np.float64)
    if not fitted.converged or not (chance.min() > CERTAIN and chance.max() < 1 - CERTAIN):
        raise PerfectPredictionError
    information = (x * (weight * chance * (1 - chance))[:, None]).T @ x / yes.size
    bread: Floats = linalg.inv(information)
    return Propensity(chance, bread)
