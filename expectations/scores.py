"""What must be true of the scores."""

from collections.abc import Collection

import great_expectations as gx

from expectations.custom import expect_columns, expect_rows, expect_rule, suite
from transforms.quality.score_rules import score_rules
from transforms.study.columns import DESIGN_COLUMNS, pomp_column
from transforms.study.study import Study


def scores_columns(study: Study) -> tuple[str, ...]:
    """Columns the scores must have."""
    outcomes = study.outcomes()
    return (*DESIGN_COLUMNS, *outcomes, *(pomp_column(outcome) for outcome in outcomes))


def scores_suite(study: Study, *, pinned: bool = False, without_unit: Collection[str] = ()) -> gx.ExpectationSuite:
    """Expectations for the scores: their columns, their rows, and every rule of the study."""
    rows = study.settings.limits.minimum_rows * len(study.waves)
    rules = (expect_rule(rule) for rule in score_rules(study, pinned=pinned, without_unit=without_unit))
    return suite("scores", [expect_columns(scores_columns(study)), expect_rows(rows), *rules])
