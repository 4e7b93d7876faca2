"""Words that differ by who is asked: what readers see, what each group hears, and what is wrong with the table."""

import pytest

from transforms.study.parse import parse_study
from transforms.study.problems import StudyError

SETTINGS = """id = "little"
title = "A little study"
question = "Does it work?"
[[waves]]
name = "before"
file = "a.csv"
[design]
{group}
[[indices]]
name = "vertical"
"""
CODEBOOK = """
variable | type | text_en | text_ar | label_en | scale | index | asked_of | before
origin | category | Who are you? | | | WHO | | | o
town | category | Town | | | | | | t
near | item | Do you trust the {out} or {in}? | هل تثق ب{out}؟ | The {out} | 1-5 | vertical | | q1
one | item | Why {out}, ${name}? | | | 1-5 | vertical | Hosts | q2
plain | item | Is it safe? | | | 1-5 | vertical | | q3
"""
SCALES = "scale | code | label_en | label_ar\nWHO | 1 | Hosts | مضيفون\nWHO | 2 | Displaced | مهجَّرون"
GROUPS = """
group     | mark  | words_en   | words_ar
1         | out   | Syrians    | السوريين
displaced | out   | Jordanians | الأردنيين
مضيفون    | in    | people     |
2.0       | in    | people     |
Hosts     | spare | nothing    |
"""


@pytest.fixture
def study_of(rows):
    def build(groups=GROUPS, codebook=CODEBOOK, group='group = "origin"', scales=SCALES):
        tables = {"codebook": rows(codebook), "scales": rows(scales), "groups": rows(groups)}
        return parse_study(SETTINGS.format(group=group), tables)

    return build


@pytest.fixture
def problems_of(study_of):
    def build(**changes):
        with pytest.raises(StudyError) as refused:
            study_of(**changes)
        return [str(problem) for problem in refused.value.problems]

    return build


def test_readers_see_the_words_of_every_group(study_of):
    near = study_of().codebook.variable("near")
    assert near.text.en == "Do you trust the [Hosts: Syrians; Displaced: Jordanians] or people?", "alike stands once"
    assert near.text.ar == "هل تثق ب[مضيفون: السوريين؛ مهجَّرون: الأردنيين]؟"
    assert near.label.en == "The Syrians / Jordanians"


def test_each_group_hears_its_own(study_of):
    near = study_of().codebook.variable("near")
    assert [(heard.group.en, heard.text.en) for heard in near.wordings] == [
        ("Hosts", "Do you trust the Syrians or people?"),
        ("Displaced", "Do you trust the Jordanians or people?"),
    ]


def test_a_question_put_to_one_group_has_its_words(study_of):
    one = study_of().codebook.variable("one")
    assert one.text.en == "Why Syrians, ${name}?", "what a form fills in by itself stays"
    assert [heard.group.en for heard in one.wordings] == ["Hosts"]


def test_wording_without_marks_stays(study_of):
    plain = study_of().codebook.variable("plain")
    assert (plain.text.en, plain.text.ar, plain.wordings) == ("Is it safe?", None, ())


def test_questions_to_children_have_the_words_of_every_group_too(study_of, problems_of):
    toy = "toy | item | Do you play with {out}? | | | 1-5 | | child | \n"
    (printed,) = study_of(codebook=CODEBOOK + toy).codebook.of_children
    assert [heard.text.en for heard in printed.wordings] == [
        "Do you play with Syrians?",
        "Do you play with Jordanians?",
    ]
    (problem,) = problems_of(codebook=CODEBOOK + toy.replace("{out}", "{ot}"))
    assert "row 7: text_en: there are no words for {ot}" in problem


def test_without_a_table_marks_stay(rows):
    study = parse_study(SETTINGS.format(group=""), {"codebook": rows(CODEBOOK), "scales": rows(SCALES)})
    assert "{out}" in study.codebook.variable("near").text.en


@pytest.mark.parametrize(
    ("changes", "says", "why"),
    [
        ({"group": ""}, "groups.csv: group: the design does not say who belongs to which group", "no design.group"),
        ({"group": 'group = "nobody"'}, "design.group", "a variable that is not there"),
        ({"group": 'group = "town"'}, "town has no scale that lists the groups", "a variable without a scale"),
        ({"groups": GROUPS.replace("displaced", "displacd")}, "row 3: group: there is no group called displacd. Did",
         "a slip of the pen"),
        ({"groups": GROUPS.replace("displaced", "1 ")}, "row 3: mark: out stands twice for Hosts", "twice"),
        ({"groups": GROUPS.replace("Syrians ", " ")}, "row 2: words_en: is empty", "no words"),
        ({"groups": GROUPS.replace("words_en", "words")}, "groups.csv, row 1: words_en: this column is missing",
         "a column is missing"),
        ({"groups": GROUPS.replace("displaced | out ", "displaced | aut ")},
         "codebook.csv, row 4: text_en: there are no words for {out} when Displaced are asked. Add a row",
         "one group has none"),
        ({"codebook": CODEBOOK.replace("Is it", "Is {ot}")},
         "codebook.csv, row 6: text_en: there are no words for {ot}. Did you mean out?", "nobody has words"),
    ],
)  # fmt: skip
def test_what_can_be_wrong(problems_of, changes, says, why):
    found = problems_of(**changes)
    assert any(says in problem for problem in found), f"{why}: {found}"


def test_a_mark_without_words_is_told_once(problems_of):
    found = problems_of(codebook=CODEBOOK.replace("The {out}", "The {ot} {ot}").replace("trust the {out}", "the {ot}"))
    assert len([problem for problem in found if "{ot}" in problem]) == 1
