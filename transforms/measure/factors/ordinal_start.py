"""Where the fit of an ordinal factor model begins."""

from collections.abc import Sequence

import numpy as np

from transforms.measure.factors.model import FactorModel, Floats
from transforms.measure.factors.moments import Moments
from transforms.measure.factors.ordinal_model import SCALE, THRESHOLD
from transforms.measure.factors.polychoric import Polychorics
from transforms.measure.factors.start import start_values


def ordinal_start(model: FactorModel, samples: Sequence[Polychorics]) -> Floats:
    """Free parameters: factors as `start_values` finds them in the correlations, thresholds of the samples, scales 1.

    A parameter that is equal in several groups begins at the mean of what it would be in each.
    """
    moments = [Moments(sample.n, np.zeros(len(sample.items)), sample.correlations) for sample in samples]
    values = model.cell_values(start_values(model, moments))
    for group, sample in enumerate(samples):
        values[model.places[(THRESHOLD, group)].at] = np.concatenate(sample.thresholds)
        values[model.places[(SCALE, group)].at] = 1.0
    together = model.to_parameters(np.vstack([values, np.ones_like(values)]))
    starts: Floats = together[0] / together[1]
    return starts
