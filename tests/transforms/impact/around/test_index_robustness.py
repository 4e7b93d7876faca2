"""Effects on an index scored in other ways: the same engine, distances from the headline, Rubin's rules, refusals."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from transforms.impact.around.index_robustness import IndexEffect, index_robustness
from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.inference.rubin import combine_imputed
from transforms.measure.alternatives.catalogue import Kind, Scoring
from transforms.study import Study
from transforms.study.records import record_columns

StudyOf = Callable[..., Study]
DrawPanel = Callable[..., pd.DataFrame]
SETS = ("set1", "set2", "set3")


def _scoring(kind: Kind, detail: str = "", **more: object) -> Scoring:
    return Scoring("trust", kind, detail, **more)  # type: ignore[arg-type]  # a table of test values


SCORINGS = (
    _scoring("headline"),
    _scoring("top_box"),
    _scoring("icw", negative=1),
    _scoring("first_component", singular=True),
    *(_scoring("without_item", item) for item in ("a", "b", "c")),
    *(_scoring("imputed", number) for number in SETS),
    _scoring("without_formative", reason="nothing_to_leave_out"),
)


def ways(panel: pd.DataFrame, seed: int = 2) -> pd.DataFrame:
    """A column for each way: the headline and a little noise; gaps in the headline that the imputed sets fill."""
    rng = np.random.default_rng(seed)
    columns = {s.column: panel.trust + rng.normal(0, 0.3, len(panel)) for s in SCORINGS if not s.reason}
    columns["trust~headline"] = panel.trust.where(rng.uniform(size=len(panel)) > 0.05)
    return panel.assign(trust=columns["trust~headline"], **columns)


def copies(frame: pd.DataFrame) -> pd.DataFrame:
    """Four people in every cluster, asked twice, with the same four changes everywhere."""
    frame = frame[frame.groupby("respondent")["respondent"].transform("size") == 2]
    number = frame.groupby(["wave", "governorate", "cluster"], observed=True).cumcount()
    change = number.astype("float64") * (frame.wave == "after")
    scores = dict.fromkeys((f"trust~imputed~{name}" for name in SETS), change)
    return frame.assign(weight=1.0, **scores)[number < 4]


@pytest.fixture(scope="module")
def study(study_of: StudyOf) -> Study:
    return study_of(effects={"groups": [], "draws": 999})


@pytest.fixture(scope="module")
def frame(draw_panel: DrawPanel) -> pd.DataFrame:
    return ways(draw_panel())


@pytest.fixture(scope="module")
def found(frame: pd.DataFrame, study: Study) -> pd.DataFrame:
    return index_robustness(frame, SCORINGS, study)


@pytest.mark.parametrize("kind", ["panel", "cross-sections"])
def test_the_headline_is_the_study_s_effect(frame: pd.DataFrame, study_of: StudyOf, kind: str) -> None:
    study = study_of({"kind": kind}, {"groups": [], "draws": 999})
    found = index_robustness(frame, SCORINGS, study)
    rows = {row.governorate: row for row in estimate_effects(frame, study) if row.contrast == "treated x post"}
    headline = found[found.alternative == "headline"]
    assert headline.governorate.tolist() == ["A", "B", "pooled"]
    for row in headline.itertuples():
        expected = rows[str(row.governorate)]
        for name in ("estimate", "std_error", "conf_low", "conf_high", "p_value", "n", "method"):
            assert getattr(row, name) == getattr(expected, name), name
        assert row.shift == 0


def test_shifts_are_in_the_headline_s_errors(found: pd.DataFrame) -> None:
    rows = found.set_index(["alternative", "detail", "governorate"])
    main, top = rows.loc[("headline", "", "A")], rows.loc[("top_box", "", "A")]
    assert top["shift"] == pytest.approx(top.estimate - main.estimate)
    assert top.shift_errors == pytest.approx(top["shift"] / main.std_error)


def test_the_ends_of_the_range_are_marked(found: pd.DataFrame) -> None:
    for _, rows in found[found.alternative == "without_item"].groupby("governorate"):
        marks = rows.set_index("flag").estimate
        assert marks["smallest"] == rows.estimate.min()
        assert marks["largest"] == rows.estimate.max()
        assert (rows.flag == "").sum() == 1
    flags = found.groupby("alternative").flag.first()
    assert (flags["icw"], flags["first_component"]) == ("negative_weights", "singular")


def test_a_way_that_could_not_be_had_says_why_everywhere(found: pd.DataFrame) -> None:
    rows = found[found.alternative == "without_formative"]
    assert rows.governorate.tolist() == ["A", "B", "pooled"]
    assert set(rows.reason) == {"nothing_to_leave_out"}
    assert set(rows.status) == {"not_estimated"}


def test_imputed_sets_are_one_row_by_rubin_s_rules(frame: pd.DataFrame, study: Study) -> None:
    halves = frame.assign(cluster=frame.cluster + frame.respondent.str[-1].isin(list("02468")).map(str))
    one_by_one: tuple[Kind, ...] = ("top_box", "bottom_box", "pomp")  # each data set as a way of its own
    columns = {f"trust~{kind}": frame[f"trust~imputed~{number}"] for kind, number in zip(one_by_one, SETS, strict=True)}
    scorings = (_scoring("headline"), *map(_scoring, one_by_one), *(_scoring("imputed", number) for number in SETS))
    rows = index_robustness(halves.assign(**columns), scorings, study)
    pooled = rows[rows.governorate == "pooled"].set_index("alternative")
    single, found = pooled.loc[list(one_by_one)], pooled.loc["imputed"]
    assert set(single.method) == {"CR2"}, "48 clusters"
    expected = combine_imputed(single.estimate.to_numpy(), single.std_error.to_numpy() ** 2, single.df.iloc[0])
    twice = frame.groupby("respondent")["respondent"].transform("size") == 2
    assert (found.method, found.n) == ("CR2, Rubin", twice.sum())
    assert (found.estimate, found.std_error, found.df, found.p_value) == pytest.approx(
        (expected.estimate, expected.std_error, expected.df, expected.p_value)
    )
    assert (found.conf_low, found.conf_high) == pytest.approx(expected.interval(0.95))


def test_with_fewer_clusters_the_sets_keep_cr2(found: pd.DataFrame) -> None:
    methods = found[found.alternative.isin(["headline", "imputed"])].set_index(["alternative", "governorate"]).method
    assert methods[("headline", "A")] == "bootstrap"
    assert set(methods["imputed"]) == {"CR2, Rubin"}


def test_without_headline_there_is_no_shift(frame: pd.DataFrame, study: Study) -> None:
    rows = index_robustness(frame.assign(**{"trust~headline": np.nan}), SCORINGS, study)
    top = rows[rows.alternative == "top_box"]
    assert np.isfinite(top.estimate).all()
    assert top["shift"].isna().all()


@pytest.mark.parametrize(
    ("clusters", "status", "reason", "why"),
    [
        (3, "no_p_value", "no_rule_for_imputed", "only the lottery is left, which has no rule across data sets"),
        (2, "no_p_value", "few_clusters", "nothing is left"),
    ],
)
def test_few_clusters(frame: pd.DataFrame, study: Study, clusters: int, status: str, reason: str, why: str) -> None:
    kept = frame[frame.cluster.isin([f"v{at}" for at in range(2 * clusters)])]
    found = index_robustness(kept.reset_index(drop=True), SCORINGS, study)
    row = found[(found.alternative == "imputed") & (found.governorate == "A")].iloc[0]
    assert (row.status, row.reason) == (status, reason), why
    assert np.isfinite(row.estimate)
    assert np.isnan(row.p_value)


@pytest.mark.parametrize(
    ("change", "reason", "why"),
    [
        (lambda f: f.assign(weight=-f.weight), "weights_not_positive", "a weight below zero"),
        (lambda f: f.assign(**{f"trust~imputed~{s}": np.nan for s in SETS}), "no_answers", "nothing was filled"),
        (lambda f: f.assign(**{f"trust~imputed~{s}": 1.0 for s in SETS}), "no_variation", "everybody alike"),
        (lambda f: f[(f.wave == "before") | (f.arm == "treated")], "empty_cell", "no comparison arm later"),
        (lambda f: f.assign(**{f"trust~imputed~{s}": (f.arm == "treated") * (f.wave == "after") * 1.0 for s in SETS}),
         "perfect_fit", "arm and wave tell every score"),
        (lambda f: f[(f.wave == "before") | ((f.governorate == "A") == (f.arm == "treated"))],
         "empty_cell", "no place has both arms later"),
        (copies, "perfect_fit", "clusters are copies of each other, people are not"),
    ],
)  # fmt: skip
def test_what_cannot_be_estimated(
    frame: pd.DataFrame, study: Study, change: Callable[[pd.DataFrame], pd.DataFrame], reason: str, why: str
) -> None:
    found = index_robustness(change(frame).reset_index(drop=True), SCORINGS, study)
    rows = found[(found.alternative == "imputed") & (found.governorate == "pooled")]
    assert rows.reason.tolist() == [reason], why


def test_a_place_without_comparison_leaves_the_others(frame: pd.DataFrame, study: Study) -> None:
    kept = frame[(frame.governorate == "B") | (frame.wave == "before")].reset_index(drop=True)
    rows = index_robustness(kept, SCORINGS, study).set_index(["alternative", "governorate"])
    assert rows.loc[("imputed", "A"), "reason"] == "empty_cell"
    assert rows.loc[("imputed", "B"), "status"] == "ok"


def test_collinear_strata_are_refused_in_words(frame: pd.DataFrame, study: Study) -> None:
    strata = frame.assign(strata=frame.arm)
    rows = index_robustness(strata, SCORINGS, study)
    mine = rows[(rows.alternative == "imputed") & (rows.governorate == "pooled")]
    assert mine.reason.tolist() == ["strata_left_out"], "strata drawn within arms cannot be held constant"


def test_without_comparison_arm_it_is_change(draw_panel: DrawPanel, study_of: StudyOf) -> None:
    study = study_of(design={"treatment": None}, effects={"groups": []})
    frame = ways(draw_panel().assign(arm="everyone"))
    found = index_robustness(frame, SCORINGS, study)
    assert set(found[found.governorate == "pooled"].status) == {"ok", "not_estimated"}


def test_one_wave_has_no_effects(study_of: StudyOf, frame: pd.DataFrame) -> None:
    study = study_of(waves=[{"name": "before", "file": "before.csv"}])
    found = index_robustness(frame, SCORINGS, study)
    assert found.empty
    assert tuple(found.columns) == record_columns(IndexEffect)


def test_an_index_without_its_own_scores_is_not_examined_in_others(frame: pd.DataFrame, study: Study) -> None:
    scorings = [_scoring("headline", reason="few_parts"), _scoring("top_box")]
    found = index_robustness(frame, scorings, study)
    told = found[["alternative", "governorate", "wave", "status", "reason"]]
    assert told.to_numpy().tolist() == [["headline", "pooled", "after", "not_estimated", "few_parts"]]
