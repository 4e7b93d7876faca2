"""Results of little invented studies, made by the transforms themselves, and the wording the report is written in."""

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pytest

from tests.transforms.present.index_rows import frame
from transforms.impact.description.levels import levels_table
from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import estimates_table
from transforms.measure.ceilings import ceiling_tables
from transforms.measure.distributions import distribution_table
from transforms.measure.key import make_key
from transforms.measure.reliability import reliability_table
from transforms.measure.score import score
from transforms.prepare.rows import RowCount, row_count_table
from transforms.present.context import Context
from transforms.present.document import Document, Section, Table
from transforms.present.figures import canvas
from transforms.present.participants import participant_tables
from transforms.present.report import build_document
from transforms.present.results import Provenance, Results
from transforms.present.sections.index_page import index_sections
from transforms.present.wording import Wording
from transforms.quality.problems import Problem, Verdict, problems_table
from transforms.study import Study
from transforms.study.columns import COMPARISON, EVERYONE, TREATED

Kind = TypeVar("Kind")
TO_SVG = canvas.to_svg
TEMPLATES = Path(__file__).parents[3] / "flows" / "templates"

SETTINGS = "\n" + (Path(__file__).parent / "little_study.toml").read_text(encoding="utf-8")
CODEBOOK = """
variable   | type       | label_en       | label_ar | text_en                  | text_ar | scale   | direction | index    | dimension | sensitive
respondent | identifier | Respondent     |          |                          |         |         |           |          |           |
place      | category   | Governorate    | المحافظة |                          |         | places  |           |          |           |
village    | category   | Village        |          |                          |         |         |           |          |           |
origin     | category   | Origin         |          |                          |         | origins |           |          |           |
sex        | category   | Sex            |          |                          |         | sexes   |           |          |           |
load       | number     | Weight         |          |                          |         |         |           |          |           |
near       | item       | Trust nearby   | ثقة      | Do you trust them?       | هل تثق؟ | agree   | +         | vertical | trust     |
far        | item       | Fear           |          | Do you fear them?        |         | agree   | -         | vertical | trust     | 1
fair       | item       | Fairness $5    |          | Are they fair, by {out}? |         | agree   | +         | vertical | justice   |
kind       | item       | Kindness       |          | Are they kind?           |         | agree   | +         | vertical | justice   |
warm       | item       | Warmth         |          | How warm do you feel?    |         | 0-10    | +         | warmth   | warmth    |
"""  # noqa: E501 - a table is read in columns
SCALES = """
scale   | code | label_en  | label_ar
places  | 1    | Irbid     | إربد
places  | 2    | Amman     | عمّان
origins | 1    | Jordanian | أردني
origins | 2    | Syrian    | سوري
sexes   | 1    | Women     | نساء
sexes   | 2    | Men       | رجال
agree   | 1    | Never     | أبداً
agree   | 2    | Rarely    | نادراً
agree   | 3    | Often     | غالباً
agree   | 4    | Always    | دائماً
"""
VERDICT = ("stage", "wave", "expectations", "failed")


def codebook(waves: list[str]) -> str:
    """The table above with a column for every wave, in which each variable has its own name."""
    head, *rows = CODEBOOK.strip().splitlines()
    lines = [f"{row} | {' | '.join([row.partition('|')[0].strip()] * len(waves))}" for row in rows]
    return "\n".join([f"{head} | {' | '.join(waves)}", *lines])


def invent_panel(study: Study, people: int = 360) -> pd.DataFrame:
    """A panel of `people` a wave in 2 governorates of 12 villages each, everybody answering at random."""
    rng = np.random.default_rng(7)
    frames = []
    for number, wave in enumerate(study.wave_names):
        village = np.arange(people) % 24
        treated = village % 2 == 0
        arm = np.where(treated, TREATED, COMPARISON) if study.design.treatment else np.full(people, EVERYONE)
        frame = pd.DataFrame(
            {
                "respondent": [f"r{(place + number * 60) % 1000}" for place in range(people)],
                "wave": wave,
                "file_row": np.arange(people) + 2,
                "governorate": np.where(village < 12, "Irbid", "Amman"),
                "community": [f"v{place}" for place in village],
                "cluster": [f"v{place}" for place in village],
                "arm": arm,
                "strata": "all",
                "psu": [f"v{place}" for place in village],
                "weight": rng.uniform(0.5, 2, people),
                "fpc": np.nan,
                "group": rng.choice(["Jordanian", "Syrian"], people),
                "sex": rng.choice(["Women", "Men"], people),
                "interviewer": None,
            }
        )
        lift = 0.5 * treated * number
        answers = {
            item: np.clip(np.round(rng.normal(2.5 + lift, 1, people)), 1, 4) for item in ("near", "fair", "kind")
        }
        far = np.clip(np.round(rng.normal(2.5, 1, people)), 1, 4)
        warm = np.clip(np.round(rng.normal(5 + lift, 2, people)), 0, 10)
        frames.append(frame.assign(**answers, far=far, warm=warm))
    panel = pd.concat(frames, ignore_index=True)
    return panel.assign(wave=pd.Categorical(panel["wave"], study.wave_names, ordered=True))


def invent_results(study: Study, panel: pd.DataFrame | None = None) -> Results:
    """What a run on an invented panel finds, with a few problems and row counts."""
    panel = invent_panel(study) if panel is None else panel
    scores = score(panel, key := make_key(panel, study))
    reliability = reliability_table(panel, study, ordinal=False)
    verdict = np.where(reliability["dimension"] == "all", "good", "flagged")  # as if items had something in common
    last = study.wave_names[-1]
    problems = (
        Problem("out_of_range", "error", "wave", last, "near", 2, 360, "A. Manager, 2022", "set_missing"),
        Problem("out_of_range", "error", "wave", last, "fair", 3, 360, "A. Manager, 2022", "set_missing"),
        Problem("straight_lining", "warning", "wave", study.baseline.name, None, 12, 360),
        Problem("panel_link", "note", "panel", None, "sex", 1, 0),
        Problem("cluster_known", "note", "panel", None, None, 1, 360),
    )
    counts = [
        RowCount(study.baseline.name, "file", 0, 370, "rows_in_file"),
        RowCount(study.baseline.name, "consent", 10, 360, "rows_without_consent"),
        RowCount(last, "out_of_range", 0, 360, "answers_set_missing", 5),
    ]
    files = [
        {"wave": wave.name, "file": wave.file, "sha256": "0a" * 32, "rows": 370, "columns": 12, "reader": "text"}
        for wave in study.waves
    ]
    verdicts = [Verdict("wave", last, 30, 3, problems[:3]), Verdict("panel", None, 9, 2, problems[3:])]
    return Results(
        estimates=estimates_table(estimate_effects(scores, study)),
        levels=levels_table(scores, study),
        row_counts=row_count_table(counts),
        problems=problems_table(verdicts),
        verdicts=pd.DataFrame([{name: getattr(v, name) for name in VERDICT} for v in verdicts]),
        reliability=reliability.assign(omega=0.8, alpha=0.8, status="ok", verdict=verdict),
        distributions=distribution_table(panel, study),
        participants=participant_tables(panel, study),
        key=key,
        provenance=Provenance(pd.DataFrame(files), {"Python": "3.11"}, "0b" * 32, study.settings.seed, "5f1e"),
        tables=ceiling_tables(panel, scores, study),
    )


def read_wording(language: str) -> Wording:
    """The wording the report is really written in."""
    text = (TEMPLATES / f"wording.{language}.toml").read_text(encoding="utf-8")
    return Wording("ar" if language == "ar" else "en", tomllib.loads(text))


def sketch(figure: Any, name: str) -> str:
    """The words written on a figure, without drawing it: half the time of a report goes into its drawings."""
    return f"{name}: {[text.get_text() for axes in figure.axes for text in axes.texts]}"


@pytest.fixture(autouse=True, scope="session")
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
