"""How the numbers were made, with the source of every method and threshold."""

from transforms.present.context import Context
from transforms.present.document import Block, Bullets, Column, Fact, Facts, Heading, Paragraph, Section, Table, body
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
        Paragraph(say("methods.key_text")),
        _key(context),
        Heading("methods-levels", say("methods.levels")),
        Paragraph(say("methods.levels_text", confidence=context.confidence)),
        Paragraph(say("methods.weighted" if context.study.design.weight else "methods.unweighted")),
        *_effects(context),
        Heading("methods-thresholds", say("methods.thresholds")),
        _thresholds(context),
        Heading("methods-sources", say("methods.sources")),
        Bullets(tuple(say(f"sources.{name}") for name in _sources(context))),
    ]
    return Section("methods", say("sections.methods"), tuple(blocks))


def _rule(context: Context, index: Index) -> str:
    values: dict[str, str | int] = {
        "index": context.index(index),
        "items": len(context.study.items(index)),
        "dimensions": len(context.study.dimensions(index)),
        "minimum": index.minimum_items,
        "item_share": context.say.percent(index.minimum_item_share),
        "dimension_share": context.say.percent(index.minimum_dimension_share),
    }
    return context.say(f"methods.rule_{index.rule}", **values)


def _key(context: Context) -> Facts:
    say, key = context.say, context.results.key
    reference = say(
        "methods.reference_text",
        arm=context.arm(key.reference.arm),
        wave=context.wave(key.reference.wave),
        n=key.reference.n,
    )
    return Facts(
        (
            Fact(say("methods.reference"), reference),
            Fact(say("methods.key_items"), say.count(len(key.items))),
            Fact(say("methods.key_sha"), key.sha256, "code"),
        )
    )


def _effects(context: Context) -> list[Block]:
    say, kind = context.say, context.study.analysis
    if kind == "levels":
        return []
    blocks: list[Block] = [
        Heading("methods-effects", say(f"methods.effects_{kind}")),
        Paragraph(say(f"methods.model_{kind}")),
        Paragraph(say("methods.pooled")),
        Paragraph(say("methods.cr1")),
        Paragraph(say("methods.ladder")),
        Paragraph(say("methods.equality", alpha=say.number(context.study.settings.effects.equality_alpha))),
    ]
    if context.groups:
        blocks.append(Paragraph(say("methods.groups", minimum=context.study.settings.effects.minimum_cell)))
    return blocks


def _thresholds(context: Context) -> Table:
    say, limits, effects = context.say, context.study.settings.limits, context.study.settings.effects
    values = {
        "confidence": say.percent(effects.confidence),
        "minimum_cell": say.count(effects.minimum_cell),
        "item_missing_share": say.percent(limits.item_missing_share),
        "straight_line_items": say.count(limits.straight_line_items),
        "interviewer_sd": say.number(limits.interviewer_sd, 1),
        "refuse_out_of_range_share": say.percent(limits.refuse_out_of_range_share),
        "refuse_duplicate_share": say.percent(limits.refuse_duplicate_share),
        "smallest_shown_cell": say.count(limits.smallest_shown_cell),
    }
    columns = (
        Column(say("methods.threshold")),
        Column(say("methods.value"), "number"),
        Column(say("methods.authority")),
    )
    rows = tuple(body(say(f"thresholds.{name}"), value, say(f"authorities.{name}")) for name, value in values.items())
    return Table(say("methods.thresholds_table"), columns, rows, (say("methods.house"),))


def _sources(context: Context) -> tuple[str, ...]:
    rules = {index.rule for index in context.study.indices}
    found = ["cohen1999"]
    if rules & {"summary", "flat"}:
        found.append("kling2007")
    found += ["cronbach1951", "lumley2010"]
    if context.study.analysis != "levels":
        found += ["liang1986", "cameron2015"]
    return (*found, "reuning2020", "egap", "ons", "oecd")
