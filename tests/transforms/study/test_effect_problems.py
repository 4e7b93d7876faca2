"""Covariates and placebo outcomes that cannot serve are refused when the study is read."""

import pytest

ROWS = """age      | number     |       |           |          |           |      |         |           | a      | a
rain     | number     |       |           |          |           |      |         |           |        | r
mood     | number     |       |           |          |           |      |         |           | m      |
note     | text       |       |           |          |           |      |         |           | n      | n
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
        ('placebo = ["mood"]', "mood has no column in after", "an effect needs both waves"),
    ],
)
def test_what_cannot_serve(problems_after, line, words, reason):
    sentences = [str(problem) for problem in problems_after(f"codebook: + {ROWS}", _effects(line))]
    assert any(words in sentence for sentence in sentences), (reason, sentences)


def test_what_serves(spoil):
    study = spoil(f"codebook: + {ROWS}", _effects('covariates = ["age"]\nplacebo = ["age"]'))
    assert study.settings.effects.covariates == ("age",)
    assert spoil(f"codebook: + {ROWS}", PANEL, _effects('covariates = ["mood"]')), "a panel's are those of the baseline"
