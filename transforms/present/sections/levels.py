"""Where the indices stand: means with intervals by wave and arm, and how well their items go together."""

from collections.abc import Hashable, Iterator, Mapping

import pandas as pd

from transforms.present.context import ALL, DECIMALS, Context
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
    group,
)
from transforms.present.figures.levels import LevelWords, Panel, Series, levels_svg
from transforms.present.selection import levels
from transforms.study import Index
from transforms.study.columns import ARM, COMPARISON, GOVERNORATE, WAVE, pomp_column

Record = Mapping[Hashable, object]
MOST_PANELS = 12
NOTHING = float("nan")


def levels_section(context: Context) -> Section:
    """For each index: panels by governorate, a table by wave and arm; then reliability."""
    say = context.say
    blocks: list[Block] = [Paragraph(say("levels.lead", confidence=context.confidence))]
    for index in context.study.indices:
        blocks += [Heading(f"levels-{index.name}", context.index(index)), _figure(context, index)]
        blocks.append(_table(context, index))
        if len(context.groups) > 1:
            blocks.append(_group_table(context, index))
    blocks += [Heading("reliability", say("levels.reliability")), _reliability(context)]
    return Section("levels", say("sections.levels"), tuple(blocks))


def _arms(context: Context) -> tuple[str, ...]:
    return context.arms if len(context.arms) > 1 else (ALL,)


def _row(context: Context, outcome: str, cell: tuple[str, str, str, str]) -> Record | None:
    """The level of one cell (wave, governorate, arm, group); None where there is none that may be shown."""
    wave, place, arm, name = cell
    table = levels(context, outcome, group=name)
    found = table[(table[WAVE] == wave) & (table[GOVERNORATE] == place) & (table[ARM] == arm)]
    if not len(found):
        return None
    record = found.to_dict("records")[0]
    return None if context.hidden.hides(cell, float(str(record["n"]))) else record


def _number(record: Record | None, name: str) -> float:
    return float(str(record[name])) if record is not None else NOTHING


def _figure(context: Context, index: Index) -> Figure:
    say = context.say
    places = (ALL, *context.governorates) if 1 < len(context.governorates) < MOST_PANELS else (ALL,)
    panels = tuple(Panel(context.governorate(place), _series(context, index, place)) for place in places)
    unit = say(f"units.{context.unit(index)}")
    waves = tuple(context.wave(wave) for wave in context.study.wave_names)
    words = LevelWords(waves, say("levels.axis", unit=unit))
    name = f"figure-levels-{index.name}"
    svg = levels_svg(name, panels, words, mirrored=say.direction == "rtl")
    caption = say("levels.caption", index=context.index(index), confidence=context.confidence)
    return Figure(name, svg, caption, _alt(context, index, panels))


def _series(context: Context, index: Index, place: str) -> tuple[Series, ...]:
    series = []
    for arm in _arms(context):
        rows = [_row(context, index.name, (wave, place, arm, ALL)) for wave in context.study.wave_names]
        means, lows, highs = (tuple(_number(row, name) for row in rows) for name in ("mean", "conf_low", "conf_high"))
        series.append(Series(context.arm(arm), means, lows, highs, arm == COMPARISON))
    return tuple(series)


def _alt(context: Context, index: Index, panels: tuple[Panel, ...]) -> str:
    """The means of the first panel, in words."""
    say, parts = context.say, []
    for series in panels[0].series:
        numbers = zip(context.study.wave_names, series.means, strict=True)
        written = tuple(
            say("levels.alt_mean", wave=context.wave(wave), mean=say.number(mean, DECIMALS[context.unit(index)]))
            for wave, mean in numbers
        )
        parts.append(say("levels.alt_series", arm=series.label, means=say.list(written)))
    return say("levels.alt", index=context.index(index), means=" ".join(parts), panels=len(panels))


def _columns(context: Context, index: Index, first: str) -> tuple[Column, ...]:
    say, confidence = context.say, context.confidence
    interval = say("levels.interval", confidence=confidence)
    heads = (say("levels.n"), say(f"levels.mean_{context.unit(index)}"), interval, say("levels.mean_pomp"), interval)
    return (Column(first), *(Column(head, "number") for head in (*heads, say("levels.mean_ten"))))


def _cells(context: Context, index: Index, cell: tuple[str, str, str, str]) -> tuple[Cell, ...]:
    unit = context.unit(index)
    score, pomp = (_row(context, name, cell) for name in (index.name, pomp_column(index.name)))
    if score is None:
        return (context.suppressed,) * 6 if _exists(context, cell) else (Cell(context.say("numbers.none")),) * 6
    return (
        context.count(_number(score, "n")),
        context.cell(_number(score, "mean"), unit),
        context.interval(_number(score, "conf_low"), _number(score, "conf_high"), unit),
        context.cell(_number(pomp, "mean"), "pomp"),
        context.interval(_number(pomp, "conf_low"), _number(pomp, "conf_high"), "pomp"),
        context.cell(_number(pomp, "mean") / 10, "ten"),
    )


def _exists(context: Context, cell: tuple[str, str, str, str]) -> bool:
    table = context.results.participants.respondents
    for column, value in zip((WAVE, GOVERNORATE, ARM, "group"), cell, strict=True):
        table = table if value == ALL else table[table[column] == value]
    return bool(len(table))


def _lines(context: Context, index: Index, name: str) -> Iterator[Row]:
    """Wave by arm, for everyone and for each governorate."""
    for place in (ALL, *context.governorates) if len(context.governorates) > 1 else (ALL,):
        yield group(context.governorate(place))
        for arm in _arms(context):
            for wave in context.study.wave_names:
                label = context.wave(wave)
                if arm != ALL:
                    label = context.say("levels.arm_wave", arm=context.arm(arm), wave=label)
                yield body(label, *_cells(context, index, (wave, place, arm, name)))


def _table(context: Context, index: Index) -> Table:
    say = context.say
    caption = say("levels.table", index=context.index(index))
    notes = [say("levels.note")]
    rows = tuple(_lines(context, index, ALL))
    if any(cell == context.suppressed for row in rows for cell in row.cells):
        notes.append(say("disclosure.note", threshold=context.hidden.threshold))
    return Table(caption, _columns(context, index, say("levels.where")), rows, tuple(notes))


def _group_table(context: Context, index: Index) -> Table:
    """Host and displaced people, all governorates together."""
    say, rows = context.say, []
    for name in context.groups:
        rows.append(group(context.group(name)))
        for arm in _arms(context):
            for wave in context.study.wave_names:
                label = context.wave(wave)
                if arm != ALL:
                    label = say("levels.arm_wave", arm=context.arm(arm), wave=label)
                rows.append(body(label, *_cells(context, index, (wave, ALL, arm, name))))
    caption = say("levels.group_table", index=context.index(index))
    return Table(caption, _columns(context, index, say("levels.group")), tuple(rows))


def _reliability(context: Context) -> Table:
    say = context.say
    columns = (
        Column(say("levels.set")),
        *(Column(say(f"levels.{name}"), "number") for name in ("items", "n", "alpha", "item_rest")),
    )
    rows: list[Row] = []
    table = context.results.reliability
    for wave in context.study.wave_names:
        rows.append(group(context.wave(wave)))
        rows += [_reliable(context, row) for row in table[table[WAVE] == wave].to_dict("records")]
    return Table(say("levels.reliability_table"), columns, tuple(rows), (say("levels.reliability_note"),))


def _reliable(context: Context, row: Record) -> Row:
    whole = row["dimension"] == ALL or pd.isna(str(row["dimension"]))
    name = context.outcome(str(row["index"]) if whole else f"{row['index']}.{row['dimension']}")
    label = context.say("levels.whole" if whole else "levels.part", name=name)
    counts = (context.count(float(str(row[key]))) for key in ("items", "n"))
    return body(label, *counts, *(context.cell(float(str(row[key]))) for key in ("alpha", "item_rest_min")))
