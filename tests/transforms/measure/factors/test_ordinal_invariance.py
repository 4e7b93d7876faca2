"""The table of ordinal invariance of a study."""

import numpy as np
import pandas as pd
import pytest

from transforms.measure.factors import estimators, ordinal_invariance
from transforms.measure.factors.doubts import NEGATIVE_LOADING
from transforms.measure.factors.invariance import EARLIER_STEP, INVARIANCE_COLUMNS, ITEMS_LEFT_OUT, compare
from transforms.measure.factors.likelihood import NOT_CONVERGED
from transforms.measure.factors.ordinal_fit import OrdinalFit, fit_ordinal
from transforms.measure.factors.ordinal_invariance import (
    AT_BOUND,
    MERGED,
    NOT_POSITIVE_DEFINITE,
    ordinal_invariance_table,
)
from transforms.measure.factors.selection import TOO_FEW_ITEMS

LOADINGS = (0.8, 0.7, 0.75)
INDEX = '[[indices]]\nname = "i"\n'
ITEMS = "\n".join(f"x{at} | item | 0-3 | + | i | {'a' if at < 3 else 'b'}" for at in range(6))


@pytest.fixture(scope="module")
def study(index_study):
    return index_study(INDEX, ITEMS)


@pytest.fixture(scope="module")
def panel(as_panel, drawn):
    """Two waves of two arms in two regions; x5 is answered otherwise in the treated arm after the programme."""
    parts = []
    for at, (wave, arm) in enumerate((w, a) for w in ("before", "after") for a in ("comparison", "treated")):
        cuts = [(-1.0, 0.0, 0.9)] * 2 + [(0.4, 1.3, 2.2) if at == 3 else (-1.0, 0.0, 0.9)]
        shared = np.random.default_rng(at + 90).normal(0.1 * at, 0.6, 700)
        near = drawn(700, at, LOADINGS, mean=shared, sd=0.8)
        far = drawn(700, at + 50, LOADINGS, cuts=cuts, mean=shared, sd=0.8).rename(
            columns={"x0": "x3", "x1": "x4", "x2": "x5"}
        )
        answers = pd.concat([near, far], axis=1)
        parts.append(answers.assign(wave=wave, arm=arm, governorate=np.where(np.arange(700) % 2, "north", "south")))
    frame = pd.concat(parts, ignore_index=True)
    return as_panel(frame)


def rows_of(table, comparison):
    return table[table["comparison"] == comparison].set_index("step")


def test_every_step_of_every_comparison_has_a_row(study, panel):
    table = ordinal_invariance_table(panel, study)
    assert tuple(table.columns) == INVARIANCE_COLUMNS
    assert list(table["comparison"].unique()) == ["everyone", "wave_arm", "governorate"]
    assert set(table["estimator"]) == {"DWLS"}
    assert (table["status"] == "ok").all()
    assert list(rows_of(table, "everyone").index) == ["configural"]
    row = rows_of(table, "governorate").loc["scalar"]
    assert (row["groups"], row["n"], row["items"], row["group_names"]) == (2, 2800, 6, "north, south")
    assert bool(row["holds"])
    assert row["df"] == 2 * (18 + 15) - (6 + 18 + 1 + 3 + 6 + 2)
    assert row["p_value"] > 0.001
    assert row["cfi_change"] == pytest.approx(row["cfi"] - rows_of(table, "governorate").loc["metric", "cfi"])


def test_the_item_whose_meaning_changed_is_named_and_set_free(study, panel):
    rows = rows_of(ordinal_invariance_table(panel, study, compare(panel, study)), "wave_arm")
    assert list(rows.index) == ["configural", "metric", "scalar", "partial"]
    assert not rows.loc["scalar", "holds"]
    assert rows.loc["scalar", "misfits"].split(", ")[0] == "x5"
    assert rows.loc["partial", "freed"] == "x5"
    assert rows.loc["partial", "invariant"] == "x0, x1, x2, x3, x4"
    assert rows.loc["partial", "holds"]
    assert rows.loc["scalar", "cfi_change"] < -0.01 or rows.loc["scalar", "rmsea_change"] > 0.015


def test_what_was_merged_or_left_out_is_named(study, panel):
    capped = panel.assign(x1=panel["x1"].where(panel["arm"] != "treated", panel["x1"].clip(upper=2)))
    rows = rows_of(ordinal_invariance_table(capped, study), "wave_arm")
    assert set(rows["categories_merged"]) == {"x1"}
    assert rows.loc["configural", "reason"] == MERGED
    assert rows.loc["configural", "status"] == "ok"
    never = panel.assign(x1=panel["x1"].where(panel["arm"] != "treated"))
    rows = rows_of(ordinal_invariance_table(never, study), "wave_arm")
    assert set(rows["items_left_out"]) == {"x1"}
    assert rows.loc["configural", "reason"] == ITEMS_LEFT_OUT


def test_an_item_against_its_factor_makes_the_row_doubtful(study, panel):
    turned = panel.assign(x0=3 - panel["x0"])
    rows = rows_of(ordinal_invariance_table(turned, study), "everyone")
    assert rows.loc["configural", "status"] == "doubtful"
    assert rows.loc["configural", "reason"] == NEGATIVE_LOADING
    assert rows.loc["configural", "negative_loadings"] == "x0"


def test_two_items_that_are_one_are_named(study, panel):
    twins = panel.assign(x1=panel["x0"])
    row = rows_of(ordinal_invariance_table(twins, study), "everyone").loc["configural"]
    assert row["pairs_at_bound"] == "x0 & x1"
    assert row["status"] != "ok"
    assert ordinal_invariance._doubt({"pairs_at_bound": "x0 & x1"}) == AT_BOUND
    impossible = {"pairs_at_bound": "", "groups_not_positive_definite": "north"}
    assert ordinal_invariance._doubt(impossible) == NOT_POSITIVE_DEFINITE


def test_steps_that_cannot_be_estimated_have_rows_with_reasons(study, panel, monkeypatch):
    def failing(model, samples, start=None):
        found = fit_ordinal(model, samples, start)
        if "loading:x0" not in model.parameters:
            return found
        return OrdinalFit(model, found.n, found.estimates * np.nan, found.std_errors, None, NOT_CONVERGED)

    monkeypatch.setattr(estimators, "fit_ordinal", failing)
    rows = rows_of(ordinal_invariance_table(panel, study), "governorate")
    assert rows["status"].tolist() == ["ok", "not_estimated", "not_estimated"]
    assert rows["reason"].tolist() == ["", NOT_CONVERGED, EARLIER_STEP]
    assert rows["chi2"].notna().tolist() == [True, False, False]
    assert rows["holds"].isna().tolist() == [False, True, True]


def test_an_index_of_two_items_says_why_it_has_no_model(index_study, panel):
    two = index_study(INDEX, "x0 | item | 0-3 | + | i | a\nx1 | item | 0-3 | + | i | a")
    table = ordinal_invariance_table(panel, two)
    assert set(table["status"]) == {"not_estimated"}
    assert set(table["reason"]) == {TOO_FEW_ITEMS}
    assert list(rows_of(table, "wave_arm").index) == ["configural", "metric", "scalar"]


def test_the_same_panel_gives_the_same_table(study, panel):
    pd.testing.assert_frame_equal(ordinal_invariance_table(panel, study), ordinal_invariance_table(panel, study))
