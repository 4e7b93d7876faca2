"""What is said where a study's files contradict themselves or one another."""

import pytest

from transforms.study.parse import parse_study
from transforms.study.problems import StudyError

TOWN = "town     | category   |       |           |          |           |      |         |           | t      | t"
FAR = "far      | item       | 1-5   | -         | vertical | trust     |      |         |           | q2     | q2"
NEAR = "near     | item       | LIKE  | +         | vertical | trust     |      | 8=dk    | 1         | q1     | q1"
WAIVER = 'settings: + [[waivers]]\ncheck = "doubles"\nreason = "as agreed"\nsigned = "N. N."\n'
NO_INDEX = "vertical | trust     |      -> | | headline"
CHECKS = {"doubles": ("accept", "remove"), "columns": ()}


def far(edit):
    """The codebook with the row of the item `far` changed."""
    old, _, new = edit.partition(" -> ")
    assert old in FAR
    return f"codebook: {FAR} -> {FAR.replace(old, new)}"


def named(name):
    """The codebook with one more variable."""
    return f"codebook: {TOWN} -> {TOWN}\n{TOWN.replace('town', name).replace('t      | t', 'p      | p')}"


def test_the_study_is_right(spoil):
    study = spoil()
    assert study.outcomes() == ("vertical",)
    assert [recode.new for recode in study.codebook.recodes] == ["1", "Irbid", "North"]


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        # waves
        ('settings: "after" -> "before"', "row 8: waves.1.name", "stands twice. Give each its own name."),
        ("settings: b.csv -> a.csv", "row 9: waves.1.file", "before and after are the same rows of a.csv."),
        ('settings: "after" -> "label_en"', "row 8: waves.1.name", "cannot be called label_en"),
        # references to variables
        ('settings: = "gov" -> = "gow"', "row 14: design.governorate", "no variable gow. Did you mean gov?"),
        ('settings: "pid" -> "person"', "row 13: design.respondent", "Add a row for it, or correct the name."),
        ('settings: variable = "town" -> variable = "twn"', "row 17: design.treatment.variable", "no variable twn."),
        ('settings: values -> assigned_by = "z"\nvalues', "row 18: design.treatment.assigned_by", "no variable z."),
        ("settings: gov = [ -> region = [", "row 11: keep.region", "no variable region."),
        # types that cannot serve
        ('settings: community -> weight = "gov"\ncommunity', "row 15: design.weight", "Give it the type number in"),
        ('settings: community -> duration = "pid"\ncommunity', "row 15: design.duration", "Give it the type number"),
        ('settings: "pid" -> "town"', "row 13: design.respondent", "type category, which cannot serve here."),
        ('settings: variable = "town" -> variable = "pid"', "row 17: design.treatment.variable", "type identifier"),
        ("settings: gov = [ -> pid = [", "row 11: keep.pid", "Give it the type category or number or item"),
        ('settings: + [effects]\ncovariates = ["aeg"]', "row 22: effects.covariates", "no variable aeg."),
        ('settings: + [effects]\ncovariates = ["pid"]', "row 22: effects.covariates", "type identifier, which cannot"),
        ('settings: + [effects]\nplacebo = ["gov"]', "row 22: effects.placebo", "Give it the type item or number"),
        # what a comparison needs
        ('settings: respondent = "pid" -> kind = "panel"', "row 12: design.respondent", "a panel needs the variable"),
        ('settings: + [effects]\ngroups = ["sex"]', "row 22: effects.groups", "the design does not name sex."),
        # asked in every wave
        (f"codebook: {TOWN} -> {TOWN[:-1]}", "row 12: design.cluster", "town has no column in after"),
        # values
        ('settings: "Amman" -> "Aman"', "row 11: keep.gov", "never has the value Aman. Did you mean Amman?"),
        ("settings: , 2] -> , 3]", "row 11: keep.gov", "never has the value 3. There are: Amman, Irbid."),
        ('settings: "North" -> "Norht"', "row 18: design.treatment.values", "value Norht. Did you mean North?"),
        ("settings: [keep] -> [keep]\nfar = [7]", "row 11: keep.far", "value 7. Its range is 1 to 5."),
        ('settings: [keep] -> [keep]\nfar = ["x"]', "row 11: keep.far", "value x. Its range is 1 to 5."),
        # names that are taken
        (named("psu"), "row 5: psu", 'kept for the design. Rename it, or write psu = "psu" under [design].'),
        (named("arm"), "row 5: arm", "kept for the design. Rename it."),
        (named("a__missing"), "row 5: a__missing", "a name cannot end in __missing. Rename it."),
        (named("a__pomp"), "row 5: a__pomp", "a name cannot end in __pomp. Rename it."),
        # indices
        ('settings: + [[indices]]\nname = "vertical"', "row 22: indices.1.name", "stands twice. Keep one."),
        ('settings: + [[indices]]\nname = "x"', "row 22: indices.1.name", "no headline item for x. Fill its index"),
        ('settings: "vertical" -> "vertcal"', "row 20: indices.0.name", "for vertcal. Did you mean vertical?"),
        ('settings: + [[indices]]\nname = "sex"', "row 22: indices.1.name", "an index cannot be called sex."),
        ('settings: + dimensions = ["trust", "trust"]', "row 21: indices.0.dimensions", "a dimension stands twice."),
        ('settings: + dimensions = ["trst"]', "row 21: indices.0.dimensions", "dimension trst. Did you mean trust?"),
        ('settings: + dimension_labels.fair = "F"', "row 21: indices.0.dimension_labels", "There is: trust."),
        (
            "settings: + complete_cases = true",
            "row 21: indices.0.complete_cases",
            "is for the rules flat, mean and additive.",
        ),
        ('settings: + rule = "mean"', "row 21: indices.0.rule", "items of different scales (1 to 2, 1 to 5)"),
        # items
        ('settings: "vertical" -> "vertcal"', "row 5: near", "Did you mean vertcal? Or give it another role."),
        (far(NO_INDEX), "row 6: far", "it is a headline item of no index, which study.toml does not list."),
        (far("trust -> "), "row 6: far", "it has no dimension, unlike other items of vertical."),
        (far("q2     | -> | "), "row 6: far", "a headline item must be asked in before"),
        (far("item -> category"), "row 6: far", "only an item can be a headline item, not a category."),
        (far("1-5 -> WORDS"), "row 6: far", "a headline item needs a scale of numbers. Code its answers."),
        ("scales: LIKE  | 2    | Yes      | نعم\n -> ", "row 5: near", "its scale LIKE has only one answer."),
        # waivers
        (WAIVER + 'variable = "gow"', "row 25: waivers.0.variable", "no variable gow. Did you mean gov?"),
        (WAIVER + 'variable = "zzz"', "row 25: waivers.0.variable", "no variable zzz. Correct the name."),
        (WAIVER + 'wave = "befor"', "row 25: waivers.0.wave", "called befor. Did you mean before?"),
        (WAIVER + 'action = "keep_first"', "row 25: waivers.0.action", "about doubles. It can be: accept, remove."),
        (WAIVER.replace("doubles", "columns"), "row 22: waivers.0.check", "columns cannot be waived."),
        (WAIVER.replace("doubles", "double"), "row 22: waivers.0.check", "called double. Did you mean doubles?"),
    ],
)
def test_a_contradiction(problems_after, change, place, words):
    sentences = [str(problem) for problem in problems_after(change, checks=CHECKS)]
    assert any(f"{place}: " in sentence and words in sentence for sentence in sentences), sentences


def test_many_checks_are_all_listed_for_a_name_like_none_of_them(problems_after):
    many = {f"check_{letter}": () for letter in "abcdefghijklmnop"}
    (problem,) = problems_after(WAIVER.replace('"doubles"', '"zzz"'), checks=many)
    assert problem.fix == f"There are: {', '.join(many)}."


@pytest.mark.parametrize(
    "change",
    [
        WAIVER,  # nobody said which checks there are
        WAIVER + 'wave = "after"\nvariable = "near"',
        WAIVER + 'variable = "vertical"',  # an index can be what a check speaks of
        'settings: b.csv" -> a.csv"\nwhere.round = [2]',  # the same file, other rows
        'settings: b.csv" -> a.csv"\nsheet = "two"',  # another sheet
        'settings: "Amman" -> "AMMAN "',  # another spelling
        'settings: "Amman" -> "عمان"',  # in Arabic, without the mark
        'settings: "Amman" -> "1.0"',  # the code
        'settings: "North" -> "South"',  # nobody knows what a variable without a scale holds
        "settings: + [effects]\ngroups = []",
        'settings: [design] -> [effects]\ngroups = ["group"]\n[design]\ngroup = "gov"',
        'settings: + rule = "mean"\ndimensions = ["trust"]\n[effects]\nconfidence = 0.9',
        'settings: variable = "town"\nvalues = ["North"] -> variable = "gov"\nvalues = [1]',
    ],
)
def test_what_is_no_contradiction(spoil, change):
    if "mean" in change:
        spoil(change, f"codebook: {NEAR} -> {NEAR.replace('LIKE', '1-5 ')}")
    else:
        spoil(change)


def test_a_comparison_without_clusters(problems_after):
    (problem,) = problems_after('settings: community = "town"\n -> ')
    assert str(problem) == (
        "study.toml, row 12: design.cluster: a comparison needs the unit that received the programme together. "
        "Name cluster, community or psu; the governorate if whole governorates were compared."
    )


def test_a_panel_needs_its_respondent_and_nothing_else_in_every_wave(spoil, problems_after):
    panel = 'settings: respondent = "pid" -> kind = "panel"\nrespondent = "pid"'
    spoil(panel, f"codebook: {TOWN} -> {TOWN[:-1]}")
    (problem,) = problems_after(panel, "codebook: id     | id -> id     |")
    assert problem.where == "design.respondent"
    assert problem.message == "pid has no column in after, and is needed in every wave."


def test_the_arm_of_fresh_people_needs_its_unit_in_every_wave(problems_after):
    unit = TOWN.replace("town ", "block").replace("t      | t", "b      |  ")
    by_block = 'settings: values -> assigned_by = "block"\nvalues'
    (problem,) = problems_after(by_block, f"codebook: + {unit}")  # the block is then the cluster
    assert (problem.where, problem.message[:29]) == ("design.cluster", "block has no column in after,")
    towns = 'settings: community = "town" -> cluster = "town"'
    (problem,) = problems_after(by_block, towns, f"codebook: + {unit}")
    assert (problem.where, problem.message[:29]) == ("design.treatment", "block has no column in after,")


def test_problems_of_the_tables_are_said_beside_those_of_the_settings(problems_after):
    found = problems_after('settings: id = "little" -> id = 3', f"codebook: {FAR} -> {FAR.replace('1-5 ', '5-1 ')}")
    assert [(problem.file, problem.where) for problem in found] == [("codebook.csv", "scale"), ("study.toml", "id")]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("x = ", ["syntax"]),  # not TOML: the waves are not known, so the codebook cannot be judged
        ("waves = 3", ["design", "id", "indices", "question", "title", "waves"]),  # no list of waves
        ("waves = [3]", ["design", "id", "indices", "question", "title", "waves.0"]),  # no names in it
    ],
)
def test_without_the_names_of_the_waves_the_codebook_is_not_judged(rows, text, places):
    with pytest.raises(StudyError) as refused:
        parse_study(text, {"codebook": rows("variable | nonsense\nx | y")})
    assert [problem.where for problem in refused.value.problems] == places


def test_assent_names_variables_that_hold_an_answer(problems_after):
    assent = 'settings: [design]\n -> [design]\nassent = ["gov", "guardian", "pid"]\n'
    assert [problem.message for problem in problems_after(assent)] == [
        "the codebook has no variable guardian.",
        "pid is of type identifier, which cannot serve here.",
    ]


def test_a_study_without_tables(spoil):
    with pytest.raises(StudyError) as refused:
        parse_study("", {})
    assert {problem.file for problem in refused.value.problems} == {"study.toml"}
    with pytest.raises(StudyError) as refused:
        spoil(f"codebook: {NEAR} -> ", f"codebook: {FAR} -> ", "settings: gov = -> nothing =")
    assert {problem.where for problem in refused.value.problems} == {"indices.0.name", "keep.nothing"}


def test_an_empty_codebook_is_one_problem(rows):
    settings = 'id="a"\ntitle="a"\nquestion="a"\n[[waves]]\nname="w"\nfile="f"\n[design]\n[[indices]]\nname="i"\n'
    for tables in ({}, {"codebook": []}):
        with pytest.raises(StudyError) as refused:
            parse_study(settings, tables)
        (problem,) = refused.value.problems
        assert str(problem) == "codebook.csv: table: it has no rows. Write a header and one row for each entry."
