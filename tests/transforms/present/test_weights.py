"""What the report says of weights: their cost, their margins, and no small cell among them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from transforms.prepare.raking import rake_weights
from transforms.present.results import Results
from transforms.study import Study
from transforms.study.study import StudySettings
from transforms.study.weighting import Margin, Raking

MARGINS = (
    Margin(variable="origin", shares={"Jordanian": 70, "2": 30}, source="Census 2015"),
    Margin(variable="origin", shares={"Jordanian": 0.6, "Syrian": 0.4}, wave="after"),
)


def _raked(study: Study, *margins: Margin) -> Study:
    changed: StudySettings = study.settings.model_copy(update={"raking": Raking(margins=margins, highest=10)})
    return study.model_copy(update={"settings": changed})


@pytest.fixture(scope="module")
def show(study: Study, make_results: Callable[..., Results], tell: Callable[..., Any]) -> Callable[..., Any]:
    def told(of: Study, panel: pd.DataFrame) -> Any:
        made = rake_weights(panel.assign(origin=panel["group"]), of)
        tables = {"weights": made.weights, "margins": made.margins}
        return tell(replace(make_results(of, made.frame[panel.columns]), tables=tables), of)

    return told


def test_what_unequal_weights_cost(study: Study, show: Callable[..., Any], make_panel: Callable[..., Any]) -> None:
    panel = make_panel(study)
    told = show(study, panel)
    first = panel.loc[panel["wave"] == "before", "weight"]
    worth = first.sum() ** 2 / (first**2).sum()
    row = told.rows("participants", "Weights: how much")["Baseline"]
    assert row[0] == "360"
    assert row[3] == f"{worth:.0f}"
    assert len(row) == 6, "nothing was raked: no columns of limits"
    assert "raked" not in "".join(told.words("participants").split("Limits of trimming")[0])


def test_margins_before_after_and_in_the_population(
    study: Study, show: Callable[..., Any], make_panel: Callable[..., Any]
) -> None:
    of = _raked(study, MARGINS[0].model_copy(update={"wave": "before"}), MARGINS[1])
    told = show(of, make_panel(study))
    rows = told.table("participants", "The sample and the population")
    assert rows[0] == ["Origin, Baseline"]
    assert [row[2:] for row in rows[1:3]] == [
        ["70\N{NO-BREAK SPACE}%", "70\N{NO-BREAK SPACE}%"],
        ["30\N{NO-BREAK SPACE}%", "30\N{NO-BREAK SPACE}%"],
    ]
    assert rows[2][0] == "Syrian", "a code of the study is a label for the reader"
    assert [row[2:] for row in rows[4:6]] == [
        ["60\N{NO-BREAK SPACE}%", "60\N{NO-BREAK SPACE}%"],
        ["40\N{NO-BREAK SPACE}%", "40\N{NO-BREAK SPACE}%"],
    ]
    assert rows[-1] == ["Population figures: Census 2015."]
    assert "Baseline, after raking" in told.rows("participants", "Weights: how much")


def test_a_small_value_of_a_margin_is_not_given_away(
    study: Study, show: Callable[..., Any], make_panel: Callable[..., Any]
) -> None:
    panel = make_panel(study)
    here = (panel["wave"] == "before") & (panel["group"] == "Syrian")
    few = panel.drop(panel.index[here][6:])
    rows = show(_raked(study, MARGINS[0].model_copy(update={"wave": "before"})), few).table(
        "participants", "The sample and the population"
    )
    assert [row[1] for row in rows[1:3]] == ["[c]", "[c]"]
    assert rows[-1] == ["Population figures: Census 2015."]


def test_a_value_without_labels_is_named_as_the_study_does(
    study: Study, show: Callable[..., Any], make_panel: Callable[..., Any]
) -> None:
    villages = {f"v{at}": 1.0 for at in range(24)}
    told = show(_raked(study, Margin(variable="village", shares=villages)), make_panel(study).assign(
        village=lambda panel: panel["community"]
    ))  # fmt: skip
    rows = told.table("participants", "The sample and the population")
    assert rows[1][0] == "v0"
    assert rows[-1] == [], "no source, no note"


def test_precision_of_each_index(told: Any) -> None:
    rows = told.table("participants", "What the sampling design costs")
    assert rows[0] == ["Vertical cohesion"]
    level = told.results.levels.query("outcome == 'vertical' and governorate == 'all' and arm == 'all'").iloc[0]
    assert rows[1] == ["Baseline", "360", f"{level['design_effect']:.2f}", f"{level['n_effective']:.0f}"]


def test_an_index_without_spread_has_no_effective_size(told: Any, tell: Callable[..., Any]) -> None:
    levels = told.results.levels.assign(n_effective=float("nan"), design_effect=float("nan"))
    rows = tell(replace(told.results, levels=levels)).table("participants", "What the sampling design costs")
    assert rows[1][2:] == ["–", "–"]


def test_few_sampling_units_tell_no_design_effect(told: Any, tell: Callable[..., Any]) -> None:
    few = tell(replace(told.results, levels=told.results.levels.assign(df=7)))
    rows = few.table("participants", "What the sampling design costs")
    assert rows[1][1:] == ["360", "–", "–"]
    assert "fewer than 8 sampling units more than strata" in few.words("participants")
    assert "fewer than 8 sampling units" not in told.words("participants")


def test_results_of_an_older_run_have_no_design_effect(told: Any, tell: Callable[..., Any]) -> None:
    older = replace(told.results, levels=told.results.levels.drop(columns="design_effect"))
    assert "What the sampling design costs" not in tell(older).words("participants")
