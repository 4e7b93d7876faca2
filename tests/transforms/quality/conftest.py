"""A study that uses every rule: a panel of two waves with interviewers, weights, groups and a block of eight items."""

from collections.abc import Callable

import pytest

from tests.two_waves import TWO_WAVES
from transforms.study.study import Study

SETTINGS = f"""{TWO_WAVES}[design]
kind = "panel"
respondent = "person"
governorate = "place"
community = "village"
weight = "factor"
group = "origin"
sex = "gender"
interviewer = "asked_by"
consent = "agreed"
[design.treatment]
variable = "village"
values = ["1"]
[[indices]]
name = "trust"
"""
CODEBOOK = """
variable | type | scale | index | dimension | role | asked_of | before | after
person | identifier | | | | | | p | p
place | category | places | | | | | g | g
village | category | | | | | | v | v
factor | number | | | | | | w | w
origin | category | origins | | | | | o | o
gender | category | | | | | | s | s
asked_by | category | | | | | | i | i
agreed | category | | | | | | c | c
age | number | 18-99 | | | | | a |
t1 | item | 0-4 | trust | police | | | t1 | t1
t2 | item | 0-4 | trust | police | | | t2 | t2
t3 | item | 0-4 | trust | police | | | t3 | t3
t4 | item | 0-4 | trust | police | | | t4 | t4
t5 | item | 0-4 | trust | court | | | t5 | t5
t6 | item | 0-4 | trust | court | | | t6 | t6
t7 | item | 0-4 | trust | court | | | t7 | t7
t8 | item | 0-4 | trust | court | | displaced | t8 | t8
yes | item | 0-1 | trust | court | | | y | y
words | item | words | | | secondary | | x | x
note | text | | | | | | n | n
"""
SCALES = """
scale | code | label_en
places | 1 | Here
places | 2 | There
origins | 1 | host
origins | 2 | displaced
words | low | Low
words | high | High
"""


@pytest.fixture(scope="session")
def study(little_study: Callable[..., Study]) -> Study:
    return little_study(SETTINGS, CODEBOOK, SCALES)


@pytest.fixture(scope="session")
def study_with(little_study: Callable[..., Study]) -> Callable[[str], Study]:
    """The same study with more settings, or with a line of them replaced: `old -> new`."""

    def change(text: str) -> Study:
        old, arrow, new = text.partition(" -> ")
        return little_study(SETTINGS.replace(old, new) if arrow else SETTINGS + text, CODEBOOK, SCALES)

    return change
