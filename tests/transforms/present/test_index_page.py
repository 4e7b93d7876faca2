"""The page of an index: what it says of its meaning to everybody, from models that fit, fail or are not there."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from transforms.impact.around.index_robustness import IndexEffect
from transforms.measure.examination import examination_tables
from transforms.measure.factors.invariance import InvarianceRow
from transforms.measure.factors.loadings import LeftOutRow
from transforms.measure.factors.ordinal_invariance import OrdinalRow
from transforms.measure.key import make_key
from transforms.measure.score import score
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
from transforms.present.document import Callout, Table
from transforms.present.results import Results
from transforms.present.sections.factor_model import factor_blocks, fit_sentence
from transforms.present.sections.index_page import index_sections
from transforms.present.sections.index_verdict import verdict
from transforms.present.sections.invariance import invariance_blocks
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


@pytest.fixture(scope="module")
def examined(study: Study, make_panel: Callable[..., pd.DataFrame], with_tables: Callable[..., Context]) -> Context:
    """What factor models really find where each dimension has an attitude behind it."""
    panel = make_panel(study)
    rng = np.random.default_rng(3)
    attitudes = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], len(panel))
    for item, behind, sign in (("near", 0, 1), ("far", 0, -1), ("fair", 1, 1), ("kind", 1, 1)):
        answer = 2.5 + sign * attitudes[:, behind] + rng.normal(0, 0.7, len(panel))
        panel[item] = answer.round().clip(1, 4)
    return with_tables(**dict(examination_tables(panel, score(panel, make_key(panel, study)), study)))


def vertical(context: Context) -> Any:
    return context.study.indices[0]


def told(context: Context) -> tuple[str, str]:
    found = verdict(context, vertical(context))
    return found.kind, " ".join(found.texts)


def tables_of(blocks: Any) -> dict[str, Table]:
    return {block.caption: block for block in blocks if isinstance(block, Table)}


def notes_of(context: Context) -> str:
    tables = tables_of(invariance_blocks(context, vertical(context))).values()
    return " ".join(note for table in tables for note in table.notes)


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
    page = index_sections(context)[0]
    assert isinstance(page.blocks[0], Callout)
    ids = [getattr(block, "id", "") for block in page.blocks]
    assert not any(name.startswith(("factors", "invariance", "scorings")) for name in ids)
    assert structure(fitted_steps(context, vertical(context))) is None


def effect(alternative: str, estimate: float, **values: Any) -> IndexEffect:
    """A pooled effect in one way of scoring."""
    given: dict[str, Any] = {
        "index": "vertical", "alternative": alternative, "detail": "", "governorate": "pooled", "wave": "after",
        "estimate": estimate, "std_error": 0.1, "df": NAN, "conf_low": estimate - 0.2, "conf_high": estimate + 0.2,
        "p_value": 0.04, "n": 300, "method": "CR2", "shift": estimate - 0.2, "shift_errors": (estimate - 0.2) / 0.1,
        "flag": "", "status": "ok", "reason": "",
    }  # fmt: skip
    return IndexEffect(**(given | values))


MAIN = effect("headline", 0.2)
SCORED = [
    (
        [MAIN, effect("pomp", 0.1), effect("top_box", 0.3)],
        "in 2 other ways, the effect lies between +0.10",
        True,
        "near",
    ),
    ([MAIN, effect("pomp", -0.3)], "in part outside the interval", False, "beyond the headline's interval"),
    ([effect("headline", 0.2, conf_low=NAN), effect("pomp", 0.1)], "; the headline is +0.20", True, "no interval"),
    ([MAIN, effect("invariant_items", 0.15)], "the effect moves by −0.05", True, "items that mean the same"),
    ([MAIN], "", True, "nothing to compare with"),
    ([effect("pomp", 0.1)], "", True, "no headline to compare with"),
]


@pytest.mark.parametrize(("rows", "sentence", "sound", "why"), SCORED)
def test_the_verdict_says_how_far_scoring_moves_the_effect(
    rows: list[IndexEffect], sentence: str, sound: bool, why: str, with_tables: Callable[..., Context]
) -> None:
    before, (kind, found) = told(with_tables()), told(with_tables(index_robustness=rows))
    assert sentence in found, why
    assert sentence or found == before[1], why
    assert kind == (before[0] if sound else "caution"), why


def test_real_models_are_shown_with_the_marks(examined: Context) -> None:
    tables = tables_of(factor_blocks(examined, vertical(examined)))
    fit = tables["Vertical cohesion: how well the factor model fits"]
    assert [row.cells[0].text for row in fit.rows] == [
        "As numbers (ML)", "As numbers, robust", "As ordered steps (DWLS)", "Good fit"
    ]  # fmt: skip
    assert [cell.text for cell in fit.rows[-1].cells[-4:]] == [
        "≥\u00a00.95",
        "≥\u00a00.95",
        "≤\u00a00.06",
        "≤\u00a00.08",
    ]
    loadings = tables["Vertical cohesion: what each question shows of its dimension"]
    assert [row.cells[0].text for row in loadings.rows if row.kind == "group"] == ["Trust", "Justice"]
    assert loadings.folded
    (pair,) = tables["Vertical cohesion: how closely the dimensions go together"].rows
    assert pair.cells[0].text == "Trust and Justice"
    short, linear, ordered = tables_of(invariance_blocks(examined, vertical(examined))).values()
    assert [row.cells[0].text for row in short.rows] == [
        "waves and arms", "Jordanian and Syrian", "women and men", "governorates"
    ]  # fmt: skip
    assert next(row.cells[0].text for row in linear.rows if row.kind == "group").startswith("Compared: waves and arms")
    assert (short.folded, linear.folded, ordered.folded) == (False, True, True)


def test_one_item_has_no_model_and_says_why(examined: Context) -> None:
    warmth = examined.study.indices[1]
    (fit,) = tables_of(factor_blocks(examined, warmth)).values()
    assert "As numbers (ML): no estimates, because fewer than three items" in " ".join(fit.notes)
    assert [cell.text for cell in fit.rows[0].cells[1:3]] == ["0", "–"]
    model = structure(fitted_steps(examined, warmth))
    assert model is not None
    assert "could not be tested, because fewer than three items" in fit_sentence(examined, model)


def test_models_in_doubt_name_what_cannot_be(with_tables: Callable[..., Context]) -> None:
    row = step(
        "everyone", "configural", n=8, holds=False, status="doubtful", reason="factors_not_distinct",
        factors_alike="trust & justice", negative_loadings="near, far",
    )  # fmt: skip
    left = [LeftOutRow("vertical", "everyone", "item", "kind", "constant_item")]
    context = with_tables(invariance=[row], factor_left_out=left)
    (fit,) = tables_of(factor_blocks(context, vertical(context))).values()
    assert "told apart (Trust nearby, Fear, Trust and Justice)" in " ".join(fit.notes)
    assert "Models of everyone together go without Kindness, because everybody" in " ".join(fit.notes)
    assert fit.rows[0].cells[1].text == "[c]", "few people are not counted"
    assert "does not fit well (CFI\u00a00.980" in told(context)[1]
    assert list(invariance_blocks(context, vertical(context))) == [], "nothing was compared"


def test_experiences_are_not_part_of_the_model(
    with_tables: Callable[..., Context], make_study: Callable[..., Study]
) -> None:
    study = make_study(('name = "vertical"', 'name = "vertical"\nformative = ["justice"]'))
    context = with_tables(of=study, invariance=[step("everyone", "configural")])
    words = " ".join(getattr(block, "text", "") for block in factor_blocks(context, vertical(context)))
    assert "Justice: not part of the model" in words


def test_what_fails_is_named(with_tables: Callable[..., Context]) -> None:
    freed = step("sex", "partial", freed="near, fair", **FAILS)
    rows = [
        *ladder("sex", configural={"holds": False}, scalar=FAILS),
        freed,
        *(missing("group", name, n=7) for name in STEPS),
        *ladder("governorate", scalar={"status": "doubtful", "reason": "negative_loading"}),
    ]
    tests = pd.DataFrame(
        {"index": "vertical", "comparison": "sex", "parameter": "intercept", "item": ["near", "kind"],
         "difference": [0.12, NAN]}
    )  # fmt: skip
    left = [LeftOutRow("vertical", "governorate", "group", "Amman", "fewer_respondents_than_parameters")]
    context = with_tables(
        invariance=rows, invariance_tests=tests, factor_left_out=left, ordinal_invariance=ordinal([*rows[:4]])
    )
    short, linear, ordered = tables_of(invariance_blocks(context, vertical(context))).values()
    assert [[cell.text for cell in row.cells] for row in short.rows] == [
        ["women and men", "heights differ", "heights differ"],
        ["Jordanian and Syrian", "not tested", "not tested"],
        ["governorates", "the same", "not tested"],
    ]
    notes = " ".join(linear.notes)
    some = "women and men, “Same loadings and intercepts, some set free”: "
    assert f"{some}set free: Trust nearby (groups differ by up to 12\u00a0% of its scale) and Fairness $5." in notes
    assert f"{some}fails most for: Trust nearby and Fairness $5." in notes
    assert "Jordanian and Syrian, “Same structure”: not estimated, because the search" in notes
    assert "governorates, “Same loadings and intercepts”: doubtful, because an item" in notes
    assert "Models of governorates go without Amman, because" in notes
    assert [row.cells[-1].text for row in linear.rows[1:5]] == ["does not fit", "holds", "fails", "fails"]
    assert linear.rows[6].cells[-1].text == "not estimated"
    assert "people: [c]" in linear.rows[5].cells[0].text
    assert ordered.rows[-1].cells[0].text == "Same loadings and thresholds, some set free"
    assert "set free: Trust nearby and Fairness $5." in " ".join(ordered.notes), "without the sizes of linear models"


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


def test_without_arms_waves_alone_are_compared(
    make_study: Callable[..., Study], results: Results, say: Wording
) -> None:
    study = make_study(('\n[design.treatment]\nvariable = "village"\nvalues = ["a"]\n', ""))
    people = replace(results.participants, respondents=results.participants.respondents.assign(arm="everyone"))
    context = Context(replace(results, participants=people), study, say)
    assert comparison_name(context, "wave_arm") == "waves"
    assert "the change lies" in told(with_effects(context))[1]


def with_effects(context: Context) -> Context:
    tables = {"index_robustness": frame([MAIN, effect("pomp", 0.1)])}
    return Context(replace(context.results, tables=tables), context.study, context.say)


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
