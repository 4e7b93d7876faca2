"""Settings that are wrong are said to be, with the line, the reason and what was probably meant."""

import pytest

from transforms.study.lines import SettingsText, setting_line
from transforms.study.parse import parse_settings, table_names
from transforms.study.problems import StudyError, StudyProblem, UnreadableFileError
from transforms.study.refusals import settings_at
from transforms.study.study import StudySettings

GOOD = """id = "little"
title = "A little study"
question = "Does it work?"
[[waves]]
name = "before"
file = "a.csv"
[design]
[[indices]]
name = "vertical"
"""


def problems_of(text):
    with pytest.raises(StudyError) as refused:
        parse_settings(text)
    return refused.value.problems


def test_the_least_a_study_says():
    settings = parse_settings(GOOD)
    assert settings.title.read("ar") == "A little study"  # Arabic falls back to English
    assert (settings.waves[0].name, settings.design.kind, settings.limits.smallest_shown_cell) == (
        "before",
        "cross-sections",
        10,
    )


@pytest.mark.parametrize(
    ("added", "row", "where", "message"),
    [
        ('titel = "x"', 10, "titel", "there is no such setting. Did you mean title?"),
        ("seed = -1", 10, "seed", "must be greater than or equal to 0."),
        ("seed = 0.5", 10, "seed", "must be a whole number."),
        ('seed = "one"', 10, "seed", "must be a whole number."),
        ('synthetic = "perhaps"', 10, "synthetic", "must be true or false."),
        ("languages = []", 10, "languages", "needs at least 1 entry."),
        ('languages = ["en", "fr"]', 10, "languages.1", "must be en or ar."),
        ('languages = "en"', 10, "languages", "must be a list. Write it in square brackets."),
        ("funder = 3", 10, "funder", 'must be text, in quotes. Write "...".'),
        ("programme = 3", 10, "programme", "must be text, or a table of names and values."),
        ('programme = { en = "a", fr = "b" }', 10, "programme.fr", "there is no such setting. There are: en, ar."),
        ("keep = 3", 10, "keep", "must be a table of names and values."),
        ("[keep]\nregion = 3", 11, "keep.region", "must be a list. Write it in square brackets."),
        ("[keep]\nregion = [2020-01-01]", 11, "keep.region.0", "must be text, a number, or true or false."),
        ("[keep]\nregion = [nan]", 11, "keep.region.0", "must be text, a number, or true or false."),
        ("[limits]\nkeep_run = 3", 11, "limits.keep_run", "there is no such setting. Did you mean keep_runs?"),
        ("[limits]\nitem_missing_share = 2", 11, "limits.item_missing_share", "must be less than or equal to 1."),
        ("[limits]\nitem_missing_share = inf", 11, "limits.item_missing_share", "must be an ordinary number."),
        ('[limits]\nitem_missing_share = "a"', 11, "limits.item_missing_share", "must be a number."),
        ('[effects]\ngroups = ["grop"]', 11, "effects.groups.0", "must be group or sex. Did you mean group?"),
        ('[missing]\ncodes = { 97 = "idk" }', 11, "missing.codes.97", "must be dk, refused, skipped"),
        ("[alerts]\nx.y = 3", 11, "alerts.x", "there is no such setting. There are: secret, on."),
        ('[[waivers]]\ncheck = "x"\nreason = "so"\nsigned = "me"', 12, "waivers.0.reason", "needs at least 5 letters."),
        ('[[waivers]]\ncheck = "x"\nreason = "it is so"', 10, "waivers.0.signed", "is needed and not given. Add it."),
        ('[[indices]]\nname = "a b"', 11, "indices.1.name", "must start with a letter and hold only letters"),
        (
            '[[indices]]\nname = "b"\nrule = "flatt"',
            12,
            "indices.1.rule",
            "must be summary, flat, mean or additive. Did you mean f",
        ),
        ("[[indices]]\nminimum_items = 0\nname = 'b'", 11, "indices.1.minimum_items", "must be greater than or equal"),
        ("[[waves]]\nname = 'b'\nfil = 'c'", 12, "waves.1.fil", "there is no such setting. Did you mean file?"),
        (
            '[[raking.margins]]\nvariable = "x"\nshares = { a = 1 }',
            12,
            "raking.margins.0.shares",
            "needs at least 2 entries.",
        ),
        ('scoring_key = "abc"', 10, "scoring_key", "must be a whole SHA-256: 64 characters, 0 to 9 and a to f."),
        ("nothing = 3", 10, "nothing", "there is no such setting."),
    ],
)
def test_a_wrong_setting(added, row, where, message):
    top = "" if "[" in added.split("=")[0] else added
    text = GOOD.replace("[[waves]]", top + "\n[[waves]]", 1) if top else GOOD + added
    found = {problem.where: problem for problem in problems_of(text)}
    problem = found[where]
    assert problem.file == "study.toml"
    assert problem.row == (4 if top else row)
    assert f"{problem.message} {problem.fix}".startswith(message)


def test_a_list_with_one_wrong_entry_is_not_called_empty():
    assert [problem.where for problem in problems_of(GOOD.replace('file = "a.csv"', "file = 1"))] == ["waves.0.file"]


def test_everything_is_said_at_once_in_the_order_of_the_file():
    text = (
        GOOD.replace('"little"', '"a b"').replace('name = "vertical"', 'name = "vertical"\nrule = "x"')
        + "[limits]\na=1"
    )
    assert [(problem.row, problem.where) for problem in problems_of(text)] == [
        (1, "id"),
        (10, "indices.0.rule"),
        (12, "limits.a"),
    ]


@pytest.mark.parametrize(
    ("text", "row", "message"),
    [
        ('id = "x', 1, ""),  # an open quote
        ('id = "x"\nid = "y"', 2, ""),  # twice
        ("x = [1,\n2", 2, ""),  # to the end of the file
        ("a = " + "[" * 5000, 1, "a value is too long or too deep"),  # deeper than Python goes
        ("a = " + "1" * 5000, 1, "a value is too long or too deep"),  # longer than Python reads
        ("=", 1, ""),
    ],
)
def test_text_that_is_not_toml(text, row, message):
    (problem,) = problems_of(text)
    assert (problem.where, problem.row) == ("syntax", row)
    assert problem.message.startswith(message)


def test_an_empty_file_lacks_everything_needed():
    problems = problems_of("")
    assert {problem.where for problem in problems} == {"id", "title", "question", "waves", "design", "indices"}
    assert {(problem.row, problem.message) for problem in problems} == {(None, "is needed and not given.")}


LINES = """id = "x"
[keep]
region = [1]
"odd name" = [2]
[[waves]]
name = "a"
where.round = [1]
[[waves]] # the second
name = "b"
[missing.codes]
"97.5" = "dk"
[design.treatment]
variable = "x"
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("id",), 1),
        (("keep", "region"), 3),
        (("keep", "region", 0), 3),  # inside a value: the value's line
        (("keep", "odd name"), 4),  # a quoted key
        (("waves", 0, "name"), 6),
        (("waves", 0, "where", "round"), 7),  # a dotted key
        (("waves", 1, "name"), 9),
        (("waves", 1, "file"), 8),  # absent: its heading
        (("waves", 2), None),  # no such heading
        (("missing", "codes", "97.5"), 11),  # a dot that is part of a quoted key
        (("design", "treatment", "values"), 12),
        (("title",), None),
    ],
)
def test_setting_line(place, line):
    assert setting_line(LINES, place) == line
    assert SettingsText(LINES).problem(place, "is wrong.").row == line


@pytest.mark.parametrize(
    ("place", "names"),
    [
        ((), list(StudySettings.model_fields)),
        (("alerts",), ["secret", "on"]),
        (("waves", 0), ["name", "file", "label", "date", "sheet", "encoding", "form", "where"]),  # in a list
        (("design", "treatment"), ["variable", "values", "assigned_by", "randomised", "first_wave"]),  # optional
        (("id",), []),  # holds no settings
        (("nothing", "here"), []),
    ],
)
def test_settings_at(place, names):
    assert settings_at(StudySettings, place) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", {"codebook": "codebook.csv", "scales": "scales.csv", "recodes": "recodes.csv", "groups": "groups.csv"}),
        (
            'codebook = "c.xlsx"\nform = "f.xlsx"',
            {
                "codebook": "c.xlsx",
                "scales": "scales.csv",
                "recodes": "recodes.csv",
                "groups": "groups.csv",
                "form": "f.xlsx",
            },
        ),
        (
            'codebook = 3\nform = 4\nscales = ""',
            {"codebook": "codebook.csv", "scales": "scales.csv", "recodes": "recodes.csv", "groups": "groups.csv"},
        ),
    ],
)
def test_table_names_are_known_whatever_else_is_wrong(text, names):
    assert table_names(text) == names


def test_problems_read_as_sentences():
    problems = [
        StudyProblem("study.toml", None, "design", "is odd.", ""),
        StudyProblem("codebook.csv", 3, "near", "has no scale.", "Name one."),
    ]
    assert str(StudyError(problems)) == (
        "The study has 2 problems:\n"
        "  - codebook.csv, row 3: near: has no scale. Name one.\n"
        "  - study.toml: design: is odd."
    )
    assert str(StudyError(problems[:1])).startswith("The study has 1 problem:\n")


def test_an_unreadable_file_is_named():
    error = UnreadableFileError("a.sav", "it is empty", "Ask for it again.")
    assert str(error) == "a.sav cannot be read: it is empty. Ask for it again."
    assert (error.file, error.reason, error.fix) == ("a.sav", "it is empty", "Ask for it again.")
