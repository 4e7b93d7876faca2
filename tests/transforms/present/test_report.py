"""The report as a whole: its order, its sentences, and what it says of its questions and sources."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from transforms.present.document import Facts, Figure, Paragraph, Table
from transforms.present.report import build_document
from transforms.present.results import Results
from transforms.present.wording import Wording
from transforms.study import Study

ORDER = [
    *("summary", "participants", "quality", "effects", "index-vertical", "index-warmth"),
    *("claims", "methods", "items", "provenance"),
]
NO_ARMS = (
    ('\n[design.treatment]\nvariable = "village"\nvalues = ["a"]\n', ""),
    ('kind = "panel"', 'kind = "cross-sections"'),
    ('weight = "load"\n', ""),
)
SECOND_WAVE = '\n[[waves]]\nname = "after"\nfile = "after.csv"\nlabel = "Endline 2022"\ndate = "2022"\n'
FIRST_HEAD = '\n[[waves]]\nname = "before"'


def test_sections_stand_in_their_order(told: Any) -> None:
    assert [part.id for part in told.document.sections] == ORDER


def test_the_same_results_make_the_same_document(tell: Callable[..., Any], results: Results) -> None:
    assert tell(results).document == tell(results).document


def test_every_place_in_a_sentence_is_filled(told: Any) -> None:
    for text in told.words().splitlines():
        assert "{" not in text.replace("{out}", ""), text
        assert "nan" not in text.lower().split(), text
    assert "by {out}" in told.words("items"), "a question's own braces stay as they are"


def test_no_stars_anywhere(told: Any) -> None:
    assert "*" not in told.words()
    assert "★" not in told.words()


def test_figures_say_in_words_what_they_show(told: Any) -> None:
    figures = [block for part in told.document.sections for block in part.blocks if isinstance(block, Figure)]
    assert len(figures) == 2 + 2 + 3, "levels and effects of each index, answers of each dimension"
    for figure in figures:
        assert any(letter.isdigit() for letter in figure.alt), figure.id
        assert len(figure.alt) > 60, figure.id
    assert len({figure.id for figure in figures}) == len(figures)


def test_one_wave_tells_levels_only(
    make_study: Callable[..., Study], make_results: Callable[..., Results], tell: Callable[..., Any]
) -> None:
    study = make_study(*NO_ARMS, (SECOND_WAVE, ""))
    results = make_results(study)
    told = tell(results, study)
    assert [part.id for part in told.document.sections] == [name for name in ORDER if name != "effects"]
    assert "On a scale from 0 to 100, Vertical cohesion stood at" in told.words("summary")
    assert "Amman: " in told.words("summary")
    assert "One wave shows where things stood" in told.words("claims")
    assert "changes are tested" not in told.words("index-vertical")
    assert "standard deviation" not in told.words("summary"), "a report on levels has none in its summary"
    assert "0 is the least and 100 the most cohesive" in told.words("summary")
    few = replace(results, levels=results.levels.assign(n=6))
    assert "stood at" not in tell(few, study).words("summary"), "few people tell nothing"
    one = replace(results, levels=results.levels[results.levels["governorate"].isin(["all", "Irbid"])])
    assert "Irbid: " not in tell(one, study).words("summary"), "one place is everywhere"
    lone = replace(results, levels=results.levels.assign(conf_low=float("nan"), conf_high=float("nan")))
    assert "(no interval)" in tell(lone, study).words("summary")


def test_a_study_of_little_gets_a_report_of_little(
    make_study: Callable[..., Study],
    make_panel: Callable[..., pd.DataFrame],
    make_results: Callable[..., Results],
    tell: Callable[..., Any],
) -> None:
    """No groups, no clusters, no dimensions of their own, only means of items; and a programme in words."""
    study = make_study(
        *NO_ARMS,
        ('group = "origin"\n', ""),
        ('community = "village"\n', ""),
        ('name = "vertical"\nlabel', 'name = "vertical"\nrule = "mean"\nlabel'),
        (FIRST_HEAD, f'\nprogramme = "Football."\n{FIRST_HEAD}'),
    )
    panel = make_panel(study).assign(cluster=None, community=None)
    told = tell(make_results(study, panel), study)
    assert "Football." in told.words("summary")
    assert "Points are points" in told.words("summary")
    participants = told.words("participants")
    assert "Clusters" not in participants
    assert "By group" not in participants
    assert "levels by group" not in told.words("index-vertical")
    methods = told.words("methods")
    assert "Kling" not in methods
    assert "triple difference" not in methods
    assert "everybody counts once" in methods


def test_claims_follow_from_the_design(
    told: Any, make_study: Callable[..., Study], make_results: Callable[..., Results], tell: Callable[..., Any]
) -> None:
    claims = told.words("claims")
    for expected in (
        *("Baseline fell into 2020", "not drawn by lot", "With two waves", "interviewed again in Endline 2022"),
        *("only 12 clusters", "hang together only loosely"),
    ):
        assert expected in claims, expected
    study = make_study(
        ('values = ["a"]', 'values = ["a"]\nrandomised = true'),
        (SECOND_WAVE, SECOND_WAVE + SECOND_WAVE.replace("after", "late").replace("2022", "2023")),
        ('date = "May 2020"\n', ""),
        (FIRST_HEAD, f'\nfunder = "A donor"\nsynthetic = true\n{FIRST_HEAD}'),
    )
    other = tell(make_results(study), study)
    claims = other.words("claims")
    assert "drawn by lot, so the arms differ" in claims
    assert "only in waves from before it" in claims
    assert "2020" not in claims
    assert "The data are invented" in claims
    assert other.document.banner is not None
    facts = [fact.value for fact in other.document.facts]
    assert (facts[0], facts[-1]) == ("Baseline, Endline 2022 and Endline 2023", "A donor")
    assert "Vertical cohesion: Endline 2023" in other.words("effects")


def test_provenance_names_files_versions_and_hashes(told: Any, tell: Callable[..., Any], results: Results) -> None:
    provenance = told.words("provenance")
    for expected in ("before.csv", "0a" * 32, "0b" * 32, results.key.sha256, "20260101", "5f1e", "Python"):
        assert expected in provenance, expected
    bare = tell(replace(results, provenance=replace(results.provenance, pseudonym_key=None)))
    assert len(bare.blocks("provenance", Facts)[0].items) == 4


def test_questions_and_scales_are_listed_in_both_languages(told: Any) -> None:
    questions = told.rows("items", "Vertical cohesion: the questions")
    assert questions["near"][:2] == ["Do you trust them?", "هل تثق؟"]
    assert questions["far"][3] == "less cohesion; sensitive"
    scales = told.rows("items", "Scales")
    assert scales["0-10"][0] == "0 to 10"
    assert scales["agree"] == [
        "1\u00a0=\u00a0Never; 2\u00a0=\u00a0Rarely; 3\u00a0=\u00a0Often; 4\u00a0=\u00a0Always",
        "1\u00a0=\u00a0أبداً؛ 2\u00a0=\u00a0نادراً؛ 3\u00a0=\u00a0غالباً؛ 4\u00a0=\u00a0دائماً",
    ]


def test_sets_of_few_are_hidden_and_good_sets_are_not_doubted(tell: Callable[..., Any], results: Results) -> None:
    few = tell(replace(results, reliability=results.reliability.assign(n=5, verdict="good")))
    assert few.rows("index-vertical", "reliability of the index")["Trust"][:4] == ["2", "[c]", "[c]", "[c]"]
    assert "hang together" not in few.words("claims")


def test_the_arabic_report_says_as_much_from_right_to_left(
    told: Any, study: Study, results: Results, sentences: Callable[[str], Wording]
) -> None:
    english, arabic = told.document, build_document(results, study, sentences("ar"))
    assert (arabic.language, arabic.direction) == ("ar", "rtl")
    assert [[type(block) for block in part.blocks] for part in arabic.sections] == [
        [type(block) for block in part.blocks] for part in english.sections
    ]
    summary = next(
        block.text for block in arabic.sections[0].blocks if isinstance(block, Paragraph) and "F" in block.text
    )
    assert "\u2066p\u00a0=\u00a0" in summary, "numbers are isolated from the text around them"
    tables = [block for part in arabic.sections for block in part.blocks if isinstance(block, Table)]
    places = {row.cells[0].text for table in tables for row in table.rows}
    assert {"إربد", "عمّان", "الثقة", "أردني"} <= places, "the study's own words are in Arabic where it has them"


@pytest.mark.parametrize("name", ORDER)
def test_every_section_says_something(told: Any, name: str) -> None:
    assert len(told.words(name)) > 100


def test_dates_of_waves_are_in_the_readers_language(
    make_study: Callable[..., Study], results: Results, sentences: Callable[[str], Wording]
) -> None:
    study = make_study(('date = "May 2020"', 'date = { en = "May 2020", ar = "أيار 2020" }'))
    waves = {say: build_document(results, study, sentences(say)).facts[0].value for say in ("en", "ar")}
    assert "May 2020" in waves["en"]
    assert "أيار 2020" in waves["ar"]
    assert "May" not in waves["ar"]
