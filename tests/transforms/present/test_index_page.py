"""The page of an index: what it says of its meaning to everybody, from models that fit, fail or are not there."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pandas as pd
import pytest

from transforms.measure.factors.invariance import InvarianceRow
from transforms.measure.factors.ordinal_invariance import OrdinalRow
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
from transforms.present.sections.index_verdict import verdict
from transforms.present.wording import Wording
from transforms.study import Study

NAN = float("nan")
STEPS = ("configural", "metric", "scalar")


def step(comparison: str, name: str, **values: Any) -> InvarianceRow:
    """A step that holds, unless told otherwise."""
    first = name == "configural"
    changes = {"cfi_change": NAN if first else -0.001, "rmsea_change": NAN if first else 0.002}
    fit = {"chi2": 12.5, "df": 8.0, "p_value": 0.13, "cfi": 0.98, "tli": 0.97, "rmsea": 0.03, "srmr": 0.04}
    known = fit | {"rmsea_low": 0.01, "rmsea_high": 0.05} | changes
    about: dict[str, Any] = {"index": "vertical", "groups": 2, "n": 300, "items": 4, "holds": True, "status": "ok"}
    return InvarianceRow(**(about | known | {"comparison": comparison, "step": name} | values))


def missing(comparison: str, name: str, reason: str = "not_converged", n: int = 300) -> InvarianceRow:
    return InvarianceRow("vertical", comparison, name, 2, n, 4, reason=reason)


def ladder(comparison: str, **changed: dict[str, Any]) -> list[InvarianceRow]:
    return [step(comparison, name, **changed.get(name, {})) for name in STEPS]


def ordinal(rows: list[InvarianceRow]) -> list[OrdinalRow]:
    names = OrdinalRow.__dataclass_fields__
    kept = [{name: value for name, value in asdict(row).items() if name in names} for row in rows]
    return [OrdinalRow(**values, estimator="DWLS") for values in kept]


def frame(rows: list[Any]) -> pd.DataFrame:
    made = pd.DataFrame([asdict(row) for row in rows])
    return made.astype({"holds": "boolean"}) if "holds" in made else made


@pytest.fixture(scope="module")
def with_tables(results: Results, study: Study, say: Wording) -> Callable[..., Context]:
    """The report on the results of a fast run, with some tables of its own."""

    def made(of: Study | None = None, say: Wording = say, **tables: list[Any] | pd.DataFrame) -> Context:
        frames = {name: rows if isinstance(rows, pd.DataFrame) else frame(rows) for name, rows in tables.items()}
        return Context(replace(results, tables=frames), of or study, say)

    return made


def vertical(context: Context) -> Any:
    return context.study.indices[0]


def told(context: Context) -> tuple[str, str]:
    found = verdict(context, vertical(context))
    return found.kind, " ".join(found.texts)


FAILS = {"holds": False, "misfits": "near, fair"}
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
