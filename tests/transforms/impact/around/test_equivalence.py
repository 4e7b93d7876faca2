"""Two one-sided tests by hand and by their definition."""

from collections.abc import Callable
from dataclasses import replace
from math import inf, isnan

import pytest
from scipy import stats

from transforms.impact.around.equivalence import Equivalence, equivalence, equivalence_table
from transforms.impact.estimate import EQUALITY, Estimate
from transforms.study import Study
from transforms.study.records import record_columns

MakeRow = Callable[..., Estimate]
# estimate, std_error, verdict, why; 95 % limits are +-2.0 SE and 90 % limits +-1.67 SE at 60 df
VERDICTS = (
    (0.01, 0.05, "negligible", "0.01 + 0.084 lies inside 0.15, and zero inside the interval"),
    (-0.01, 0.05, "negligible", "the same on the other side"),
    (0.06, 0.02, "small", "inside the margin, yet not zero"),
    (0.10, 0.10, "undecided", "neither zero nor 0.15 is ruled out"),
    (0.20, 0.05, "nonzero", "not zero, but 0.12 may be true"),
    (0.30, 0.05, "large", "every effect up to 0.15 is ruled out"),
    (-0.30, 0.05, "large", "and likewise in the other direction"),
)


def _with_interval(row: Estimate) -> Estimate:
    half = stats.t.ppf(0.975, row.df) * row.std_error
    return replace(row, conf_low=row.estimate - half, conf_high=row.estimate + half)


@pytest.mark.parametrize(("estimate", "error", "verdict", "why"), VERDICTS)
def test_verdict(row_of: MakeRow, estimate: float, error: float, verdict: str, why: str) -> None:
    found = equivalence(_with_interval(row_of(estimate=estimate, std_error=error, df=60.0)), 0.15)
    assert found.verdict == verdict, why
    assert (found.p_value < 0.05) == (verdict in ("negligible", "small")), "the interval and the tests agree"
    assert found.ruled_out == pytest.approx(abs(estimate) + stats.t.ppf(0.95, 60) * error)


def test_p_value_is_the_larger_of_two_one_sided_tests(row_of: MakeRow) -> None:
    found = equivalence(_with_interval(row_of(estimate=0.04, std_error=0.06, df=11.0)), 0.15)
    above, below = stats.t.cdf((0.04 - 0.15) / 0.06, 11), stats.t.sf((0.04 + 0.15) / 0.06, 11)
    assert found.p_value == pytest.approx(max(above, below), rel=1e-12)


def test_margin_at_the_bound_gives_five_percent(row_of: MakeRow) -> None:
    row = _with_interval(row_of(estimate=0.04, std_error=0.06, df=11.0))
    assert equivalence(row, equivalence(row, 0.15).ruled_out).p_value == pytest.approx(0.05)


def test_effects_at_the_margin_are_called_negligible_in_five_percent_of_draws(row_of: MakeRow) -> None:
    draws = stats.norm(0.15, 0.05).rvs(4000, random_state=3)
    rows = [_with_interval(row_of(estimate=draw, std_error=0.05, df=inf)) for draw in draws]
    share = sum(equivalence(row, 0.15).verdict in ("negligible", "small") for row in rows) / 4000
    assert share == pytest.approx(0.05, abs=0.011)


def test_bootstrap_interval_is_taken_as_it_is(row_of: MakeRow) -> None:
    row = row_of(estimate=0.02, conf_low=-0.1, conf_high=0.14)
    own = equivalence(row, 0.15)
    assert (own.basis, own.verdict, own.ruled_out) == ("interval", "negligible", 0.14)
    assert isnan(own.p_value)
    given = equivalence(row, 0.15, interval=(-0.08, 0.12))
    assert (given.low, given.high, given.basis) == (-0.08, 0.12, "interval")


NOTHING_TO_SAY = (
    ({"status": "no_p_value", "estimate": 0.1}, "not_offered", "no uncertainty, no verdict"),
    ({"estimate": 0.1}, "not_offered", "neither degrees of freedom nor an interval"),
    ({"estimate": 0.1, "std_error": 0.1, "df": 9.0, "unit": "points"}, "no_margin", "the margin is in SD"),
)


@pytest.mark.parametrize(("given", "verdict", "why"), NOTHING_TO_SAY)
def test_no_verdict(row_of: MakeRow, given: dict[str, object], verdict: str, why: str) -> None:
    found = equivalence(row_of(**given), 0.15)
    assert found.verdict == verdict, why
    assert isnan(found.p_value)


def test_table_leaves_out_levels_and_joint_tests(row_of: MakeRow, study_of: Callable[..., Study]) -> None:
    row = _with_interval(row_of(estimate=0.2, std_error=0.05, df=11.0))
    rows = [row, replace(row, contrast=EQUALITY), replace(row, model="level")]
    found = equivalence_table(rows, study_of(effects={"smallest_effect": 0.3}))
    assert tuple(found.columns) == record_columns(Equivalence)
    assert found["verdict"].tolist() == ["small"], "0.3 was declared, so 0.2 + 0.09 is within it"
    assert list(equivalence_table([], study_of()).columns) == list(record_columns(Equivalence))
