"""What could not be scored is said where its numbers would stand, with the reason, in each language."""

from collections.abc import Callable, Sequence
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest

from transforms.impact.estimate import Estimate, with_no_unit
from transforms.measure.scoring_key import NoUnit
from transforms.present.document import Callout, Figure, Highlights
from transforms.present.wording import Wording
from transforms.study import Study

HALF = ('name = "vertical"\n', 'name = "vertical"\nminimum_dimension_share = 0.5\n')
FLAT = ('name = "vertical"\n', 'name = "vertical"\nrule = "flat"\n')


def spoil(panel: pd.DataFrame, silent: Sequence[str], alike: Sequence[str]) -> pd.DataFrame:
    """Some items that nobody of the first wave answered, and some that everybody there answered alike."""
    first = panel["wave"] == panel["wave"].iloc[0]
    values = {name: panel[name].mask(first) for name in silent}
    return panel.assign(**values, **{name: panel[name].mask(first, 2.0) for name in alike})


@pytest.fixture(scope="module")
def spoiled(
    make_study: Callable[..., Study], make_results: Callable[..., Any], make_panel: Callable[..., pd.DataFrame],
    tell: Callable[..., Any],
) -> Callable[..., Any]:  # fmt: skip
    """A report on a study of other settings, some of whose items are spoiled."""

    def build(*silent: str, settings: tuple[tuple[str, str], ...] = (), alike: Sequence[str] = ()) -> Any:
        study = make_study(*settings)
        return tell(make_results(study, spoil(make_panel(study), silent, alike)), study)

    return build


@pytest.mark.parametrize(
    ("silent", "alike", "settings", "said", "why"),
    [
        (("near", "far", "fair", "kind"), (), (),
         ["Vertical cohesion has no result, because fewer than two"], "nobody answered any of it"),
        (("near", "far"), (), (),
         ["Vertical cohesion has no result, because too few of its questions or dimensions are left",
          "Dimension Trust of Vertical cohesion: no result either, because fewer than two",
          "does without"], "one of two dimensions is too few"),
        (("near", "far"), (), (HALF,),
         ["Vertical cohesion is made without its dimension Trust"], "one of two is enough"),
        ((), ("fair", "kind"), (HALF,),
         ["is made without its dimension Justice, which has no result of its own, because all answers"], "alike"),
        (("near",), (), (FLAT,), ["Vertical cohesion does without"], "a question of four"),
        (("warm",), (), (), ["has no result, because fewer than two"], "an index of one dimension"),
    ],
)  # fmt: skip
def test_the_summary_says_what_could_not_be_scored(
    spoiled: Callable[..., Any], silent: Any, alike: Any, settings: Any, said: list[str], why: str
) -> None:
    told = spoiled(*silent, settings=settings, alike=alike)
    notes = [block for block in told.blocks("summary", Callout) if block.title == "What could not be scored"]
    text = "\n".join(notes[0].texts)
    for words in [*said, "The reference group, whose answers set the unit: Comparison, Baseline"]:
        assert words in text, why


def test_an_index_without_a_result_has_no_page_of_empty_tables(spoiled: Callable[..., Any]) -> None:
    told = spoiled("near", "far", "fair", "kind")
    assert told.blocks("index-vertical", Figure) == []
    assert "Nothing can be said of this index" in told.words("index-vertical")
    assert "Nothing can be said" not in told.words("index-warmth")
    assert len(told.blocks("summary", Highlights)[0].items) == 1
    rows = told.rows("methods", "scoring key in numbers")
    assert rows["near"] == ["+", "1", "4", "–", "–", ""]
    assert "[c]" not in rows["Trust"]


def test_a_report_in_arabic_of_what_could_not_be_scored(
    spoiled: Callable[..., Any], sentences: Callable[[str], Wording]
) -> None:
    told = spoiled("near", "far")
    arabic = type(told)(told.results, told.study, sentences("ar")).document
    text = "\n".join("\n".join(block.texts) for block in arabic.sections[0].blocks if isinstance(block, Callout))
    assert "لا نتيجة له" in text


def test_nothing_is_said_where_everything_was_scored(told: Any) -> None:
    assert "What could not be scored" not in told.words("summary", "index-vertical")


def test_every_reason_has_words(sentences: Callable[[str], Wording]) -> None:
    for language in ("en", "ar"):
        assert not [name for name in get_args(NoUnit) if sentences(language).find(f"unit_reasons.{name}") is None]


@pytest.mark.parametrize(
    ("outcome", "reason", "expected", "why"),
    [
        ("late", "no_answers", "no_unit", "answered, but not by the reference group"),
        ("mute", "no_answers", "no_answers", "nobody answered"),
        ("late", "weights_not_positive", "weights_not_positive", "something else stands in the way"),
    ],
)
def test_the_reason_of_an_estimate(outcome: str, reason: str, expected: str, why: str) -> None:
    row = Estimate(outcome, "did", "treated x post", "after", "pooled", "all", "sd", reason=reason)
    [found] = with_no_unit([row], {"late"})
    assert found.reason == expected, why
    assert np.isnan(found.estimate)
