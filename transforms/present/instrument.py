"""The questionnaire as an annex of its own: every question with its answers, for readers and for the field."""

from collections.abc import Iterator

import pandas as pd

from transforms.present.document import Block, Cell, Column, Document, Fact, Paragraph, Row, Section, Table, body, group
from transforms.present.questions import answers_of, dimension_name, index_name, languages_of, without_arabic, written
from transforms.present.wording import Wording
from transforms.study import Language, Study, Variable
from transforms.study.settings import MissingReason

EVERYBODY = "both"  # of `asked_of`
OTHER_ROLES = ("secondary", "exposure", "quality", "background")  # roles that make no index, as they are listed
TABLE_COLUMNS = (
    *("number", "variable", "role", "index", "dimension", "asked_of", "read_to", "text_en", "text_ar"),
    *("answers_en", "answers_ar", "direction", "sensitive", "source"),
)


def instrument_items(study: Study) -> tuple[Variable, ...]:
    """Every item of the codebook as the annex numbers it: by index and dimension, by role, then those of children."""
    headline = [
        item for index in study.indices for name in study.dimensions(index) for item in study.items(index, name)
    ]
    named = {item.name for item in headline}
    others = [item for item in study.codebook.variables if item.type == "item" and item.name not in named]
    places = {role: place for place, role in enumerate(("headline", *OTHER_ROLES))}
    return (*headline, *sorted(others, key=lambda item: places[item.role]), *study.codebook.of_children)


def untranslated(study: Study) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Questions, and scales, of the questionnaire that lack Arabic words; none in a study that is not in Arabic."""
    if "ar" not in study.settings.languages:
        return (), ()
    items = instrument_items(study)
    questions = (item.name for item in items if not item.text.ar)
    scales = (scale for item in items if (scale := study.codebook.scale(item)))
    lacking = (scale.name for scale in scales if any(map(without_arabic, scale.choices)))
    return tuple(questions), tuple(dict.fromkeys(lacking))


def instrument_table(study: Study, say: Wording) -> pd.DataFrame:
    """`instrument.csv`: one row for each question, or for each group that hears it in words of its own."""
    rows = []
    for number, item in enumerate(instrument_items(study), start=1):
        heard = [(one.group.en, one.text) for one in item.wordings] or [("", item.text)]
        for read_to, text in heard:
            place = (number, item.name, item.role, item.index or "", item.dimension or "", item.asked_of, read_to)
            answers = (_answers(study, item, language, say) for language in ("en", "ar"))
            rest = (item.direction, int(item.sensitive), item.source)
            rows.append((*place, text.en, text.ar or "", *answers, *rest))
    return pd.DataFrame(rows, columns=list(TABLE_COLUMNS))


def build_instrument(study: Study, say: Wording) -> Document:
    """The questionnaire in the language of `say`; the same arguments give the same document."""
    settings, items, of_children = study.settings, instrument_items(study), study.codebook.of_children
    waves = tuple(wave.label.read(say.language) if wave.label else wave.name for wave in study.waves)
    return Document(
        language=say.language,
        direction=say.direction,
        title=settings.title.read(say.language),
        subtitle=say("instrument.subtitle"),
        question=settings.question.read(say.language),
        banner=say("instrument.synthetic") if settings.synthetic else None,
        sections=tuple(_sections(study, say, {item.name: place for place, item in enumerate(items, start=1)})),
        facts=(
            Fact(say("report.waves"), say.list(waves)),
            Fact(say("instrument.questions"), say.count(len(items))),
            *([Fact(say("instrument.of_children"), say.count(len(of_children)))] if of_children else []),
        ),
    )


def _sections(study: Study, say: Wording, numbers: dict[str, int]) -> Iterator[Section]:
    """One section for each index, one for each role of the other questions, and how missing answers are coded."""
    lead: tuple[Block, ...] = (Paragraph(say("instrument.lead"), "lead"),)
    for index in study.indices:
        rows: list[Row] = []
        for dimension in study.dimensions(index):
            rows.append(group(dimension_name(index, dimension, say)))
            rows += [_row(study, item, say, numbers) for item in study.items(index, dimension)]
        name = index_name(index, say)
        title = say("instrument.index_table", index=name)
        yield Section(f"index-{index.name}", name, (*lead, _table(study, say, title, tuple(rows))))
        lead = ()
    adults = instrument_items(study)[: len(numbers) - len(study.codebook.of_children)]
    for role in OTHER_ROLES:
        items = [item for item in adults if item.role == role or _not_counted(study, item, role)]
        if items:
            title = say(f"instrument.role_{role}")
            rows = [_row(study, item, say, numbers) for item in items]
            about = Paragraph(say(f"instrument.about_{role}"))
            yield Section(f"role-{role}", title, (about, _table(study, say, title, tuple(rows))))
    if study.codebook.of_children:
        yield _of_children(study, say, numbers)
    codes = study.settings.missing.codes
    if codes:
        yield Section("missing", say("instrument.missing"), (_missing(codes, say),))


def _of_children(study: Study, say: Wording, numbers: dict[str, int]) -> Section:
    """The children's part: what their guardian and they are asked first, then their questions."""
    title = say("instrument.children_title")
    paragraphs = (Paragraph(say(f"instrument.{key}")) for key in ("children_about", "guardian_consent", "assent"))
    rows = tuple(_row(study, item, say, numbers) for item in study.codebook.of_children)
    return Section("children", title, (*paragraphs, _table(study, say, title, rows)))


def _not_counted(study: Study, item: Variable, role: str) -> bool:
    """True for headline items of dimensions that the study leaves out; they are listed with the background."""
    counted = {one.name for index in study.indices for one in study.items(index)}
    return role == "background" and item.role == "headline" and item.name not in counted


def _table(study: Study, say: Wording, title: str, rows: tuple[Row, ...]) -> Table:
    languages = languages_of((item.text for item in instrument_items(study)), say)
    columns = (
        Column(say("instrument.number"), "code"),
        *(Column(say(f"items.wording_{language}"), "wording") for language in languages),
        Column(say("instrument.answers")),
        Column(say("instrument.notes")),
    )
    return Table(title, columns, rows)


def _row(study: Study, item: Variable, say: Wording, numbers: dict[str, int]) -> Row:
    languages = languages_of((one.text for one in instrument_items(study)), say)
    return body(
        f"{numbers[item.name]} {item.name}",
        *(Cell(written(item.text, language)) for language in languages),
        _answers(study, item, say.language, say),
        " ".join(filter(None, (*_notes(study, item, say), item.source))),
    )


def _answers(study: Study, item: Variable, language: Language, say: Wording) -> str:
    scale = study.codebook.scale(item)
    return answers_of(scale, language, say) if scale else ""


def _notes(study: Study, item: Variable, say: Wording) -> Iterator[str]:
    """What an interviewer or a reader must know of a question beside its words."""
    if item.asked_of != EVERYBODY and not item.only_printed:
        labels = study.codebook.values_of(study.design.group).values() if study.design.group else ()
        named = (label.read(say.language) for label in labels if label.en == item.asked_of)
        yield say("instrument.asked_of", group=next(named, item.asked_of))
    if item.direction == "-":
        yield say("instrument.reversed")
    if item.sensitive:
        yield say("instrument.sensitive")
    asked = [wave for wave in study.waves if wave.name in item.columns]
    if asked and len(asked) < len(study.waves):
        names = tuple(wave.label.read(say.language) if wave.label else wave.name for wave in asked)
        yield say("instrument.asked_in", waves=say.list(names))


def _missing(codes: dict[str, MissingReason], say: Wording) -> Table:
    columns = (Column(say("instrument.code"), "code"), Column(say("instrument.means")))
    rows = tuple(body(code, say(f"missing_answers.{reason}")) for code, reason in codes.items())
    return Table(say("instrument.missing_table"), columns, rows)
