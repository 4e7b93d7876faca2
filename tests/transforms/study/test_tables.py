"""The codebook, scales and recodes: what rows become, and what is said about those that are wrong."""

import pytest

from transforms.study.design import Missing
from transforms.study.instrument import Recode
from transforms.study.parse import parse_study
from transforms.study.tables import build_codebook

PID = "pid      | identifier |       |           |          |           |      |         |           | id     | id"
FAR = "far      | item       | 1-5   | -         | vertical | trust     |      |         |           | q2     | q2"


def far(edit):
    """The codebook with the row of the item `far` changed."""
    old, _, new = edit.partition(" -> ")
    assert old in FAR
    return f"codebook: {FAR} -> {FAR.replace(old, new)}"


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        # headers
        ("codebook: variable | type -> variables | type", "codebook.csv, row 1: variable", "is missing. Add it."),
        ("codebook: variable | type -> variables | type", "row 1: variables", "is not known. Did you mean variable?"),
        ("codebook: sensitive | before -> sensitive | befor", "row 1: before", "this column is missing."),
        ("codebook: | sensitive | -> | remark | ", "row 1: remark", "is not known. Rename or remove it."),
        ("codebook: | sensitive | -> | | ", "row 1: (empty)", "is not known."),
        ("scales: scale | code -> scales | code", "scales.csv, row 1: scale", "this column is missing."),
        ("recodes: | old | -> | from | ", "recodes.csv, row 1: old", "this column is missing."),
        # variables
        (far("far  -> the far"), "codebook.csv, row 6: variable", "must start with a letter"),
        (far("far  -> near"), "row 6: variable", "near stands twice. Keep one row."),
        (far("item -> itm "), "row 6: type", "must be item, category, number, identifier, date or text. Did you mean"),
        (far("| -   -> | x"), "row 6: direction", "must be + or -."),
        (far("trust     |      -> trust     | main"), "row 6: role", "must be headline, secondary, exposure, quality"),
        (far("1-5 ->    "), "row 6: scale", "item far has no scale. Name one, or a range such as 1-5."),
        (far("1-5 -> LKE"), "row 6: scale", "there is no scale called LKE. Did you mean LIKE?"),
        (far("1-5 -> ZZZ"), "row 6: scale", "there is no scale called ZZZ. Add it to the scales table."),
        (far("1-5 -> 5-1"), "row 6: scale", "5-1 is no range. Write the lowest code first, as 1-5."),
        (far("1-5 -> 5-5"), "row 6: scale", "5-5 is no range."),
        (far("q2     | q2 -> |"), "row 6: far", "has no name in any wave. Fill at least one wave's column."),
        (far("q2     | -> q1 |"), "row 6: before", "column q1 already serves near. One column serves one item."),
        ("codebook: | 8=dk    | -> | 8=dont  | ", "row 5: missing", "dont is no reason for a missing answer."),
        ("codebook: | 8=dk    | -> | 8=refusd| ", "row 5: missing", "Did you mean refused?"),
        ("codebook: | 8=dk    | -> | 8       | ", "row 5: missing", "8 is not of the form code=reason."),
        ("codebook: | 8=dk    | -> | =dk     | ", "row 5: missing", "Write, say, 8=refused;9=dk."),
        ("codebook: | 8=dk    | -> | 8=      | ", "row 5: missing", "8= is not of the form code=reason."),
        ("codebook: | 1         | -> | maybe     | ", "row 5: sensitive", "maybe is neither yes nor no. Write 1 or 0."),
        # scales
        ("scales: | 2    | Irbid -> |      | Irbid", "scales.csv, row 3: code", "is empty. Fill it or remove the row."),
        ("scales: GOV   | 2 ->       | 2", "scales.csv, row 3: scale", "is empty."),
        ("scales: | 2    | Irbid -> | 1.0  | Irbid", "row 3: code", "1.0 stands twice in scale GOV."),
        # recodes
        ("recodes: gov      | -> gow      |", "recodes.csv, row 2: variable", "no variable gow. Did you mean gov?"),
        ("recodes: gov      | ->          |", "recodes.csv, row 2: variable", "no variable (empty). Correct the name."),
        ("recodes: before -> befor ", "recodes.csv, row 2: wave", "no wave called befor. Did you mean before?"),
        ("recodes: | 11  | -> |     |", "recodes.csv, row 2: old", "is empty. Write the value to replace."),
        ("recodes: Irbid -> Irbd", "recodes.csv, row 3: new", "Irbd is no answer of scale GOV. Did you mean Irbid?"),
        ("recodes: Irbid -> 7", "recodes.csv, row 3: new", "7 is no answer of scale GOV. There are: Amman, Irbid."),
        ("recodes: + far | | 9 | 6", "recodes.csv, row 5: new", "6 is beyond the range 1-5. Correct it, or the range."),
        ("recodes: + far | | 9 | x", "recodes.csv, row 5: new", "x is beyond the range 1-5."),
        (
            "recodes: + gov | before | 11.0 | 2",
            "row 5: old",
            "11.0 stands twice with two new values. Keep one of them.",
        ),
    ],
)
def test_a_wrong_row(problems_after, change, place, words):
    sentences = [str(problem) for problem in problems_after(change)]
    assert any(f"{place}: " in sentence and words in sentence for sentence in sentences), sentences


@pytest.mark.parametrize(
    "new",
    [
        "2",  # a code
        "2.0",  # the same
        "yes",  # a label in another spelling
        "نعم",  # a label in Arabic
        "8",  # a missing code of the variable
        "97",  # a missing code of the study
        "My business",  # a missing label of the study
        "Refused",  # a word that makes an answer missing everywhere
        "",  # blank
    ],
)
def test_what_a_recode_can_make(spoil, new):
    missing = 'settings: + [missing]\ncodes = { 97 = "dk" }\nlabels = { "My business" = "refused" }'
    study = spoil(f"recodes: + near | | 5 | {new}", missing)
    assert study.codebook.recodes[-1] == Recode(variable="near", wave=None, old="5", new=new)


def test_what_a_recode_of_a_range_or_of_words_can_make(spoil):
    study = spoil("recodes: + far | | 9 | 5\ntown | | x | Anything")
    assert [recode.new for recode in study.codebook.recodes[-2:]] == ["5", "Anything"]


def test_a_recode_written_twice_counts_once(spoil):
    assert len(spoil("recodes: + gov | before | 11 | 1").codebook.recodes) == 3


def test_a_recode_of_text_codes_looks_at_the_text(spoil, problems_after):
    words = "codebook: + mood | category | WORDS | | | | | | | m | m"
    spoil(words, "recodes: + mood | | 1 | a")
    (problem,) = problems_after(words, "recodes: + mood | | 1 | b")
    assert problem.message == "b is no answer of scale WORDS."


ASKED_OF = "codebook: missing | sensitive | before -> missing | asked_of | before"


def toy(kind="item", asked_of="child", before=""):
    """One question more, to children."""
    return f"codebook: + toy | {kind} | 1-5 | | play | | secondary | | {asked_of} | {before} | "


@pytest.mark.parametrize(
    ("row", "printed", "why"),
    [
        (toy(), True, "no wave asked it"),
        (toy(asked_of="Child"), True, "in another spelling"),
        (toy(before="q9"), False, "a wave asked it, so its answers are read"),
        (toy(asked_of="both", before="q9"), False, "it is for everybody"),
    ],
)
def test_questions_to_children_that_no_wave_asked_are_kept_apart(spoil, row, printed, why):
    study = spoil(ASKED_OF, row)
    assert [item.name for item in study.codebook.of_children] == ["toy"] * printed, why
    assert ("toy" in [variable.name for variable in study.codebook.variables]) is not printed, why
    assert study.secondary_outcomes() == ("toy",) * (not printed), why


@pytest.mark.parametrize(
    ("row", "why"),
    [(toy(kind="number"), "only a question is printed"), (toy(asked_of="host"), "adults are asked in a wave")],
)
def test_anything_else_needs_a_name_in_a_wave(problems_after, row, why):
    (problem,) = problems_after(ASKED_OF, row)
    assert str(problem).startswith("codebook.csv, row 7: toy: has no name in any wave."), why


def test_a_codebook_of_nothing_but_questions_no_wave_asked_is_refused(rows):
    table = rows("variable | type | scale | asked_of | w\ntoy | item | 1-5 | child | ")
    _, problems = build_codebook(
        {"codebook": table}, {"codebook": "c.csv", "scales": "", "recodes": ""}, ["w"], Missing()
    )
    assert [problem.message for problem in problems] == ["it holds only questions to children that no wave asked."]


def test_what_a_row_becomes(spoil):
    study = spoil(far("| -   -> | reversed"))
    near, reversed_one = study.codebook.variable("near"), study.codebook.variable("far")
    assert near.missing == {"8": "dk"}
    assert (near.sensitive, reversed_one.sensitive) == (True, False)
    assert (near.direction, reversed_one.direction) == ("+", "-")
    assert near.columns == {"before": "q1", "after": "q1"}
    assert near.label.en == near.text.en == "near"  # a variable without words is called by its name
    assert (near.role, study.codebook.variable("town").role) == ("headline", "background")


@pytest.mark.parametrize(
    ("written", "sign"),
    [("", "+"), ("1", "+"), ("+1", "+"), ("-1", "-"), ("−", "-"), ("–", "-"), ("-", "-"), ("reversed", "-")],
)
def test_ways_to_write_a_direction(spoil, written, sign):
    assert spoil(far(f"| -   -> | {written} ")).codebook.variable("far").direction == sign


@pytest.mark.parametrize(
    ("written", "limits"),
    [("1-5", (1, 5)), ("1 to 5", (1, 5)), ("1..5", (1, 5)), ("1–5", (1, 5)), ("-2-2", (-2, 2)), ("0-2.5", (0, 2.5))],
)
def test_ways_to_write_a_range(spoil, written, limits):
    study = spoil(far(f"1-5 -> {written}"))
    assert study.limits(study.codebook.variable("far")) == limits


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("3", 3.0),
        ("3.0", 3.0),
        ("٣", 3.0),
        ("-1", -1.0),
        ("nan", "nan"),
        ("inf", "inf"),
        ("1_000", "1_000"),
        ("a", "a"),
    ],
)
def test_codes_of_a_scale(spoil, written, code):
    study = spoil(f"scales: + ODD | {written} | | ")
    odd = next(scale for scale in study.codebook.scales if scale.name == "ODD")
    assert odd.codes == (code,)
    assert odd.choices[0].label.en == written  # an answer without words is called by its code


def test_empty_rows_are_skipped_and_rows_keep_their_number(spoil, problems_after):
    blank = " | " * 10
    assert len(spoil(f"codebook: {PID} -> {PID}\n{blank}").codebook.variables) == 5
    (problem,) = problems_after(f"codebook: {PID} -> {PID}\n{blank}", far("1-5 ->    "))
    assert problem.row == 7


def test_tables_need_only_their_first_columns(rows):
    settings = 'id="a"\ntitle="a"\nquestion="a"\n[[waves]]\nname="w"\nfile="f"\n[design]\n[[indices]]\nname="i"\n'
    tables = {
        "codebook": rows("variable | scale | index | w\nnear | YN | i | q"),
        "scales": rows("scale | code | label_en\nYN | 0 | No\nYN | 1 | Yes"),
        "recodes": rows("variable | old | new\nnear | 2 | 0"),
    }
    assert parse_study(settings, tables).codebook.recodes == (Recode(variable="near", wave=None, old="2", new="0"),)
