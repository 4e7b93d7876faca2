"""Covariates, placebo outcomes, families and a first wave that cannot serve are refused when the study is read."""

import pytest

ROWS = """age      | number     |       |           |          |           |      |         |           | a      | a
rain     | number     |       |           |          |           |      |         |           |        | r
mood     | number     |       |           |          |           |      |         |           | m      |
note     | text       |       |           |          |           |      |         |           | n      | n
slow     | item       | 1-5   |           |          |           |      |         |           | s      | s
"""
PANEL = 'settings: [design]\n -> [design]\nkind = "panel"\n'


def _effects(line: str) -> str:
    return f"settings: + [effects]\n{line}\n"


@pytest.mark.parametrize(
    ("line", "words", "reason"),
    [
        ('covariates = ["agge"]', "no variable agge. Did you mean age?", "a slip"),
        ('placebo = ["zzz"]', "no variable zzz. Add a row for it", "no such variable"),
        ('covariates = ["note"]', "note is of type text", "text is dropped at the door"),
        ('placebo = ["town"]', "town is of type category", "a category has no mean"),
        ('covariates = ["near"]', "near is part of the index vertical", "an outcome cannot be held constant"),
        ('placebo = ["far"]', "far is part of the index vertical", "nor be untouched"),
        ('covariates = ["rain"]', "rain has no column in before", "fresh people need it in each wave"),
        ('ordered = ["age"]', "age is of type number", "only steps of a scale are ordered answers"),
        ('ordered = ["slow"]', "slow is a question of no index", "the row stands beside its index"),
        ('placebo = ["mood"]', "mood has no column in after", "an effect needs both waves"),
    ],
)
def test_what_cannot_serve(problems_after, line, words, reason):
    sentences = [str(problem) for problem in problems_after(f"codebook: + {ROWS}", _effects(line))]
    assert any(words in sentence for sentence in sentences), (reason, sentences)


def test_what_serves(spoil):
    study = spoil(f"codebook: + {ROWS}", _effects('covariates = ["age"]\nplacebo = ["age"]\nordered = ["near"]'))
    assert study.settings.effects.covariates == ("age",)
    assert spoil(f"codebook: + {ROWS}", PANEL, _effects('covariates = ["mood"]')), "a panel's are those of the baseline"


MORE = """calm     | item       | 1-5   | -         |          |           | secondary |    |           | c      | c
kind     | item       | 1-5   |           | vertical | faith     |      |         |           | k      | k
word     | item       | WORDS |           |          |           | secondary |    |           | w      | w
"""
FIRST = 'settings: values = ["North"] -> values = ["North"]\nfirst_wave = '


@pytest.mark.parametrize(
    ("lines", "words", "reason"),
    [
        ('families.main = ["vertical", "calmm"]', "there is no outcome calmm. Did you mean calm?", "a slip"),
        ('families.main = ["vertical", "zzz"]', "There are: vertical, vertical.trust, vertical.faith, calm.", "listed"),
        ('families.main = ["calm", "word"]', "there is no outcome word", "answers in words have no effect"),
        ('families.main = ["calm", "near"]', "there is no outcome near", "an item of an index is no outcome"),
        ('dimensions = false\nfamilies.main = ["calm", "vertical.trust"]', "no outcome vertical.trust", "declined"),
        ('secondary = false\nfamilies.main = ["calm", "vertical"]', "no outcome calm", "declined"),
        ('families.main = ["calm"]', "the family main has fewer than two outcomes", "nothing to adjust for"),
        ('families = { a = ["calm", "vertical"], b = ["vertical.trust", "calm"] }', "calm stands in two places",
         "an outcome has one adjusted p-value"),
    ],
)  # fmt: skip
def test_families_of_what_is_not_there(problems_after, lines, words, reason):
    sentences = [str(problem) for problem in problems_after(f"codebook: + {MORE}", _effects(lines))]
    assert any(words in sentence for sentence in sentences), (reason, sentences)


def test_a_declared_family(spoil):
    study = spoil(f"codebook: + {MORE}", _effects('families.main = ["vertical", "calm"]'))
    assert study.settings.effects.families == {"main": ("vertical", "calm")}
    assert study.secondary_outcomes() == ("calm",), "answers in words have no mean"
    assert spoil(f"codebook: + {MORE}", _effects("secondary = false")).secondary_outcomes() == ()


@pytest.mark.parametrize(
    ("wave", "words", "reason"),
    [
        ("aftr", "there is no wave called aftr. Did you mean after?", "a slip"),
        ("before", "before is the first wave of all, so nothing is known from before", "no baseline is left"),
    ],
)
def test_a_first_wave_that_cannot_be(problems_after, wave, words, reason):
    sentences = [str(problem) for problem in problems_after(f'{FIRST}"{wave}"')]
    assert any(words in sentence for sentence in sentences), (reason, sentences)
    assert any("design.treatment.first_wave" in sentence for sentence in sentences)


def test_a_first_wave_that_can_be(spoil):
    assert spoil(f'{FIRST}"after"').later_waves == ("after",)
