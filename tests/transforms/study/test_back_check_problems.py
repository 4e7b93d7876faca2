"""Back-checks that cannot be matched, or name what is not there, are refused when the study is read."""

import pytest

CHECK = 'settings: + [[back_checks]]\nwave = "after"\nfile = "again.csv"\n'


@pytest.mark.parametrize(
    ("changes", "words", "reason"),
    [
        ([CHECK.replace("after", "afer")], "there is no wave afer. Did you mean after?", "a slip"),
        ([CHECK, CHECK], "wave after has back-checks already", "one file a wave"),
        ([CHECK + 'facts = ["gof"]\n'], "the codebook has no variable gof. Did you mean gov?", "a slip"),
        ([CHECK + 'harder = ["zzzzz"]\n'], "the codebook has no variable zzzzz. Correct the name.", "no slip of any"),
        (['settings: respondent = "pid" -> ', CHECK], "which after does not have", "nothing to match by"),
        (["codebook: | id     | id -> | id     | ", CHECK], "which after does not have", "not asked there"),
    ],
)
def test_back_checks_that_cannot_be(problems_after, changes, words, reason):
    sentences = [str(problem) for problem in problems_after(*changes)]
    assert any(words in sentence for sentence in sentences), (reason, sentences)


def test_back_checks_that_can(spoil):
    (check,) = spoil(CHECK + 'facts = ["gov"]\nharder = ["near"]\n').settings.back_checks
    assert (check.wave, check.facts, check.harder) == ("after", ("gov",), ("near",))
