"""Dots of clusters where there is no p-value, and only there."""

from collections.abc import Callable
from dataclasses import replace
from math import nan
from typing import Any

import pandas as pd
import pytest

from transforms.present.document import Figure
from transforms.present.results import Results
from transforms.study import Study

INTERVAL = dict.fromkeys(("std_error", "statistic", "df", "p_value", "conf_low", "conf_high"), nan)


def refuse(estimates: pd.DataFrame, places: tuple[str, ...], reason: str = "few_clusters") -> pd.DataFrame:
    """The same estimates, without p-value in some places."""
    rows = (estimates["model"] == "did") & estimates["governorate"].isin(places)
    for name, value in {**INTERVAL, "status": "no_p_value", "reason": reason, "method": "none"}.items():
        estimates = estimates.assign(**{name: estimates[name].mask(rows, value)})
    return estimates


@pytest.fixture
def refused(tell: Callable[..., Any], surrounded: Results, fast_study: Study) -> Callable[..., Any]:
    def make(*places: str, clusters: pd.DataFrame | None = None, reason: str = "few_clusters") -> Any:
        tables = dict(surrounded.tables) | ({} if clusters is None else {"clusters": clusters})
        results = replace(surrounded, estimates=refuse(surrounded.estimates, places, reason), tables=tables)
        return tell(results, fast_study)

    return make


def plots(told: Any) -> list[Figure]:
    return [figure for figure in told.blocks("effects", Figure) if figure.id.startswith("figure-clusters")]


def test_dots_stand_for_numbers_without_p_value_only(full: Any, refused: Callable[..., Any]) -> None:
    assert not plots(full)
    first, second = plots(refused("Irbid"))
    assert "Irbid, Programme: " in first.alt
    assert "Amman" not in first.alt
    assert first.id != second.id
    assert any("because there are fewer than 6 clusters" in note for note in first.notes)
    assert not any("not drawn" in note for note in first.notes)


def test_where_only_the_number_for_all_has_none_every_place_is_drawn(refused: Callable[..., Any]) -> None:
    first, _ = plots(refused("equal weight", reason="few_clusters_in_a_governorate"))
    assert "Irbid, Programme: " in first.alt
    assert "Amman, Comparison: " in first.alt


def test_other_reasons_draw_nothing(refused: Callable[..., Any]) -> None:
    assert not plots(refused("Irbid", reason="perfect_fit"))


def test_hidden_clusters_are_counted_and_not_drawn(refused: Callable[..., Any], surrounded: Results) -> None:
    table = surrounded.tables["clusters"]
    rows = (table["governorate"] == "Irbid") & (table["arm"] == "treated")
    two = table.assign(change=table["change"].mask(rows & (table["cluster"] <= 2)))
    first = plots(refused("Irbid", clusters=two))[0]
    assert "Clusters not drawn, so that nothing is told of fewer than 10 people: 2." in first.notes
    whole = plots(refused("Irbid", clusters=table.assign(change=table["change"].mask(rows))))[0]
    assert "Irbid, Programme: –." in whole.alt
    assert not plots(refused("Irbid", clusters=table.assign(change=nan)))


def test_without_the_table_there_is_no_plot(tell: Callable[..., Any], surrounded: Results, fast_study: Study) -> None:
    told = tell(replace(surrounded, estimates=refuse(surrounded.estimates, ("Irbid",)), tables={}), fast_study)
    assert not plots(told)


def test_whole_places_are_told_by_arm(
    make_study: Callable[..., Study], make_panel: Callable[..., pd.DataFrame], surround: Callable[..., Results],
    tell: Callable[..., Any],
) -> None:  # fmt: skip
    study = make_study(
        ('variable = "village"\nvalues = ["a"]', 'variable = "place"\nvalues = ["Irbid"]'),
        ('community = "village"\n', ""),
    )
    panel = make_panel(study)
    arm = panel["governorate"].map({"Irbid": "treated", "Amman": "comparison"})
    told = tell(surround(study, panel.assign(arm=arm, cluster=panel["governorate"])), study)
    first = plots(told)[0]
    assert "Programme: " in first.alt
    assert "Together" not in first.alt
    assert "Only 2 places are compared" in told.words("summary")
    assert "Only 2 places are compared" in told.words("explanations")
    assert "no size of effect is ruled out" in told.words("effects")


def test_without_arms_a_place_has_one_line(
    tell: Callable[..., Any], change_results: Results, change_study: Study
) -> None:
    rows = change_results.estimates["governorate"] == "Irbid"
    estimates = change_results.estimates.assign(
        status=change_results.estimates["status"].mask(rows, "no_p_value"),
        reason=change_results.estimates["reason"].mask(rows, "few_clusters"),
    )
    first = plots(tell(replace(change_results, estimates=estimates), change_study))[0]
    assert "dot each. Irbid: " in first.alt
