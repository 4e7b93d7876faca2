"""What a study says of itself: design, dimensions, items, waivers."""

import pytest

from transforms.study.columns import DESIGN_COLUMNS, missing_column, pomp_column
from transforms.study.design import Design, Treatment
from transforms.study.instrument import Choice, Scale
from transforms.study.settings import Text

FAIR = "fair | item | 0-10 | + | vertical | justice | | | | q3 | q3"
WAIVER = '[[waivers]]\ncheck = "{}"\n{}\nreason = "as agreed"\nsigned = "{}"\n'


def test_names_of_columns():
    assert missing_column("near") == "near__missing"
    assert pomp_column("vertical.trust") == "vertical.trust__pomp"
    assert len(set(DESIGN_COLUMNS)) == len(DESIGN_COLUMNS)


def test_short_ways_to_the_settings(spoil):
    study = spoil()
    assert (study.id, study.baseline.name, study.wave_names) == ("little", "before", ("before", "after"))
    assert study.design is study.settings.design
    assert [index.name for index in study.indices] == ["vertical"]


def test_two_waves_and_a_comparison_arm_allow_effects_and_without_one_a_change(spoil):
    assert spoil().analysis == "did"
    nobody = 'settings: [design.treatment]\nvariable = "town"\nvalues = ["North"]\n -> '
    assert spoil(nobody).analysis == "change"


def test_one_wave_allows_levels_even_with_arms(little_study):
    settings = '[[waves]]\nname = "w"\nfile = "f"\n[design]\ncommunity = "town"\n[[indices]]\nname = "vertical"\n'
    codebook = "variable | type | scale | index | w\ntown | category | | | t\nnear | item | 1-5 | vertical | q"
    assert little_study(settings, codebook).analysis == "levels"
    arms = '[design.treatment]\nvariable = "town"\nvalues = ["x"]\n'
    assert little_study(settings + arms, codebook).analysis == "levels"


@pytest.mark.parametrize(
    ("design", "cluster", "assigned", "governorates"),
    [
        ({}, None, None, False),
        ({"psu": "p"}, "p", None, False),
        ({"psu": "p", "community": "c"}, "c", None, False),
        ({"psu": "p", "community": "c", "cluster": "k"}, "k", None, False),
        ({"community": "c", "treatment": {"variable": "arm", "values": (1,)}}, "c", "c", False),
        ({"community": "c", "treatment": {"variable": "c", "values": (1,), "assigned_by": "b"}}, "b", "b", False),
        ({"governorate": "g", "treatment": {"variable": "g", "values": (1,)}}, "g", "g", True),
        ({"governorate": "g", "psu": "p", "treatment": {"variable": "g", "values": (1,)}}, "p", "g", True),
        ({"governorate": "g", "treatment": {"variable": "arm", "values": (1,)}}, None, None, False),
    ],
)
def test_what_was_assigned_to_an_arm_together(design, cluster, assigned, governorates):
    found = Design.model_validate(design)
    assert (found.cluster_variable, found.assignment_variable) == (cluster, assigned)
    assert found.governorates_are_clusters is governorates


def test_a_treatment_is_not_drawn_by_lot_unless_said():
    assert Treatment(variable="town", values=("x",)).randomised is False


@pytest.mark.parametrize(
    ("changes", "outcomes", "items"),
    [
        ((), ("vertical",), {"trust": ["near", "far"]}),  # one dimension is the index itself
        ((f"codebook: + {FAIR}",), ("vertical", "vertical.trust", "vertical.justice"), {"justice": ["fair"]}),
        ((f"codebook: + {FAIR}", 'settings: + dimensions = ["justice"]'), ("vertical",), {None: ["fair"]}),
        ((f"codebook: + {FAIR}", 'settings: + rule = "flat"'), ("vertical",), {None: ["near", "far", "fair"]}),
    ],
)
def test_outcomes_and_items(spoil, changes, outcomes, items):
    study = spoil(*changes)
    assert study.outcomes() == outcomes
    for dimension, names in items.items():
        assert [item.name for item in study.items(study.indices[0], dimension)] == names


def test_items_without_dimension_are_one_called_as_their_index(little_study):
    study = little_study(
        '[[waves]]\nname = "w"\nfile = "f"\n[design]\n[[indices]]\nname = "vertical"\n',
        "variable | scale | index | w\nnear | 1-5 | vertical | q1\nfar | 1-5 | vertical | q2",
    )
    assert study.dimensions(study.indices[0]) == ("vertical",)
    assert len(study.items(study.indices[0])) == len(study.items(study.indices[0], "vertical")) == 2
    assert [item.name for item in study.codebook.items("vertical")] == ["near", "far"]


def test_limits_are_those_of_the_scale(spoil):
    study = spoil()
    assert study.limits(study.codebook.variable("near")) == (1, 2)
    assert study.limits(study.codebook.variable("far")) == (1, 5)
    for name in ("town", "pid"):
        with pytest.raises(KeyError):
            study.limits(study.codebook.variable(name))


def test_limits_of_words_are_none(spoil):
    study = spoil("codebook: + mood | category | WORDS | | | | | | | m | m")
    with pytest.raises(KeyError):
        study.limits(study.codebook.variable("mood"))


@pytest.mark.parametrize(
    ("scale", "codes", "limits"),
    [
        ({"low": 0, "high": 10}, (), (0, 10)),
        ({"choices": [(3.0, "c"), (1.0, "a")]}, (3.0, 1.0), (1, 3)),
        ({"choices": [("x", "c"), ("y", "a")]}, ("x", "y"), None),
        ({"choices": [(3.0, "c"), ("y", "a")]}, (3.0, "y"), None),  # one word makes it a scale of words
        ({"low": 0}, (), None),
        ({}, (), None),
    ],
)
def test_scale(scale, codes, limits):
    choices = tuple(Choice(code=code, label=Text(en=label)) for code, label in scale.pop("choices", ()))
    found = Scale(name="s", choices=choices, **scale)
    assert (found.codes, found.limits) == (codes, limits)


def test_codebook(spoil):
    codebook = spoil("codebook: near     | item       | LIKE -> near     | item       | LIKE").codebook
    assert [variable.name for variable in codebook.asked_in("before")] == ["pid", "gov", "town", "near", "far"]
    assert codebook.asked_in("never") == ()
    assert {code: label.en for code, label in codebook.values_of("near").items()} == {1.0: "No", 2.0: "Yes"}
    assert codebook.values_of("town") == {}  # no scale
    assert codebook.values_of("far") == {}  # a range lists no answers
    assert [item.name for item in codebook.items("vertical", "trust")] == ["near", "far"]
    assert codebook.items("vertical", "justice") == ()
    with pytest.raises(KeyError):
        codebook.variable("nobody")


@pytest.mark.parametrize(
    ("asked", "signed"),
    [
        (("doubles",), "first"),  # the first that fits
        (("doubles", "before"), "first"),
        (("range", "after", "near"), "third"),
        (("range", "before", "near"), None),  # another wave
        (("range", "after", "far"), None),  # another variable
        (("other",), None),
    ],
)
def test_which_waiver_speaks_of_a_problem(spoil, asked, signed):
    more = WAIVER.format("doubles", "", "first") + WAIVER.format("doubles", "", "second")
    more += WAIVER.format("range", 'wave = "after"\nvariable = "near"', "third")
    waiver = spoil(f"settings: + {more}").waiver(*asked)
    assert (waiver.signed if waiver else None) == signed


def test_text_falls_back_to_english():
    assert Text(en="Yes", ar="نعم").read("ar") == "نعم"
    assert Text(en="Yes", ar="").read("ar") == "Yes"
    assert Text(en="Yes", ar="نعم").read("en") == "Yes"
