"""The ordered logit against R's clm, clubSandwich's logit and statsmodels, by hand, and where it has no answer."""

import json
from collections.abc import Callable
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from transforms.impact.cells.compression import CellSums
from transforms.impact.cells.design import Cells, DesignMatrix
from transforms.impact.estimate import Estimate
from transforms.impact.rows.grams import Grams
from transforms.impact.rows.ordered_effects import fit_odds, ordered_effects, ordered_items
from transforms.impact.rows.ordered_logit import SeparatedAnswersError, fit_ordered_logit
from transforms.study import Study
from transforms.study.columns import ARM, TREATED, WAVE

FOLDER = Path(__file__).resolve().parents[3] / "reference" / "rows"
FROM_R: dict[str, Any] = json.loads((FOLDER / "rows.json").read_text())
ITEM = {"ordered": ("item",)}
MakeStudy = Callable[..., Study]


def _rows(panel: pd.DataFrame, study: Study) -> dict[str, Estimate]:
    return {row.governorate: row for row in ordered_effects(panel, study)}


@pytest.mark.parametrize("place", ["A", "B", "C", "pooled"])
def test_agrees_with_clm_and_its_clustered_sandwich(people: pd.DataFrame, study_of: MakeStudy, place: str) -> None:
    row, known = _rows(people, study_of({}, ITEM))[place], FROM_R[place]["logit"]
    assert row.estimate == pytest.approx(known["coef"], abs=1e-6)
    n, k = known["n"], known["k"]
    assert row.std_error_cr1 == pytest.approx(known["cr1"] * ((n - 1) / (n - k)) ** 0.5, rel=1e-5)
    assert (row.n, row.unit, row.model, row.status) == (n, "log odds", "ordered logit", "ok")
    assert row.method == ("CR2" if place == "pooled" else "bootstrap")
    assert row.conf_low < row.estimate < row.conf_high


def test_two_answers_are_a_logit_with_its_cr2(people: pd.DataFrame, study_of: MakeStudy) -> None:
    two = people.assign(item=(people["item"] >= 3).astype(float), weight=1.0)
    row, known = _rows(two, study_of({}, ITEM))["pooled"], FROM_R["pooled"]["logit_two"]
    assert row.estimate == pytest.approx(known["coef"], abs=1e-6)
    assert row.std_error == pytest.approx(known["cr2"], rel=1e-6)
    assert row.df == pytest.approx(known["df"], rel=1e-5)
    assert row.std_error == pytest.approx(known["cr2_glm"], rel=2e-3)  # whose adjustment is not that of the linear one


def test_agrees_with_statsmodels() -> None:
    rng = np.random.default_rng(2)
    x = np.column_stack([rng.normal(size=400), rng.integers(0, 2, 400)])
    y = np.digitize(x @ [0.5, -0.4] + rng.logistic(size=400), [-1, 0, 1.2])
    found = fit_ordered_logit(x, np.eye(4)[y], np.arange(400) % 20, np.ones(400, dtype=np.int64))
    known = OrderedModel(y, x, distr="logit").fit(method="newton", disp=0, tol=1e-12)
    assert found.coef[3:] == pytest.approx(known.params[:2], abs=1e-6)
    assert found.log_likelihood == pytest.approx(known.llf, abs=1e-8)
    errors = np.sqrt(np.diag(np.linalg.inv(found.moments.xwx.sum(axis=0))))
    assert errors[3:] == pytest.approx(known.bse[:2], rel=1e-4)


def test_the_same_rows_in_fewer_cells_give_the_same_fit() -> None:
    rng = np.random.default_rng(3)
    x, y, cluster = rng.integers(0, 2, (300, 2)).astype(float), rng.integers(0, 3, 300), rng.integers(0, 6, 300)
    weight = rng.uniform(0.5, 2, 300)
    each = fit_ordered_logit(x, np.eye(3)[y] * weight[:, None], cluster, np.ones(300, dtype=np.int64))
    cell = (cluster * 2 + x[:, 0] * 1).astype(int) * 2 + x[:, 1].astype(int)
    present, first, code = np.unique(cell, return_index=True, return_inverse=True)
    counts = np.zeros((present.size, 3))
    np.add.at(counts, (code, y), weight)
    cells = fit_ordered_logit(x[first], counts, cluster[first], np.bincount(code))
    assert cells.coef == pytest.approx(each.coef, abs=1e-9)
    assert cells.moments.xwx == pytest.approx(each.moments.xwx, abs=1e-9)
    assert cells.moments.xwy == pytest.approx(each.moments.xwy, abs=1e-9)


def test_with_two_answers_and_four_cells_it_is_the_log_of_an_odds_ratio() -> None:
    yes, no = np.array([30.0, 40.0, 35.0, 60.0]), np.array([70.0, 60.0, 65.0, 40.0])
    x = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 1]], dtype=float)
    found = fit_ordered_logit(x, np.column_stack([no, yes]), np.arange(4), np.full(4, 100))
    hand = log(60 / 40) - log(35 / 65) - (log(40 / 60) - log(30 / 70))
    assert found.coef[-1] == pytest.approx(hand, abs=1e-9)


def test_answers_of_a_reversed_item_count_from_its_cohesive_end(people: pd.DataFrame, study_of: MakeStudy) -> None:
    study = study_of({}, ITEM)
    turned = study.model_copy(
        update={
            "codebook": study.codebook.model_copy(
                update={
                    "variables": tuple(
                        variable.model_copy(update={"direction": "-"}) if variable.name == "item" else variable
                        for variable in study.codebook.variables
                    )
                }
            )
        }
    )
    straight, reversed_ = (
        _rows(people, study)["pooled"],
        _rows(people.assign(item=5 - people["item"]), turned)["pooled"],
    )
    assert reversed_.estimate == pytest.approx(straight.estimate, abs=1e-9)
    assert reversed_.std_error == pytest.approx(straight.std_error, abs=1e-9)


@pytest.mark.parametrize(
    ("change", "place", "reason", "why"),
    [
        (lambda f: f.assign(item=2.0), "A", "no_variation", "everybody gave one answer"),
        (lambda f: f.assign(item=np.nan), "pooled", "no_answers", "nobody answered"),
        (
            lambda f: f.assign(item=f["item"].mask((f[ARM] == TREATED) & (f[WAVE] == "after"), 4.0)),
            "pooled",
            "separated_answers",
            "the treated all gave the highest answer later",
        ),
        (
            lambda f: f[~((f[ARM] == TREATED) & (f["place"] == "A"))].reset_index(drop=True),
            "A",
            "empty_cell",
            "a governorate without treated",
        ),
        (lambda f: f[f["village"].isin([0, 1, 2, 3, 4, 5])], "A", "log_odds_need_clusters", "three clusters an arm"),
        (lambda f: f[f["village"].isin([0, 1, 2, 3])], "A", "few_clusters", "four clusters"),
    ],
)
def test_what_cannot_be_carried_says_why(
    people: pd.DataFrame,
    study_of: MakeStudy,
    change: Callable[[pd.DataFrame], pd.DataFrame],
    place: str,
    reason: str,
    why: str,
) -> None:
    rows = _rows(change(people).reset_index(drop=True), study_of({}, ITEM))
    assert rows[place].reason == reason, why
    assert np.isnan(rows[place].p_value)
    assert all(row.status == "ok" or row.reason for row in rows.values())


def test_the_other_governorates_still_come(people: pd.DataFrame, study_of: MakeStudy) -> None:
    only = people[~((people[ARM] == TREATED) & (people["place"] == "A"))].reset_index(drop=True)
    rows = _rows(only, study_of({}, ITEM))
    assert [rows[place].status for place in ("A", "B", "C", "pooled")] == ["not_estimated", "ok", "ok", "ok"]
    assert rows["pooled"].reason == "governorates_left_out"


def test_an_item_near_its_ceiling_is_chosen_at_baseline_and_no_other(people: pd.DataFrame, study_of: MakeStudy) -> None:
    study = study_of()
    low = people.assign(item=people["item"].clip(upper=3.0))
    assert ordered_items(low, study) == ()
    assert ordered_effects(low, study) == ()
    high = low.assign(item=low["item"].where(low[WAVE] == "after", 4.0))
    assert [item.name for item in ordered_items(high, study)] == ["item"]
    spread = high.assign(item=high["item"].where(high.index % 3 > 0, 2.0))
    assert {(row.status, row.reason) for row in ordered_effects(spread, study)} == {("ok", "item_near_ceiling")}
    later = low.assign(item=low["item"].where(low[WAVE] == "before", 4.0))
    assert ordered_items(later, study) == ()


def test_a_weight_below_zero_leaves_it_to_the_headline_to_refuse(people: pd.DataFrame, study_of: MakeStudy) -> None:
    assert ordered_effects(people.assign(weight=-1.0), study_of({}, ITEM)) == ()


def test_rank_deficient_designs_are_refused(people: pd.DataFrame, study_of: MakeStudy) -> None:
    """Clusters that are all of one arm in their stratum: strata are left out, and the effect still stands."""
    odd = people.assign(strata=people[ARM])
    row = _rows(odd, study_of({}, ITEM))["pooled"]
    assert (row.status, row.reason) == ("ok", "strata_left_out")


def test_a_fit_that_does_not_settle_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transforms.impact.rows.ordered_logit.STEPS", 1)
    counts = np.array([[30.0, 70.0], [60.0, 40.0]])
    with pytest.raises(SeparatedAnswersError):
        fit_ordered_logit(np.array([[0.0], [1.0]]), counts, np.arange(2), np.full(2, 100))


def test_regressors_that_are_not_independent_are_refused() -> None:
    counts = np.array([[30.0, 70.0], [60.0, 40.0]])
    with pytest.raises(SeparatedAnswersError):
        fit_ordered_logit(np.array([[0.0, 0.0], [1.0, 0.0]]), counts, np.arange(2), np.full(2, 100))


def test_steps_that_go_too_far_are_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    """From a start far away Newton's step passes thresholds over one another; the fit is the same."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(300, 1))
    answers = np.eye(4)[np.digitize(2 * x[:, 0] + rng.logistic(size=300), [-2, -1.9, 2])]
    cluster, rows = np.arange(300) % 10, np.ones(300, dtype=np.int64)
    near = fit_ordered_logit(x, answers, cluster, rows)
    for slope in (-4.0, 5.0, 8.0):
        monkeypatch.setattr(
            "transforms.impact.rows.ordered_logit._start", lambda *_, at=slope: np.array([-2, -1.9, 2, at])
        )
        far = fit_ordered_logit(x, answers, cluster, rows)
        assert far.coef == pytest.approx(near.coef, abs=1e-8)


def test_an_effect_that_the_rest_of_a_design_tells_is_refused() -> None:
    ones, nothing = np.ones(4, dtype=np.int64), np.zeros(4, dtype=np.int64)
    answers = np.array([[3.0, 1], [1, 3], [2, 2], [1, 3]])
    sums = CellSums(np.tile(ones[:, None] * 4, 2), answers, answers, answers, answers, answers)
    codes = np.arange(4)
    cells = Cells(nothing, codes % 2, codes // 2, nothing, codes, nothing[:, None], sums, True)
    effect = np.array([0.0, 0, 0, 1])
    design = DesignMatrix(
        np.column_stack([effect, effect]), {(0, 1): 1}, True, np.zeros((4, 2)), np.zeros(2) > 0, nothing
    )
    empty = np.zeros((4, 3, 3))
    assert fit_odds(cells, Grams(empty, empty, empty, 0), design) == "rank_deficient"
