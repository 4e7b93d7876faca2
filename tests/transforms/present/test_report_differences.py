"""What stands beside the effects: pairs of governorates, trends before the programme, secondary outcomes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from transforms.present.document import Heading, Table
from transforms.present.results import Results
from transforms.study import Study

NAN = float("nan")


@pytest.fixture(scope="module")
def three_waves(
    make_study: Callable[..., Study], make_results: Callable[..., Results], tell: Callable[..., Any]
) -> tuple[Study, Results]:
    """Three waves, the programme beginning before the last one."""
    late = '[[waves]]\nname = "late"\nfile = "late.csv"\nlabel = "Late"\n\n[design]'
    study = make_study(("[design]", late), ('values = ["a"]', 'values = ["a"]\nfirst_wave = "late"'))
    return study, make_results(study)


def _secondary(results: Results, **values: object) -> Results:
    """Results with the rows on `warmth` once more as rows on the secondary outcome `far`."""
    table = results.estimates
    rows = table[(table["outcome"] == "warmth") & (table["model"] == "did") & (table["group"] == "all")]
    known = {"outcome": "far", "model": "secondary", "unit": "sd", "p_adjusted": 0.123, "adjustment": "sharpened q"}
    more = rows.assign(**(known | values))
    return replace(results, estimates=pd.concat([table, more], ignore_index=True))


def test_pairs_stand_under_the_joint_test_with_adjusted_p(told: Any) -> None:
    captions = [table.caption for table in told.blocks("effects", Table)]
    first = captions.index("Vertical cohesion: do the effects at Endline 2022 differ between two governorates?")
    assert captions[first - 1] == "Vertical cohesion: effects at Endline 2022"
    (pair,) = told.rows("effects", "differ between two governorates").items()
    table = told.results.estimates
    row = table[(table["model"] == "pairwise") & (table["outcome"] == "vertical")].iloc[0]
    assert pair[0] == "Amman minus Irbid"
    assert pair[1][3:] == [told.say.p_value(row["p_value"]), "–", "24", "bootstrap"], "one pair is not adjusted"
    assert "never by an interval that holds zero in one place" in told.words("effects")


def test_pairs_are_folded(told: Any) -> None:
    found = [block for block in told.blocks("effects", Table) if "two governorates" in block.caption]
    assert [block.folded for block in found] == [True, True]


def test_a_pair_without_a_test_says_why(results: Results, tell: Callable[..., Any]) -> None:
    table = results.estimates
    pair = table["model"] == "pairwise"
    cases = (
        ({"status": "no_p_value", "reason": "few_clusters_in_a_governorate", "p_value": NAN, "conf_low": NAN},
         "Amman minus Irbid: no interval and no p-value, because at least one governorate has too few clusters."),
        ({"status": "not_estimated", "reason": "empty_cell", "p_value": NAN, "estimate": NAN},
         "Amman minus Irbid: not estimated, because an arm has no interviews in one of the waves."),
    )  # fmt: skip
    for values, sentence in cases:
        changed = table.assign(**{name: table[name].astype(object).mask(pair, value) for name, value in values.items()})
        *_, notes = tell(replace(results, estimates=changed.infer_objects())).table("effects", "two governorates")
        assert notes[0] == sentence


def test_pairs_that_are_too_many_are_one_row_that_says_why(results: Results, tell: Callable[..., Any]) -> None:
    table = results.estimates
    values = {"governorate": "pooled", "contrast": "each pair of governorates", "estimate": NAN, "p_value": NAN}
    values |= {"status": "not_estimated", "reason": "too_many_pairs"}
    pair = table["model"] == "pairwise"
    changed = table.assign(**{name: table[name].astype(object).mask(pair, value) for name, value in values.items()})
    told = tell(replace(results, estimates=changed.infer_objects()))
    assert list(told.rows("effects", "two governorates")) == ["Each pair of governorates"]
    *_, notes = told.table("effects", "two governorates")
    assert notes[0].startswith("Each pair of governorates: not estimated, because there are more governorates than")


def test_trends_before_the_programme_stand_once_for_each_index(
    three_waves: tuple[Study, Results], tell: Callable[..., Any]
) -> None:
    study, results = three_waves
    told = tell(results, study)
    captions = [table.caption for table in told.blocks("effects", Table)]
    assert sum("before the programme began" in caption for caption in captions) == len(study.indices)
    rows = told.rows("effects", "Vertical cohesion: did the arms move apart before the programme began?")
    assert list(rows) == [
        "Irbid, Endline 2022",
        "Irbid, test of all waves before the programme (F)",
        "Amman, Endline 2022",
        "Amman, test of all waves before the programme (F)",
        "Together (pooled), Endline 2022",
        "Together (pooled), test of all waves before the programme (F)",
        "Together (equal weight), Endline 2022",
    ]
    assert rows["Irbid, test of all waves before the programme (F)"][:2] == ["–", "–"]
    assert "effects at Late" in "\n".join(captions)
    assert "effects at Endline 2022" not in "\n".join(captions), "no effect before the programme"
    assert "from Baseline to later waves before the programme began" in told.words("effects")


def test_secondary_outcomes_are_folded_after_the_indices(results: Results, tell: Callable[..., Any]) -> None:
    told = tell(_secondary(results))
    assert "Secondary outcomes" in [block.text for block in told.blocks("effects", Heading)]
    table = next(block for block in told.blocks("effects", Table) if "secondary outcomes" in block.caption)
    assert table.folded
    assert [column.label for column in table.columns] == ["Question", "Together (pooled)", "Irbid", "Amman", "q"]
    (row,) = told.rows("effects", "secondary outcomes").items()
    assert row[0] == "Fear"
    assert row[1][-1] == "0.123"
    assert "Secondary outcomes" not in tell(results).words("effects")


@pytest.mark.parametrize(
    ("values", "cells", "note", "why"),
    [
        ({"conf_low": NAN, "conf_high": NAN, "status": "no_p_value", "reason": "few_clusters", "p_adjusted": NAN},
         1, "Fear: no interval and no p-value, because there are fewer than 6 clusters.", "an estimate alone"),
        ({"estimate": NAN, "status": "not_estimated", "reason": "no_answers", "p_adjusted": NAN},
         0, "Fear: not estimated, because nobody answered the questions it needs.", "nothing"),
    ],
)  # fmt: skip
def test_a_secondary_outcome_without_effect_says_why(
    values: dict[str, object], cells: int, note: str, why: str, results: Results, tell: Callable[..., Any]
) -> None:
    told = tell(_secondary(results, **values))
    (name, *numbers), notes = told.table("effects", "secondary outcomes")
    assert (name, numbers[-1]) == ("Fear", "–")
    assert (numbers[0] != "–") == bool(cells), why
    assert "(" not in numbers[0]
    assert notes[0] == note


def test_a_secondary_outcome_with_a_reason_and_no_pooled_row(results: Results, tell: Callable[..., Any]) -> None:
    only = _secondary(results)
    pooled = (only.estimates["model"] == "secondary") & (only.estimates["governorate"] == "pooled")
    told = tell(replace(only, estimates=only.estimates[~pooled]))
    (row,) = told.rows("effects", "secondary outcomes").items()
    assert (row[1][0], row[1][-1]) == ("–", "–")
