"""Figures are the same every time, refer to nothing outside, and say what they show."""

import re
from xml.etree import ElementTree

import pytest

from transforms.present.disclosure import Segment
from transforms.present.figures.forest import ForestRow, ForestWords, forest_svg
from transforms.present.figures.levels import LevelWords, Panel, Series, levels_svg
from transforms.present.figures.likert import Bar, ItemBars, LikertWords, answer_colours, likert_svg

pytestmark = pytest.mark.usefixtures("drawn")

NAN = float("nan")
ROWS = (
    ForestRow("Irbid", 0.2, 0.1, 0.3, "+0.20", planted=0.25),
    ForestRow("عمّان", -0.1, NAN, NAN, "−0.10"),
    ForestRow("Together $5", 0.1, 0.0, 0.2, "+0.10", summary=True),
)
PANELS = tuple(
    Panel(
        f"Place {number}",
        (
            Series("Programme", (0.0, 0.2), (-0.1, 0.1), (0.1, 0.3)),
            Series("Comparison", (0.0, NAN), (NAN, NAN), (NAN, NAN), True),
        ),
    )
    for number in range(5)
)
ITEMS = (
    ItemBars("A question", 4, (Bar("Programme", (Segment(0, 1, 0.2), Segment(3, 3, 0.8)), "80 %"), Bar("Few", (), ""))),
    ItemBars("A reversed one", 1, (Bar("Programme", (Segment(0, 0, 1.0),), ""),), reversed=True),
)
LIKERT = LikertWords("least", "most", "pooled", "upper")


def draw(mirrored: bool, name: str = "f") -> dict[str, str]:
    return {
        "forest": forest_svg(f"{name}1", ROWS, ForestWords("Effect (SD)", "Planted"), mirrored=mirrored),
        "levels": levels_svg(f"{name}2", PANELS, LevelWords(("Before", "After"), "Mean"), mirrored=mirrored),
        "likert": likert_svg(f"{name}3", ITEMS, LIKERT, mirrored=mirrored),
    }


@pytest.fixture(scope="module")
def drawings() -> dict[str, str]:
    return draw(mirrored=False)


def test_the_same_drawing_has_the_same_bytes(drawings: dict[str, str]) -> None:
    assert draw(mirrored=False) == drawings


@pytest.mark.parametrize("kind", ["forest", "levels", "likert"])
def test_a_drawing_is_xml_whose_identifiers_are_its_own(drawings: dict[str, str], kind: str) -> None:
    svg = drawings[kind]
    root = ElementTree.fromstring(svg)
    name = {"forest": "f1", "levels": "f2", "likert": "f3"}[kind]
    identifiers = {element.get("id") for element in root.iter()} - {None}
    assert identifiers
    assert all(str(identifier).startswith(f"{name}-") for identifier in identifiers)
    links = re.findall(r'href="([^"]*)"|url\(([^)]*)\)', svg)
    assert all((link or target).startswith(f"#{name}-") for link, target in links), "nothing outside the drawing"
    assert {(link or target)[1:] for link, target in links} <= identifiers, "and everything it refers to is there"
    assert "date" not in svg.lower()


def words_of(svg: str) -> str:
    return " ".join(text for text in ElementTree.fromstring(svg).itertext() if text.strip())


def test_text_stays_text(drawings: dict[str, str]) -> None:
    forest = words_of(drawings["forest"])
    for word in ("Irbid", "عمّان", "Together $5", "+0.20", "Effect (SD)", "Planted"):
        assert word in forest
    assert "Planted" not in words_of(forest_svg("f", ROWS[1:], ForestWords("Effect", "Planted")))
    assert all(word in words_of(drawings["levels"]) for word in ("Before", "After", "Programme", "Place 4"))
    likert = words_of(drawings["likert"])
    assert all(word in likert for word in ("A question", "Few", "80 %", "least", "most", "pooled"))
    assert "pooled" not in words_of(likert_svg("f", ITEMS[1:], LIKERT)), "only where something is pooled"


def place_of(svg: str, word: str) -> float:
    """Where a text begins, in points from the left."""
    for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        if "".join(element.itertext()) == word:
            style = element.get("transform") or ""
            found = re.search(r"translate\(([\d.]+)", style)
            return float(found[1] if found else element.get("x") or "nan")
    raise AssertionError(f"{word} is not drawn")


def test_a_mirrored_drawing_puts_names_at_the_right(drawings: dict[str, str]) -> None:
    mirrored = draw(mirrored=True)
    assert place_of(mirrored["forest"], "Irbid") > place_of(drawings["forest"], "Irbid")
    assert place_of(mirrored["likert"], "Programme") > place_of(drawings["likert"], "Programme")
    assert place_of(drawings["levels"], "Before") < place_of(drawings["levels"], "After")
    assert place_of(mirrored["levels"], "Before") > place_of(mirrored["levels"], "After"), "time runs from the right"


def test_an_interval_without_limit_runs_to_the_edge() -> None:
    rows = (ForestRow("A", 0.2, 0.1, float("inf"), "a"), ForestRow("B", 0.1, -0.3, 0.4, "b"))
    bounded = (ForestRow("A", 0.2, 0.1, 0.3, "a"), rows[1])
    words = ForestWords("Effect", "Planted")
    assert forest_svg("f", rows, words) != forest_svg("f", bounded, words)
    assert not re.search(r"[^a-z](inf|nan)[^a-z]", forest_svg("f", rows, words))


def test_many_long_waves_do_not_run_into_each_other() -> None:
    waves = tuple(f"Round {number} (20{number})" for number in range(10, 14))
    series = Series("Everyone", (0.0,) * 4, (0.0,) * 4, (0.1,) * 4)
    words = words_of(levels_svg("f", (Panel("All", (series,)),) * 3, LevelWords(waves, "Mean")))
    assert "Round 10 (2010)" in re.sub(r"\s+", " ", words), "in two lines"
    assert "Everyone" not in words, "one arm needs no legend"


def test_colours_run_from_brown_to_teal() -> None:
    assert answer_colours(5) == ("#8c510a", "#dfc27d", "#eef0f1", "#80cdc1", "#01665e")
    assert answer_colours(2) == ("#8c510a", "#01665e")
    assert answer_colours(1) == ("#01665e",)
    assert len(set(answer_colours(11))) == 11


def fills(svg: str) -> list[str]:
    return re.findall(r"fill: (#[0-9a-f]{6}); stroke: #ffffff", svg)


def test_a_reversed_bar_also_ends_at_the_cohesive_side() -> None:
    segments = (Segment(0, 0, 0.3), Segment(1, 1, 0.7))

    def colours(turned: bool) -> list[str]:
        items = (ItemBars("Q", 2, (Bar("All", segments, ""),), reversed=turned),)
        return fills(likert_svg("f", items, LIKERT))[:2]

    assert colours(False) == colours(True) == ["#8c510a", "#01665e"]
