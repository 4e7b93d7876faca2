"""The report as a browser sees it: it opens offline, asks for nothing, complains of nothing, and fits its page."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from flows.store.render import write_report
from tests.flows.store.documents import ARABIC, DOCUMENT
from transforms.present.document import Document, Figure, Section
from transforms.present.figures.forest import ForestRow, ForestWords, forest_svg
from transforms.study import Language

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
DOCUMENTS: dict[Language, Document] = {"en": DOCUMENT, "ar": ARABIC}
WORDS: dict[Language, str] = {"en": "Trust", "ar": "الثقة"}


def drawn_document(language: Language) -> Document:
    """A document with a block of every kind and a figure as reports have them."""
    word = WORDS[language]
    rows = (ForestRow(word, 0.2, 0.1, 0.3, "+0.20"), ForestRow("B", 0.1, 0.0, 0.2, "+0.10", True))
    svg = forest_svg("figure-one", rows, ForestWords(word, ""), mirrored=language == "ar")
    document = DOCUMENTS[language]
    return replace(
        document, sections=(*document.sections, Section("drawn", word, (Figure("figure-one", svg, word, word),)))
    )


@pytest.fixture(scope="module")
def browser() -> str:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium is installed")
    return found


def run(browser: str, profile: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND")
    command = [browser, *options, "--disable-dev-shm-usage", f"--user-data-dir={profile}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)


@pytest.fixture(scope="module", params=["en", "ar"])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    language: Language = request.param
    path = tmp_path_factory.mktemp("report") / f"report.{language}.html"
    write_report(drawn_document(language), path, "run 1")
    return path


def test_the_page_opens_without_complaint_and_asks_for_nothing(browser: str, page: Path, tmp_path: Path) -> None:
    """Whatever the page would ask for is refused by its own policy, and a refusal is a message of the console."""
    log = tmp_path / "net.json"
    done = run(browser, tmp_path / "profile", "--enable-logging=stderr", "--v=0", f"--log-net-log={log}", "--dump-dom",
               page.as_uri())  # fmt: skip
    assert "<main" in done.stdout
    assert "CONSOLE" not in done.stderr, [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    asked = set(re.findall(r'"url":"((?:https?|ftp|wss?)://[^"]*)"', log.read_text(errors="ignore")))
    own = {url for url in asked if not re.search(r"//(?:[^/]*\.)?(?:google|gstatic|googleapis|gvt1)\.com", url)}
    assert not own, "only the browser itself may have asked for anything"


def test_nothing_is_wider_than_the_page(browser: str, page: Path, tmp_path: Path) -> None:
    """Measured by the browser: a script is added to a copy whose policy allows it."""
    measure = """<script>addEventListener("load", () => {
        const root = document.documentElement;
        root.dataset.over = root.scrollWidth - root.clientWidth;
        root.dataset.start = getComputedStyle(document.body).direction;
    })</script></body>"""
    text = page.read_text(encoding="utf-8").replace("default-src 'none';", "").replace("</body>", measure)
    copy = tmp_path / "measured.html"
    copy.write_text(text, encoding="utf-8")
    for width in (360, 1280):
        dom = run(browser, tmp_path / "profile", f"--window-size={width},900", "--dump-dom", copy.as_uri()).stdout
        assert 'data-over="0"' in dom, width
        assert f'data-start="{"rtl" if ".ar." in page.name else "ltr"}"' in dom


def test_the_page_prints(browser: str, page: Path, tmp_path: Path) -> None:
    pdf = tmp_path / "report.pdf"
    run(browser, tmp_path / "profile", f"--print-to-pdf={pdf}", "--no-pdf-header-footer", page.as_uri())
    assert pdf.read_bytes().startswith(b"%PDF")
    assert pdf.stat().st_size > 10_000
