"""How the numbers were made, with the source of every method and threshold."""

from transforms.impact.around.balance import ADJUST, FINE
from transforms.impact.around.equivalence import LEVEL
from transforms.present.context import Context
from transforms.present.document import Block, Bullets, Column, Heading, Paragraph, Section, Table, body
from transforms.present.sections.authorities import measure_sources, measure_thresholds
from transforms.present.sections.examination import examination_blocks, examined_sources
from transforms.present.sections.index_robustness import ways_table
from transforms.present.sections.plan import plan_blocks
from transforms.present.sections.scoring_key import key_blocks
from transforms.study import Index


def methods_section(context: Context) -> Section:
    """Indices, scoring key, levels, effects, uncertainty, thresholds."""
    say = context.say
    blocks: list[Block] = [
        Heading("methods-indices", say("methods.indices")),
        Paragraph(say("methods.direction")),
        *(Paragraph(_rule(context, index)) for index in context.study.indices),
        Paragraph(say("methods.pomp")),
        Paragraph(say("methods.missing")),
        Heading("methods-key", say("methods.key")),
        *key_blocks(context),
        *filter(None, [ways_table(context)]),
        Heading("methods-levels", say("methods.levels")),
        Paragraph(say("methods.levels_text", confidence=context.confidence)),
        Paragraph(say("methods.weighted" if context.study.design.weight else "methods.unweighted")),
        *_effects(context),
        *examination_blocks(context),
        Heading("methods-thresholds", say("methods.thresholds")),
        _thresholds(context),
        *plan_blocks(context),
        Heading("methods-sources", say("methods.sources")),
        Bullets(tuple(say(f"sources.{name}") for name in _sources(context))),
    ]
    return Section("methods", say("sections.methods"), tuple(blocks), annex=True)


def _rule(context: Context, index: Index) -> str:
    values: dict[str, str | int] = {
        "index": context.index(index),
        "items": len(context.study.items(index)),
        "dimensions": len(context.study.dimensions(index)),
        "minimum": len(context.study.items(index)) if index.complete_cases else index.minimum_items,
        "item_share": context.say.percent(1.0 if index.complete_cases else index.minimum_item_share),
        "dimension_share": context.say.percent(index.minimum_dimension_share),
    }
    kept = index.standardised and not index.rescale
    rule = context.say(f"methods.rule_{index.rule}", **values)
    return f"{rule} {context.say('methods.not_rescaled')}" if kept else rule


def _effects(context: Context) -> list[Block]:
    say, kind = context.say, context.study.analysis
    if kind == "levels":
        return []
    blocks: list[Block] = [
        Heading("methods-effects", say(f"methods.effects_{kind}")),
        Paragraph(say(f"methods.model_{kind}{'_panel' if context.study.design.kind == 'panel' else ''}")),
        Paragraph(say("methods.pooled")),
        Paragraph(say("methods.ladder", draws=context.study.settings.effects.draws)),
        _ladder(context),
        Paragraph(say("methods.beside")),
        Paragraph(say("methods.adjusted")),
        Paragraph(say("methods.equality", alpha=say.number(context.study.settings.effects.equality_alpha))),
    ]
    if context.groups:
        blocks.append(Paragraph(say("methods.groups", minimum=context.study.settings.effects.minimum_cell)))
    return blocks


def _ladder(context: Context) -> Table:
    """Which method stands behind how many numbers of this report, and how many clusters those rest on."""
    say = context.say
    rows = []
    for method in ("CR2", "bootstrap", "randomisation", "none"):
        found = [row for row in context.every_estimate if row.method == method and row.status != "not_estimated"]
        clusters = sorted({row.clusters for row in found if context.clusters(row) != context.suppressed})
        span = "".join(say.count(number) for number in clusters[:1])
        if len(clusters) > 1:
            span = say("methods.span", first=clusters[0], last=clusters[-1])
        condition = say(f"methods.condition_{method}")
        rows.append(body(say(f"methods.name_{method}"), condition, context.count(len(found)), span))
    heads = (say("methods.method"), say("methods.condition"))
    numbers = (say("methods.used"), say("methods.used_clusters"))
    columns = (*(Column(head) for head in heads), *(Column(head, "number") for head in numbers))
    return Table(say("methods.ladder_table"), columns, tuple(rows), (say("methods.ladder_note"),))


def _thresholds(context: Context) -> Table:
    say, limits, effects = context.say, context.study.settings.limits, context.study.settings.effects
    values = {
        "confidence": say.percent(effects.confidence),
        "minimum_cell": say.count(effects.minimum_cell),
        "item_missing_share": say.percent(limits.item_missing_share),
        "straight_line_items": say.count(limits.straight_line_items),
        "interviewer_sd": say.number(limits.interviewer_sd, 1),
        "interviewer_effect_warn": say.percent(limits.interviewer_effect_warn),
        "interviewer_effect_critical": say.percent(limits.interviewer_effect_critical),
        "refuse_out_of_range_share": say.percent(limits.refuse_out_of_range_share),
        "refuse_duplicate_share": say.percent(limits.refuse_duplicate_share),
        "smallest_shown_cell": say.count(limits.smallest_shown_cell),
        **measure_thresholds(context),
        **(_effect_thresholds(context) if context.study.analysis != "levels" else {}),
    }
    columns = (
        Column(say("methods.threshold")),
        Column(say("methods.value"), "number"),
        Column(say("methods.authority")),
    )
    rows = tuple(body(say(f"thresholds.{name}"), value, say(f"authorities.{name}")) for name, value in values.items())
    return Table(say("methods.thresholds_table"), columns, rows, (say("methods.house"),))


def _effect_thresholds(context: Context) -> dict[str, str]:
    """Thresholds of the effects and of what surrounds them."""
    say, effects = context.say, context.study.settings.effects
    values = {
        "draws": say.count(effects.draws),
        "equality_alpha": say.number(effects.equality_alpha),
        "smallest_effect": say.number(effects.smallest_effect),
        "equivalence_level": say.percent(LEVEL),
        "power": say.percent(context.study.settings.power.power),
    }
    if context.study.analysis == "did":
        values |= {"balance_fine": say.number(FINE), "balance_adjust": say.number(ADJUST)}
    return values


def _sources(context: Context) -> tuple[str, ...]:
    rules = {index.rule for index in context.study.indices}
    found = ["cohen1999"]
    if rules & {"summary", "flat"}:
        found.append("kling2007")
    found += measure_sources(context)
    if context.study.analysis != "levels":
        found += ["bell2002", "pustejovsky2018", "cameron2008", "mackinnon2023", "webb2023", "chung2013"]
        found += ["liang1986", "carter2017", "romano2005", "holm1979", *examined_sources(context)]
        found += ["anderson2008"] if context.study.secondary_outcomes() else []
    return (*dict.fromkeys(found), "reuning2020", "egap", "ons", "oecd")
