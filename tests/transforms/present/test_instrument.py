"""The questionnaire annex: every question once, with its answers, marks and words by group."""

import pytest

from transforms.present.document import Table
from transforms.present.instrument import build_instrument, instrument_items, instrument_table, untranslated
from transforms.present.wording import SPACE

SETTINGS = """
synthetic = true
[[waves]]
name = "before"
file = "a.csv"
label = { en = "Baseline", ar = "خط الأساس" }
[[waves]]
name = "after"
file = "b.csv"
[design]
group = "origin"
[missing.codes]
97 = "dk"
[[indices]]
name = "warmth"
label = { en = "Warmth", ar = "الدفء" }
dimensions = ["trust"]
dimension_labels = { trust = { en = "Trust", ar = "الثقة" } }
"""
CODEBOOK = """
variable | type     | text_en            | text_ar       | scale  | direction | index  | dimension | role      | asked_of | sensitive | source | before | after
origin   | category | Who are you?       |               | WHO    |           |        |           |           |          |           |        | o      | o
seen     | item     | Did you see it?    |               | YES    |           | warmth |           | exposure  |          |           |        | e      | e
far      | item     | Do you fear {out}? | هل تخاف {out}؟ | 0-10   | -         | warmth | trust     |           |          | 1         | Book   | q2     | q2
spare    | item     | Anything else?     |               | YES    |           | warmth | rest      |           | host     |           |        | q3     |
near     | item     | Do you trust them? | هل تثق بهم؟    | YES    |           | warmth | trust     |           |          |           |        | q1     | q1
why      | item     | Why?               |               | CODE   |           |        |           | secondary | men      |           |        |        | w
"""  # noqa: E501 - a table as wide as a codebook
SCALES = """
scale | code | label_en  | label_ar
WHO   | 1    | host      | مضيف
WHO   | 2    | displaced | مهجَّر
YES   | 0    | No        | لا
YES   | 1    | Yes       | نعم
CODE  | 1    | 1         |
CODE  | 2    | 2 or more |
"""
GROUPS = """
group | mark | words_en | words_ar
host  | out  | them     | هم
2     | out  | you      | أنتم
"""


@pytest.fixture(scope="module")
def study(rows):
    from transforms.study.parse import parse_study

    head = 'id = "little"\ntitle = "A little study"\nquestion = "Does it work?"\n'
    tables = {"codebook": rows(CODEBOOK), "scales": rows(SCALES), "groups": rows(GROUPS)}
    return parse_study(head + SETTINGS, tables)


def tables_of(document):
    return {section.id: next(b for b in section.blocks if isinstance(b, Table)) for section in document.sections}


def cells(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_items_are_numbered_by_dimension_and_then_by_role(study):
    assert [item.name for item in instrument_items(study)] == ["far", "near", "spare", "why", "seen"]


def test_sections_in_english(study, sentences):
    document = build_instrument(study, sentences("en"))
    tables = tables_of(document)
    assert list(tables) == ["index-warmth", "role-secondary", "role-exposure", "role-background", "missing"]
    fear = ["1 far", "Do you fear [host: them; displaced: you]?", "هل تخاف [مضيف: هم؛ مهجَّر: أنتم]؟", "0 to 10"]
    no_yes = f"0{SPACE}={SPACE}No; 1{SPACE}={SPACE}Yes"
    assert cells(tables["index-warmth"]) == [
        ["Trust"],
        [*fear, "Reversed. Sensitive. Book"],
        ["2 near", "Do you trust them?", "هل تثق بهم؟", no_yes, ""],
    ]
    assert cells(tables["role-secondary"]) == [
        ["4 why", "Why?", "", f"1; 2{SPACE}={SPACE}2 or more", "Asked of: men. Asked in: after."]
    ]
    (spare,) = cells(tables["role-background"])
    assert (spare[0], spare[-1].strip()) == ("3 spare", "Asked of: host. Asked in: Baseline.")
    assert cells(tables["missing"]) == [["97", "Does not know"]]
    assert document.banner == sentences("en")("instrument.synthetic")
    assert [fact.value for fact in document.facts] == ["Baseline and after", "5"]


def test_arabic_comes_first_in_arabic(study, sentences):
    document = build_instrument(study, sentences("ar"))
    table = tables_of(document)["index-warmth"]
    assert table.columns[1].label == sentences("ar")("items.wording_ar")
    assert cells(table)[0] == ["الثقة"]
    assert cells(table)[2][1] == "هل تثق بهم؟"
    assert "لا؛" in cells(table)[2][3]
    assert "مضيف" in cells(tables_of(document)["role-background"])[0][-1]


def test_a_study_in_one_language_without_groups_codes_or_other_questions(little_study, sentences):
    settings = '[[waves]]\nname = "w"\nfile = "a"\n[design]\n[[indices]]\nname = "i"\n'
    codebook = """
        variable | type | text_en | scale | index | asked_of | w
        one      | item | One?    | 1-5   | i     | women    | a
    """
    document = build_instrument(little_study(settings, codebook), sentences("en"))
    assert [section.id for section in document.sections] == ["index-i"]
    assert document.banner is None
    (table,) = tables_of(document).values()
    assert len(table.columns) == 4
    assert cells(table)[1] == ["1 one", "One?", "1 to 5", "Asked of: women."]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_questions_to_children_are_a_part_of_their_own(rows, sentences, language):
    from transforms.study.parse import parse_study

    head = 'id = "little"\ntitle = "A little study"\nquestion = "Does it work?"\n'
    cells_of_toy = ("play", "item", "Do you play with {out}?", "هل تلعب مع {out}؟", "YES", "-", "child", "peers")
    toy = " | ".join((*cells_of_toy, "secondary", "child", "", "", "", ""))
    tables = {"codebook": rows(CODEBOOK + toy), "scales": rows(SCALES), "groups": rows(GROUPS)}
    study, say = parse_study(head + SETTINGS, tables), sentences(language)
    assert [item.name for item in instrument_items(study)] == ["far", "near", "spare", "why", "seen", "play"]
    document = build_instrument(study, say)
    assert [row[0] for row in cells(tables_of(document)["role-secondary"])] == ["4 why"], "adults' questions stay alone"
    part = next(section for section in document.sections if section.id == "children")
    *said, table = part.blocks
    assert [one.text for one in said] == [
        say(f"instrument.{key}") for key in ("children_about", "guardian_consent", "assent")
    ]
    ((number, *_, notes),) = cells(table)
    assert (number, notes) == ("6 play", say("instrument.reversed")), "neither `child` nor a wave is told again"
    assert [(fact.label, fact.value) for fact in document.facts][1:] == [
        (say("instrument.questions"), say.count(6)),
        (say("instrument.of_children"), say.count(1)),
    ]
    assert instrument_table(study, say).asked_of.to_list()[-2:] == ["child", "child"]


def test_the_table_has_a_row_for_each_way_a_question_is_read_out(study, sentences):
    table = instrument_table(study, sentences("en"))
    assert table.number.to_list() == [1, 1, 2, 3, 4, 5]
    assert table.read_to.to_list() == ["host", "displaced", "", "", "", ""]
    assert table.text_en.to_list()[:2] == ["Do you fear them?", "Do you fear you?"]
    assert table.text_ar.to_list()[1] == "هل تخاف أنتم؟"
    assert not table.isna().any(axis=None)


@pytest.mark.parametrize(
    ("languages", "expected", "why"),
    [
        ('["en", "ar"]', (("spare", "seen", "why"), ("CODE",)), "a bare code needs no words, `2 or more` does"),
        ('["en"]', ((), ()), "no Arabic was asked for"),
    ],
)
def test_what_lacks_arabic_is_named(rows, languages, expected, why):
    from transforms.study.parse import parse_study

    head = f'id = "little"\ntitle = "A"\nquestion = "Does it?"\nlanguages = {languages}\n'
    tables = {"codebook": rows(CODEBOOK), "scales": rows(SCALES), "groups": rows(GROUPS)}
    questions, scales = untranslated(parse_study(head + SETTINGS, tables))
    assert (tuple(sorted(questions)), scales) == (tuple(sorted(expected[0])), expected[1]), why
