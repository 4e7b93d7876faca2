"""The tables of factor models: how they fit, what is equal between groups, and what fails or is not there."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.transforms.present.index_rows import FAILS, NAN, STEPS, ladder, missing, ordinal, step, tables_of, vertical
from transforms.measure.examination import examination_tables
from transforms.measure.factors.loadings import LeftOutRow
from transforms.measure.key import make_key
from transforms.measure.score import score
from transforms.present.comparisons import fitted_steps, structure
from transforms.present.context import Context
from transforms.present.document import Paragraph
from transforms.present.sections.factor_model import factor_blocks, fit_sentence
from transforms.present.sections.index_page import index_sections
from transforms.present.sections.index_verdict import verdict
from transforms.present.sections.invariance import invariance_blocks
from transforms.study import Study


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


def test_real_models_are_shown_with_the_marks(examined: Context) -> None:
    tables = tables_of(factor_blocks(examined, vertical(examined)))
    fit = tables["Vertical cohesion: how well the factor model fits"]
    assert [row.cells[0].text for row in fit.rows] == [
        "As numbers (MLR)", "As numbers, plain ML", "As ordered steps (DWLS)", "Good fit"
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


def test_behind_the_verdict_models_stand_folded_and_explanations_aside(examined: Context) -> None:
    page = index_sections(examined)[0].blocks
    shown = [*factor_blocks(examined, vertical(examined)), *invariance_blocks(examined, vertical(examined))]
    said = {block.text for block in shown if isinstance(block, Paragraph)}
    assert said
    assert {block.kind for block in page if isinstance(block, Paragraph) and block.text in said} == {"aside"}
    behind = tables_of(factor_blocks(examined, vertical(examined)))
    assert all(table.folded for caption, table in tables_of(page).items() if caption in behind)


def test_one_item_has_no_model_and_says_why(examined: Context) -> None:
    warmth = examined.study.indices[1]
    (fit,) = tables_of(factor_blocks(examined, warmth)).values()
    assert "As numbers (MLR): no estimates, because fewer than three items" in " ".join(fit.notes)
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
    assert "does not fit well (CFI\u00a00.980" in " ".join(verdict(context, vertical(context)).texts)
    assert list(invariance_blocks(context, vertical(context))) == [], "nothing was compared"


PEOPLE = [
    ({}, "Of 300 people, 260 answered every question.", "enough people on either side"),
    ({"complete": 297}, "", "three with gaps could be found"),
    ({"complete": 4}, "", "four without gaps could be found"),
    (
        {"weighted": True, "clusters": 36},
        "With survey weights; the fit statistics account for clustering (clusters: 36).",
        "both",
    ),
    ({"weighted": True}, "With survey weights.", "weights alone"),
    ({"clusters": 36}, "The fit statistics account for clustering (clusters: 36).", "clusters alone"),
]


@pytest.mark.parametrize(("values", "sentence", "why"), PEOPLE)
def test_the_notes_say_who_counts_and_how(
    values: dict, sentence: str, why: str, with_tables: Callable[..., Context]
) -> None:
    rows = [step("everyone", "configural", **values), *(step("sex", name, **values) for name in STEPS)]
    context = with_tables(invariance=rows)
    (fit,) = tables_of(factor_blocks(context, vertical(context))).values()
    notes = " ".join(fit.notes)
    assert sentence in notes, why
    assert ("answered every question" in notes) == ("Of 300" in sentence or "complete" not in values), why
    linear = list(tables_of(invariance_blocks(context, vertical(context))).values())[1]
    drawn = ("weighted" in values, "clusters" in values)
    told = " ".join(linear.notes)
    assert ("ith survey weights" in told, "account for clustering" in told) == drawn, why


LEFT_OUT = [
    ("sex", 300, None, {}, "300", "nobody is left out"),
    ("sex", 294, "Men", {}, "[c]", "six of everybody's 300 follow"),
    ("sex", 280, "Men", {}, "280", "twenty are enough"),
    ("governorate", 280, "Irbid", {"governorate": "Irbid"}, "[c]", "the table of respondents hides Irbid"),
    ("governorate", 280, "Amman", {"governorate": "Irbid"}, "[c]", "and Amman with it"),
    ("group", 280, "Syrian", {"group": "Syrian"}, "[c]", "likewise the Syrians"),
    ("wave_arm", 280, "before treated", {"arm": "treated", "wave": "before"}, "[c]", "likewise an arm"),
    ("wave_arm", 280, "after treated", {"arm": "treated", "wave": "before"}, "280", "not in that wave"),
]


@pytest.mark.parametrize(("comparison", "n", "left", "few", "people", "why"), LEFT_OUT)
def test_a_group_left_out_is_not_counted_by_subtraction(  # noqa: PLR0913 - a table is read in columns
    comparison: str, n: int, left: str | None, few: dict, people: str, why: str, with_tables: Callable[..., Context]
) -> None:
    rows = [step("everyone", "configural"), *(step(comparison, name, n=n) for name in STEPS)]
    out = [LeftOutRow("vertical", comparison, "group", left, "few_answers")] if left else []
    context = with_tables(invariance=rows, factor_left_out=out)
    people_of = context.results.participants
    here = (people_of.respondents[list(few)] == pd.Series(few)).all(axis=1) & bool(few)
    smaller = people_of.respondents.assign(n=people_of.respondents["n"].mask(here, 1))
    context = replace(context, results=replace(context.results, participants=replace(people_of, respondents=smaller)))
    linear = list(tables_of(invariance_blocks(context, vertical(context))).values())[1]
    assert f"people: {people};" in linear.rows[0].cells[0].text, why


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
    assert ordered.rows[-1].cells[5].text == "−0.001", "plain least squares are not told beside it"
    assert "set free: Trust nearby and Fairness $5." in " ".join(ordered.notes), "without the sizes of linear models"


def test_verdicts_are_borderline_where_plain_measures_say_otherwise(with_tables: Callable[..., Context]) -> None:
    border = {"borderline": True, "cfi_change_plain": -0.0123, "rmsea_change_plain": 0.02}
    rows = [
        *ladder("sex", metric=border),
        *ladder("group", metric=FAILS, scalar=border),
        *ladder("governorate", metric={**FAILS, **border}),
    ]
    context = with_tables(invariance=rows)
    short, linear, *_ = tables_of(invariance_blocks(context, vertical(context))).values()
    assert [row.cells[1].text for row in short.rows] == [
        "the same (borderline: plain measures say otherwise)",
        "loadings differ",
        "loadings differ (borderline: plain measures say otherwise)",
    ], "levels say nothing where loadings differ"
    holds = linear.rows[2].cells
    numbers = ["".join(sign for sign in cell.text if sign not in "\u2066\u2069") for cell in holds[5:7]]
    assert numbers == ["−0.001 [−0.012]", "+0.002 [+0.020]"]
    assert holds[5].value == -0.001
    assert holds[7].text == "holds (borderline: plain measures say otherwise)"
    assert linear.rows[3].cells[7].text == "holds"
    assert any("Chen (2007) found the marks with plain maximum likelihood" in note for note in linear.notes)
