"""Every reason that the tables of factor models by maximum likelihood give: keys of the report's wording."""

from transforms.measure.factors.doubts import FACTORS_ALIKE, NEGATIVE_LOADING, NEGATIVE_VARIANCE
from transforms.measure.factors.invariance import EARLIER_STEP, GROUPS_LEFT_OUT, ITEMS_LEFT_OUT
from transforms.measure.factors.likelihood import (
    NOT_CONVERGED,
    NOT_IDENTIFIED,
    SINGULAR_COVARIANCE,
    TOO_MANY_PARAMETERS,
)
from transforms.measure.factors.selection import (
    ALONE,
    CONSTANT,
    FEW_RESPONDENTS,
    NOT_ASKED_OF_ALL,
    ONE_GROUP,
    TOO_FEW_ITEMS,
)

FACTOR_REASONS = (
    NOT_CONVERGED,
    NOT_IDENTIFIED,
    SINGULAR_COVARIANCE,
    TOO_MANY_PARAMETERS,
    FEW_RESPONDENTS,
    TOO_FEW_ITEMS,
    ONE_GROUP,
    NOT_ASKED_OF_ALL,
    CONSTANT,
    ALONE,
    EARLIER_STEP,
    ITEMS_LEFT_OUT,
    GROUPS_LEFT_OUT,
    NEGATIVE_VARIANCE,
    NEGATIVE_LOADING,
    FACTORS_ALIKE,
)
