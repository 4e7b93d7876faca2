"""Every code a result can hold has words in both languages."""

from collections.abc import Callable
from typing import get_args

import pytest

from transforms.impact.around.attrition import DIFFERENCE, JOINT
from transforms.impact.around.balance import balance_mark
from transforms.impact.around.equivalence import Verdict
from transforms.impact.estimate import EQUALITY, EVERY_PAIR, MODELS, NO_PRE_TREND, REASONS, Unit
from transforms.present.results import Results
from transforms.present.sections.examination import MODEL_SOURCES, SOURCES
from transforms.present.wording import Wording

METHODS = ("CR2", "bootstrap", "randomisation", "none", "taylor", "DR", "HTZ")
MARKS = tuple(balance_mark(value) for value in (0.0, 0.1, 0.5, float("nan")))
WORKS = (*MODEL_SOURCES.values(), *(work for works in SOURCES.values() for work in works))
CONTRASTS = (
    *("treated x post", "treated x post x group", "treated x post x sex"),
    *(EQUALITY, EVERY_PAIR, NO_PRE_TREND, DIFFERENCE, JOINT),
)
NEEDED = {
    "models": MODELS,
    "models_explained": MODELS,
    "methods_short": METHODS,
    "methods_explained": METHODS,
    "reasons": REASONS,
    "verdicts": get_args(Verdict),
    "marks": MARKS,
    "contrasts": CONTRASTS,
    "units": get_args(Unit),
    "mix.units": get_args(Unit),
    "sources": WORKS,
    "methods": tuple(f"examined_{name}" for name in SOURCES),
    "ruled_out": tuple(f"{kind}_{verdict}" for kind in ("did", "change") for verdict in get_args(Verdict)),
}


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("kind", NEEDED)
def test_every_code_has_words(sentences: Callable[[str], Wording], kind: str, language: str) -> None:
    say = sentences(language)
    assert not [code for code in NEEDED[kind] if say.find(f"{kind}.{code}") is None]


def test_these_are_the_codes_that_results_hold(surrounded: Results, change_results: Results) -> None:
    for results in (surrounded, change_results):
        assert set(results.estimates["method"]) <= set(METHODS)
        assert set(results.estimates["model"]) <= set(MODELS)
        own = {"after - before", "Amman - Irbid"}  # made of the study's words, and clear without others
        assert set(results.estimates["contrast"]) - own <= set(CONTRASTS)
