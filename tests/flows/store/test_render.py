"""The page made from a document: one file, readable by people and machines, the same every time."""

from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from flows.store.render import read_wording, render_html, write_report
from tests.flows.store.documents import DOCUMENT

VOID = {"meta", "link", "br", "img", "input", "hr"}
WORDING = read_wording("en")


class Page(HTMLParser):
    """Tags in order with their attributes, text, and whether every tag was closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"{tag} closes something else"

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(render_html(DOCUMENT, WORDING, "run 1", {"ar": "report.ar.html"}))


def test_it_is_whole_and_says_its_language_and_direction(page: Page) -> None:
    assert page.open == []
    assert page.all("html")[0] == {"lang": "en", "dir": "ltr"}
    arabic = Page(render_html(replace(DOCUMENT, language="ar", direction="rtl"), WORDING, "run 1"))
    assert arabic.all("html")[0] == {"lang": "ar", "dir": "rtl"}


def test_it_refers_to_nothing_outside_itself(page: Page) -> None:
    policy = next(tag["content"] for tag in page.all("meta") if tag.get("http-equiv") == "Content-Security-Policy")
    assert str(policy).startswith("default-src 'none'")
    assert not page.all("script", "link", "img", "iframe", "object")
    targets = [str(tag["href"]) for tag in page.all("a")]
    identifiers = {tag.get("id") for _, tag in page.tags}
    assert all(target == "report.ar.html" or target[1:] in identifiers for target in targets)
    style = "".join(page.text)
    assert "url(" not in style
    assert "@import" not in style


def test_a_reader_without_eyes_finds_the_way(page: Page) -> None:
    headings = [int(tag[1]) for tag, _ in page.tags if tag in {"h1", "h2", "h3"}]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headings)), "no level is skipped"
    assert all(tag.get("scope") in {"col", "row", "colgroup"} for tag in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table")) == 2
    drawing = next(tag for tag in page.all("div") if tag.get("role") == "img")
    assert drawing["aria-label"] == 'One "point"'
    identifiers = [tag["id"] for _, tag in page.tags if "id" in tag]
    assert len(identifiers) == len(set(identifiers))
    assert {tag.get("dir") for tag in page.all("td")} == {None, "ltr", "auto"}, "codes and questions keep their own"


def test_text_is_text(page: Page) -> None:
    text = "".join(page.text)
    for words in (
        "<b>not bold</b>",
        "Title & more",
        "Effects [SD] <b>",
        "Table 1.",
        "Table A1.",
        "Figure 1.",
        "Synthetic",
    ):
        assert words in text
    assert not page.all("svg")[0].get("onload")


def test_only_the_run_line_differs_between_runs(tmp_path: Path) -> None:
    first = render_html(DOCUMENT, WORDING, "run 1").splitlines()
    second = render_html(DOCUMENT, WORDING, "run 2").splitlines()
    different = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    assert len(different) == 1
    assert "run 1" in different[0][0]
    write_report(DOCUMENT, tmp_path / "report" / "report.en.html", "run 1")
    assert (tmp_path / "report" / "report.en.html").read_text(encoding="utf-8").splitlines() == first


def test_without_a_banner_there_is_none() -> None:
    page = Page(render_html(replace(DOCUMENT, banner=None), WORDING, "run 1"))
    assert not [tag for _, tag in page.tags if tag.get("class") == "banner"]
