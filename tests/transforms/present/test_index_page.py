"""The page of an index: what it says of its meaning to everybody, from models that fit, fail or are not there."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from tests.transforms.present.index_rows import FAILS, STEPS, frame, ladder, missing, ordinal, step, told, vertical
from transforms.measure.factors.invariance import InvarianceRow
from transforms.present.comparisons import (
    Equality,
    comparison_name,
    equalities,
    fitted_steps,
    group_name,
    left_out_notes,
    structure,
)
from transforms.present.context import Context
from transforms.present.document import Callout
from transforms.present.results import Results
from transforms.present.sections.index_page import index_sections
from transforms.present.sections.index_verdict import in_short, verdict
from transforms.present.wording import Wording
from transforms.study import Study

EQUALITIES = [
    (ladder("sex"), Equality("sex", "equal"), "every step holds"),
    (
        [*ladder("sex", scalar=FAILS), step("sex", "partial", freed="near")],
        Equality("sex", "partly", ("near",)),
        "holds with one item free",
    ),
    (
        [*ladder("sex", scalar=FAILS), step("sex", "partial", freed="near", **FAILS)],
        Equality("sex", "levels_differ", ("near", "near", "fair")),
        "not even then",
    ),
    (ladder("sex", metric=FAILS), Equality("sex", "loadings_differ", ("near", "fair")), "loadings come first"),
    (
        [*ladder("sex", metric=FAILS), step("sex", "partial metric", freed="far")],
        Equality("sex", "equal"),
        "loadings hold with one free, and so do intercepts",
    ),
    (
        [step("sex", "configural"), step("sex", "metric"), missing("sex", "scalar")],
        Equality("sex", "loadings_equal", reason="not_converged"),
        "the last step has no estimates",
    ),
    (
        [missing("sex", "configural", "one_group"), missing("sex", "metric"), missing("sex", "scalar")],
        Equality("sex", "not_tested", reason="one_group"),
        "nothing has estimates",
    ),
    (
        [step("sex", "configural"), missing("sex", "metric"), missing("sex", "scalar")],
        Equality("sex", "not_tested", reason="not_converged"),
        "only the first has",
    ),
    (
        ladder("sex", metric={"status": "doubtful", "reason": "negative_variance"}),
        Equality("sex", "equal", doubt="negative_variance"),
        "what holds may still be doubtful",
    ),
    ([step("everyone", "configural")], None, "everyone together is no comparison"),
]


@pytest.mark.parametrize(("rows", "expected", "why"), EQUALITIES)
def test_equality_goes_as_far_as_the_steps_hold(
    rows: list[InvarianceRow], expected: Equality | None, why: str, with_tables: Callable[..., Context]
) -> None:
    context = with_tables(invariance=rows)
    assert equalities(fitted_steps(context, vertical(context))) == ((expected,) if expected else ()), why


def test_rows_read_from_a_file_mean_the_same(with_tables: Callable[..., Context], tmp_path: Any) -> None:
    """Empty cells, and truth values in a column with gaps, come back from text in other types."""
    rows = [*ladder("sex", metric=FAILS), missing("group", "configural")]
    frame(rows).to_csv(tmp_path / "t.csv", index=False)
    read = pd.read_csv(tmp_path / "t.csv", keep_default_na=False, na_values=[""])
    made, back = (with_tables(invariance=table) for table in (rows, read))
    assert repr(fitted_steps(back, vertical(back))) == repr(fitted_steps(made, vertical(made)))


VERDICTS = [
    (ladder("sex"), "information", "mean the same in every comparison of women and men", "equal"),
    (
        [*ladder("sex", scalar=FAILS), step("sex", "partial", freed="near")],
        "caution",
        "but for: Trust nearby",
        "partly",
    ),
    (ladder("sex", scalar=FAILS), "caution", "do not answer equally high, most of all: Trust nearby and", "levels"),
    (ladder("sex", metric=FAILS), "caution", "hang together differently, most of all: Trust nearby and", "loadings"),
    (
        [step("sex", "configural"), step("sex", "metric"), missing("sex", "scalar")],
        "caution",
        "could not be tested, because the search",
        "no last step",
    ),
    ([missing("sex", name) for name in STEPS], "caution", "between women and men could not be tested", "no steps"),
    (
        ladder("sex", scalar={"status": "doubtful", "reason": "negative_loading"}),
        "caution",
        "doubtful, because an item runs against its own factor",
        "doubts",
    ),
]


@pytest.mark.parametrize(("rows", "kind", "sentence", "why"), VERDICTS)
def test_the_verdict_says_what_differs(
    rows: list[InvarianceRow], kind: str, sentence: str, why: str, with_tables: Callable[..., Context]
) -> None:
    context = with_tables(invariance=[step("everyone", "configural"), *rows])
    found = told(context)[1]
    assert sentence in found, why
    assert "go together as the dimensions say" in found
    assert "close examination" not in found
    sound = verdict(with_tables(invariance=[step("everyone", "configural"), *ladder("sex")]), vertical(context))
    assert told(context)[0] == (sound.kind if kind == "information" else kind), why


IN_SHORT = [
    (ladder("sex"), "information", "Nothing was found against it: its questions belong together", "nothing against it"),
    (ladder("sex", scalar=FAILS), "caution", "Against it: between women and men, people of the same", "levels differ"),
    (
        ladder("sex", metric=FAILS),
        "caution",
        "Against it: between women and men, its questions hang",
        "loadings differ",
    ),
    ([missing("sex", name) for name in STEPS], "caution", "women and men could not be tested. For it:", "no steps"),
    (
        ladder("sex", scalar={"status": "doubtful", "reason": "negative_loading"}),
        "caution",
        "Against it: some of the models behind this are doubtful",
        "doubts",
    ),
]


@pytest.mark.parametrize(("rows", "kind", "sentence", "why"), IN_SHORT)
def test_the_verdict_in_a_sentence(
    rows: list[InvarianceRow], kind: str, sentence: str, why: str, with_tables: Callable[..., Context]
) -> None:
    context = with_tables(invariance=[step("everyone", "configural"), *rows])
    found = in_short(context, vertical(context))
    assert found[0] == kind
    assert sentence in found[1], why


def test_the_verdict_in_a_sentence_may_have_nothing_in_favour(with_tables: Callable[..., Context]) -> None:
    context = with_tables(invariance=[step("everyone", "configural", holds=False), *ladder("sex", metric=FAILS)])
    doubted = context.results.reliability.assign(verdict="no_headline", omega=0.4)
    context = replace(context, results=replace(context.results, reliability=doubted))
    kind, sentence = in_short(context, vertical(context))
    assert kind == "caution"
    assert "its questions hang together too loosely" in sentence
    assert "only in part as its dimensions say" in sentence
    assert "For it:" not in sentence


def test_ordered_answers_may_judge_otherwise(with_tables: Callable[..., Context]) -> None:
    rows = [*ladder("sex"), *ladder("group")]
    agree = with_tables(invariance=rows, ordinal_invariance=ordinal(rows))
    assert "judge otherwise" not in told(agree)[1]
    other = ordinal([*ladder("sex", scalar=FAILS), *(missing("group", name) for name in STEPS)])
    kind, found = told(with_tables(invariance=rows, ordinal_invariance=other))
    assert "judge otherwise on women and men;" in found, "and not on what was not tested"
    assert kind == "caution"


def test_a_fast_run_says_that_it_was_one(with_tables: Callable[..., Context], results: Results) -> None:
    context = with_tables()
    assert "This run left the closer examination out" in told(context)[1]
    reliable = results.reliability.assign(verdict="good", status="ok", omega=0.8)
    for table, title in ((reliable, "not examined in full"), (reliable.assign(verdict="no_headline"), "with care")):
        found = Context(replace(results, reliability=table, tables={}), context.study, context.say)
        assert title in verdict(found, vertical(found)).title
    page = index_sections(context)[0]
    assert isinstance(page.blocks[0], Callout)
    ids = [getattr(block, "id", "") for block in page.blocks]
    assert not any(name.startswith(("factors", "invariance", "scorings")) for name in ids)
    assert structure(fitted_steps(context, vertical(context))) is None


def test_groups_are_called_by_their_names(
    with_tables: Callable[..., Context], make_study: Callable[..., Study]
) -> None:
    context = with_tables()
    names = [
        group_name(context, *part)
        for part in (("wave_arm", "after treated"), ("wave_arm", "after"), ("governorate", "Amman"), ("sex", "Women"))
    ]
    assert names == ["Endline 2022: Programme", "Endline 2022", "Amman", "Women"]
    assert group_name(context, "wave_arm", "another") == "another"
    assert comparison_name(context, "wave_arm") == "waves and arms"
    assert list(left_out_notes(context, vertical(context), "sex")) == []


def test_every_step_and_verdict_has_words_in_both_languages(sentences: Callable[[str], Wording]) -> None:
    for language in ("en", "ar"):
        say = sentences(language)
        for name in (*STEPS, "partial_metric", "partial"):
            assert say.find(f"steps_of_equality.{name}"), name
        for rows, expected, why in EQUALITIES:
            assert rows, why
            assert expected is None or say.find(f"trust.{expected.verdict}"), why
        for kind in ("did", "change"):
            assert all(say.find(f"trust.{key}_{kind}") for key in ("scored_inside", "scored_outside", "scored_bare"))
