"""What the report says of an index's reliability and of the room its answers leave."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from transforms.measure.reliability import RELIABILITY_REASONS, VERDICTS
from transforms.present.document import Highlights, Paragraph, Table
from transforms.present.results import Results
from transforms.present.sections.ceilings import ceiling_blocks, lower_bound_sentence
from transforms.present.sections.reliability import reliability_blocks, reliability_sentence
from transforms.present.selection import headline
from transforms.present.wording import Wording
from transforms.study import Study

Tell = Callable[..., Any]


def words(blocks: Any) -> str:
    return "\n".join(block.text for block in blocks if isinstance(block, Paragraph))


def tables(blocks: Any) -> list[Table]:
    return [block for block in blocks if isinstance(block, Table)]


def lines(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def with_reliability(results: Results, **columns: Any) -> Results:
    return replace(results, reliability=results.reliability.assign(**columns))


def with_ceilings(results: Results, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Results:
    return replace(results, tables={**results.tables, name: change(results.tables[name].copy())})


@pytest.mark.parametrize(
    ("omega", "verdict", "expected"),
    [
        (0.8, "good", "Its questions belong together: omega is 0.80"),
        (0.65, "flagged", "belong together only moderately: omega falls to 0.65"),
        (0.5, "no_headline", "hang together too loosely: omega falls to 0.50"),
        (0.5, "formative", "adds up experiences"),
        (np.nan, "unknown", "could not be told"),
    ],
)
def test_the_verdict_in_a_sentence(
    tell: Tell, results: Results, study: Study, omega: float, verdict: str, expected: str
) -> None:
    told = tell(with_reliability(results, omega=omega, alpha=omega, verdict=verdict))
    assert expected in reliability_sentence(told.context, study.indices[0])


def test_an_unreliable_index_is_no_headline_but_keeps_its_numbers(tell: Tell, results: Results) -> None:
    index = results.reliability["index"] == "vertical"
    table = results.reliability.assign(
        omega=results.reliability["omega"].mask(index, 0.41),
        verdict=results.reliability["verdict"].mask(index, "no_headline"),
    )
    told = tell(replace(results, reliability=table))
    cards = {card.label: card for card in told.blocks("summary", Highlights)[0].items}
    assert cards["Vertical cohesion"].value == "Not reliable enough for a headline"
    assert "Omega 0.41 at Baseline, below 0.60" in cards["Vertical cohesion"].notes[0]
    assert len(cards) == 2
    assert sum(card.value != "Not reliable enough for a headline" for card in cards.values()) == 1
    summary = told.words("summary")
    assert "read what follows as an observation" in summary
    assert "All governorates together" in summary.split("read what follows as an observation")[1]
    assert told.rows("effects", "Vertical cohesion")
    assert "hang together only loosely" in told.words("claims")


def test_the_table_has_everybody_and_the_weakest_group(tell: Tell, results: Results, study: Study) -> None:
    table = results.reliability.copy()
    weak = (table["wave"] == "after") & (table["arm"] == "treated") & (table["group"] == "Syrian")
    table.loc[weak & (table["dimension"] == "all"), ["omega", "alpha"]] = 0.33
    table.loc[weak & (table["dimension"] == "trust"), ["omega", "alpha", "n"]] = [0.2, 0.2, 5]  # too few to be shown
    blocks = list(reliability_blocks(tell(replace(results, reliability=table)).context, study.indices[0]))
    assert "Among arms and groups the lowest value is 0.33: Programme, Syrian, Endline 2022." in words(blocks)
    [shown] = tables(blocks)
    assert shown.folded
    rows = lines(shown)
    assert [row[0] for row in rows] == [
        "Baseline",
        "Whole index",
        "Trust",
        "Justice",
        "Endline 2022",
        *["Whole index", "Trust", "Justice"],
    ]
    before, after = rows[1], rows[5]
    assert before[1:3] == ["4", "360"]
    assert before[-2:] == ["0.80", "good"]
    assert after[-2:] == ["0.33", "good"]
    assert rows[6][-2] == "0.80"


def test_questions_that_do_not_fit_are_named(tell: Tell, results: Results, study: Study) -> None:
    told = tell(with_reliability(results, item_rest_min=0.1, item_rest_item="far"))
    assert "(item–rest correlation below 0.20): Fear." in words(reliability_blocks(told.context, study.indices[0]))
    told = tell(with_reliability(results, item_rest_min=0.4))
    assert "item–rest" not in words(reliability_blocks(told.context, study.indices[0]))


def test_a_fast_run_has_no_ordinal_alpha(tell: Tell, results: Results, study: Study) -> None:
    index = study.indices[0]
    [full] = tables(reliability_blocks(tell(with_reliability(results, ordinal_alpha=0.7)).context, index))
    [fast] = tables(reliability_blocks(tell(with_reliability(results, ordinal_alpha=np.nan)).context, index))
    heads = [[column.label for column in table.columns] for table in (full, fast)]
    assert set(heads[0]) - set(heads[1]) == {"Ordinal alpha"}
    assert {len(row) for row in lines(full)} == {1, len(heads[0])}
    assert {len(row) for row in lines(fast)} == {1, len(heads[1])}


def test_few_people_are_hidden(tell: Tell, results: Results, study: Study) -> None:
    blocks = list(reliability_blocks(tell(with_reliability(results, n=5)).context, study.indices[0]))
    assert "Among arms" not in words(blocks)
    [table] = tables(blocks)
    for row in lines(table):
        assert len(row) == 1 or set(row[2:-1]) == {"[c]"}


def test_missing_numbers_say_why_also_from_a_file(tell: Tell, results: Results, study: Study, say: Wording) -> None:
    table = results.reliability.copy()
    everybody = (table["arm"] == "all") & (table["group"] == "all")
    table.loc[everybody & (table["dimension"] == "trust"), ["status", "reason"]] = ["doubtful", "negative_loading"]
    gone = everybody & (table["dimension"] == "justice")
    table.loc[gone, ["status", "reason"]] = ["not_estimated", "fewer_than_two_items"]
    table.loc[gone, ["alpha", "omega", "item_rest_min"]] = np.nan
    as_read = table.replace("", np.nan)  # as an empty cell of a file comes back
    as_read.loc[gone, "item_rest_item"] = np.nan
    [shown] = tables(reliability_blocks(tell(replace(results, reliability=as_read)).context, study.indices[0]))
    notes = " ".join(shown.notes)
    assert "Trust: omega is missing or doubtful, because an item runs against its own factor" in notes
    assert "Justice: not computed, because there are not two questions whose answers vary" in notes
    assert next(row for row in lines(shown) if row[0] == "Justice")[3:5] == ["–", "–"]


def test_formative_dimensions_are_explained(tell: Tell, results: Results, study: Study) -> None:
    verdict = results.reliability["verdict"].mask(results.reliability["dimension"] == "trust", "formative")
    [table] = tables(reliability_blocks(tell(with_reliability(results, verdict=verdict)).context, study.indices[0]))
    assert any("not expected to hang together" in note for note in table.notes)


def test_every_verdict_and_reason_has_words(sentences: Callable[[str], Wording]) -> None:
    for language in ("en", "ar"):
        say = sentences(language)
        assert not [name for name in VERDICTS if say.find(f"reliability.{name}") is None]
        assert not [name for name in VERDICTS if say.find(f"reliability.index_{name}") is None]
        assert not [name for name in RELIABILITY_REASONS if say.find(f"reliability_reasons.{name}") is None]


def test_ceilings_are_told_by_wave_and_where_they_are_highest(tell: Tell, results: Results, study: Study) -> None:
    def change(table: pd.DataFrame) -> pd.DataFrame:
        everybody = (table["arm"] == "all") & (table["group"] == "all")
        table = table.assign(top_share=0.2, bottom_share=0.1, mark_top="note", mark_bottom="", sparse=0)
        near, far = (everybody & (table["item"] == item) for item in ("near", "far"))
        table.loc[near, ["top_share", "mark_top"]] = [0.45, "warn"]
        table.loc[far, ["bottom_share", "mark_bottom"]] = [0.35, "warn"]
        table.loc[everybody & (table["item"] == "kind"), "sparse"] = 1
        table.loc[
            (table["item"] == "near") & (table["arm"] == "treated") & (table["wave"] == "after"),
            ["top_share", "mark_top"],
        ] = [0.6, "warn"]
        return table

    context = tell(with_ceilings(results, "ceilings", change)).context
    blocks = list(ceiling_blocks(context, study.indices[0]))
    text = words(blocks)
    assert "Warned of at the top (30\u00a0% or more of the answers): Trust nearby." in text
    assert "Warned of at the bottom (30\u00a0% or more of the answers): Fear." in text
    assert "fewer than 5 people of a wave gave, in: Kindness." in text
    items, groups = tables(blocks)
    assert items.folded
    assert groups.folded
    by_name = {row[0]: row[1:] for row in lines(items)}
    assert by_name["Trust nearby"] == [
        "45\u00a0% (warn)",
        "10\u00a0%",
        "45\u00a0% (warn)",
        "10\u00a0%",
        "60\u00a0% (warn)",
    ]
    assert by_name["Fear"][1] == "35\u00a0% (warn)"
    assert [row[0] for row in lines(groups)][:4] == ["Baseline", "Everybody", "Jordanian", "Syrian"]
    assert "Programme, Syrian" in [row[0] for row in lines(groups)]


def test_no_ceiling_is_said_too(tell: Tell, results: Results, study: Study) -> None:
    low = with_ceilings(results, "ceilings", lambda table: table.assign(mark_top="", mark_bottom=np.nan, sparse=0))
    text = words(ceiling_blocks(tell(low).context, study.indices[0]))
    assert "No question has 30\u00a0% or more of its answers at an end" in text
    assert "Warned" not in text


def test_shares_of_few_people_are_hidden(tell: Tell, results: Results, study: Study) -> None:
    """Three of 180 at the top, or three who are not, could be known; so could a share among nine."""
    index = study.indices[0]

    def share(value: float, n: int) -> list[Table]:
        both = replace(results, distributions=results.distributions[:0])
        counted = {"top_share": value, "n": n, "at_top": round(value * n), "at_bottom": 0}
        for name in ("ceilings", "index_ceilings"):
            both = with_ceilings(both, name, lambda table: table.assign(**counted))
        return tables(ceiling_blocks(tell(both).context, index))

    for value in (3 / 180, 1 - 3 / 180):
        items, groups = share(value, 180)
        assert "[c]" in {cell for row in lines(items) for cell in row}
        assert {row[2] for row in lines(groups) if len(row) > 1} == {"[c]"}
        assert any("not shown" in note for note in items.notes)
        assert {row[-1] for row in lines(items) if len(row) > 1} == {"–"}
    for value in (0.0, 0.5, 1.0):
        items, groups = share(value, 180)
        assert {row[2] for row in lines(groups) if len(row) > 1} == {f"{value:.0%}".replace("%", "\u00a0%")}
    assert share(0.5, 9) == []


def test_shares_that_are_not_there_are_dashes(tell: Tell, results: Results, study: Study) -> None:
    both = results
    for name in ("ceilings", "index_ceilings"):
        both = with_ceilings(both, name, lambda table: table.assign(top_share=np.nan, bottom_share=np.nan))
    both = with_ceilings(both, "ceilings", lambda table: table[(table["item"] != "far") | (table["wave"] == "after")])
    blocks = list(ceiling_blocks(tell(both).context, study.indices[0]))
    assert "stood at the most cohesive end" not in words(blocks)
    items, _ = tables(blocks)
    assert {cell for row in lines(items) for cell in row[1:]} == {"–"}


def test_a_run_without_ceilings_says_nothing(tell: Tell, results: Results, study: Study) -> None:
    told = tell(replace(results, tables={}))
    assert list(ceiling_blocks(told.context, study.indices[0])) == []
    assert "lower bound" not in told.words("summary", "effects")


def test_a_rise_at_the_ceiling_is_a_lower_bound(tell: Tell, results: Results, study: Study) -> None:
    full = with_ceilings(results, "index_ceilings", lambda table: table.assign(lower_bound=True, mean_top_share=0.4))
    told = tell(full)
    row = headline(told.context, "vertical", "after")
    assert row is not None
    assert row.estimate > 0
    sentence = lower_bound_sentence(told.context, study.indices[0], row)
    assert sentence.startswith("With 40\u00a0% of its answers at the top in programme communities at Endline 2022")
    assert sentence in told.words("summary")
    assert sentence in told.words("effects")
    assert lower_bound_sentence(told.context, study.indices[0], replace(row, estimate=-0.1)) == ""
    assert lower_bound_sentence(tell(results).context, study.indices[0], row) == ""


@pytest.mark.parametrize(
    ("n", "at_top", "why"),
    [(9, 0, "the whole row is hidden"), (20, 3, "three people at the top could be told by it")],
)
def test_no_lower_bound_is_told_of_few(
    tell: Tell, results: Results, study: Study, n: int, at_top: int, why: str
) -> None:
    told = tell(
        with_ceilings(
            results,
            "index_ceilings",
            lambda table: table.assign(lower_bound=True, mean_top_share=0.4, n=n, at_top=at_top),
        )
    )
    row = headline(told.context, "vertical", "after")
    assert row is not None
    assert row.estimate > 0
    assert lower_bound_sentence(told.context, study.indices[0], row) == "", why


def test_a_change_without_comparison_is_one_too(
    make_study: Callable[..., Study], make_results: Callable[..., Results], tell: Tell
) -> None:
    study = make_study(('[design.treatment]\nvariable = "village"\nvalues = ["a"]\n', ""))
    found = make_results(study)
    full = with_ceilings(found, "index_ceilings", lambda table: table.assign(lower_bound=True, mean_top_share=0.4))
    told = tell(full, study)
    row = headline(told.context, "vertical", "after")
    assert row is not None
    sentence = lower_bound_sentence(told.context, study.indices[0], replace(row, estimate=0.2))
    assert "read the change as a lower bound" in sentence
    weakest = words(reliability_blocks(told.context, study.indices[0]))
    assert "Among arms and groups the lowest value is 0.80: Jordanian, Baseline." in weakest
