"""The test and interval of a linear combination by each rung of the ladder, and what stands beside them."""

from dataclasses import dataclass
from functools import lru_cache
from math import nan

import numpy as np

from transforms.impact.cells.compression import Floats
from transforms.impact.effects.fitted_model import FittedModel
from transforms.impact.inference.assignments import possible_assignments
from transforms.impact.inference.bootstrap import wild_bootstrap
from transforms.impact.inference.cr2 import htz_test, satterthwaite_test
from transforms.impact.inference.joint_bootstrap import joint_bootstrap
from transforms.impact.inference.ladder import Method
from transforms.impact.inference.least_squares import WaldTest
from transforms.impact.inference.leave_one_out import effective_clusters, leave_one_out
from transforms.impact.inference.randomisation import randomisation_test
from transforms.impact.inference.sign_draws import Draws, draw_weights
from transforms.impact.inference.solved import cr1_factor, cr1_std_errors
from transforms.study import Study

KEPT_DRAWS = 8  # sets of bootstrap weights kept for the next estimate with as many clusters


@dataclass(frozen=True, slots=True)
class Tested:
    """Test that a combination is zero, for each of m outcomes, by one method; NaN for what the method does not give.

    draws: [B, m] CR1 t under the hypothesis, None where nothing is drawn. drawn: what they were drawn from. exact:
    whether the observed sample is one of them.
    """

    method: Method
    std_error: Floats
    statistic: Floats
    df: float
    p_value: Floats
    conf_low: Floats
    conf_high: Floats
    p_smallest: float = nan
    draws: Floats | None = None
    drawn: tuple[object, ...] = ()
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """CR1 and CR3 standard errors and range without each cluster [m], effective number of clusters."""

    cr1: Floats
    cr3: Floats
    low: Floats
    high: Floats
    clusters: float


@lru_cache(maxsize=KEPT_DRAWS)
def _weights(clusters: int, draws: int, seed: int) -> Draws:
    return draw_weights(clusters, draws, seed)


def bootstrap_draws(model: FittedModel, study: Study) -> Draws:
    """The study's bootstrap weights for as many clusters as the model has: the same for all its models."""
    return _weights(model.clusters.size, study.settings.effects.draws, study.settings.seed)


def _cr2(model: FittedModel, vector: Floats, study: Study) -> Tested:
    test = satterthwaite_test(model.cr2, vector)
    low, high = test.interval(study.settings.effects.confidence)
    return Tested("CR2", test.std_error, test.statistic, test.df, test.p_value, low, high)


def _bootstrap(model: FittedModel, vector: Floats, study: Study) -> Tested:
    test = wild_bootstrap(
        model.solved, vector, bootstrap_draws(model, study), confidence=study.settings.effects.confidence
    )
    return Tested(
        "bootstrap",
        test.std_error,
        test.statistic,
        nan,
        test.p_value,
        test.conf_low,
        test.conf_high,
        draws=test.draws,
        drawn=("bootstrap", model.clusters.tobytes()),
        exact=test.exact,
    )


def _randomisation(model: FittedModel, vector: Floats, study: Study) -> Tested:
    case, blocks = model.arms, model.blocks
    assignments = possible_assignments(case.treated, blocks, study.settings.effects.draws, study.settings.seed)
    test = randomisation_test(case, vector, assignments)
    scale = np.sqrt(cr1_factor(model.moments))
    nothing = np.full(test.p_value.size, nan)
    return Tested(
        "randomisation",
        nothing,
        test.statistic / scale,
        nan,
        test.p_value,
        nothing,
        nothing,
        p_smallest=test.smallest_p,
        draws=test.draws / scale,
        drawn=("randomisation", model.clusters.tobytes(), blocks.tobytes(), case.treated.tobytes()),
        exact=assignments.exact,
    )


def tested_by(method: Method, model: FittedModel, vector: Floats, study: Study) -> Tested:
    """`vector` [p] x coefficients tested by a rung that tests.

    CR2 with Satterthwaite degrees of freedom; the restricted wild cluster bootstrap-t with jackknifed residuals, its
    interval by test inversion; studentised randomisation inference, blocked by strata, without interval.
    """
    rungs = {"CR2": _cr2, "bootstrap": _bootstrap, "randomisation": _randomisation}
    return rungs[method](model, vector, study)


def beside(model: FittedModel, vector: Floats) -> Beside:
    """What is reported beside every p-value, whatever its method."""
    without = leave_one_out(model.solved, vector)
    return Beside(
        cr1=cr1_std_errors(model.solved, vector),
        cr3=without.cr3,
        low=without.low,
        high=without.high,
        clusters=effective_clusters(model.solved, model.working, vector),
    )


def joint_test(method: Method, model: FittedModel, contrasts: Floats, study: Study) -> list[WaldTest]:
    """`contrasts` [q, p] x coefficients tested together, for each outcome: HTZ with CR2, otherwise the bootstrap."""
    if method == "CR2":
        return htz_test(model.cr2, contrasts)
    test = joint_bootstrap(model.solved, contrasts, bootstrap_draws(model, study))
    values = zip(test.statistic.tolist(), test.p_value.tolist(), strict=True)
    return [WaldTest(statistic, test.df_numerator, nan, p_value) for statistic, p_value in values]
