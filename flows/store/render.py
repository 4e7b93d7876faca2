"""Reports on disk: their wording, HTML from a document, and the same in other formats."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from transforms.present.document import Document
from transforms.present.paper import numbered
from transforms.present.wording import Wording
from transforms.study import Language, ReportFormat

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
    files: Mapping[ReportFormat, str] | None = None,
    templates: Path = TEMPLATES,
) -> str:
    """One HTML file that opens without a network: no script, no font, no picture from elsewhere.

    `run_line` is the only text that differs between two runs of the same input. `others` names the file of this
    report in each other language, `files` the one in each other format.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    labels = (placed.label for placed in numbered(document, wording) if placed.label)
    environment = Environment(
        loader=FileSystemLoader(templates), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.get_template("report.html.j2").render(
        document=document,
        say=wording,
        style=(templates / "report.css").read_text(encoding="utf-8"),
        run_line=run_line,
        others=sorted((others or {}).items()),
        files=(files or {}).items(),
        next_label=lambda: next(labels),
        kind_of=lambda block: type(block).__name__,
    )


def write_report(
    document: Document,
    path: Path,
    run_line: str,
    others: Mapping[Language, str] | None = None,
    formats: Sequence[ReportFormat] = (),
) -> None:
    """Write `document` as one HTML file to `path`, which links to the same report in `formats` beside it."""
    files = {suffix: path.with_suffix(f".{suffix}").name for suffix in formats}
    page = render_html(document, read_wording(document.language), run_line, others, files)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8", newline="\n")


def write_files(document: Document, path: Path, formats: Sequence[ReportFormat]) -> None:
    """Write `document` in `formats` beside `path`, the web page."""
    from flows.store.render_docx import render_docx
    from flows.store.render_pdf import draw_pictures, render_pdf
    from flows.store.render_xlsx import render_xlsx

    wording = read_wording(document.language)
    renderers: dict[ReportFormat, Callable[[], bytes]] = {
        "pdf": lambda: render_pdf(document, wording),
        "docx": lambda: render_docx(document, wording, draw_pictures(document)),
        "xlsx": lambda: render_xlsx(document, wording),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    for suffix in formats:
        path.with_suffix(f".{suffix}").write_bytes(renderers[suffix]())
