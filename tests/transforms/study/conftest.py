"""A study of two waves that is right, to be spoiled by tests."""

from collections.abc import Callable

import pytest

from transforms.study.parse import parse_study
from transforms.study.problems import StudyError, StudyProblem
from transforms.study.study import Study

SETTINGS = """id = "little"
title = "A little study"
question = "Does it work?"
[[waves]]
name = "before"
file = "a.csv"
[[waves]]
name = "after"
file = "b.csv"
[keep]
gov = ["Amman", 2]
[design]
respondent = "pid"
governorate = "gov"
community = "town"
[design.treatment]
variable = "town"
values = ["North"]
[[indices]]
name = "vertical"
"""
CODEBOOK = """
variable | type       | scale | direction | index    | dimension | role | missing | sensitive | before | after
pid      | identifier |       |           |          |           |      |         |           | id     | id
gov      | category   | GOV   |           |          |           |      |         |           | g      | g
town     | category   |       |           |          |           |      |         |           | t      | t
near     | item       | LIKE  | +         | vertical | trust     |      | 8=dk    | 1         | q1     | q1
far      | item       | 1-5   | -         | vertical | trust     |      |         |           | q2     | q2
"""
SCALES = """
scale | code | label_en | label_ar
GOV   | 1    | Amman    | عمّان
GOV   | 2    | Irbid    | إربد
LIKE  | 1    | No       | لا
LIKE  | 2    | Yes      | نعم
WORDS | a    | A lot    |
"""
RECODES = """
variable | wave   | old | new
gov      | before | 11  | 1
gov      |        | 12  | Irbid
town     |        | N   | North
"""


@pytest.fixture
def spoil(rows) -> Callable[..., Study]:
    """The study after changes, each `file: old -> new`; a line of `file: + text` is added at its end."""

    def build(*changes: str, checks=None) -> Study:
        texts = {"settings": SETTINGS, "codebook": CODEBOOK, "scales": SCALES, "recodes": RECODES}
        for change in changes:
            file, _, edit = change.partition(": ")
            if edit.startswith("+ "):
                texts[file] = texts[file].rstrip() + "\n" + edit[2:]
                continue
            old, _, new = edit.partition(" -> ")
            assert old in texts[file], f"{old!r} is not in {file}"
            texts[file] = texts[file].replace(old, new)
        tables = {name: rows(text) for name, text in texts.items() if name != "settings" and text.strip()}
        return parse_study(texts["settings"], tables, checks)

    return build


@pytest.fixture
def problems_after(spoil) -> Callable[..., tuple[StudyProblem, ...]]:
    """The problems of the spoiled study."""

    def build(*changes: str, checks=None) -> tuple[StudyProblem, ...]:
        with pytest.raises(StudyError) as refused:
            spoil(*changes, checks=checks)
        return refused.value.problems

    return build
