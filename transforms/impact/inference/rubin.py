"""One estimate from several imputed data sets."""

from dataclasses import dataclass
from math import nan

import numpy as np
from scipy import special

from transforms.impact.cells.compression import Floats


@dataclass(frozen=True, slots=True)
class Combined:
    """Mean of m estimates, with the uncertainty of sampling and of what is missing.

    missing: fraction of the information that is missing. df: of the t distribution.
    """

    estimate: float
    std_error: float
    df: float
    missing: float

    @property
    def statistic(self) -> float:
        """t; NaN where there is no error."""
        return self.estimate / self.std_error if self.std_error > 0 else nan

    @property
    def p_value(self) -> float:
        """Two-sided."""
        return float(2 * special.stdtr(self.df, -abs(self.statistic)))

    def interval(self, confidence: float) -> tuple[float, float]:
        """Both limits."""
        reach = float(special.stdtrit(self.df, (1 + confidence) / 2)) * self.std_error
        return self.estimate - reach, self.estimate + reach


def combine_imputed(estimates: Floats, variances: Floats, df_complete: float) -> Combined:
    """Rubin's rules (1987, eq. 3.1.2-3.1.5) for m estimates and their variances [m].

    Variance = mean variance + (1 + 1/m) x variance of the estimates. Degrees of freedom of Barnard & Rubin (1999,
    eq. 3), which do not exceed `df_complete`, those each data set would have.
    """
    m = estimates.size
    within, between = float(variances.mean()), float((1 + 1 / m) * estimates.var(ddof=1))
    total = within + between
    share = between / total if total > 0 else 0.0
    observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - share)
    lost = share**2 / (m - 1)
    df = 1 / (lost + 1 / observed) if observed > 0 else 1 / lost
    return Combined(float(estimates.mean()), float(np.sqrt(total)), df, share)
