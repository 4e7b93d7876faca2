"""Numbers and lengths far from the others: by hand, and by the multiplier the study sets."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.quality.outliers import beyond_fences, numeric_outliers, unusual_durations
from transforms.quality.wave_rules import wave_rules
from transforms.study.models import Limits

DEFAULT = Limits()
# Quartiles 12.5 and 17.5; the fences of 1.5 IQR are 5 and 25.
TEN_TO_TWENTY = [float(value) for value in range(10, 21)]


@pytest.mark.parametrize(
    ("more", "expected", "why"),
    [
        ([], [], "ten to twenty"),
        ([1000.0], [1000.0], "two zeros too many"),
        ([1.0], [1.0], "a digit too few"),
        ([0.0], [0.0], "zero has a logarithm of x + 1"),
        ([np.nan, np.nan], [], "a missing number is no outlier"),
        ([-9.0], [-9.0], "no logarithm below -1: judged as it is"),
    ],
)
def test_outliers_by_hand(more, expected, why):
    values = pd.Series(TEN_TO_TWENTY + more)
    found = numeric_outliers(values, DEFAULT)
    assert values[found.broken].tolist() == expected, why
    assert found.evaluated.equals(values.notna())
    assert found.rows.equals(found.broken), "they can be looked up"


@pytest.mark.parametrize(
    ("iqr", "sd", "expected", "why"),
    [
        (1.5, 99.0, [40.0], "quartiles 13 and 19: beyond 28, and beyond 33 on the log scale"),
        (0.5, 99.0, [24.0, 40.0], "beyond 22, and beyond 22.9"),
        (4.0, 99.0, [], "43 is the fence"),
        (99.0, 2.0, [40.0], "mean 17.6 and SD 7.8: 40 is 2.9 SD away"),
        (99.0, 3.0, [], "which are less than three"),
        (99.0, 0.5, [10.0, 11.0, 12.0, 13.0, 24.0, 40.0], "below 13.7 and beyond 21.5"),
    ],
)
def test_a_changed_multiplier_changes_what_is_reported(iqr, sd, expected, why):
    """Mistake 1 of the published ones: a check that ignores the multiplier its user sets."""
    values = pd.Series([*TEN_TO_TWENTY, 24.0, 40.0])
    flagged = values[numeric_outliers(values, Limits(outlier_iqr=iqr, outlier_sd=sd)).broken].tolist()
    assert flagged == expected, why


@pytest.mark.parametrize("setting", ["outlier_iqr", "outlier_sd"])
def test_the_multiplier_of_the_study_reaches_the_rule(study_with, setting):
    """From study.toml to the flag; the other multiplier is out of reach."""
    other = {"outlier_iqr": "outlier_sd", "outlier_sd": "outlier_iqr"}[setting]
    frame = pd.DataFrame({"age": 40 + 4 * np.random.default_rng(1).standard_t(4, 1000).clip(-9, 9)})
    counts = []
    for multiplier in (1, 2, 3, 20):
        study = study_with(f"[limits]\n{setting} = {multiplier}\n{other} = 1000")
        (rule,) = [rule for rule in wave_rules(study, study.baseline) if rule.check == "numeric_outliers"]
        counts.append(int(rule.find(frame).broken.sum()))
    assert counts[0] > counts[1] > counts[2] > counts[3] == 0


NUMBERS = st.lists(st.floats(0, 1e6), min_size=10, max_size=40)


@given(NUMBERS, st.floats(0.1, 5), st.floats(0.1, 5), st.floats(1, 3))
def test_a_larger_multiplier_never_reports_more(values, iqr, sd, times):
    numbers = pd.Series(values)
    narrow = numeric_outliers(numbers, Limits(outlier_iqr=iqr, outlier_sd=sd)).broken
    wide = numeric_outliers(numbers, Limits(outlier_iqr=iqr * times, outlier_sd=sd * times)).broken
    assert not (wide & ~narrow).any()


@given(NUMBERS)
def test_fences_are_those_of_the_definition(values):
    numbers = np.array(values)
    first, third = np.quantile(numbers, [0.25, 0.75])
    mean, sd = numbers.mean(), numbers.std(ddof=1)
    slack = 1e-6 * (1 + abs(numbers).max())
    for value, found in zip(values, beyond_fences(pd.Series(values), DEFAULT), strict=True):
        out = [mean - 3 * sd - value, value - mean - 3 * sd]
        if third > first:
            out += [first - 1.5 * (third - first) - value, value - third - 1.5 * (third - first)]
        if abs(max(out)) > slack and third - first > slack:
            assert found == (max(out) > 0)


def test_the_long_tail_of_incomes_is_no_outlier():
    incomes = pd.Series(np.random.default_rng(2).lognormal(6, 0.8, 2000))
    assert beyond_fences(incomes, DEFAULT).mean() > 0.05, "as they are, one in twenty would be"
    assert numeric_outliers(incomes, DEFAULT).broken.mean() < 0.01


def test_where_most_say_none_the_others_are_no_outliers():
    children = pd.Series([0.0] * 80 + [1.0] * 12 + [2.0] * 8)
    assert not numeric_outliers(children, DEFAULT).broken.any(), "quartiles 0 and 0: their fences would leave out all"


def test_few_numbers_are_not_judged():
    assert not numeric_outliers(pd.Series([*TEN_TO_TWENTY[:8], 1000.0]), DEFAULT).evaluated.any()
    assert not unusual_durations(pd.Series([30.0] * 8 + [1.0]), DEFAULT).evaluated.any()


@pytest.mark.parametrize(
    ("minutes", "reported", "why"),
    [
        (40.0, False, "the median"),
        (24.0, False, "sixty per cent of it"),
        (23.9, True, "less"),
        (0.0, True, "no length at all"),
        (-5.0, True, "ended before it began"),
        (90.0, True, "beyond 1.5 IQR of log length"),
        (np.nan, False, "nobody knows"),
    ],
)
def test_lengths_by_hand(minutes, reported, why):
    """Median 40, quartiles 30 and 53.3 apart by a factor of 16/9: the fences are 40 x (16/9)^2 up and down."""
    ladder = [40 * (4 / 3) ** (step / 4) for step in range(-4, 5)] * 3
    found = unusual_durations(pd.Series([*ladder, minutes]), DEFAULT)
    assert bool(found.broken.iloc[-1]) is reported, why
    assert not found.broken.iloc[:-1].any()
    assert found.evaluated.iloc[-1] == (not np.isnan(minutes))


@pytest.mark.parametrize(
    ("limits", "reported", "why"),
    [
        ({"duration_share": 0.5}, False, "22 of 40 is more than half"),
        ({"duration_share": 0.6}, True, "and less than three fifths"),
        ({"duration_share": 0.0, "outlier_iqr": 0.5}, True, "or far away by a small multiplier"),
        ({"duration_share": 0.0, "outlier_iqr": 3.0}, False, "not by a large one"),
    ],
)
def test_limits_of_lengths_are_settings(limits, reported, why):
    ladder = [40 * (4 / 3) ** (step / 4) for step in range(-4, 5)] * 3
    found = unusual_durations(pd.Series([*ladder, 22.0]), Limits(**limits))
    assert bool(found.broken.iloc[-1]) is reported, why


@given(st.lists(st.integers(1, 300), min_size=10, max_size=30), st.sampled_from([0.25, 4.0, 64.0]))
def test_lengths_may_be_in_any_unit(minutes, unit):
    lengths = pd.Series(minutes, dtype="float64")
    assert unusual_durations(lengths * unit, DEFAULT).broken.equals(unusual_durations(lengths, DEFAULT).broken)


def test_the_length_of_the_interview_is_judged_as_such_and_weights_are_no_answers(study_with):
    study = study_with('consent = "agreed" -> duration = "age"')
    rules = [rule for rule in wave_rules(study, study.baseline) if rule.check != "not_coded"]
    checks = {rule.variable: rule.check for rule in rules}
    assert checks["age"] == "duration"
    assert checks["factor"] == "weight_positive"
    assert "numeric_outliers" not in checks.values()
