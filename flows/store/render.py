"""Reports on disk: their wording, and HTML from a document."""

import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from transforms.present.document import Document
from transforms.present.wording import Wording
from transforms.study import Language

TEMPLATES = Path(__file__).parents[1] / "templates"


def read_wording(language: Language, templates: Path = TEMPLATES) -> Wording:
    """Sentences of the report in one language."""
    with (templates / f"wording.{language}.toml").open("rb") as file:
        return Wording(language, tomllib.load(file))


def render_html(
    document: Document,
    wording: Wording,
    run_line: str,
    others: Mapping[Language, str] | None = None,
    templates: Path = TEMPLATES,
) -> str:
    """One HTML file that opens without a network: no script, no font, no picture from elsewhere.

    `run_line` is the only text that differs between two runs of the same input. `others` names the file of this
    report in each other language.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    numbers: Counter[str] = Counter()

    def following(kind: str) -> int:
        numbers[kind] += 1
        return numbers[kind]

    environment = Environment(
        loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.get_template("report.html.j2").render(
        document=document,
        say=wording,
        style=(templates / "report.css").read_text(encoding="utf-8"),
        run_line=run_line,
        others=sorted((others or {}).items()),
        next=following,
        kind_of=lambda block: type(block).__name__,
    )


def write_report(document: Document, path: Path, run_line: str, others: Mapping[Language, str] | None = None) -> None:
    """Write `document` as one HTML file to `path`."""
    page = render_html(document, read_wording(document.language), run_line, others)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8", newline="\n")
