"""What Great Expectations lacks: an expectation about a rule's flag, and names a verdict can find again."""

from collections.abc import Iterable

import great_expectations as gx
from great_expectations.expectations.expectation import Expectation

from transforms.prepare.values import value_text
from transforms.quality.checks import CHECKS
from transforms.quality.rules import KEPT, Rule
from transforms.study.instrument import Scale


def meta_of(check: str, variable: str | None, flag: str | None = None) -> dict[str, str | None]:
    """What an expectation carries so that its result can be told as a problem of the study."""
    return {"check": check, "variable": variable, "flag": flag}


def expect_columns(columns: Iterable[str]) -> Expectation:
    """The table has these columns; others do no harm."""
    return gx.expectations.ExpectTableColumnsToMatchSet(
        column_set=list(columns),
        exact_match=False,
        description=CHECKS["columns_present"].expects,
        meta=meta_of("columns_present", None),
    )


def expect_rows(minimum: int) -> Expectation:
    """The table has at least `minimum` rows."""
    return gx.expectations.ExpectTableRowCountToBeBetween(
        min_value=minimum, description=CHECKS["rows_enough"].expects, meta=meta_of("rows_enough", None)
    )


def expect_rule(rule: Rule) -> Expectation:
    """Of the rows a rule speaks of, at least the share `rule.mostly` keeps it.

    Great Expectations judges one cell of one column at a time. What needs more (a respondent's other answers, an
    interviewer's other interviews, the same person's other wave) is flagged by `transforms.quality` first.
    """
    return gx.expectations.ExpectColumnValuesToBeInSet(
        column=rule.flag,
        value_set=[KEPT],
        mostly=rule.mostly,
        description=CHECKS[rule.check].expects,
        meta=meta_of(rule.check, rule.variable, rule.flag),
    )


def expect_on_scale(rule: Rule, scale: Scale) -> Expectation:
    """Every answer is one of a scale's codes, or within its range."""
    words = {"description": CHECKS[rule.check].expects, "meta": meta_of(rule.check, rule.variable, rule.flag)}
    if scale.codes:
        return gx.expectations.ExpectColumnValuesToBeInSet(column=rule.variable, value_set=codes_of(scale), **words)
    return gx.expectations.ExpectColumnValuesToBeBetween(
        column=rule.variable, min_value=scale.low, max_value=scale.high, **words
    )


def codes_of(scale: Scale) -> list[float | str]:
    """Codes as a typed wave holds them: numbers where all of them are, else text."""
    numbers = scale.limits is not None
    return [code if numbers else value_text(code) for code in scale.codes]


def suite(name: str, expectations: Iterable[Expectation]) -> gx.ExpectationSuite:
    """Expectations under one name."""
    return gx.ExpectationSuite(name=name, expectations=list(expectations))
