"""Results of little invented studies, made by the transforms themselves, and the wording the report is written in."""

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import pytest

from tests.transforms.present.index_rows import frame
from tests.transforms.present.invented import SCALES, SETTINGS, codebook, invent_panel, invent_results
from transforms.present.context import Context
from transforms.present.document import Document, Section, Table
from transforms.present.figures import canvas
from transforms.present.report import build_document
from transforms.present.results import Results
from transforms.present.sections.index_page import index_sections
from transforms.present.wording import Wording
from transforms.study import Study

Kind = TypeVar("Kind")
TO_SVG = canvas.to_svg
TEMPLATES = Path(__file__).parents[3] / "flows" / "templates"


def read_wording(language: str) -> Wording:
    """The wording the report is really written in."""
    text = (TEMPLATES / f"wording.{language}.toml").read_text(encoding="utf-8")
    return Wording("ar" if language == "ar" else "en", tomllib.loads(text))


def sketch(figure: Any, name: str) -> str:
    """The words written on a figure, without drawing it: half the time of a report goes into its drawings."""
    return f"{name}: {[text.get_text() for axes in figure.axes for text in axes.texts]}"


@pytest.fixture(autouse=True, scope="module")
def sketched() -> Iterator[None]:
    """Reports have sketches for figures; a file of tests that looks at drawings uses the fixture `drawn`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canvas, "to_svg", sketch)
        yield


@pytest.fixture(scope="module")
def drawn(sketched: None) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canvas, "to_svg", TO_SVG)
        yield


@pytest.fixture(scope="session")
def say() -> Wording:
    return read_wording("en")


@pytest.fixture(scope="session")
def sentences() -> Callable[[str], Wording]:
    return read_wording


@pytest.fixture(scope="session")
def make_study(little_study: Callable[..., Study]) -> Callable[..., Study]:
    """The study above, its settings changed by replacing texts."""

    def make(*changes: tuple[str, str]) -> Study:
        settings = SETTINGS
        for old, new in changes:
            assert old in settings, f"nothing to replace: {old}"
            settings = settings.replace(old, new)
        if "[effects]" not in settings:
            settings = settings.replace("\n[design]\n", "\n[effects]\ndraws = 999\n\n[design]\n")
        return little_study(settings, codebook(re.findall(r'name = "(before|after|late)"', settings)), SCALES)

    return make


@pytest.fixture(scope="session")
def study(make_study: Callable[..., Study]) -> Study:
    return make_study()


def texts(part: object) -> Iterator[str]:
    """Every text of a document, or of a part of it, but its drawings and identifiers."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from texts(item)
    elif is_dataclass(part):
        for field in fields(part):
            if field.name not in {"svg", "id", "kind", "language", "direction"}:
                yield from texts(getattr(part, field.name))


class Told:
    """A report as a test reads it: only the sections asked for are made."""

    def __init__(self, results: Results, study: Study, say: Wording) -> None:
        self.results, self.study, self.say = results, study, say
        self.context = Context(results, study, say)

    @cached_property
    def document(self) -> Document:
        return build_document(self.results, self.study, self.say)

    def section(self, name: str) -> Section:
        if name.startswith("index-"):
            return next(section for section in index_sections(self.context) if section.id == name)
        module = import_module(f"transforms.present.sections.{name}")
        section: Section = getattr(module, f"{name}_section")(self.context)
        return section

    def words(self, *names: str) -> str:
        """Every text of some sections, of all where none is named."""
        parts = tuple(map(self.section, names)) if names else self.document.sections
        return "\n".join(texts(parts))

    def blocks(self, name: str, kind: type[Kind]) -> list[Kind]:
        return [block for block in self.section(name).blocks if isinstance(block, kind)]

    def table(self, name: str, caption: str) -> list[list[str]]:
        """Cells of the first table whose caption holds `caption`, and its notes as the last row."""
        found = next(table for table in self.blocks(name, Table) if caption in table.caption)
        return [*([cell.text for cell in row.cells] for row in found.rows), list(found.notes)]

    def rows(self, name: str, caption: str) -> dict[str, list[str]]:
        """The same by the name of the row."""
        return {row[0]: row[1:] for row in self.table(name, caption)[:-1]}


@pytest.fixture(scope="session")
def tell(study: Study, say: Wording) -> Callable[..., Told]:
    """A report on some results, of the study above where no other is given."""

    def told(results: Results, of: Study | None = None) -> Told:
        return Told(results, of or study, say)

    return told


@pytest.fixture(scope="session")
def told(tell: Callable[..., Told], results: Results) -> Told:
    return tell(results)


@pytest.fixture(scope="session")
def results(study: Study) -> Results:
    return invent_results(study)


@pytest.fixture(scope="session")
def make_results() -> Callable[..., Results]:
    return invent_results


@pytest.fixture(scope="session")
def make_panel() -> Callable[..., pd.DataFrame]:
    return invent_panel


@pytest.fixture(scope="session")
def with_tables(results: Results, study: Study, say: Wording) -> Callable[..., Context]:
    """The report on the results of a fast run, with some tables of its own: frames, or lists of rows."""

    def made(of: Study | None = None, say: Wording = say, **tables: list[Any] | pd.DataFrame) -> Context:
        frames = {name: rows if isinstance(rows, pd.DataFrame) else frame(rows) for name, rows in tables.items()}
        return Context(replace(results, tables=frames), of or study, say)

    return made
