"""Every check there is. docs/validation.md is made from it."""

from transforms.quality.answer_checks import ANSWER_CHECKS
from transforms.quality.back_check_checks import BACK_CHECK_CHECKS
from transforms.quality.design_checks import DESIGN_CHECKS
from transforms.quality.score_checks import SCORE_CHECKS

_ALL = (*DESIGN_CHECKS, *ANSWER_CHECKS, *BACK_CHECK_CHECKS, *SCORE_CHECKS)
CHECKS = {check.name: check for check in _ALL}
WAIVER_ACTIONS = {check.name: check.actions for check in _ALL if check.actions}
