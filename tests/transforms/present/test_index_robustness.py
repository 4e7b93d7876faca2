"""The panel of other ways to score: what it says, draws, names and leaves out."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from transforms.impact.around.group_gap import gap_adjusted_levels
from transforms.impact.around.index_robustness import index_robustness
from transforms.measure.alternatives.catalogue import KINDS, SCORING_REASONS, parse_scorings
from transforms.measure.alternatives.scoring import alternative_scores
from transforms.measure.key import make_key
from transforms.measure.score import score
from transforms.present.context import Context
from transforms.present.document import Figure, Paragraph, Section, Table
from transforms.present.figures.shift import ShiftRow, shift_svg
from transforms.present.results import Results
from transforms.present.sections.group_gap import gap_table
from transforms.present.sections.index_page import index_sections
from transforms.present.sections.index_robustness import robustness_panel, ways_table
from transforms.present.wording import Wording
from transforms.study import Study

pytestmark = pytest.mark.usefixtures("drawn")

NAN = float("nan")


def with_scorings(results: Results, study: Study, panel: pd.DataFrame) -> Results:
    """The same results with the tables of other ways to score."""
    other = alternative_scores(panel, study)
    tables = {
        "alternative_scorings": other.scorings,
        "alternative_weights": other.weights,
        "index_robustness": index_robustness(other.scores, parse_scorings(other.scorings), study),
        "gap_adjusted_levels": gap_adjusted_levels(score(panel, make_key(panel, study)), study),
    }
    return replace(results, tables={**results.tables, **tables})


@pytest.fixture(scope="module")
def study(make_study: Callable[..., Study]) -> Study:
    """The study of the reports, with few draws and imputations."""
    return make_study(("[design]", "[measures]\nimputations = 2\n[effects]\ndraws = 999\n[design]"))


@pytest.fixture(scope="module")
def results(study: Study, panel: pd.DataFrame, make_results: Callable[..., Results]) -> Results:
    return make_results(study, panel)


@pytest.fixture(scope="module")
def panel(study: Study, make_panel: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    frame = make_panel(study)
    gaps = np.random.default_rng(1).random(len(frame)) < 0.1
    return frame.assign(near=frame.near.where(~gaps))


@pytest.fixture(scope="module")
def context(results: Results, study: Study, say: Wording, panel: pd.DataFrame) -> Context:
    return Context(with_scorings(results, study, panel), study, say)


@pytest.fixture(scope="module")
def section(context: Context) -> Section:
    return index_sections(context)[0]


def table_of(section: Section, caption: str) -> Table:
    return next(block for block in section.blocks if isinstance(block, Table) and caption in block.caption)


def rows_of(table: Table) -> dict[str, list[str]]:
    return {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in table.rows}


def test_the_headline_comes_first_and_every_way_has_its_row(section: Section) -> None:
    rows = rows_of(table_of(section, "every way of scoring, "))
    names = list(rows)
    assert names[0] == "Headline index"
    assert rows["Headline index"][-2:] == ["–", "–"], "it does not move from itself"
    assert any(name.startswith("Without “") and name.endswith("(smallest)") for name in names)
    assert {"Two best answers", "First principal component", "Gaps filled (imputation)"} <= set(names)


def test_a_sentence_gives_the_range(section: Section) -> None:
    sentences = [block.text for block in section.blocks if isinstance(block, Paragraph)]
    assert any("the other ways lie between" in text for text in sentences)
    assert any("excludes zero" in text or "includes zero" in text for text in sentences)


def test_the_figure_is_drawn_and_told(section: Section) -> None:
    figure = next(block for block in section.blocks if isinstance(block, Figure) and "scorings" in block.id)
    ElementTree.fromstring(figure.svg)
    assert "Without one question (range)" in figure.svg
    assert "Headline index" in figure.alt


def test_what_could_not_be_had_has_its_reason(section: Section) -> None:
    notes = " ".join(table_of(section, "every way of scoring, ").notes)
    assert "because the index has no such questions" in notes


def test_by_governorate_the_ends_of_the_range_are_named(section: Section) -> None:
    table = table_of(section, "by governorate")
    assert table.folded
    assert [column.label for column in table.columns][1:] == ["Irbid", "Amman"]
    assert sum("one question left out" in note for note in table.notes) == 2


def test_weights_and_what_each_way_does_are_folded(section: Section, context: Context) -> None:
    weights, ways = table_of(section, "weights that the data give"), ways_table(context)
    assert weights.folded
    assert ways is not None
    assert ways.folded
    assert any("of the variance" in note for note in weights.notes)
    assert "2 data sets" in rows_of(ways)["Gaps filled (imputation)"][0]


def test_every_kind_and_reason_has_words(sentences: Callable[[str], Wording]) -> None:
    for language in ("en", "ar"):
        say = sentences(language)
        for kind in KINDS:
            assert say.find(f"scorings.way_{kind}"), kind
            assert kind == "headline" or say.find(f"scorings.explained_{kind}"), kind
        for reason in (*SCORING_REASONS, "no_rule_for_imputed"):
            assert say.find(f"scoring_reasons.{reason}"), reason


def changed(context: Context, table: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Context:
    tables = dict(context.results.tables)
    tables[table] = change(tables[table].copy())
    return Context(replace(context.results, tables=tables), context.study, context.say)


def blocks_of(context: Context, kind: type[Any]) -> list[Any]:
    return [block for block in robustness_panel(context, context.study.indices[0], "after") if isinstance(block, kind)]


def test_flags_are_told(context: Context) -> None:
    flagged = changed(
        context,
        "alternative_scorings",
        lambda table: table.assign(negative=2, singular=True, left_out="near fair"),
    )
    notes = " ".join(blocks_of(flagged, Table)[0].notes)
    for words in ("weights below zero: 2", "pseudo-inverse", "leaves out"):
        assert words in notes


def test_without_p_values_nothing_is_counted(context: Context) -> None:
    bare = changed(
        context,
        "index_robustness",
        lambda table: table.assign(
            p_value=NAN, conf_low=NAN, conf_high=NAN, status="no_p_value", reason="few_clusters"
        ),
    )
    assert not any("zero" in block.text for block in blocks_of(bare, Paragraph))
    assert any("fewer than 6 clusters" in note for note in blocks_of(bare, Table)[0].notes)


@pytest.mark.parametrize(
    ("keep", "sentences", "why"),
    [
        (lambda table: table[table.alternative == "headline"], 1, "nothing to compare with: only what the panel is"),
        (lambda table: table[table.alternative != "headline"], 1, "no headline: no range around it"),
        (lambda table: table.assign(p_value=0.5), 2, "a headline whose interval includes zero"),
        (lambda table: table.assign(p_value=0.01), 2, "a headline whose interval excludes it"),
    ],
)
def test_sentences(context: Context, keep: Callable[[pd.DataFrame], pd.DataFrame], sentences: int, why: str) -> None:
    assert len(blocks_of(changed(context, "index_robustness", keep), Paragraph)) == sentences, why


def test_effects_on_few_people_are_left_out(context: Context) -> None:
    few = changed(context, "index_robustness", lambda table: table.assign(n=9))
    assert not blocks_of(few, Figure)
    assert blocks_of(few, Table), "the weights still come"


def test_no_table_by_governorate_where_none_has_an_effect(context: Context) -> None:
    pooled = changed(context, "index_robustness", lambda table: table[table.governorate == "pooled"])
    assert not any("by governorate" in table.caption for table in blocks_of(pooled, Table))


def test_one_governorate_s_range_may_be_missing(context: Context) -> None:
    bare = changed(
        context,
        "index_robustness",
        lambda table: table[(table.governorate != "Irbid") | (table.alternative != "without_item")],
    )
    by_place = next(table for table in blocks_of(bare, Table) if "by governorate" in table.caption)
    assert len(by_place.notes) == 1


def test_a_fast_run_says_nothing(results: Results, study: Study, say: Wording) -> None:
    bare = Context(results, study, say)
    assert robustness_panel(bare, study.indices[0], "after") == []
    assert ways_table(bare) is None
    assert not any("scorings" in getattr(block, "id", "") for block in index_sections(bare)[0].blocks)


def with_study(context: Context, study: Study) -> Context:
    return Context(context.results, study, context.say)


def test_experiences_are_named(context: Context, make_study: Callable[..., Study]) -> None:
    index = context.study.indices[0]
    dimension = context.study.dimensions(index)[-1]
    study = make_study((f'name = "{index.name}"', f'name = "{index.name}"\nformative = ["{dimension}"]'))
    mine = with_study(context, study)
    assert f"Without: {mine.dimension(index, dimension)}" in rows_of(blocks_of(mine, Table)[0])


def test_more_waves_have_a_heading_each(context: Context, make_study: Callable[..., Study]) -> None:
    study = make_study(("[design]", '[[waves]]\nname = "late"\nfile = "late.csv"\n[design]'))
    twice = changed(context, "index_robustness", lambda t: pd.concat([t, t.assign(wave="late")]))
    estimates = context.results.estimates
    both = pd.concat([estimates, estimates.assign(wave="late")])
    pages = index_sections(Context(replace(twice.results, estimates=both), study, context.say))
    blocks = [block for page in pages for block in page.blocks]
    figures = [block for block in blocks if isinstance(block, Figure) and "scorings" in block.id]
    assert len(figures) == 2 * len(study.indices)
    assert len({figure.id for figure in figures}) == len(figures)


def test_an_item_without_weight_has_a_dash(context: Context) -> None:
    some = changed(context, "alternative_weights", lambda t: t[t["item"] != "near"])
    table = next(table for table in blocks_of(some, Table) if "weights that" in table.caption)
    assert {"–"} in [set(cells) for cells in rows_of(table).values()]


def test_the_gap_between_groups(context: Context) -> None:
    index = context.study.indices[0]
    table = gap_table(context, index)
    assert table is not None
    assert [row.cells[0].text for row in table.rows if row.kind == "group"] == list(
        map(context.wave, context.study.wave_names)
    )
    assert "Syrian" in table.notes[0]
    hidden = changed(context, "gap_adjusted_levels", lambda t: t.assign(status="not_estimated", reason="small_cell"))
    bare = gap_table(hidden, index)
    assert bare is not None
    assert {cell.text for row in bare.rows if row.kind != "group" for cell in row.cells[1:]} == {
        context.suppressed.text
    }
    assert "too small to be shown" in bare.notes[1]
    none = changed(context, "gap_adjusted_levels", lambda t: t[t["n"] < 0])
    assert gap_table(none, index) is None


ROWS = (
    ShiftRow("Headline", 0.2, 0.1, 0.3, "+0.20", "headline"),
    ShiftRow("Another", 0.25, NAN, NAN, "+0.25"),
    ShiftRow("No limit", 0.1, -math.inf, 0.3, "+0.10"),
    ShiftRow("Range", NAN, 0.1, 0.2, "0.1 to 0.2", "range"),
)


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_drawing_is_the_same_every_time(mirrored: bool) -> None:
    svg = shift_svg("f", ROWS, "Effect", mirrored=mirrored)
    assert svg == shift_svg("f", ROWS, "Effect", mirrored=mirrored)
    ElementTree.fromstring(svg)
    bare = shift_svg("f", (replace(ROWS[0], low=NAN, high=NAN), ROWS[1]), "Effect", mirrored=mirrored)
    assert len(bare) < len(svg), "no band where the headline has no interval"
