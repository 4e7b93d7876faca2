"""The annex of questions: every share with its interval, none that a small cell forbids; sources by what was done."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.present.index_rows import tables_of
from transforms.impact.description.shares import shares_table
from transforms.measure.ceilings import IndexCeiling
from transforms.present.context import Context
from transforms.present.document import Paragraph, Table
from transforms.present.results import Results
from transforms.present.sections import answers
from transforms.present.sections.answers import answer_blocks, secondary_blocks
from transforms.present.sections.authorities import measure_sources, measure_thresholds
from transforms.present.sections.index_verdict import verdict
from transforms.present.sections.items import items_section
from transforms.present.wording import Wording
from transforms.study import Study

ANOTHER = pd.DataFrame({"index": ["another"], "clusters": [0]})
SOME = {"invariance": ANOTHER, "ordinal_invariance": ANOTHER}
ARMS = ('\n[design.treatment]\nvariable = "village"\nvalues = ["a"]\n', "")


@pytest.fixture(scope="module")
def beside(study: Study) -> Study:
    """The same study with `kind` asked beside the indices, as are a number and a question of a range."""
    changed: dict[str, dict[str, Any]] = {
        "kind": {"role": "secondary", "index": None, "dimension": None},
        "load": {"role": "secondary"},
    }
    variables = tuple(
        item.model_copy(update=changed[item.name]) if item.name in changed else item
        for item in study.codebook.variables
    )
    return study.model_copy(update={"codebook": study.codebook.model_copy(update={"variables": variables})})


@pytest.fixture(scope="module")
def shares(beside: Study, make_panel: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    return shares_table(make_panel(beside), beside)


def cells(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_every_answer_has_its_share_and_interval(with_tables: Callable[..., Context], shares: pd.DataFrame) -> None:
    context = with_tables(shares=shares)
    table = tables_of(answer_blocks(context, context.study.indices[0]))["Vertical cohesion, Trust: answers in numbers"]
    assert table.folded
    assert [column.label for column in table.columns][1:] == [
        "Programme, Baseline", "Programme, Endline 2022", "Comparison, Baseline", "Comparison, Endline 2022"
    ]  # fmt: skip
    rows = cells(table)
    assert [row[0] for row in rows[:6]] == ["Trust nearby", "People who answered", "Never", "Rarely", "Often", "Always"]
    cell = shares.query("item == 'near' and wave == 'before' and arm == 'treated' and code == 2").iloc[0]
    low, high = round(100 * cell["conf_low"]), round(100 * cell["conf_high"])
    assert rows[3][1] == f"{round(100 * cell['share'])}\u00a0% ({low} to {high})"
    assert rows[1][1] == "180"


def test_an_interval_that_is_not_there_is_left_out(with_tables: Callable[..., Context], shares: pd.DataFrame) -> None:
    nan = float("nan")
    for context in (with_tables(), with_tables(shares=shares.assign(conf_low=nan, conf_high=nan))):
        table = next(iter(tables_of(answer_blocks(context, context.study.indices[0])).values()))
        assert all("(" not in cell for row in cells(table) for cell in row[1:])
        assert cells(table)[3][1].endswith("%")


def test_many_columns_make_a_table_for_each_wave(
    with_tables: Callable[..., Context], results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "MOST_COLUMNS", 2)
    counted = results.distributions
    later = counted["wave"] == "after"
    unasked = later & ((counted["item"] == "far") | ((counted["item"] == "near") & (counted["arm"] == "comparison")))
    context = with_tables()
    context = Context(replace(results, distributions=counted[~unasked]), context.study, context.say)
    found = tables_of(answer_blocks(context, context.study.indices[0]))
    first, second = (f"Vertical cohesion, Trust: answers in numbers, {wave}" for wave in ("Baseline", "Endline 2022"))
    assert [name for name in found if "Trust" in name] == [first, second]
    assert [column.label for column in found[first].columns][1:] == ["Programme, Baseline", "Comparison, Baseline"]
    assert [row[0] for row in cells(found[second])][::6] == ["Trust nearby"], "nobody at all was asked about fear"
    assert len(found[second].columns) == 2, "nor anybody of the comparison arm"


def test_an_item_one_arm_was_not_asked_has_dashes_there(with_tables: Callable[..., Context], results: Results) -> None:
    counted = results.distributions
    unasked = (counted["item"] == "near") & (counted["arm"] == "comparison")
    context = with_tables()
    context = Context(replace(results, distributions=counted[~unasked]), context.study, context.say)
    table = next(iter(tables_of(answer_blocks(context, context.study.indices[0])).values()))
    assert [row[-1] for row in cells(table)[1:6]] == ["–"] * 5


def test_questions_beside_the_indices_are_listed_too(
    with_tables: Callable[..., Context], beside: Study, shares: pd.DataFrame
) -> None:
    tables = tables_of(items_section(with_tables(beside, shares=shares)).blocks)
    assert [row[0] for row in cells(tables["Questions beside the indices (secondary outcomes)"])] == ["load", "kind"]
    counted = cells(tables["Further questions: answers in numbers"])
    assert [row[0] for row in counted] == ["Kindness", "People who answered", "Never", "Rarely", "Often", "Always"]
    assert list(secondary_blocks(with_tables(beside))) == [], "a run that did not count them"


def test_questions_to_children_that_no_wave_asked_are_named_and_said_to_count_nowhere(
    with_tables: Callable[..., Context], study: Study, beside: Study, say: Wording
) -> None:
    def told(study: Study) -> list[str]:
        blocks = items_section(with_tables(study)).blocks
        return [block.text for block in blocks if isinstance(block, Paragraph) and "children" in block.text]

    assert told(study) == told(beside) == []
    toy = beside.codebook.variables[-1].model_copy(update={"name": "toy", "columns": {}})
    codebook = beside.codebook.model_copy(update={"of_children": (toy,)})
    assert told(beside.model_copy(update={"codebook": codebook})) == [say("items.of_children", questions="toy")]


@given(
    counts=st.lists(st.integers(0, 40), min_size=4, max_size=4),
    sensitive=st.booleans(),
)
def test_a_few_people_are_never_seen(
    counts: list[int], sensitive: bool, beside: Study, results: Results, say: Wording
) -> None:
    """Whatever was answered: an answer of 1 to 9 people is hidden, and so is one more, or it follows from the rest."""
    n = sum(counts)
    rows = [
        {"item": "kind", "wave": "before", "arm": "treated", "code": float(code), "n": count,
         "share": count / n if n else 0.0, "conf_low": 0.1, "conf_high": 0.2}
        for code, count in enumerate(counts, start=1)
    ]  # fmt: skip
    variables = tuple(
        item.model_copy(update={"sensitive": sensitive}) if item.name == "kind" else item
        for item in beside.codebook.variables
    )
    study = beside.model_copy(update={"codebook": beside.codebook.model_copy(update={"variables": variables})})
    context = Context(replace(results, tables={"shares": pd.DataFrame(rows)}), study, say)
    (table,) = tables_of(secondary_blocks(context)).values()
    shown = [row[1] for row in cells(table)[2:]]
    hidden = [at for at, text in enumerate(shown) if text == "[c]"]
    small = [at for at, count in enumerate(counts) if 0 < count < 10]
    assert set(small) <= set(hidden)
    assert len(hidden) != 1
    assert not hidden or n < 20 or sum(counts[at] for at in hidden) >= 10
    if sensitive and n < 20:
        assert hidden == [0, 1, 2, 3] or not ({0, n} & set(counts))


def test_thresholds_and_sources_follow_from_what_was_done(
    with_tables: Callable[..., Context], shares: pd.DataFrame, make_study: Callable[..., Study]
) -> None:
    bare = with_tables()
    assert list(measure_thresholds(bare)) == ["good_omega", "least_omega", "least_item_rest"]
    assert not {"hu1999", "muthen1984", "korn1999", "clopper1934", "deming1940", "terwee2007"} & set(
        measure_sources(bare)
    )
    some = pd.DataFrame({"index": ["another"]})
    full = with_tables(**SOME, shares=shares.assign(method="Clopper-Pearson"), ceilings=some, alternative_scorings=some)
    assert measure_thresholds(full)["cfi_drop"] == "0.010"
    assert measure_thresholds(full)["ceiling_warn"] == "30\u00a0%"
    assert measure_thresholds(full)["imputations"] == "20"
    assert {"hu1999", "chen2007", "muthen1984", "korn1999", "clopper1934", "terwee2007"} <= set(measure_sources(full))
    assert "asparouhov2005" in set(measure_sources(full)), "the study has weights"
    assert "muthen1995" not in set(measure_sources(full)), "no model has clusters"
    together = {**SOME, "ordinal_invariance": ANOTHER.assign(clusters=36)}
    assert {"muthen1995", "zhou2017"} <= set(measure_sources(with_tables(**together)))
    alike = make_study(('weight = "load"\n', ""), ('community = "village"\n', ""), ARMS)
    assert "asparouhov2005" not in set(measure_sources(with_tables(alike, **SOME)))
    assert "clopper1934" not in set(measure_sources(with_tables(shares=shares.assign(method="logit"))))
    margin = '[[raking.margins]]\nvariable = "sex"\nsource = "Census"\nshares = { Women = 0.5, Men = 0.5 }\n[design]'
    assert "deming1940" in set(measure_sources(with_tables(make_study(("[design]", margin)))))
    reliability = full.results.reliability
    ordinal = replace(full.results, reliability=reliability.assign(ordinal_alpha=0.8))
    plain = replace(full.results, reliability=reliability.assign(ordinal_alpha=float("nan")))
    assert "zumbo2007" in set(measure_sources(Context(ordinal, full.study, full.say)))
    assert "zumbo2007" not in set(measure_sources(Context(plain, full.study, full.say)))


def test_every_threshold_and_source_has_words(
    sentences: Callable[[str], Wording], with_tables: Callable[..., Context]
) -> None:
    some = pd.DataFrame({"index": ["another"]})
    full = with_tables(**SOME, ceilings=some, alternative_scorings=some)
    for say in map(sentences, ("en", "ar")):
        for name in measure_thresholds(full):
            assert say.find(f"thresholds.{name}"), name
            assert say.find(f"authorities.{name}"), name
        for name in (
            *measure_sources(full),
            "deming1940",
            "korn1999",
            "clopper1934",
            "zumbo2007",
            "muthen1995",
            "zhou2017",
        ):
            assert say.find(f"sources.{name}"), name


ROOM = [
    ([("all", 0.2, False, 300)], "There is room left", "0.2 of all answers"),
    ([("all", 0.2, False, 300), ("treated", 0.4, True, 150)], "Little room is left", "the programme's arm is full"),
    ([("all", 0.4, True, 300), ("comparison", 0.5, True, 150)], "Little room is left", "everybody is"),
    ([("all", 0.2, False, 9)], "", "too few to be told"),
    ([("all", 0.2, False, 300), ("treated", 0.4, True, 9)], "", "full, but too few to be told"),
    ([("all", 0.2, False, 300), ("treated", 0.2, False, 9)], "", "silence must not tell that it is full"),
]


@pytest.mark.parametrize(("rows", "sentence", "why"), ROOM)
def test_the_verdict_tells_what_room_is_left(
    rows: list[tuple[str, float, bool, int]], sentence: str, why: str, with_tables: Callable[..., Context]
) -> None:
    ends = [
        IndexCeiling("vertical", "after", arm, "all", n, 0, 0.0, share, 0.0, bound, "ok", "")
        for arm, share, bound, n in rows
    ]
    context = with_tables(index_ceilings=pd.DataFrame(list(map(asdict, ends))))
    words = " ".join(verdict(context, context.study.indices[0]).texts)
    assert sentence in words, why
    assert sentence or "room" not in words, why
