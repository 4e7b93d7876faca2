"""What changed: effects (or changes) by governorate, by dimension and by group."""

import math

from transforms.impact.estimate import EQUALITY, POOLED, Estimate
from transforms.present.context import Context
from transforms.present.document import (
    Block,
    Cell,
    Column,
    Figure,
    Heading,
    Paragraph,
    Row,
    Section,
    Table,
    body,
    total,
)
from transforms.present.figures.forest import ForestRow, ForestWords, forest_svg
from transforms.present.interval_cell import interval_cell
from transforms.present.sections.ceilings import lower_bound_sentence
from transforms.present.sections.cluster_plot import cluster_plot
from transforms.present.sections.differences import pairs_table, pre_trends_table
from transforms.present.sections.otherwise import otherwise_blocks
from transforms.present.sections.robustness import robustness_table
from transforms.present.sections.ruled_out import ruled_out_blocks
from transforms.present.sections.secondary import secondary_blocks
from transforms.present.sections.seen_again import seen_again
from transforms.present.sections.without_unit import unit_sentences
from transforms.present.selection import TOGETHER, effects, equality, groups_of, later_waves, planted
from transforms.study import Index

MOST_PLACES = 4  # columns of governorates a page can carry


def effects_section(context: Context) -> Section:
    """For each index and later wave: forest plot, table, dimensions, groups; then what a simulation planted."""
    say, kind = context.say, context.study.analysis
    blocks: list[Block] = [Paragraph(say(f"effects.lead_{kind}", confidence=context.confidence))]
    waves = later_waves(context)
    for index in context.study.indices:
        for wave in waves:
            title = context.index(index)
            if len(waves) > 1:
                title = say("effects.index_wave", index=title, wave=context.wave(wave))
            blocks.append(Heading(f"effects-{index.name}-{wave}", title))
            blocks += _index_blocks(context, index, wave)
    blocks += secondary_blocks(context)
    if context.results.truth is not None and waves:
        blocks.append(_planted_table(context, waves))
    return Section("effects", say(f"sections.effects_{kind}"), tuple(blocks), own_page=True)


def _index_blocks(context: Context, index: Index, wave: str) -> list[Block]:
    rows = effects(context, index.name, wave)
    blocks: list[Block] = []
    shown = [row for row in rows if math.isfinite(row.estimate)]
    if len(shown) > 1 or any(not math.isnan(row.conf_low) for row in shown):
        blocks.append(_forest(context, index, wave))
    blocks.append(_table(context, index, wave))
    bounds = (lower_bound_sentence(context, index, row) for row in rows if row.governorate == POOLED)
    blocks += [Paragraph(sentence) for sentence in bounds if sentence]
    blocks += [*cluster_plot(context, index, wave), *ruled_out_blocks(context, index, wave)]
    if (pre_trends := pre_trends_table(context, index)) and wave == later_waves(context)[0]:
        blocks.append(pre_trends)
    blocks += otherwise_blocks(context, index, wave)
    if pairs := pairs_table(context, index, wave):
        blocks.append(pairs)
    if robustness := robustness_table(context, index, wave):
        blocks.append(robustness)
    if len(context.study.dimensions(index)) > 1 and context.study.settings.effects.dimensions:
        blocks.append(_dimensions(context, index, wave))
    if groups_of(context, index.name, wave):
        blocks.append(_groups(context, index, wave))
    return blocks


def _forest(context: Context, index: Index, wave: str) -> Figure:
    say, kind = context.say, context.study.analysis
    shown = [row for row in effects(context, index.name, wave) if math.isfinite(row.estimate)]
    rows = tuple(_forest_row(context, row) for row in shown)
    words = ForestWords(
        say(f"effects.axis_{kind}", unit=say(f"units.{context.unit(index)}")), say("effects.planted_mark")
    )
    name = f"figure-effects-{index.name}-{wave}"
    values = {"index": context.index(index), "confidence": context.confidence}
    written = " ".join(say("effects.alt_row", place=row.label, text=row.text) for row in rows)
    return Figure(
        name,
        forest_svg(name, rows, words, mirrored=context.mirrored),
        say(f"effects.caption_{kind}", **values),
        say(f"effects.alt_{kind}", rows=written, **values),
    )


def _forest_row(context: Context, row: Estimate) -> ForestRow:
    return ForestRow(
        context.governorate(row.governorate),
        row.estimate,
        row.conf_low,
        row.conf_high,
        _with_interval(context, row).text,
        row.governorate in TOGETHER,
        planted(context, row.outcome, row.governorate),
    )


def _with_interval(context: Context, row: Estimate) -> Cell:
    """An estimate with its interval in one cell."""
    return interval_cell(context, row.estimate, row.conf_low, row.conf_high, row.unit)


def _columns(context: Context, first: str) -> tuple[Column, ...]:
    say, kind = context.say, context.study.analysis
    names = ["std_error", "statistic", "df", "p", "n", "clusters"]
    heads = [say(f"effects.{name}") for name in names]
    interval = say("effects.interval", confidence=context.confidence)
    numbers = [say(f"effects.estimate_{kind}"), interval, *heads]
    return (Column(first), *(Column(head, "number") for head in numbers), Column(say("effects.method")))


def _cells(context: Context, row: Estimate) -> tuple[Cell, ...]:
    say, unit = context.say, row.unit
    if row.status == "not_estimated":
        return (Cell(say("effects.not_estimated")), *(Cell(say("numbers.none")),) * 8)
    return (
        context.cell(row.estimate, unit, signed=True),
        context.interval(row.conf_low, row.conf_high, unit, signed=True),
        context.cell(row.std_error, "points"),
        context.cell(row.statistic, signed=row.contrast != EQUALITY),
        _freedom(context, row),
        Cell(say.p_value(row.p_value), row.p_value if math.isfinite(row.p_value) else None),
        context.people(row.wave, row.governorate, row.group, row.n),
        _clusters(context, row),
        Cell(say.name("methods_short", row.method)),
    )


def _freedom(context: Context, row: Estimate) -> Cell:
    """Degrees of freedom, whole where they are."""
    if context.hides_clusters(row.wave, row.governorate, row.group, row.n):
        return context.suppressed
    whole = math.isfinite(row.df) and row.df == round(row.df)
    return Cell(context.say.number(row.df, 0 if whole else 1))


def _clusters(context: Context, row: Estimate) -> Cell:
    """Clusters, and those of each arm where it has any."""
    cell, arms = context.clusters(row), {"treated": row.clusters_treated, "comparison": row.clusters_comparison}
    if cell == context.suppressed or not any(arms.values()):
        return cell
    return Cell(context.say("effects.cluster_arms", all=row.clusters, **arms), float(row.clusters))


def _reasons(context: Context, rows: tuple[Estimate, ...]) -> tuple[str, ...]:
    """One note for each reason a number is missing or a remark belongs to it."""
    say = context.say
    places: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row.reason:
            places.setdefault((row.status, row.reason), []).append(context.governorate(row.governorate))
    return tuple(
        say(
            f"effects.status_{status}", places=say.list(tuple(dict.fromkeys(names))), reason=say.name("reasons", reason)
        )
        for (status, reason), names in places.items()
    )


def _smallest(context: Context, rows: tuple[Estimate, ...]) -> tuple[str, ...]:
    """For each effect tested by randomisation inference, the smallest p-value its design can give."""
    return tuple(
        context.say(
            "effects.smallest", place=context.governorate(row.governorate), smallest=context.say.p_value(row.p_smallest)
        )
        for row in rows
        if math.isfinite(row.p_smallest)
    )


def _table(context: Context, index: Index, wave: str) -> Table:
    say, kind = context.say, context.study.analysis
    rows = effects(context, index.name, wave)
    lines: list[Row] = []
    for row in rows:
        line = total if row.governorate in TOGETHER else body
        lines.append(line(context.governorate(row.governorate), *_cells(context, row)))
    test = equality(context, index.name, wave)
    if test is not None:
        cells = _cells(context, test)
        lines.append(total(say("effects.equality"), *cells))
    tested = (*rows, *((test,) if test else ()))
    told = (*_reasons(context, tested), *_smallest(context, rows), *seen_again(context, index))
    notes = (*told, say(f"effects.note_{kind}"))
    caption = say(f"effects.table_{kind}", index=context.index(index), wave=context.wave(wave))
    return Table(caption, _columns(context, say("effects.where")), tuple(lines), notes)


def _dimensions(context: Context, index: Index, wave: str) -> Table:
    """Each dimension, all governorates together and one by one where the page has room."""
    say, kind = context.say, context.study.analysis
    places = [row.governorate for row in effects(context, index.name, wave) if row.governorate not in TOGETHER]
    places = [POOLED, *(places if len(places) <= MOST_PLACES else [])]
    columns = (Column(say("effects.dimension")), *(Column(context.governorate(place), "number") for place in places))
    rows, found = [], []
    for dimension in context.study.dimensions(index):
        mine = {row.governorate: row for row in effects(context, f"{index.name}.{dimension}", wave)}
        found += list(mine.values())
        cells = (_with_interval(context, mine[place]) if place in mine else Cell("") for place in places)
        rows.append(body(context.dimension(index, dimension), *cells))
    caption = say(f"effects.dimensions_{kind}", index=context.index(index), confidence=context.confidence)
    return Table(caption, columns, tuple(rows), (*unit_sentences(context, index), say("effects.dimensions_note")))


def _groups(context: Context, index: Index, wave: str) -> Table:
    """Each group and the difference between groups, all governorates together."""
    say, kind = context.say, context.study.analysis
    rows, found = [], []
    for name in groups_of(context, index.name, wave):
        for row in effects(context, index.name, wave, name):
            if row.governorate == POOLED:
                found.append(row)
                line = total if " - " in name else body
                rows.append(line(_group_name(context, name), *_cells(context, row)))
    notes = (*_reasons(context, tuple(found)), say("effects.groups_note"))
    caption = say(f"effects.groups_{kind}", index=context.index(index))
    return Table(caption, _columns(context, say("effects.group")), tuple(rows), notes)


def _group_name(context: Context, name: str) -> str:
    """Name of a group, or of the difference between two."""
    first, dash, second = name.partition(" - ")
    if not dash:
        return context.group(name)
    return context.say("effects.difference", first=context.group(first), second=context.group(second))


def _planted_table(context: Context, waves: tuple[str, ...]) -> Table:
    """What a simulation planted beside what was estimated, and how far apart in standard errors."""
    say = context.say
    names = ("planted", "estimated", "distance")
    columns = (Column(say("effects.outcome")), Column(say("effects.where")),
               *(Column(say(f"effects.{name}"), "number") for name in names))  # fmt: skip
    rows = []
    for index in context.study.indices:
        for row in effects(context, index.name, waves[-1]):
            truth = planted(context, index.name, row.governorate)
            if math.isfinite(truth):
                far = abs(row.estimate - truth) / row.std_error if row.std_error > 0 else math.nan
                numbers = (context.cell(truth, signed=True), context.cell(row.estimate, signed=True), context.cell(far))
                rows.append(body(context.index(index), context.governorate(row.governorate), *numbers))
    return Table(say("effects.planted_table"), columns, tuple(rows), (say("effects.planted_note"),), folded=True)
