"""Rows of a file that waves share: each is a wave's, or it is said how many are of none."""

import pytest

from transforms.prepare.rows import RowCount
from transforms.prepare.wave import needed_columns, type_wave

LATER = '[[waves]]\nname = "end"\nfile = "{file}"\nwhere = {{ {where} }}'


@pytest.fixture
def typed(small_study, raw_table, variable_rows):
    """Both waves of one file, typed."""

    def make(columns, base, end, file="base.csv", wave=0, **more):
        rows = [{**each, "end": each["base"]} for each in variable_rows("near", "place")]
        study = small_study(rows, where=f"where = {{ {base} }}", later=LATER.format(file=file, where=end))
        count = len(next(iter(columns.values())))
        raw = raw_table({"q1": [1.0] * count, "gov": ["Amman"] * count, **columns}, **more)
        return type_wave(raw, study, study.waves[wave])

    return make


def told(wave):
    return [(found.check, found.variable, found.count, found.of, dict(found.close)) for found in wave.unread]


def test_a_misspelled_word_is_of_no_wave_and_told_by_the_word_it_comes_near_to(typed):
    columns = {"round": ["baseline", "endline", "endlin", "Base-line", "secret", None]}
    for place, name in enumerate(("base", "end")):
        wave = typed(columns, 'round = ["baseline"]', 'round = ["endline"]', wave=place)
        assert told(wave) == [("rows_of_no_wave", "round", 4, 6, {"baseline": 1, "endline": 1})]
        assert wave.counts == (
            RowCount(name, "file", 0, 6, "rows_in_file"),
            RowCount(name, "where", 1, 5, "rows_of_another_wave"),
            RowCount(name, "no_wave", 4, 1, "rows_of_no_wave"),
        )
        assert not any("secret" in note or "endlin " in note for note in wave.notes)
        assert any(note.startswith("4 rows are of no wave of the study by round") for note in wave.notes)


def test_labels_of_codes_are_what_comes_near(typed):
    wave = typed(
        {"round": [1.0, 2.0, 3.0]},
        'round = ["Baseline"]',
        'round = ["Endline"]',
        value_labels={"round": {1.0: "Baseline", 2.0: "Endline", 3.0: "Endlin"}},
    )
    assert told(wave) == [("rows_of_no_wave", "round", 1, 3, {"Endline": 1})]


TWO = {"round": [1.0, 2.0, 3.0, 1.0, 3.0], "land": ["Mali", "Mali", "Mali", "Niger", "Niger"]}


@pytest.mark.parametrize(
    ("columns", "where", "file", "expected", "why"),
    [
        (TWO, ('round = [1], land = ["Mali"]', 'round = [2], land = ["Mali"]'), "base.csv", [("round", 1)],
         "what the waves have in common chooses a country, and tells no wave"),
        (TWO, ('land = ["Mali"], round = [1]', "round = [2]"), "base.csv",
         [("land", 1), ("round", 2)], "round 3 is nobody's; round 1 is somebody's, but not in Niger"),
        (TWO, ("round = [1]", "round = [2]"), "end.csv", [], "files of their own: the rest is no mistake"),
        (TWO, ("round = [1]", ""), "base.csv", [], "a wave that takes every row leaves none"),
        (TWO, ("round = [1, 3]", "round = [2]"), "base.csv", [], "every row is a wave's"),
        (TWO, ("round = [1]", 'year = ["x"]'), "base.csv", [], "the other wave is refused itself"),
    ],
)  # fmt: skip
def test_which_rows_are_of_no_wave(typed, columns, where, file, expected, why):
    wave = typed(columns, *where, file)
    assert [(found.variable, found.count) for found in wave.unread] == expected, why


def test_a_row_is_counted_by_the_first_column_whose_value_is_nobodys(typed):
    columns = {"round": [1.0, 2.0, 1.0, 9.0, 1.0, 9.0], "form": ["a", "b", "b", "a", "z", "z"]}
    wave = typed(columns, 'round = [1], form = ["a"]', 'round = [2], form = ["b"]')
    assert [(found.variable, found.count) for found in wave.unread] == [("round", 3), ("form", 1)]
    assert len(wave.frame) == 1


def test_columns_by_which_another_wave_of_the_file_is_chosen_are_read(small_study, variable_rows):
    rows = [{**each, "end": each["base"]} for each in variable_rows("near", "place")]
    later = LATER.format(file="base.csv", where="year = [2]")
    study = small_study(rows, where="where = { round = [1] }", later=later)
    assert needed_columns(study, study.waves[0])[:2] == ("round", "year")
    assert needed_columns(study, study.waves[1])[:2] == ("year", "round")
