"""Ages of a panel: the first interview's age and the years between, within one year."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.quality.links import another_age
from transforms.quality.panel_rules import panel_rules
from transforms.quality.wave_rules import wave_rules

CODEBOOK = """
    variable | type       | scale | index | one | two | three
    person   | identifier |       |       | p   | p   | p
    years    | number     |       |       | a   | a   | a
    day      | date       |       |       | d   | d   | d
    t1       | item       | 0-4   | i     | t   | t   | t
"""
SETTINGS = """
[[waves]]
name = "one"
file = "1.csv"
{one}
[[waves]]
name = "two"
file = "2.csv"
{two}
[[waves]]
name = "three"
file = "3.csv"
[design]
kind = "panel"
respondent = "person"
age = "years"
{design}
[[indices]]
name = "i"
"""
DAY = 'date = "day"'


@pytest.fixture(scope="module")
def study_of(little_study):
    def build(one="October 2020", two="October 2022", design=DAY):
        dates = {"one": f'date = "{one}"' if one else "", "two": f'date = "{two}"' if two else ""}
        return little_study(SETTINGS.format(design=design, **dates), CODEBOOK)

    return build


def panel(ages, days, waves=("one", "two"), people=("a", "a")):
    columns = {"respondent": pd.Series(people, dtype="str"), "wave": pd.Categorical(waves), "years": pd.Series(ages)}
    return pd.DataFrame(columns | {"day": pd.Series(days, dtype="str")})


YEARS = ("2020-10-01", "2022-10-01T08:30:00+03:00")
CASES = [
    ((30.0, 32.0), YEARS, {}, (0, 1), "two years older"),
    ((30.0, 31.0), YEARS, {}, (0, 1), "within a year"),
    ((30.0, 33.0), YEARS, {}, (0, 1), "within a year, above"),
    ((30.0, 34.0), YEARS, {}, (1, 1), "two years too old"),
    ((30.0, 30.0), YEARS, {}, (1, 1), "not a day older"),
    ((30.0, 30.0), ("2020-10-01", "2021-02-01"), {}, (0, 1), "four months later"),
    ((30.0, np.nan), YEARS, {}, (0, 0), "no age"),
    ((30.0, 34.0), ("2020-10-01", None), {}, (1, 1), "the dates of the waves where an interview has none"),
    ((30.0, 34.0), ("08:30:00", "09:00"), {}, (1, 1), "times of day are no days"),
    ((30.0, 34.0), ("2020-10-01", None), {"two": ""}, (0, 0), "nothing says how long it was"),
    ((30.0, 33.0), (None, None), {"design": ""}, (0, 1), "the dates of the waves"),
    (
        (30.0, 33.5),
        (None, None),
        {"one": "Oct. 2020 - Feb. 2021", "two": "٢٠٢٣"},
        (0, 1),
        "middle of two, Arabic digits",
    ),
    ((30.0, 34.0), (None, None), {"one": "round 12020"}, (0, 0), "no year is named"),
]


@pytest.mark.parametrize(("ages", "days", "settings", "expected", "why"), CASES)
def test_ages_of_linked_interviews(study_of, ages, days, settings, expected, why):
    found = another_age(panel(ages, days), study_of(**settings))
    assert not found.evaluated[0], "the first interview is the measure"
    assert (int(found.broken[1]), int(found.evaluated[1])) == expected, why


def test_the_first_interview_with_an_age_is_the_measure(study_of):
    frame = panel(
        [np.nan, 40.0, 30.0, 31.0, 39.0],
        ["2020-01-01", "2020-01-01", "2021-01-01", "2022-01-01", "2022-01-01"],
        ["one", "one", "two", "three", "three"],
        ["a", "b", "a", "a", None],
    ).set_index(pd.Index([5, 7, 6, 9, 8]))
    found = another_age(frame, study_of())
    assert found.evaluated.tolist() == [False, False, False, True, False]
    assert not found.broken.any()


def test_a_panel_without_dates_of_interviews_in_it_uses_those_of_waves(study_of):
    assert another_age(panel((30.0, 34.0), YEARS).drop(columns="day"), study_of()).broken.tolist() == [False, True]


@given(born=st.dates(dt.date(1930, 1, 1), dt.date(2000, 1, 1)), days=st.integers(1, 5000))
def test_who_tells_completed_years_always_fits(study_of, born, days):
    first = pd.Timestamp("2010-03-01")
    both = [first, first + pd.Timedelta(days=days)]
    born = pd.Timestamp(born)
    ages = [float(day.year - born.year - ((day.month, day.day) < (born.month, born.day))) for day in both]
    found = another_age(panel(ages, [day.date().isoformat() for day in both]), study_of())
    assert found.evaluated[1]
    assert not found.broken[1]


def test_only_a_panel_that_names_an_age_is_asked_for_it(study_of, study):
    (rule,) = [rule for rule in panel_rules(study_of()) if rule.check == "panel_age"]
    assert rule.variable == "years"
    assert rule.find(panel((30.0, 34.0), YEARS)).rows.tolist() == [False, True]
    assert "panel_age" not in {rule.check for rule in panel_rules(study)}


def test_a_date_that_cannot_be_read_is_told(study_of):
    study = study_of()
    (rule,) = [rule for rule in wave_rules(study, study.baseline) if rule.check == "date_not_read"]
    frame = panel((30.0, 30.0), (None, None)).assign(day__missing=pd.Categorical(["not_coded", "blank"]))
    assert rule.find(frame).broken.tolist() == [True, False]
