"""The figures of balance and of clusters: the same every time, their own identifiers, mirrored for Arabic."""

import re
from collections.abc import Callable
from math import nan
from xml.etree import ElementTree

import pytest

from transforms.present.figures.balance import BalanceRow, BalanceWords, balance_svg
from transforms.present.figures.clusters import ClusterRow, clusters_svg

pytestmark = pytest.mark.usefixtures("drawn")

SVG = "{http://www.w3.org/2000/svg}"
BALANCE = (BalanceRow("Trust", 0.12, (0.3, -0.1)), BalanceRow("Sex: الجنس", -0.4), BalanceRow("Nobody", nan))
CLUSTERS = (
    ClusterRow("Irbid, Programme", (0.1, 0.2, 0.5)),
    ClusterRow("Irbid, Comparison", (-0.1,), comparison=True),
    ClusterRow("Hidden", ()),
)


def draw_balance(mirrored: bool) -> str:
    words = BalanceWords("Difference", "All places", "Each place")
    return balance_svg("balance", BALANCE, words, (0.05, 0.25), mirrored=mirrored)


def draw_clusters(mirrored: bool) -> str:
    return clusters_svg("clusters", CLUSTERS, "Change (SD)", mirrored=mirrored)


DRAWN = [(draw_balance, "balance", ("Trust", "All places", "Each place", "−0.25")),
         (draw_clusters, "clusters", ("Irbid, Programme", "Hidden", "Change (SD)"))]  # fmt: skip


def texts_of(svg: str) -> dict[str, float]:
    """Texts of a drawing, and where each begins."""
    found = {}
    for element in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        place = re.search(r"translate\(([\d.]+)", element.get("transform") or "")
        found["".join(element.itertext())] = float(place[1] if place else element.get("x") or "nan")
    return found


@pytest.mark.parametrize(("draw", "name", "words"), DRAWN)
def test_a_drawing_is_its_own_and_the_same(draw: Callable[[bool], str], name: str, words: tuple[str, ...]) -> None:
    svg = draw(False)
    assert draw(False) == svg
    identifiers = {element.get("id") for element in ElementTree.fromstring(svg).iter()} - {None}
    assert all(str(identifier).startswith(f"{name}-") for identifier in identifiers)
    assert set(words) <= set(texts_of(svg))
    assert not re.search(r"[^a-z](inf|nan)[^a-z]", svg)


@pytest.mark.parametrize(("draw", "name", "words"), DRAWN)
def test_mirrored_names_stand_at_the_right(draw: Callable[[bool], str], name: str, words: tuple[str, ...]) -> None:
    assert texts_of(draw(True))[words[0]] > texts_of(draw(False))[words[0]], name


def test_places_are_only_drawn_where_there_are_some() -> None:
    words = BalanceWords("Difference", "All places", "Each place")
    assert "Each place" not in texts_of(balance_svg("b", BALANCE[1:], words, (0.05, 0.25)))


def test_a_difference_beyond_the_bands_widens_the_axis() -> None:
    words = BalanceWords("Difference", "All places", "Each place")
    near, far = (balance_svg("b", (BalanceRow("A", size),), words, (0.05, 0.25)) for size in (0.1, 1.0))
    assert texts_of(near)["0.25"] > texts_of(far)["0.25"]


def test_one_arm_is_hollow_and_no_dots_have_no_mean() -> None:
    both = draw_clusters(False)
    assert both.count("fill: #ffffff") >= 1, "the comparison's squares"
    alone = clusters_svg("clusters", CLUSTERS[2:], "Change (SD)")
    assert "Hidden" in texts_of(alone)
