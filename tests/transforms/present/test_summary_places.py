"""What the summary says of where an effect was found: everywhere, in one governorate, or in a study without any."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.transforms.present.invented import invent_panel, invent_results
from transforms.impact.estimate import EQUALITY
from transforms.present.results import Results
from transforms.study import Study
from transforms.study.columns import ONE_PLACE


@pytest.mark.parametrize(
    ("place", "words", "why"),
    [
        ("Irbid", "In Irbid, the effect on Vertical cohesion", "everybody lives in one governorate"),
        (ONE_PLACE, "In the whole study area, the effect on Vertical cohesion", "the study names no governorate"),
    ],
)
def test_one_place_is_named_and_not_listed(
    place: str, words: str, why: str, make_study: Callable[..., Study], tell: Callable[..., Any]
) -> None:
    study = make_study(('governorate = "place"\n', "")) if place == ONE_PLACE else make_study()
    panel = invent_panel(study).assign(governorate=place)
    summary = tell(invent_results(study, panel), study).words("summary")
    assert words in summary, why
    assert "All governorates together" not in summary
    assert "by governorate" not in summary
    assert f"People in {words.partition(',')[0].removeprefix('In ')} were" in summary


def test_governorates_are_listed_where_nothing_tested_them(tell: Callable[..., Any], results: Results) -> None:
    every = results.estimates
    listed = tell(replace(results, estimates=every[every["contrast"] != EQUALITY])).words("summary")
    tested = tell(results).words("summary")
    assert "All governorates together" in tested
    for place in ("Amman: ", "Irbid: "):
        assert place in listed
    assert set(tested.splitlines()) - set(listed.splitlines()), "what the test said is left out"
