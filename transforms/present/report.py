"""The whole report, section by section."""

from collections.abc import Callable, Iterator

from transforms.present.context import Context
from transforms.present.data_tables import data_tables
from transforms.present.document import Document, Fact, Section
from transforms.present.results import Results
from transforms.present.sections.claims import claims_section
from transforms.present.sections.effects import effects_section
from transforms.present.sections.explanations import explanations_section, has_explanations
from transforms.present.sections.index_page import index_sections
from transforms.present.sections.items import items_section
from transforms.present.sections.methods import methods_section
from transforms.present.sections.participants import participants_section
from transforms.present.sections.power import has_power, power_section
from transforms.present.sections.provenance import provenance_section
from transforms.present.sections.quality import quality_section
from transforms.present.sections.summary import summary_section
from transforms.present.wording import Wording
from transforms.study import Study, Wave


def build_document(results: Results, study: Study, wording: Wording) -> Document:
    """The report on `results` in the language of `wording`. The same arguments always give the same document."""
    context = Context(results, study, wording)
    settings = study.settings
    return Document(
        language=wording.language,
        direction=wording.direction,
        title=settings.title.read(wording.language),
        subtitle=wording(f"report.subtitle_{study.analysis}"),
        question=settings.question.read(wording.language),
        banner=wording("report.synthetic") if settings.synthetic else None,
        sections=_sections(context),
        facts=_facts(context),
        data=data_tables(context),
    )


def _sections(context: Context) -> tuple[Section, ...]:
    """What was found, a page for each index behind the effects, what it rests on and cannot claim; then the annexes."""
    effects = [] if context.study.analysis == "levels" else [effects_section]
    around = [explanations_section] if has_explanations(context) else []
    around += [power_section] if has_power(context) else []
    return (
        *_each(context, summary_section, participants_section, quality_section, *effects),
        *index_sections(context),
        *_each(context, *around, claims_section, methods_section, items_section, provenance_section),
    )


def _each(context: Context, *sections: Callable[[Context], Section]) -> Iterator[Section]:
    return (section(context) for section in sections)


def _facts(context: Context) -> tuple[Fact, ...]:
    """What stands under the title: when, where, how many, for whom."""
    say, settings = context.say, context.study.settings
    waves = tuple(_dated(context, wave) for wave in settings.waves)
    places = tuple(map(context.governorate, context.governorates))
    n = int(context.results.participants.respondents["n"].sum())
    facts = [
        Fact(say("report.waves"), say.list(waves)),
        Fact(say("report.places"), say.list(places)),
        Fact(say("report.interviews"), say.count(n)),
    ]
    if settings.funder:
        facts.append(Fact(say("report.funder"), settings.funder))
    return tuple(facts)


def _dated(context: Context, wave: Wave) -> str:
    """Name of a wave with its date, unless the name already says it."""
    name = context.wave(wave.name)
    date = wave.date.read(context.say.language) if wave.date else ""
    return name if date in name else context.say("report.wave_date", wave=name, date=date)
