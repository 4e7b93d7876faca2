"""How small an effect this design could find, before there were data and after."""

import math

from transforms.impact.estimate import EVERY_GROUP, POOLED
from transforms.present.context import Context
from transforms.present.document import Block, Cell, Column, Paragraph, Row, Section, Table, body, group, total
from transforms.present.sections.ruled_out import size
from transforms.present.selection import TOGETHER, Record, later_waves
from transforms.present.surroundings import known, table_rows
from transforms.study import Index
from transforms.study.columns import GOVERNORATE, WAVE

NUMBERS = (
    *("icc", "cluster_correlation"),
    *("detectable_before", "detectable_assuming", "detectable_after"),
)


def power_section(context: Context) -> Section:
    """A sentence for each index, and the table behind it."""
    say, kind = context.say, context.study.analysis
    assumed = context.study.settings.power
    values = {"power": say.percent(assumed.power), "alpha": say.percent(assumed.alpha)}
    blocks: list[Block] = [Paragraph(say(f"power.lead_{kind}", **values))]
    for index in context.study.indices:
        for wave in later_waves(context):
            blocks += [Paragraph(text) for text in filter(None, [_sentence(context, index, wave)])]
    rows = [row for index in context.study.indices for row in _index_rows(context, index)]
    if rows:
        blocks.append(_table(context, rows))
    return Section("power", say(f"sections.power_{kind}"), tuple(blocks))


def has_power(context: Context) -> bool:
    """True where the run worked out what could be found."""
    found = table_rows(context, "power") if context.study.analysis != "levels" else []
    return any(known(row["detectable_after"]) for row in found)


def _sentence(context: Context, index: Index, wave: str) -> str:
    """What could be found for everyone together: after the data, and before them where that was worked out."""
    say, kind = context.say, context.study.analysis
    row = next(iter(table_rows(context, "power", outcome=index.name, wave=wave, governorate=POOLED)), None)
    if row is None or not known(row["detectable_after"]):
        return ""
    clusters, per_cluster = _people(context, row)
    parts = [
        say(
            f"power.after_{kind}",
            index=context.index(index),
            clusters=clusters.text,
            per_cluster=per_cluster.text,
            size=size(context, float(row["detectable_after"]), str(row["unit"])),
        )
    ]
    if known(row["icc"]):
        parts.append(say("power.icc", share=say.percent(max(float(row["icc"]), 0.0), 1)))
    if known(row["detectable_before"]):
        parts.append(say("power.before", size=size(context, float(row["detectable_before"]), "sd")))
    return " ".join(parts)


def _index_rows(context: Context, index: Index) -> list[Row]:
    rows: list[Row] = []
    waves = later_waves(context)
    for wave in waves:
        found = table_rows(context, "power", outcome=index.name, wave=wave)
        if found:
            title = context.index(index)
            if len(waves) > 1:
                title = context.say("effects.index_wave", index=title, wave=context.wave(wave))
            rows.append(group(title))
        for row in found:
            line = total if row["governorate"] in TOGETHER else body
            rows.append(line(context.governorate(str(row["governorate"])), *_cells(context, row)))
    return rows


def _cells(context: Context, row: Record) -> tuple[Cell, ...]:
    values = {name: float(row[name]) if known(row[name]) else math.nan for name in NUMBERS}
    return (
        *_people(context, row),
        context.cell(values["icc"], "points"),
        *(context.cell(values[name]) for name in ("cluster_correlation", "detectable_before", "detectable_assuming")),
        context.cell(values["detectable_after"], str(row["unit"])),
    )


def _people(context: Context, row: Record) -> tuple[Cell, Cell]:
    """Clusters, and people in each: hidden where both together would tell a number of people that is hidden."""
    of = (str(row[WAVE]), str(row[GOVERNORATE]), EVERY_GROUP, float(row["n"]))
    clusters = context.suppressed if context.hides_clusters(*of) else context.count(int(row["clusters"]))
    each = (
        context.count(round(float(row["per_cluster"])))
        if known(row["per_cluster"])
        else Cell(context.say("numbers.none"))
    )
    return clusters, context.suppressed if context.hides_people(*of) else each


def _table(context: Context, rows: list[Row]) -> Table:
    say, assumed, panel = context.say, context.study.settings.power, context.study.design.kind == "panel"
    names = ("clusters", "per_cluster", "icc_head", "correlation", "planned", "measured", "found")
    columns = (Column(say("effects.where")), *(Column(say(f"power.{name}"), "number") for name in names))
    values = {
        "icc": say.number(assumed.icc),
        "cluster": say.number(assumed.cluster_correlation),
        "respondent": say.number(assumed.respondent_correlation if panel else 0.0),
        "power": say.percent(assumed.power),
        "alpha": say.percent(assumed.alpha),
    }
    return Table(say("power.table"), columns, tuple(rows), (say("power.note", **values),), folded=True)
