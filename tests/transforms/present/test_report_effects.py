"""What the report says of effects and changes: together, by place, by group, and why something is not said."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from transforms.present.document import Figure, Highlights, Table
from transforms.present.results import Results
from transforms.study import Study

INTERVAL = ("std_error", "statistic", "df", "p_value", "conf_low", "conf_high")
MISSING = float("nan")
INF = float("inf")


@pytest.fixture(scope="module")
def edited(results: Results, tell: Callable[..., Any]) -> Callable[..., Any]:
    """A report on the same results, with some columns of every estimate replaced."""

    def edit(**values: object) -> Any:
        return tell(replace(results, estimates=results.estimates.assign(**values)))

    return edit


def test_effects_are_told_together_by_place_and_with_one_test(told: Any) -> None:
    summary = told.words("summary")
    assert re.search(r"the effect on Vertical cohesion between .+ is estimated at \+", summary)
    assert "The data speak for an increase" in summary
    assert "Irbid: +" in summary
    assert "Tested together, the governorates do not differ" in summary
    assert len(told.blocks("summary", Highlights)[0].items) == 2
    effects = told.rows("effects", "Vertical cohesion: effects")
    places = ["Irbid", "Amman", "Together (pooled)", "Together (equal weight)", "Test: same effect everywhere (F)"]
    assert list(effects) == places, "in the order of the scale"
    assert effects["Irbid"][7] == "12 (6 + 6)"
    assert list(told.rows("effects", "effect on each dimension")) == ["Trust", "Justice"]


def test_groups_are_compared_by_their_difference(told: Any) -> None:
    groups = told.rows("effects", "Vertical cohesion: effect by group")
    assert list(groups) == ["Jordanian", "Syrian", "Difference: Syrian minus Jordanian"]


def test_governorates_that_differ_are_read_one_by_one(tell: Callable[..., Any], results: Results) -> None:
    test = results.estimates["contrast"] == "governorates equal"
    p_value = results.estimates["p_value"].mask(test, 0.01)
    told = tell(replace(results, estimates=results.estimates.assign(p_value=p_value)))
    assert "read them one by one" in told.words("summary")


def test_change_without_comparison_is_never_called_an_effect(
    make_study: Callable[..., Study], make_results: Callable[..., Results], tell: Callable[..., Any]
) -> None:
    study = make_study(
        ('\n[design.treatment]\nvariable = "village"\nvalues = ["a"]\n', ""),
        ('kind = "panel"', 'kind = "cross-sections"'),
        ('weight = "load"\n', ""),
    )
    told = tell(make_results(study), study)
    assert told.section("effects").title == "Change over time by governorate"
    assert "All governorates together, Vertical cohesion changed by" in told.words("summary")
    for sentence in told.words("summary", "effects").replace("\n", ". ").split(". "):
        assert "effect" not in sentence.lower() or "same effect everywhere" in sentence, sentence
    claims = told.words("claims")
    assert "Without a comparison group" in claims
    assert "Every wave asked other people" in claims
    assert "Without survey weights" in claims


def test_whole_governorates_give_no_p_value_and_say_why(
    make_study: Callable[..., Study], make_results: Callable[..., Results], tell: Callable[..., Any],
    make_panel: Callable[..., pd.DataFrame],
) -> None:  # fmt: skip
    study = make_study(
        ('variable = "village"\nvalues = ["a"]', 'variable = "place"\nvalues = ["Irbid"]'),
        ('community = "village"\n', ""),
    )
    panel = make_panel(study)
    arm = panel["governorate"].map({"Irbid": "treated", "Amman": "comparison"})
    told = tell(make_results(study, panel.assign(arm=arm, cluster=panel["governorate"])), study)
    reason = "whole governorates were compared"
    assert reason in told.words("summary")
    assert f"Together (pooled): no interval and no p-value, because {reason}" in told.words("effects")
    assert "Only 2 places are compared" in told.words("claims")
    assert not told.blocks("effects", Figure), "nothing to draw"
    assert list(told.rows("index-vertical", "Vertical cohesion: levels by place")).count("Amman") == 1


def test_what_was_not_estimated_is_shown_with_its_reason(edited: Callable[..., Any]) -> None:
    told = edited(status="not_estimated", reason="empty_cell", estimate=MISSING, **dict.fromkeys(INTERVAL, MISSING))
    summary = told.words("summary")
    assert "could not be estimated, because an arm has no interviews" in summary
    assert "Irbid: not estimated, because" in summary
    assert "Whether the governorates differ could not be tested" in summary
    assert not told.blocks("summary", Highlights)
    assert told.rows("effects", "Vertical cohesion: effects")["Irbid"][0] == "not estimated"


def test_an_estimate_without_p_value_stands_alone(edited: Callable[..., Any]) -> None:
    told = edited(status="no_p_value", reason="few_clusters", **dict.fromkeys(INTERVAL, MISSING))
    assert "Irbid: +" in told.words("summary")
    assert "without interval and p-value, because there are fewer than 6 clusters" in told.words("summary")
    assert told.blocks("summary", Highlights)[0].items[0].notes == ("no interval",)
    assert told.blocks("effects", Figure)


@pytest.mark.parametrize(
    ("low", "high", "sentence"),
    [
        (0.1, 0.4, "The data speak for an increase"),
        (-0.4, -0.1, "The data speak for a decrease"),
        (-0.1, 0.3, "no change at all included"),
    ],
)
def test_an_interval_is_read_aloud(edited: Callable[..., Any], low: float, high: float, sentence: str) -> None:
    assert sentence in edited(conf_low=low, conf_high=high).words("summary")


@pytest.mark.parametrize(
    ("low", "high", "written", "sentence"),
    [
        (-0.1, INF, "−0.10 or more", "Anything from −0.10 SD upwards fits the data"),
        (-INF, 0.4, "+0.40 or less", "Anything up to +0.40 SD fits the data"),
        (-INF, INF, "no limits", "no size of change is ruled out"),
    ],
)
def test_an_interval_without_limit_has_words(
    edited: Callable[..., Any], low: float, high: float, written: str, sentence: str
) -> None:
    told = edited(conf_low=low, conf_high=high)
    assert sentence in told.words("summary").replace("\u00a0", " ")
    assert f"interval {written})" in told.words("summary")
    assert told.rows("effects", "Vertical cohesion: effects")["Irbid"][1] == written
    assert told.blocks("effects", Figure)


def test_randomisation_inference_has_a_p_value_and_no_interval(
    edited: Callable[..., Any], make_study: Callable[..., Study], make_results: Callable[..., Results],
    tell: Callable[..., Any],
) -> None:  # fmt: skip
    nothing = dict.fromkeys(("std_error", "df", "conf_low", "conf_high"), MISSING)
    values = {"method": "randomisation", "p_value": 0.036, "p_smallest": 1 / 56, **nothing}
    told = edited(**values)
    summary = told.words("summary").replace("\u00a0", " ")
    assert "gives p = 0.036 (the smallest p it can give here is 0.018) and no interval" in summary
    assert "without interval; p = 0.036 by randomisation inference, where the smallest possible is 0.018" in summary
    assert "Irbid: randomisation inference, which gives no interval" in told.words("effects")
    assert told.rows("effects", "Vertical cohesion: effects")["Irbid"][-1] == "randomisation"
    assert "This study declares no lottery" in told.words("claims")
    drawn = make_study(("[design.treatment]\n", "[design.treatment]\nrandomised = true\n"))
    results = make_results(drawn)
    lottery = tell(replace(results, estimates=results.estimates.assign(**values)), drawn)
    assert "This study declares no lottery" not in lottery.words("claims")


def test_what_stands_behind_an_effect_is_folded_away(told: Any, edited: Callable[..., Any]) -> None:
    behind = told.rows("effects", "how firmly the numbers stand")
    places = ["Irbid", "Amman", "Together (pooled)", "Together (equal weight)"]
    assert list(behind) == [*places, "Dimensions, all governorates together", "Trust", "Justice"]
    assert all("(Romano-Wolf)" in behind[place][-1] or "(Holm)" in behind[place][-1] for place in places)
    assert all(" to " in behind[place][2] for place in places)
    (table,) = [block for block in told.blocks("effects", Table) if "Vertical cohesion, " in block.caption]
    assert table.folded
    assert table.notes
    alone = edited(p_adjusted=MISSING, adjustment="").rows("effects", "how firmly the numbers stand")
    assert alone["Irbid"][-1] == "–"
    refused = edited(status="no_p_value", reason="few_clusters")
    assert "how firmly" not in refused.words("effects")


def test_the_report_says_which_uncertainty_was_used_for_how_many_clusters(
    told: Any, results: Results, edited: Callable[..., Any]
) -> None:
    ladder = told.rows("methods", "Which uncertainty was used")
    table = results.estimates[results.estimates["status"] != "not_estimated"]
    boots = table[table["method"] == "bootstrap"]
    assert ladder["Wild cluster bootstrap"][1:] == [
        str(len(boots)),
        f"{boots.clusters.min()} to {boots.clusters.max()}",
    ]
    assert ladder["CR2"][1:] == ["0", ""]
    refused = edited(method="none", status="no_p_value", reason="few_clusters", clusters=5)
    assert refused.rows("methods", "Which uncertainty was used")["No p-value"][1:] == [str(len(table)), "5"]
    assert "Some numbers rest on only 12 clusters" in told.words("claims")


def test_estimates_on_few_people_are_left_out(edited: Callable[..., Any], results: Results) -> None:
    assert "the effect on the index" not in edited(n=9).words("summary")
    some = results.estimates["n"].mask(results.estimates["outcome"] == "vertical", 9)
    summary = edited(n=some).words("summary")
    assert "Effect on: Vertical cohesion" not in summary
    assert "Effect on: Index warmth" in summary


def test_remarks_stand_below_the_table(edited: Callable[..., Any]) -> None:
    assert "sampling strata are left out of the model" in edited(reason="strata_left_out").words("effects")


def test_degrees_of_freedom_are_whole_or_not(edited: Callable[..., Any]) -> None:
    assert edited(df=11.0).rows("effects", "Vertical cohesion: effects")["Irbid"][4] == "11"
    assert edited(df=8.37).rows("effects", "Vertical cohesion: effects")["Irbid"][4] == "8.4"


def test_planted_effects_stand_beside_what_was_found(tell: Callable[..., Any], results: Results) -> None:
    truth = pd.DataFrame({"outcome": ["vertical"], "governorate": ["Irbid"], "effect_sd": [0.25]})
    (row, _) = tell(replace(results, truth=truth)).table("effects", "What the simulation planted")
    assert row[:3] == ["Vertical cohesion", "Irbid", "+0.25"]
    assert float(row[4]) < 4


def test_dimensions_are_left_out_where_the_study_declines_them(
    make_study: Callable[..., Study], make_results: Callable[..., Results], tell: Callable[..., Any]
) -> None:
    study = make_study(("\n[design]\n", "\n[effects]\ndimensions = false\ngroups = []\n\n[design]\n"))
    effects = tell(make_results(study), study).words("effects")
    assert "effect on each dimension" not in effects
    assert "effect by group" not in effects
