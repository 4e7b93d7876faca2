"""Whatever stands in a study's files, the answer is a study or a list of problems, never a traceback."""

import contextlib
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from transforms.study.findings import number_or_text
from transforms.study.lines import setting_line
from transforms.study.parse import parse_study, table_names
from transforms.study.problems import StudyError, StudyProblem
from transforms.study.scale_tables import RECODE_COLUMNS, SCALE_COLUMNS
from transforms.study.study import Study, StudySettings
from transforms.study.suggest import spelling
from transforms.study.tables import CODEBOOK_COLUMNS

GOOD = """id = "a"
title = "a"
question = "a"
[[waves]]
name = "w"
file = "f"
[keep]
gov = [1]
[design]
governorate = "gov"
[[indices]]
name = "i"
"""
WORDS = [
    "",
    "1",
    "1-5",
    "5-1",
    "w",
    "i",
    "gov",
    "near",
    "item",
    "category",
    "number",
    "identifier",
    "headline",
    "-",
    "+",
]
WORDS += ["8=dk", "8=", "SCALE", "yes", "nan", "٣", "é", "\u0000", "a b", "x__missing", "=;|", "weight", "1e999"]
cells = st.sampled_from(WORDS) | st.text(max_size=8)


def tables(columns):
    """Rows with some of the columns, some unknown ones, and rows shorter than the first."""
    names = st.lists(st.sampled_from([*columns, "w", "", "other"]), min_size=1, unique=True)
    return st.lists(
        names.flatmap(lambda chosen: st.fixed_dictionaries(dict.fromkeys(chosen, cells))), max_size=4
    )  # rows of one table may have other columns than the first


@cache
def toml_values():
    """Values as TOML writes them, of every type, also nested."""
    plain = st.sampled_from(
        ['"a"', "1", "-1", "0.5", "nan", "inf", "true", "2020-01-01", '""', '"gov"', '"w"', "[]", "{}"]
    )
    return st.recursive(
        plain,
        lambda inner: (
            st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]")
            | st.tuples(st.sampled_from(["en", "w", "gov", '"a b"']), inner).map(
                lambda pair: f"{{ {pair[0]} = {pair[1]} }}"
            )
        ),
        max_leaves=4,
    )


def settings_texts():
    """The good settings with some values replaced, added under some heading, or any text."""
    headings = st.sampled_from(
        ["[keep]", "[design]", "[[indices]]", "[[waves]]", "[missing]", "[limits]", "[[waivers]]", ""]
    )
    names = [name for model in (StudySettings,) for name in model.model_fields] + [
        "name",
        "codes",
        "check",
        "action",
        "rule",
    ]
    added = st.tuples(headings, st.sampled_from(names), toml_values()).map(lambda a: f"{a[0]}\n{a[1]} = {a[2]}\n")
    spoiled = st.tuples(st.sampled_from(GOOD.splitlines()), toml_values()).map(
        lambda change: GOOD.replace(change[0], f"{change[0].partition('=')[0]}= {change[1]}")
    )
    return st.text(max_size=60) | spoiled | added.map(lambda more: GOOD + more) | st.just(GOOD)


@given(
    text=settings_texts(),
    codebook=tables(CODEBOOK_COLUMNS),
    scales=tables(SCALE_COLUMNS),
    recodes=tables(RECODE_COLUMNS),
)
def test_parsing_ends_in_a_study_or_in_problems(text, codebook, scales, recodes):
    tables_of_study = {"codebook": codebook, "scales": scales, "recodes": recodes}
    found: tuple[StudyProblem, ...] = ()
    try:
        assert isinstance(parse_study(text, tables_of_study, {"range": ("accept",)}), Study)
    except StudyError as error:
        found = error.problems
    files = {"study.toml", *table_names_or_defaults(text).values()}
    for problem in found:
        assert problem.file in files
        assert problem.message.endswith(".")
        assert problem.row is None or problem.row >= 1


def table_names_or_defaults(text):
    with contextlib.suppress(StudyError):
        return table_names(text)
    return table_names("")


@given(text=settings_texts(), place=st.lists(st.sampled_from(["waves", 0, "name", "keep", "gov"]), max_size=3))
def test_a_line_is_one_of_the_text(text, place):
    line = setting_line(text, place)
    assert line is None or 1 <= line <= len(text.splitlines())


@given(st.text())
def test_spaces_around_a_value_are_no_part_of_it(text):
    assert spelling(f"  {text} ") == spelling(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_written_number_is_read_back(number):
    assert number_or_text(repr(number)) == number
