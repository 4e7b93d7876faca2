"""What must be true of all waves together."""

import great_expectations as gx

from expectations.custom import expect_columns, expect_rows, expect_rule, suite
from transforms.quality.panel_rules import panel_rules
from transforms.study.columns import DESIGN_COLUMNS
from transforms.study.study import Study


def panel_suite(study: Study) -> gx.ExpectationSuite:
    """Expectations for the panel: the design's columns, its rows, and every rule of the study."""
    rows = study.settings.limits.minimum_rows * len(study.waves)
    rules = (expect_rule(rule) for rule in panel_rules(study))
    return suite("panel", [expect_columns(DESIGN_COLUMNS), expect_rows(rows), *rules])
