"""A reference group that cannot be, and a unit asked of an index in points."""

import pytest

FLAT = 'settings: + rule = "flat"\nreference = '


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (FLAT + '{ wave = "befor" }', "indices.0.reference.wave", "no wave called befor. Did you mean before?"),
        (FLAT + "{ where = { gow = [1] } }", "indices.0.reference.where.gow", "variable gow. Did you mean gov?"),
        (FLAT + '{ where = { gov = ["Aman"] } }', "indices.0.reference.where.gov", "Did you mean Amman?"),
        (FLAT + "{ where = { pid = [1] } }", "indices.0.reference.where.pid", "type identifier, which cannot serve"),
        (FLAT + '{ arm = "control" }', "indices.0.reference.arm", "must be treated or comparison."),
        ('settings: + rule = "additive"\nreference = {}', "indices.0.reference", "additive stays in points"),
        ('settings: + rule = "additive"\nrescale = false', "indices.0.rescale", "for the rules summary and flat"),
        ('settings: + rule = "additive"\nrule2 = 1', "indices.0.rule2", "there is no such setting."),
    ],
)
def test_a_unit_that_cannot_be(problems_after, change, place, words):
    sentences = [str(problem) for problem in problems_after(change)]
    assert any(f"{place}: " in sentence and words in sentence and "row 2" in sentence for sentence in sentences), (
        sentences
    )


def test_an_arm_needs_a_treatment(problems_after):
    change = FLAT + '{ arm = "treated" }'
    without = 'settings: [design.treatment]\nvariable = "town"\nvalues = ["North"]\n -> '
    sentences = [str(problem) for problem in problems_after(change, without)]
    assert any("there is no treated arm: the design has no treatment." in sentence for sentence in sentences)


def test_the_wave_must_have_asked(problems_after):
    change = FLAT + '{ wave = "after", where = { gov = [1] } }'
    unasked = "codebook: | q2     | q2 -> | q2     | "
    nowhere = "codebook: | g      | g -> | g      | "
    sentences = " ".join(str(problem) for problem in problems_after(change, unasked, nowhere))
    assert "after did not ask far, so it cannot set the unit." in sentences
    assert "gov was not asked in after." in sentences


@pytest.mark.parametrize(
    "setting",
    [
        "{}",
        '{ wave = "after" }',
        '{ wave = "before", arm = "comparison", where = { gov = ["Irbid"], near = [1] } }',
    ],
)
def test_a_unit_that_can_be(spoil, setting):
    spoil(FLAT + setting)
