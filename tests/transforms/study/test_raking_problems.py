"""Margins that cannot be those of the study are refused when it is read."""

import pytest

MORE = f"codebook: + mood | category | LIKE {'| ' * 6}| m |\n"


def _margin(variable: str, shares: str, *lines: str) -> str:
    body = "\n".join([f'variable = "{variable}"', f"shares = {shares}", *lines])
    return f"settings: + [[raking.margins]]\n{body}\n"


AMMAN = '{ Amman = 0.6, "2" = 40 }'


@pytest.mark.parametrize(
    ("margins", "words", "reason"),
    [
        ([_margin("gof", AMMAN)], "no variable gof. Did you mean gov?", "a slip"),
        ([_margin("pid", "{ a = 1, b = 2 }")], "pid is of type identifier", "identifiers have no margin"),
        ([_margin("gov", "{ Aman = 1, Irbid = 2 }")], "gov never has the value Aman. Did you mean Amman?", "a label"),
        ([_margin("gov", AMMAN, 'wave = "befor"')], "no wave called befor. Did you mean before?", "a slip"),
        ([_margin("gov", "{ Amman = -1, Irbid = 2 }")], "a share is negative", "nobody is fewer than none"),
        ([_margin("gov", "{ Amman = 0, Irbid = 0 }")], "none is above zero", "nothing to share"),
        ([_margin("gov", AMMAN), _margin("gov", AMMAN, 'wave = "after"')], "two margins in after", "they may disagree"),
        ([_margin("mood", "{ No = 1, Yes = 1 }")], "mood has no column in after", "not asked there"),
    ],
)
def test_margins_that_cannot_be(problems_after, margins, words, reason):
    sentences = [str(problem) for problem in problems_after(MORE, *margins)]
    assert any(words in sentence for sentence in sentences), (reason, sentences)


def test_margins_that_can(spoil):
    study = spoil(MORE, _margin("gov", AMMAN), _margin("mood", '{ "لا" = 1, Yes = 1 }', 'wave = "before"'))
    assert [margin.variable for margin in study.settings.raking.margins] == ["gov", "mood"], "codes and labels both do"
