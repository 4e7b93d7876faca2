"""The demo's description in git is the instrument, word for word."""

import csv
from pathlib import Path

import pytest

from transforms.simulate.questions import parse_questions
from transforms.study import Study, Variable

Rows = dict[str, dict[str, str]]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def instrument(shared_instrument: Path) -> Rows:
    """Every question, by code."""
    return {item["code"]: item for item in read(shared_instrument / "items.csv")}


@pytest.fixture(scope="module")
def items(demo_study: Study) -> dict[str, Variable]:
    codebook = demo_study.codebook
    asked = (*codebook.variables, *codebook.of_children)
    return {variable.name: variable for variable in asked if variable.type == "item"}


def test_every_question_is_there_in_its_order(instrument: Rows, items: dict[str, Variable]) -> None:
    assert list(items) == list(instrument)


def test_those_of_children_are_printed_and_neither_drawn_nor_scored(instrument: Rows, demo_study: Study) -> None:
    of_children = [item["code"] for item in instrument.values() if item["asked_of"] == "child"]
    assert len(of_children) == 6
    assert [item.name for item in demo_study.codebook.of_children] == of_children
    assert not {*of_children} & {*parse_questions(demo_study).names, *demo_study.secondary_outcomes()}
    for item in demo_study.codebook.of_children:
        assert item.label.ar, item.name
        assert len(item.label.en) <= 70, item.name


def test_questions_say_what_the_instrument_says(instrument: Rows, items: dict[str, Variable]) -> None:
    for code, item in instrument.items():
        variable = items[code]
        if "{out}" not in item["text_en"]:
            assert (variable.text.en, variable.text.ar) == (item["text_en"], item["text_ar"]), code
            assert variable.wordings == (), code
        assert (variable.scale, variable.direction) == (item["scale"], item["direction"]), code
        assert (variable.index, variable.dimension, variable.role) == (item["module"], item["dimension"], item["role"])
        assert (variable.asked_of, variable.sensitive, variable.source) == (
            item["asked_of"],
            item["sensitive"] == "1",
            item["source"],
        ), code


def test_scales_are_those_of_the_instrument(shared_instrument: Path, demo_study: Study) -> None:
    theirs = [tuple(row.values()) for row in read(shared_instrument / "scales.csv")]
    names = {row[0] for row in theirs}
    ours = [
        (scale.name, f"{choice.code:g}", choice.label.en, choice.label.ar)
        for scale in demo_study.codebook.scales
        if scale.name in names
        for choice in scale.choices
    ]
    assert ours == theirs


def test_groups_asked_are_labels_of_the_group_variable(shared_instrument: Path, demo_study: Study) -> None:
    groups = [row["group"] for row in read(shared_instrument / "groups.csv")]
    assert [text.en for text in demo_study.codebook.values_of("group").values()] == groups
    assert {v.asked_of for v in demo_study.codebook.variables} <= {"both", *groups}


def test_each_group_hears_of_the_other(shared_instrument: Path, instrument: Rows, items: dict[str, Variable]) -> None:
    groups = read(shared_instrument / "groups.csv")
    marked = [item for item in instrument.values() if "{out}" in item["text_en"]]
    assert len(marked) == 19
    for item in marked:
        theirs = [
            (
                row["group"],
                *(item[f"text_{language}"].replace("{out}", row[f"out_{language}"]) for language in ("en", "ar")),
            )
            for row in groups
        ]
        ours = [(heard.group.en, heard.text.en, heard.text.ar) for heard in items[item["code"]].wordings]
        assert ours == theirs, item["code"]


def test_no_reader_meets_a_mark(demo_study: Study) -> None:
    for variable in (*demo_study.codebook.variables, *demo_study.codebook.of_children):
        for text in (variable.text.en, variable.text.ar, variable.label.en, variable.label.ar):
            assert "{" not in (text or ""), variable.name


def test_headline_items_are_the_24_and_the_20(demo_study: Study) -> None:
    assert [len(demo_study.codebook.items(index.name)) for index in demo_study.indices] == [24, 20]


def test_every_variable_has_short_names_and_another_column_in_each_wave(demo_study: Study) -> None:
    for variable in demo_study.codebook.variables:
        assert variable.label.ar, variable.name
        assert len(variable.label.en) <= 45, variable.name
        assert variable.columns["baseline"] != variable.columns["endline"], variable.name


def test_it_says_that_it_is_synthetic(demo_study: Study) -> None:
    settings = demo_study.settings
    assert settings.synthetic
    assert "SYNTHETIC" in settings.title.en
    assert settings.programme is not None
    assert "SYNTHETIC" in settings.programme.en
    assert all("SYNTHETIC" in waiver.reason for waiver in settings.waivers)


def test_the_readme_says_it_and_shows_the_planted_effects(demo_folder: Path) -> None:
    text = (demo_folder / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# The demo study: SYNTHETIC data")
    assert "| vertical | +0.25 | +0.15 | 0 |" in text
    assert "| horizontal | +0.20 | 0 | +0.10 |" in text
