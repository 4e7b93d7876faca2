"""The questionnaire of a study on disk: a page and a document for each language, and one table."""

from collections.abc import Mapping
from pathlib import Path

from flows.store import files
from flows.store.render import read_wording, render_html, write_files
from transforms.present.instrument import build_instrument, instrument_table
from transforms.study import Language, ReportFormat, Study

NAME = "instrument"
FORMATS: tuple[ReportFormat, ...] = ("docx", "pdf")  # to edit for the field, and to print


def write_instrument(study: Study, folder: Path) -> dict[str, Path]:
    """Write the questionnaire into `folder` in each of the study's languages; what was written, by what it is."""
    languages = study.settings.languages
    made: dict[str, Path] = {}
    for language in languages:
        others: Mapping[Language, str] = {one: f"{NAME}.{one}.html" for one in languages if one != language}
        wording = read_wording(language)
        document, page = build_instrument(study, wording), folder / f"{NAME}.{language}.html"
        files.write_text(render_html(document, wording, "", others), page)
        write_files(document, page, FORMATS)
        made |= {f"{suffix} ({language})": page.with_suffix(f".{suffix}") for suffix in ("html", *FORMATS)}
    table = folder / f"{NAME}.csv"
    files.write_table(instrument_table(study, read_wording("en")), table)
    return made | {"csv": table}
