import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.prepare.raw import RawTable
from transforms.prepare.rows import RowCount
from transforms.prepare.wave import needed_columns, type_wave
from transforms.study import DataRefusedError, parse_study

SETTINGS = """
id = "small"
title = "Small"
question = "Does it work?"
[[waves]]
name = "base"
file = "base.csv"
{where}
[design]
governorate = "place"
{design}
{keep}
[missing.codes]
97 = "dk"
98 = "refused"
[missing.tags]
a = "skipped"
[missing.labels]
"Not my business" = "refused"
[[indices]]
name = "trust"
dimensions = ["near"]
"""
SCALES = [
    {"scale": "agree", "code": code, "label_en": en, "label_ar": ar}
    for code, en, ar in (
        ("1", "Disagree", "لا أوافق"),
        ("2", "Neither", "محايد"),
        ("3", "Agree", "أوافق"),
        ("10", "Agree much", "أوافق كثيراً"),
        ("9", "Agree very much", "أوافق بشدة"),
    )
] + [
    {"scale": "place", "code": "amman", "label_en": "Amman", "label_ar": "عمّان"},
    {"scale": "place", "code": "irbid", "label_en": "Irbid", "label_ar": "إربد"},
    {"scale": "place", "code": "zarqa", "label_en": "Zarqa", "label_ar": "الزرقاء"},
    {"scale": "yes_no", "code": "0", "label_en": "No", "label_ar": "لا"},
    {"scale": "yes_no", "code": "1", "label_en": "Yes", "label_ar": "نعم"},
]


def row(name, **columns):
    return {"variable": name, "type": "item", "scale": "", "index": "", "dimension": "", "missing": "", **columns}


ITEM = row("near", scale="agree", index="trust", dimension="near", missing="7=not_applicable;z=dk", base="q1")
ROWS = (
    ITEM,
    row("place", type="category", scale="place", base="gov"),
    row("camp", type="category", base="camp"),
    row("age", type="number", missing="999=refused", base="age"),
    row("mark", type="item", scale="0-100", base="mark"),
    row("friend", type="category", scale="yes_no", base="friend"),
    row("person", type="identifier", missing="0=not_applicable", base="id"),
    row("day", type="date", base="day"),
    row("story", type="text", base="story"),
)
RECODES = (
    {"variable": "place", "wave": "", "old": "11", "new": "amman"},
    {"variable": "place", "wave": "base", "old": "12", "new": "Irbid"},
    {"variable": "place", "wave": "", "old": "12", "new": "zarqa"},
    {"variable": "place", "wave": "", "old": "Capital", "new": "amman"},
    {"variable": "near", "wave": "", "old": "5", "new": "3"},
    {"variable": "near", "wave": "", "old": "6", "new": "Refused"},
    {"variable": "near", "wave": "", "old": "55", "new": "1"},
    {"variable": "near", "wave": "", "old": "1.5", "new": "10"},
    {"variable": "near", "wave": "", "old": "10", "new": "1"},
    {"variable": "person", "wave": "", "old": "R1", "new": "R001"},
)


def small_study(rows=ROWS, recodes=RECODES, where="", design="", keep=""):
    text = SETTINGS.format(where=where, design=design, keep=keep)
    known = {each["variable"] for each in rows}
    chosen = [recode for recode in recodes if recode["variable"] in known]
    return parse_study(text, {"codebook": list(rows), "scales": SCALES, "recodes": chosen})


def raw_table(columns, missing=None, value_labels=None, **more):
    frame = pd.DataFrame({name: _column(values) for name, values in columns.items()})
    declared = {name: pd.Series(values, dtype="str") for name, values in (missing or {}).items()}
    return RawTable(frame, pd.DataFrame(declared, index=frame.index), {}, value_labels or {}, "test", **more)


def _column(values):
    numbers = all(value is None or isinstance(value, int | float) for value in values)
    return pd.Series(values, dtype="float64" if numbers and any(v is not None for v in values) else "str")


def typed_one(variable, value, label=None, declared=None):
    """Value and reason of one answer to one variable of the small study."""
    study = small_study([r for r in ROWS if r["variable"] in {variable, "near", "place"}])
    column = next(r["base"] for r in ROWS if r["variable"] == variable)
    columns = {"q1": [None], "gov": [None], column: [value]}
    labels = {column: {declared or value: label}} if label else {}
    raw = raw_table(columns, {column: [declared]} if declared else {}, labels)
    frame = type_wave(raw, study, study.waves[0]).frame
    answer = frame[variable][0]
    reason = frame.get(f"{variable}__missing", pd.Series([None]))[0]
    return (None if pd.isna(answer) else answer), (None if pd.isna(reason) else reason)


@pytest.mark.parametrize(
    ("variable", "value", "label", "answer", "reason", "why"),
    [
        ("near", 2.0, None, 2.0, None, "a code"),
        ("near", "2", None, 2.0, None, "a code as text"),
        ("near", "٣", None, 3.0, None, "an Arabic digit"),
        ("near", "Agree", None, 3.0, None, "a label"),
        ("near", " agree. ", None, 3.0, None, "a label, untidy"),
        ("near", "أوافق", None, 3.0, None, "an Arabic label"),
        ("near", "اوافق بشده", None, 9.0, None, "an Arabic label, other spelling"),
        ("near", "3-Agree", None, 3.0, None, "code and label"),
        ("near", "(3) أوافق", None, 3.0, None, "code and Arabic label"),
        ("near", "3 - Somewhat", None, 3.0, None, "code and a label of another form"),
        ("near", "1-Agree", None, None, "not_coded", "the code says one thing, the words another"),
        ("near", "4-Whatever", None, None, "not_coded", "no such code"),
        ("near", "perhaps", None, None, "not_coded", "words that match nothing are never zero"),
        ("near", "98-Refused", None, None, "refused", "a missing code with words"),
        ("near", "98-Whatever", None, None, "refused", "a missing code with other words"),
        ("near", "8 - Don't know", None, None, "dk", "a code of the form alone, with telling words"),
        ("near", "7. Whatever", None, None, "not_applicable", "the variable's own missing code with words"),
        ("near", 4.0, None, 4.0, None, "outside the scale stays visible"),
        ("near", 97.0, None, None, "dk", "code declared in the study"),
        ("near", "97.0", None, None, "dk", "the same, as text"),
        ("near", 7.0, None, None, "not_applicable", "the variable's own code"),
        ("near", 9.0, None, 9.0, None, "a code the scale lists is an answer"),
        ("near", 8.0, "Don't know", None, "dk", "a label of the file says why"),
        ("near", 8.0, "Not my business", None, "refused", "a label the study declares"),
        ("near", "لا أعرف", None, None, "dk", "Arabic words say why"),
        ("near", "", None, None, "blank", "an empty cell"),
        ("near", None, None, None, "blank", "nothing"),
        ("near", "NA", None, None, "blank", "what R writes for nothing"),
        ("near", 5.0, None, 3.0, None, "a recode"),
        ("near", 6.0, None, None, "refused", "a recode to a reason"),
        ("near", 1.5, None, 10.0, None, "a recoded value is not recoded again"),
        ("near", "S", "Agree", 3.0, None, "a letter whose label in the file is one of the scale"),
        ("near", "TRUE", None, None, "not_coded", "TRUE is 1, but not of any scale"),
        ("place", "amman", None, "amman", None, "a code that is a word"),
        ("place", "عمان", None, "amman", None, "an Arabic label without its mark"),
        ("place", 11.0, None, "amman", None, "a recode by number"),
        ("place", "11.0", None, "amman", None, "a recode by number as text"),
        ("place", 12.0, None, "irbid", None, "this wave's recode before the general, to a label"),
        ("place", 33.0, "Capital", "amman", None, "a recode by the file's label"),
        ("place", 44.0, "Zarqa", "zarqa", None, "the file's label is one of the scale"),
        ("place", 55.0, None, "55", None, "an unknown number stays visible"),
        ("place", "Aden", None, None, "not_coded", "unknown words do not"),
        ("place", 98.0, None, None, "refused", "missing codes hold for categories"),
        ("camp", 3.0, None, "3", None, "no scale: the value as text"),
        ("camp", "مخيم ٣", None, "مخيم 3", None, "no scale: tidy text"),
        ("age", 34.5, None, 34.5, None, "a number"),
        ("age", "٣٤", None, 34.0, None, "a number in Arabic digits"),
        ("age", "34,5", None, 34.5, None, "a decimal comma"),
        ("age", 97.0, None, 97.0, None, "codes are not missing in a number"),
        ("age", 999.0, None, None, "refused", "but the variable's own are"),
        ("age", "Refused", None, None, "refused", "and words are"),
        ("age", "about 30", None, None, "not_coded", "not a number"),
        ("age", "12-about", None, None, "not_coded", "a number has no coded text"),
        ("age", float("inf"), None, None, "not_coded", "no number at all"),
        ("age", "TRUE", None, 1.0, None, "a yes without scale"),
        ("mark", "98", None, 98.0, None, "a mark of a range is an answer"),
        ("mark", "0-Worst", None, 0.0, None, "the end of a range, labelled"),
        ("mark", "101", None, 101.0, None, "outside the range stays visible"),
        ("friend", "True", None, 1.0, None, "Kobo's True where the scale is 0 and 1"),
        ("friend", "FALSE", None, 0.0, None, "R's FALSE"),
        ("friend", "نعم", None, 1.0, None, "yes"),
        ("person", 1001.0, None, "1001", None, "identifiers are text, without decimals"),
        ("person", "1001.0", None, "1001", None, "however they were exported"),
        ("person", " ١٠٠١ ", None, "1001", None, "or typed"),
        ("person", "007", None, "007", None, "zeros in front are kept"),
        ("person", 97.0, None, "97", None, "codes are not missing in an identifier"),
        ("person", "R1", None, "R001", None, "a recode"),
        ("person", "0", None, None, "not_applicable", "the variable's own code"),
        ("person", "NA", None, None, "blank", "nothing"),
        ("day", "2021-07-05", None, "2021-07-05", None, "a day"),
        ("day", "2021-07-05T10:58:34.147+03:00", None, "2021-07-05T10:58:34.147+03:00", None, "a moment"),
        ("day", "05/07/2021", None, None, "not_coded", "May or July?"),
        ("day", "they came in June", None, None, "not_coded", "free text does not slip in as a date"),
        ("day", "", None, None, "blank", "nothing"),
    ],
)
def test_one_answer(variable, value, label, answer, reason, why):
    assert typed_one(variable, value, label) == (answer, reason), why


@pytest.mark.parametrize(
    ("variable", "declared", "label", "reason", "why"),
    [
        ("near", "a", None, "skipped", "the study's tag"),
        ("near", "z", None, "dk", "the variable's own tag goes first"),
        ("near", "b", "Refused", "refused", "the label of the tag"),
        ("near", "b", None, "declared", "no reason anywhere"),
        ("near", "97", None, "dk", "the study's code"),
        ("near", "99", "لا ينطبق", "not_applicable", "an Arabic label"),
        ("near", "99", "Other", "declared", "a label that gives no reason"),
        ("near", "9", None, "declared", "declared by the file although the scale has it"),
        ("age", "97", None, "dk", "the file says it is missing; the study says why"),
        ("person", "99", None, "declared", "an identifier the file declares missing"),
        ("near", "6", None, "refused", "a recode to a reason"),
    ],
)
def test_declared_missing(variable, declared, label, reason, why):
    key = float(declared) if declared.isdigit() else declared
    study = small_study([r for r in ROWS if r["variable"] in {variable, "near", "place"}])
    column = next(r["base"] for r in ROWS if r["variable"] == variable)
    raw = raw_table(
        {"q1": [None], "gov": [None], column: [None]},
        {column: [declared]},
        {column: {key: label}} if label else {},
    )
    frame = type_wave(raw, study, study.waves[0]).frame
    assert frame[f"{variable}__missing"][0] == reason, why
    assert pd.isna(frame[variable][0]), why


def test_a_recode_can_save_a_declared_answer():
    answer, reason = typed_one("near", None, declared="55")
    assert (answer, reason) == (1.0, None)


def test_types_of_columns_and_no_free_text():
    study = small_study()
    raw = raw_table(
        {
            "q1": [1.0, 97.0],
            "gov": ["Amman", "Irbid"],
            "camp": [1.0, 2.0],
            "age": ["30", "40"],
            "mark": [0.0, 50.0],
            "friend": ["Yes", "No"],
            "id": [1.0, 2.0],
            "day": ["2021-07-05", "2021-07-06"],
            "story": ["secret", "secret"],
        }
    )
    frame = type_wave(raw, study, study.waves[0]).frame
    kinds = {name: str(dtype) for name, dtype in frame.dtypes.items()}
    assert kinds == {
        "file_row": "int64",
        "near": "float64",
        "near__missing": "category",
        "place": "str",
        "camp": "str",
        "age": "float64",
        "mark": "float64",
        "friend": "float64",
        "person": "str",
        "day": "str",
    }
    assert "secret" not in frame.to_string()
    assert frame.near__missing.isna().tolist() == [True, False]
    assert "story" not in needed_columns(study, study.waves[0])


def test_rows_are_chosen_counted_and_keep_their_number():
    study = small_study(
        [*ROWS[:3], row("consent", type="category", scale="yes_no", base="ok")],
        where='where = { round = [7], land = ["Mali", "ML"] }',
        design='consent = "consent"',
        keep='[keep]\nplace = ["IRBID", "amman"]',
    )
    raw = raw_table(
        {
            "round": ["7", "7.0", "7", "6", "7", "7", None],
            "land": [1.0, 1.0, 1.0, 1.0, 2.0, 1.0, 1.0],
            "q1": [1.0, 2.0, 3.0, 1.0, 1.0, 1.0, 1.0],
            "gov": ["Amman", "Zarqa", "Irbid", "Amman", "Amman", "amman", "Amman"],
            "camp": ["a"] * 7,
            "ok": ["Yes", "Yes", "yes", "Yes", "Yes", "No", "Yes"],
        },
        value_labels={"land": {1.0: "Mali", 2.0: "Niger"}},
    )
    typed = type_wave(raw, study, study.waves[0])
    assert typed.frame.file_row.tolist() == [2, 4]
    assert typed.frame.near.tolist() == [1.0, 3.0]
    assert typed.counts == (
        RowCount("base", "file", 0, 7, "rows_in_file"),
        RowCount("base", "where", 3, 4, "rows_of_another_wave"),
        RowCount("base", "keep", 1, 3, "rows_not_kept"),
        RowCount("base", "consent", 1, 2, "rows_without_consent"),
    )


def test_rows_left_out_by_the_reader_keep_the_numbers_of_the_others():
    study = small_study(ROWS[:2])
    raw = raw_table({"q1": [1.0, 2.0, 3.0], "gov": ["Amman"] * 3})
    gap = RawTable(raw.frame.drop(index=1), raw.missing.drop(index=1), {}, {}, "test")
    assert type_wave(gap, study, study.waves[0]).frame.file_row.tolist() == [2, 4]


@pytest.mark.parametrize(("value", "remaining"), [("true", 1), ("1", 1), ("0", 0)])
def test_a_wave_can_be_chosen_by_true(value, remaining):
    study = small_study(ROWS[:2], where="where = { last = [true] }")
    raw = raw_table({"last": [value], "q1": ["1"], "gov": ["amman"]})
    assert len(type_wave(raw, study, study.waves[0]).frame) == remaining


def test_a_wave_without_rows_keeps_its_columns():
    study = small_study(ROWS[:4], where="where = { round = [7] }")
    raw = raw_table({"round": [6.0], "q1": [1.0], "gov": ["amman"], "camp": ["x"], "age": ["3"]})
    frame = type_wave(raw, study, study.waves[0]).frame
    assert list(frame) == ["file_row", "near", "place", "camp", "age"]
    assert frame.empty


def test_notes_count_and_never_quote():
    later = '[[waves]]\nname = "end"\nfile = "end.csv"\n'
    text = SETTINGS.format(where="", design="", keep='[keep]\nhost = ["yes"]').replace("[design]", f"{later}[design]")
    rows = [{**r, "end": r["base"]} for r in ROWS[:2]] + [row("host", type="category", base="", end="host")]
    study = parse_study(text, {"codebook": rows, "scales": SCALES})
    raw = raw_table({"form/q1": ["1", "secret", "secret"], "gov": ["amman"] * 3}, notes=("2 rows were odd",))
    notes = type_wave(raw, study, study.waves[0]).notes
    assert notes == (
        "2 rows were odd",
        "1 column was found inside a group of the form (group/name)",
        "host was not asked in base: no row was removed by it",
        "2 answers to near match no code or label and became missing (not_coded)",
    )


def test_every_absent_column_is_named_at_once():
    study = small_study(where="where = { round = [7] }")
    raw = raw_table({"Q1": [1.0], "gov": ["x"], "cmap": ["x"], "age": [1.0], "mark": [1.0], "id": ["a"]})
    with pytest.raises(DataRefusedError) as refused:
        type_wave(raw, study, study.waves[0])
    assert str(refused.value).splitlines() == [
        "base.csv (wave base) lacks 5 columns that are needed:",
        "  - round, by which wave base is chosen",
        "  - q1, which the codebook names for near. Close to it: Q1",
        "  - camp, which the codebook names for camp. Close to it: cmap",
        "  - friend, which the codebook names for friend",
        "  - day, which the codebook names for day",
        "Correct the column base of codebook.csv, or the file.",
    ]


def test_one_absent_column():
    study = small_study(ROWS[:2])
    with pytest.raises(DataRefusedError, match="lacks 1 column that is needed"):
        type_wave(raw_table({"q1": [1.0]}), study, study.waves[0])


def test_columns_that_were_not_read_are_not_absent():
    study = small_study(ROWS[:2])
    raw = raw_table({"q1": [1.0], "gov": ["amman"]}, all_columns=("q1", "gov", "q2"))
    assert len(type_wave(raw, study, study.waves[0]).frame) == 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([1.0, 2.0, 3.0, 9.0, 97.0, 98.0, 7.0, 4.0, None]), min_size=1, max_size=30))
def test_an_answer_is_there_or_its_reason_is(values):
    study = small_study(ROWS[:2], ())
    numbers = raw_table({"q1": values, "gov": ["amman"] * len(values)})
    words = {1.0: "Disagree", 3.0: "3-Agree", 97.0: "٩٧", None: None}
    texts = [words.get(value, None if value is None else str(value)) for value in values]
    as_text = raw_table({"q1": texts, "gov": ["amman"] * len(values)})
    one = type_wave(numbers, study, study.waves[0]).frame
    other = type_wave(as_text, study, study.waves[0]).frame
    pd.testing.assert_frame_equal(one, other)
    reasons = one.get("near__missing", pd.Series(np.nan, index=one.index))
    assert (one.near.isna() == reasons.notna()).all()
    assert not (one.near == 0).any()


def test_the_raw_table_is_not_changed():
    study = small_study(ROWS[:2])
    raw = raw_table({"q1": ["Agree", "97", None], "gov": ["amman"] * 3})
    before = raw.frame.copy(deep=True)
    type_wave(raw, study, study.waves[0])
    pd.testing.assert_frame_equal(raw.frame, before)
