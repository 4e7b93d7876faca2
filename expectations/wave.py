"""What must be true of one wave."""

import great_expectations as gx

from expectations.custom import expect_columns, expect_on_scale, expect_rows, expect_rule, suite
from transforms.quality.rules import Rule
from transforms.quality.wave_rules import wave_rules, wave_variables
from transforms.study.design import Wave
from transforms.study.study import Study


def wave_suite(study: Study, wave: Wave) -> gx.ExpectationSuite:
    """Expectations for a typed wave: its variables, its rows, and every rule of the study."""
    table = [expect_columns(wave_variables(study, wave)), expect_rows(study.settings.limits.minimum_rows)]
    return suite(f"wave {wave.name}", [*table, *(_expect(rule, study) for rule in wave_rules(study, wave))])


def _expect(rule: Rule, study: Study) -> gx.expectations.Expectation:
    """Scales are judged on the answers themselves, everything else on the rule's flag."""
    if rule.check != "out_of_range":
        return expect_rule(rule)
    scale = study.codebook.scale(study.codebook.variable(str(rule.variable)))
    assert scale is not None  # or there were no such rule
    return expect_on_scale(rule, scale)
