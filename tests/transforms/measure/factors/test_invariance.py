"""The steps of invariance: what holds, what fails and is named, and what cannot be estimated and says why."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from transforms.measure.examination import examination_tables
from transforms.measure.factors import estimators, ladder
from transforms.measure.factors.fit_measures import StepMeasures
from transforms.measure.factors.invariance import (
    INVARIANCE_COLUMNS,
    compare,
    invariance_table,
    invariant_items,
    table_of_steps,
)
from transforms.measure.factors.likelihood import NOT_CONVERGED, Fit, fit
from transforms.measure.factors.loadings import equality_table, left_out_table, structure_tables
from transforms.measure.factors.reasons import FACTOR_REASONS
from transforms.study.measures import Measures
from transforms.study.study import Study

INDEX = '[[indices]]\nname = "vertical"\n'
NAMES = tuple(f"{dimension}{at}" for dimension in "ab" for at in range(1, 6))
ITEMS = "\n".join(f"{name} | item | 0-10 | + | vertical | {name[0]}" for name in NAMES)
CELLS = [(wave, arm) for wave in ("before", "after") for arm in ("treated", "comparison")]


@pytest.fixture(scope="module")
def study(index_study: Callable[..., Study]) -> Study:
    return index_study(INDEX, ITEMS)


@pytest.fixture(scope="module")
def draw(as_panel: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[..., pd.DataFrame]:
    """A panel of 250 people a wave and arm; `moved` and `loaded` change items of the treated after the programme."""

    def build(moved: dict[str, float] | None = None, loaded: dict[str, float] | None = None) -> pd.DataFrame:
        rng = np.random.default_rng(7)
        parts = []
        for wave, arm in CELLS:
            changed = (wave, arm) == ("after", "treated")
            factors = rng.multivariate_normal([0.5, 0.5] if changed else [0, 0], [[1, 0.4], [0.4, 1]], 250)
            part = pd.DataFrame({"wave": wave, "arm": arm, "governorate": np.resize(["north", "south"], 250)})
            for name in NAMES:
                loading = 1.5 + (loaded or {}).get(name, 0.0) * changed
                part[name] = 5 + loading * factors[:, "ab".index(name[0])] + rng.normal(0, 1, 250)
                part[name] += (moved or {}).get(name, 0.0) * changed
            parts.append(part)
        return as_panel(pd.concat(parts, ignore_index=True))

    return build


def steps_of(table: pd.DataFrame, comparison: str = "wave_arm") -> pd.DataFrame:
    return table[table["comparison"] == comparison].set_index("step")


def test_where_nothing_differs_every_step_holds(study: Study, draw: Callable[..., pd.DataFrame]) -> None:
    table = invariance_table(draw(), study)
    assert tuple(table.columns) == INVARIANCE_COLUMNS
    assert table[["comparison", "step"]].apply(tuple, axis=1).tolist() == [
        ("everyone", "configural"),
        *((comparison, step) for comparison in ("wave_arm", "governorate") for step in ladder.STEPS),
    ]
    assert table["holds"].all()
    assert (table["status"] == "ok").all()
    assert (table["reason"] == "").all()
    wave_arm = steps_of(table)
    assert wave_arm["n"].tolist() == [1000] * 3
    assert wave_arm["groups"].tolist() == [4] * 3
    assert wave_arm["df"].tolist() == [4 * 34, 4 * 34 + 3 * 8, 4 * 34 + 2 * 3 * 8]
    assert wave_arm["cfi_change"].iloc[1] == pytest.approx(wave_arm["cfi"].iloc[1] - wave_arm["cfi"].iloc[0])
    assert np.isnan(wave_arm["cfi_change"].iloc[0])
    plain = wave_arm[["cfi_plain", "rmsea_plain"]].diff().to_numpy()
    np.testing.assert_allclose(wave_arm[["cfi_change_plain", "rmsea_change_plain"]], plain, atol=1e-12)
    assert invariant_items(table) == {"vertical": NAMES}


def test_a_planted_shift_is_found_named_and_set_free(study: Study, draw: Callable[..., pd.DataFrame]) -> None:
    compared = compare(draw(moved={"a3": 1.5}), study)
    table = table_of_steps(compared)
    wave_arm = steps_of(table)
    assert list(wave_arm.index) == ["configural", "metric", "scalar", "partial"]
    assert wave_arm["holds"].tolist() == [True, True, False, True]
    assert wave_arm.misfits["scalar"].split(", ")[0] == "a3"
    assert wave_arm.misfits["partial"] == ""
    assert (wave_arm.freed["scalar"], wave_arm.freed["partial"]) == ("", "a3")
    assert invariant_items(table)["vertical"] == tuple(name for name in NAMES if name != "a3")
    tests = equality_table(compared)
    scalar = tests[(tests["comparison"] == "wave_arm") & (tests["step"] == "scalar")].reset_index(drop=True)
    assert scalar["item"][0] == "a3"
    assert scalar["freed"].tolist() == [True] + [False] * 9
    assert scalar["difference"][0] == pytest.approx(0.15, abs=0.03), "1.5 of a range of ten"
    assert scalar["difference"][1:].isna().all()


def test_a_planted_loading_is_set_free_with_its_intercept(study: Study, draw: Callable[..., pd.DataFrame]) -> None:
    wave_arm = steps_of(invariance_table(draw(loaded={"b2": -1.5}), study))
    assert list(wave_arm.index) == ["configural", "metric", "partial metric", "scalar"]
    assert wave_arm.misfits["metric"].split(", ")[0] == "b2"
    assert wave_arm.freed.tolist() == ["", "", "b2", "b2"]
    assert wave_arm["holds"].tolist() == [True, False, True, True]
    assert wave_arm["df"]["partial metric"] == wave_arm["df"]["metric"] - 3
    assert wave_arm["df"]["scalar"] == wave_arm["df"]["partial metric"] + 3 * (10 - 1 - 2)


def test_no_more_is_set_free_than_the_study_allows(study: Study, draw: Callable[..., pd.DataFrame]) -> None:
    table = invariance_table(draw(moved={"a1": 2, "a2": -2, "b1": 2, "b2": -2}), study)
    wave_arm = steps_of(table)
    assert len(wave_arm.freed["partial"].split(", ")) == 2, "a fifth of ten"
    assert not wave_arm["holds"]["partial"]
    assert len(wave_arm.misfits["partial"].split(", ")) == 3
    assert len(invariant_items(table)["vertical"]) == 8
    none = study.model_copy(
        update={"settings": study.settings.model_copy(update={"measures": study.settings.measures.model_copy(
            update={"freed_share": 0.0})})}
    )  # fmt: skip
    assert list(steps_of(invariance_table(draw(moved={"a1": 2}), none)).index) == ["configural", "metric", "scalar"]


def test_two_items_of_a_factor_always_stay_equal(index_study: Callable[..., Study], draw) -> None:
    lines = "\n".join(f"{name} | item | 0-10 | + | vertical | {name[0]}" for name in ("a1", "a2", "b1", "b2", "b3"))
    small = index_study(INDEX, lines)
    wave_arm = steps_of(invariance_table(draw(moved={"a1": 3.0}), small))
    assert "a" not in wave_arm.freed.iloc[-1]
    assert not wave_arm["holds"].iloc[-1]
    marks = Measures(freed_share=1.0, cfi_drop=0.0, rmsea_rise=0.0)
    anything = small.model_copy(update={"settings": small.settings.model_copy(update={"measures": marks})})
    freed = steps_of(invariance_table(draw(moved={"a1": 3.0}), anything)).freed.iloc[-1]
    assert len(freed.split(", ")) == 1, "one of three; none of two"


@pytest.fixture(scope="module")
def broken(study: Study, draw: Callable[..., pd.DataFrame]) -> tuple[pd.DataFrame, ...]:
    """Tables of a panel with everything wrong that a panel can have."""
    panel = draw()
    after_treated = (panel["wave"] == "after") & (panel["arm"] == "treated")
    panel.loc[panel["wave"] == "after", "a1"] = np.nan
    panel.loc[after_treated, "a2"] = 5.0
    panel["b1"] = 10 - panel["b1"]
    panel.loc[(panel["wave"] == "before") & (panel["arm"] == "comparison"), "governorate"] = "tiny"
    panel.loc[panel.index[::7], "governorate"] = "south"
    panel.loc[panel.index[panel["governorate"] == "tiny"][9:], "governorate"] = "north"
    compared = compare(panel, study)
    loadings, correlations = structure_tables(compared)
    return table_of_steps(compared), loadings, left_out_table(compared), correlations


def test_what_is_wrong_is_named_and_the_rest_goes_on(broken: tuple[pd.DataFrame, ...]) -> None:
    table, factors, left_out, correlations = broken
    wave_arm = steps_of(table)
    assert wave_arm["items_left_out"].tolist() == ["a1, a2"] * 3
    assert wave_arm["status"].tolist() == ["doubtful"] * 3
    assert wave_arm["reason"].tolist() == ["negative_loading"] * 3
    assert wave_arm["negative_loadings"].tolist() == ["b1"] * 3
    governorate = steps_of(table, "governorate")
    assert governorate["groups_left_out"].tolist() == ["tiny"] * 3
    assert governorate["group_names"].tolist() == ["north, south"] * 3
    assert left_out.apply(tuple, axis=1).tolist() == [
        ("vertical", "everyone", "item", "a1", "not_asked_of_all"),
        ("vertical", "wave_arm", "item", "a1", "not_asked_of_all"),
        ("vertical", "wave_arm", "item", "a2", "constant_item"),
        ("vertical", "governorate", "group", "tiny", "fewer_respondents_than_parameters"),
        ("vertical", "governorate", "item", "a1", "not_asked_of_all"),
    ]
    turned = factors[factors["item"] == "b1"]
    assert (turned["status"] == "doubtful").all()
    assert (turned["reason"] == "negative_loading").all()
    assert (turned["standardised"] < 0).all()
    proper = factors[factors["item"] != "b1"]
    assert (proper["status"] == "ok").all()
    assert proper["unexplained"].between(0, 1).all()
    assert correlations["correlation"].between(-1, 1).all()
    assert set(left_out["reason"]) | set(table["reason"]) - {""} <= set(FACTOR_REASONS)
    estimated = table.drop(columns=[name for name in table if "_change" in name] + ["holds", "borderline"])
    assert not estimated.select_dtypes("number").isna().any().any()


def test_remarks_where_items_or_groups_are_left_out(study: Study, draw: Callable[..., pd.DataFrame]) -> None:
    panel = draw()
    panel.loc[panel["wave"] == "after", "a1"] = np.nan
    panel.loc[panel.index[:5], "governorate"] = "tiny"
    table = invariance_table(panel, study)
    assert set(steps_of(table)["reason"]) == {"items_left_out"}
    assert set(steps_of(table, "governorate")["reason"]) == {"groups_left_out"}
    assert set(table["status"]) == {"ok"}


def test_too_few_people_or_items_leave_a_row_that_says_so(
    study: Study, index_study: Callable[..., Study], draw: Callable[..., pd.DataFrame]
) -> None:
    few = draw().groupby(["wave", "arm"], observed=True).head(20)
    table = invariance_table(few, study)
    assert set(steps_of(table)["reason"]) == {"fewer_respondents_than_parameters"}
    assert set(steps_of(table)["status"]) == {"not_estimated"}
    assert table["holds"].isna()[1:4].all()
    assert invariant_items(table) == {}
    contact = index_study(INDEX, "a1 | item | 0-10 | + | vertical | contact")
    assert set(invariance_table(draw(), contact)["reason"]) == {"too_few_items"}
    one = invariance_table(draw().query("wave == 'before' and arm == 'treated'"), study)
    assert set(steps_of(one)["reason"]) == {"one_group"}


def test_a_step_without_estimates_ends_the_climb(
    study: Study, draw: Callable[..., pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_from(name: str) -> Callable[..., Fit]:
        def fitted(model, moments, start=None):
            found = fit(model, moments, start)
            shared = any(label.startswith(name) and label.count(":") == 1 for label in model.parameters)
            return replace(found, problem=NOT_CONVERGED) if shared else found

        return fitted

    monkeypatch.setattr(estimators, "fit", fails_from("loading"))
    wave_arm = steps_of(invariance_table(draw(), study))
    assert wave_arm["status"].tolist() == ["ok", "not_estimated", "not_estimated"]
    assert wave_arm["reason"].tolist() == ["", "not_converged", "earlier_step_not_estimated"]
    compared = compare(draw(), study)
    assert equality_table(compared).empty

    def never_partial(model, moments, start=None):
        found = fit(model, moments, start)
        partial = any(label.startswith("intercept:a3:") for label in model.parameters) and (
            "intercept:a4" in model.parameters
        )
        return replace(found, problem=NOT_CONVERGED) if partial else found

    monkeypatch.setattr(estimators, "fit", never_partial)
    wave_arm = steps_of(invariance_table(draw(moved={"a3": 1.5}), study))
    assert list(wave_arm.index) == ["configural", "metric", "scalar"], "an item whose model fails is not set free"
    monkeypatch.setattr(estimators, "fit", lambda *given: replace(fit(*given), problem=NOT_CONVERGED))
    compared = compare(draw(), study)
    table = table_of_steps(compared)
    assert set(table["status"]) == {"not_estimated"}
    assert [table.empty for table in structure_tables(compared)] == [True, True]


def test_every_table_has_its_name(study: Study, draw: Callable[..., pd.DataFrame]) -> None:
    panel = draw()
    tables = dict(examination_tables(panel, panel, study))
    assert {"invariance", "invariance_tests", "factors", "factor_correlations", "factor_left_out"} <= set(tables)
    again = dict(examination_tables(panel, panel, study))
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, again[name])


GOOD = StepMeasures(10, 8, 0.3, 0.99, 0.99, 0.02, 0.0, 0.05, 0.03, 1.1, 11, 0.99, 0.99, 0.02)


@pytest.mark.parametrize("measure", ["cfi", "tli", "rmsea", "srmr"])
def test_a_structure_that_misses_one_mark_does_not_hold(measure: str) -> None:
    assert ladder.good_fit(GOOD, Measures())
    bad = 0.9 if measure in ("cfi", "tli") else 0.1
    assert not ladder.good_fit(replace(GOOD, **{measure: bad}), Measures())
