"""The page about a study's files says everything the model knows, in plain words."""

from typing import Annotated, Literal

import pytest
from pydantic import Field

from transforms.study.guide import sections, study_guide
from transforms.study.plain_types import bounds, plain_default, plain_type, section_model
from transforms.study.settings import MissingReason, Name, Settings, Share, Text, Value, Words
from transforms.study.study import StudySettings
from transforms.study.tables import CODEBOOK_COLUMNS, RECODE_COLUMNS, SCALE_COLUMNS


class Inner(Settings):
    """A section."""


class Sample(Settings):
    """Settings of every kind."""

    needed: int
    nothing: str | None = None
    empty: tuple[int, ...] = ()
    truth: bool = False
    words: str = "x"
    several: tuple[str, ...] = ("a", "b")
    two_thirds: Share = 2 / 3
    tenth: Share = 0.1
    number: float = Field(0.5, gt=0, lt=1)
    least: int = Field(3, ge=1)
    most: int = Field(3, le=9)
    odd: float = 0.123456
    made: dict[str, int] = Field(default_factory=dict)


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (str, "text"),
        (bool, "`true` or `false`"),
        (int, "whole number"),
        (float, "number"),
        (Name, "short name"),
        (Name | None, "short name"),
        (Words | None, "text, or `{ en = ..., ar = ... }`"),
        (Share, "share, 0 to 1"),
        (Annotated[int, Field(ge=1)], "whole number"),
        (MissingReason, "reason (see the end)"),
        (Literal["a", "b"], "one of `a`, `b`"),
        (tuple[Literal["a", "b"], ...], "list of `a`, `b`"),
        (tuple[Name, ...], "list of short names"),
        (tuple[Value, ...], "list of texts or numbers"),
        (tuple[float, ...], "list of number"),
        (dict[Name, tuple[Value, ...]], "table: short name = list of texts or numbers"),
    ],
)
def test_types_in_plain_words(hint, words):
    assert plain_type(hint) == words


def test_a_type_without_words_is_noticed():
    with pytest.raises(TypeError, match="no plain words"):
        plain_type(complex)


@pytest.mark.parametrize(
    ("name", "default", "limits"),
    [
        ("needed", "**needed**", ""),
        ("nothing", "–", ""),
        ("empty", "–", ""),
        ("truth", "`false`", ""),
        ("words", '`"x"`', ""),
        ("several", '`["a", "b"]`', ""),
        ("two_thirds", "`2/3`", ""),  # a share's limits are in its name
        ("tenth", "`0.1`", ""),
        ("number", "`0.5`", ", above 0 and below 1"),
        ("least", "`3`", ", at least 1"),
        ("most", "`3`", ", at most 9"),
        ("odd", "`0.123456`", ""),
        ("made", "–", ""),
    ],
)
def test_defaults_and_limits(name, default, limits):
    field = Sample.model_fields[name]
    assert (plain_default(field), bounds(field)) == (default, limits)


@pytest.mark.parametrize(
    ("hint", "found"),
    [
        (Inner, (Inner, False)),
        (Inner | None, (Inner, False)),
        (tuple[Inner, ...], (Inner, True)),
        (tuple[Inner, ...] | None, (Inner, True)),
        (Text, None),  # words, not a section
        (dict[str, Inner], None),
        (str, None),
    ],
)
def test_sections_are_found(hint, found):
    assert section_model(hint) == found


def test_headings_are_those_of_toml():
    headings = [heading for heading, _ in sections(StudySettings)]
    assert headings[:4] == ["", "`[[waves]]`", "`[design]`", "`[design.treatment]`"]
    assert {"`[missing]`", "`[[indices]]`", "`[effects]`", "`[limits]`", "`[alerts]`", "`[[waivers]]`"} < set(headings)


def test_every_setting_and_column_is_described():
    page = study_guide({"study.toml": 'id = "x"', "codebook.csv": "variable"})
    for _, model in sections(StudySettings):
        for name, field in model.model_fields.items():
            assert f"\n| `{name}` | " in page
            assert field.description, f"{model.__name__}.{name} has no description"
            assert field.description.replace("|", "\\|") in page
    for columns in (CODEBOOK_COLUMNS, SCALE_COLUMNS, RECODE_COLUMNS):
        for name, words in columns.items():
            assert f"| `{name}`" in page
            assert words in page
    assert '`study.toml`\n\n```toml\nid = "x"\n```' in page
    assert "`codebook.csv`\n\n```csv\nvariable\n```" in page


def test_no_cell_breaks_its_table():
    page = study_guide({})
    tables = [line.replace("\\|", "") for line in page.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in tables} == {3, 5}
