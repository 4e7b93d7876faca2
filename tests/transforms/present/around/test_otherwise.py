"""The same effect estimated otherwise, power, and what the methods say of both."""

from collections.abc import Callable
from dataclasses import replace
from math import isfinite, isnan, nan
from typing import Any

import pandas as pd
import pytest

from transforms.impact.estimate import Estimate
from transforms.present.document import Table
from transforms.present.results import Results
from transforms.present.sections.otherwise import moved
from transforms.present.sections.power import has_power
from transforms.study import Study


def row(model: str, outcome: str = "vertical", **more: Any) -> Estimate:
    known = {"unit": "sd", "estimate": 0.3, "std_error": 0.1, "n": 700, "status": "ok", "method": "CR2"}
    fixed = {"contrast": "treated x post", "wave": "after", "governorate": "pooled", "group": "all"}
    return Estimate(outcome=outcome, model=model, **{**fixed, **known, **more})  # type: ignore[arg-type]  # test values


def test_the_headline_comes_first_and_the_others_say_how_far_they_move(full: Any, surrounded: Results) -> None:
    table = full.rows("effects", "Vertical cohesion: the same effect")
    assert list(table)[:3] == ["Headline", "Doubly robust", "Weighted for those lost"]
    found = surrounded.estimates.query("outcome == 'vertical' and governorate == 'pooled' and group == 'all'")
    main = found[(found["model"] == "did") & (found["contrast"] == "treated x post")].iloc[0]
    robust = found[found["model"] == "doubly robust"].iloc[0]
    far = (robust.estimate - main.estimate) / main.std_error
    assert table["Doubly robust"][4].replace("−", "-") == f"{round(far, 1) + 0.0:+.1f}".replace("+0.0", "0.0")
    assert table["Headline"][4] == "–"
    folded = [block for block in full.blocks("effects", Table) if "the same effect" in block.caption]
    assert all(block.folded for block in folded)


@pytest.mark.parametrize(
    ("others", "sentence", "why"),
    [
        ([0.25], "Estimated in another way, it is +0.25 SD.", "one way is no range"),
        ([0.25, 0.1], "in 2 other ways, it lies between +0.10 SD and +0.25 SD.", "from the lowest to the highest"),
        ([nan], "", "nothing was estimated"),
    ],
)
def test_the_range_is_told_in_a_sentence(
    tell: Callable[..., Any], surrounded: Results, fast_study: Study, others: list[float], sentence: str, why: str
) -> None:
    kept = surrounded.estimates[surrounded.estimates["model"].isin(["did"])]
    models = ("doubly robust", "covariates")
    rows = [row(model, estimate=value) for model, value in zip(models, others, strict=False)]
    added = pd.DataFrame([{name: getattr(one, name) for name in kept.columns} for one in rows])
    told = tell(replace(surrounded, estimates=pd.concat([kept, added], ignore_index=True)), fast_study)
    words = told.words("effects").replace("\u00a0", " ")
    assert (sentence in words) if sentence else "Estimated in" not in words, why
    assert ("The furthest from the headline" in words) == bool(sentence)


def test_distance_needs_a_standard_error_and_the_same_unit() -> None:
    main = row("did", estimate=0.2)
    assert moved(main, row("ancova", estimate=0.25)) == pytest.approx(0.5)
    assert isnan(moved(replace(main, std_error=nan), row("ancova")))
    assert isnan(moved(replace(main, std_error=0.0), row("ancova")))
    assert isnan(moved(main, row("ordered logit", unit="log odds")))


def test_a_headline_without_standard_error_has_no_distances(
    tell: Callable[..., Any], surrounded: Results, fast_study: Study
) -> None:
    refused = surrounded.estimates.assign(std_error=nan, status="no_p_value", reason="few_clusters")
    words = tell(replace(surrounded, estimates=refused), fast_study).words("effects")
    assert "other ways, it lies between" in words
    assert "The furthest" not in words
    gone = surrounded.estimates.assign(estimate=nan, status="not_estimated", reason="empty_cell")
    assert "Estimated in" not in tell(replace(surrounded, estimates=gone), fast_study).words("effects")


def test_an_ordered_logit_stands_under_its_question(with_rows: Callable[..., Any]) -> None:
    told = with_rows("ordered logit", row("ordered logit", "near", unit="log odds", estimate=0.7))
    table = told.table("effects", "Vertical cohesion: the same effect")
    at = table.index(["Trust nearby"])
    assert table[at + 1][:2] == ["Ordered logit", "+0.70"]
    assert table[at + 1][5] == "–", "log odds are no standard deviations"


def test_what_could_not_be_estimated_says_why(with_rows: Callable[..., Any]) -> None:
    bad = row("loss weights", status="not_estimated", reason="no_loss_model", estimate=nan, method="none")
    table = with_rows("loss weights", bad).table("effects", "Vertical cohesion: the same effect")
    assert ["Weighted for those lost", "not estimated", *["–"] * 5] in table
    assert any("Weighted for those lost: not estimated, because nobody was lost" in note for note in table[-1])


def test_without_other_estimates_there_is_no_table(
    tell: Callable[..., Any], surrounded: Results, fast_study: Study
) -> None:
    only = surrounded.estimates[surrounded.estimates["model"] == "did"]
    told = tell(replace(surrounded, estimates=only), fast_study)
    assert "estimated otherwise" not in told.words("effects")
    lone = surrounded.estimates[surrounded.estimates["model"] == "doubly robust"]
    assert "estimated otherwise" not in tell(replace(surrounded, estimates=lone), fast_study).words("effects")


def test_power_is_told_for_each_index(full: Any, surrounded: Results) -> None:
    power = surrounded.tables["power"].query("outcome == 'vertical' and governorate == 'pooled'").iloc[0]
    words = full.words("power").replace("\u00a0", " ")
    size = f"{power.detectable_after:.2f}"
    assert f"Vertical cohesion: from 24 clusters with about 15 people each in a wave, effects of {size}" in words
    assert "Clusters account for" in words
    assert "With the figures assumed before the data, it would have been" in words
    table = full.rows("power", "What could be found")
    assert table["Together (pooled)"][0] == "24"


@pytest.mark.parametrize(
    ("missing", "absent", "kept"),
    [
        ("icc", "Clusters account for", "assumed before the data"),
        ("detectable_before", "assumed before the data", "Clusters account"),
    ],
)
def test_power_says_only_what_is_known(changed: Callable[..., Any], missing: str, absent: str, kept: str) -> None:
    words = changed("power", lambda table: table.assign(**{missing: nan})).words("power")
    assert absent not in words
    assert kept in words


def test_a_negative_icc_is_none(changed: Callable[..., Any]) -> None:
    words = changed("power", lambda table: table.assign(icc=-0.01)).words("power")
    assert "Clusters account for 0.0\u00a0% of the differences" in words


def test_there_is_no_section_on_power_where_nothing_is_known(changed: Callable[..., Any]) -> None:
    told = changed("power", lambda table: table.assign(detectable_after=nan))
    assert not has_power(told.context)
    assert not has_power(changed("power", lambda _: None).context)
    some = changed("power", lambda table: table.assign(per_cluster=nan, detectable_after=table["detectable_after"]))
    assert "with about" in some.words("power")
    one = changed("power", lambda table: table[table["outcome"] == "vertical"])
    assert ["Index warmth"] not in one.table("power", "What could be found")
    pooled = changed("power", lambda table: table[table["governorate"] != "pooled"])
    assert "effects of" not in pooled.words("power")
    assert "Irbid" in pooled.rows("power", "What could be found")


def test_methods_explain_what_was_examined_and_its_codes(full: Any, surrounded: Results) -> None:
    methods = full.words("methods")
    for expected in ("jackknifed residuals", "all are taken and none is drawn", "mirrored assignment", "Lee (2009)"):
        assert expected in methods, expected
    assert "Doubly robust: the arms are made alike" in methods
    assert "Sant'Anna, P. H. C." in methods
    codes = full.rows("methods", "Codes in the table")
    assert "Amman - Irbid" not in codes, "the study's own words explain themselves"
    found = set(surrounded.estimates["model"])
    assert found <= set(codes)
    assert {"treated x post", "governorates equal", "HTZ", "DR"} <= set(codes)
    thresholds = full.rows("methods", "Thresholds used")
    assert thresholds["Smallest effect that would matter (SD)"] == ["0.15", "house, unless the study declares its own"]


def test_methods_of_a_change_name_no_comparison(
    tell: Callable[..., Any], change_results: Results, change_study: Study
) -> None:
    methods = tell(change_results, change_study).words("methods")
    assert "mirrored assignment" not in methods
    assert "Rambachan & Roth 2023)" not in methods
    assert "Difference at baseline" not in methods


def test_methods_without_examination_stay_short(
    tell: Callable[..., Any], surrounded: Results, fast_study: Study
) -> None:
    only = surrounded.estimates[surrounded.estimates["model"] == "did"]
    told = tell(replace(surrounded, estimates=only, tables={}), fast_study)
    assert "How the effects were examined" not in told.words("methods")
    assert all(isfinite(value) for value in only["estimate"].dropna())
