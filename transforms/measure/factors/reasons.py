"""Every reason that the tables of factor models give, linear and ordinal: keys of the report's wording."""

from transforms.measure.factors.doubts import FACTORS_ALIKE, NEGATIVE_LOADING, NEGATIVE_VARIANCE
from transforms.measure.factors.invariance import EARLIER_STEP, GROUPS_LEFT_OUT, ITEMS_LEFT_OUT, NOT_SCALED
from transforms.measure.factors.likelihood import (
    NOT_CONVERGED,
    NOT_IDENTIFIED,
    SINGULAR_COVARIANCE,
    TOO_MANY_PARAMETERS,
)
from transforms.measure.factors.ordinal_fit import NO_CORRELATION
from transforms.measure.factors.ordinal_invariance import AT_BOUND, MERGED, NOT_POSITIVE_DEFINITE
from transforms.measure.factors.selection import (
    ALONE,
    CONSTANT,
    FEW_RESPONDENTS,
    NOT_ASKED_OF_ALL,
    NOT_ASKED_TOGETHER,
    ONE_GROUP,
    TOO_FEW_ITEMS,
)
from transforms.measure.factors.thresholds import (
    NEVER_ANSWERED,
    ONE_CATEGORY,
    TOO_MANY_CATEGORIES,
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
    NOT_ASKED_TOGETHER,
    CONSTANT,
    ALONE,
    EARLIER_STEP,
    ITEMS_LEFT_OUT,
    NOT_SCALED,
    GROUPS_LEFT_OUT,
    NEGATIVE_VARIANCE,
    NEGATIVE_LOADING,
    FACTORS_ALIKE,
    NEVER_ANSWERED,
    ONE_CATEGORY,
    TOO_MANY_CATEGORIES,
    MERGED,
    NO_CORRELATION,
    AT_BOUND,
    NOT_POSITIVE_DEFINITE,
)
