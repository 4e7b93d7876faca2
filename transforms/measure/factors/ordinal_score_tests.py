"""What equality across groups hides in an ordinal factor model: generalised score tests of letting one item differ.

With g the slope of the weighted distance by every cell of the model and S the choice of the free parameters, what the
fit leaves of g varies like (I - H S (S'HS)^-1 S') D'w (s - sigma), so its covariance matrix follows from that of the
thresholds and correlations, whatever the weights (Boos 1992, eq. 8; Satorra 1989, section 5). All groups are released
together. D by cell, H = D'wD.
"""

from collections.abc import Sequence

import numpy as np
from scipy.special import chdtrc

from transforms.measure.factors.model import FactorModel, Floats
from transforms.measure.factors.ordinal_fit import OrdinalFit
from transforms.measure.factors.ordinal_model import ordinal_moments
from transforms.measure.factors.polychoric import Polychorics
from transforms.measure.factors.score_tests import ScoreTest, chosen, held_equal
from transforms.measure.factors.strata import products, strata_of

NO_DIRECTION = 1e-8  # share of the greatest eigenvalue below which a combination of cells cannot vary


def ordinal_score_tests(fit: OrdinalFit, samples: Sequence[Polychorics], kinds: Sequence[str]) -> list[ScoreTest]:
    """A test for every item and kind of cell `fit` (which has estimates) holds equal, the largest statistic first."""
    model = fit.model
    slopes, information, spread = _by_cell(model, fit.estimates, samples)
    choice = chosen(model)
    shared = information @ choice
    left = np.eye(len(slopes)) - shared @ np.linalg.solve(choice.T @ shared, choice.T)
    variance = left @ spread @ left.T
    tests = []
    for (kind, item), cells in held_equal(model, kinds).items():
        statistic, df = _quadratic(slopes[cells], variance[np.ix_(cells, cells)])
        tests.append(ScoreTest(kind, item, statistic, df, float(chdtrc(df, statistic))))
    return sorted(tests, key=lambda test: -test.statistic)


def _quadratic(slopes: Floats, variance: Floats) -> tuple[float, int]:
    """s' V^- s over the directions that can vary, and how many these are."""
    sizes = np.sqrt(np.maximum(np.diag(variance), np.finfo(float).tiny))
    roots, vectors = np.linalg.eigh(variance / np.outer(sizes, sizes))
    use = roots > NO_DIRECTION * roots[-1]
    along = (slopes / sizes) @ vectors[:, use]
    return float(np.sum(along**2 / roots[use])), int(use.sum())


def _by_cell(model: FactorModel, free: Floats, samples: Sequence[Polychorics]) -> tuple[Floats, Floats, Floats]:
    """Slope of the distance, D'wD and D'wVwD, by cell of the model."""
    values, size = model.cell_values(free), len(model.cells)
    slopes, information, variance = np.zeros(size), np.zeros((size, size)), np.zeros((size, size))
    spreads = [sample.spread for sample in samples if sample.spread is not None]
    if len(spreads) < len(samples):
        raise ValueError("A sample needs the covariance matrix of its estimates.")
    by_group = []
    for group, sample in enumerate(samples):
        moments, jacobian = ordinal_moments(model, values, group)
        cells = np.flatnonzero([cell.group == group for cell in model.cells])
        by_cell = jacobian[:, cells]
        variances = spreads[group].variances
        weighted = by_cell * ((1 - 1 / sample.n) / variances)[:, None]
        slopes[cells] = weighted.T @ (sample.estimates - moments)
        information[np.ix_(cells, cells)] = weighted.T @ by_cell
        by_group.append((weighted * np.sqrt(variances)[:, None], cells))
    for stratum in strata_of(spreads):
        product = products(stratum, by_group)
        variance[np.ix_(product.used, product.used)] = product.meat
    return slopes, information, variance
