"""Where the indices stand: means with intervals by wave, arm and group."""

from collections.abc import Iterator
from dataclasses import dataclass

from transforms.present.context import DECIMALS, Context
from transforms.present.disclosure import ALL, CellKey
from transforms.present.document import (
    Block,
    Cell,
    Column,
    Figure,
    Heading,
    Paragraph,
    Row,
    Table,
    body,
    group,
)
from transforms.present.figures.levels import LevelWords, Panel, Series, levels_svg
from transforms.present.selection import Level, level_cells
from transforms.study import Index
from transforms.study.columns import COMPARISON, pomp_column

MOST_PANELS = 12
NOTHING = float("nan")


@dataclass(frozen=True, slots=True)
class IndexLevels:
    """One index: its cells in its own unit and on 0-100."""

    context: Context
    index: Index
    scores: dict[CellKey, Level]
    pomp: dict[CellKey, Level]

    def shown(self, cell: CellKey) -> Level | None:
        """The level of a cell in the index' unit; None where there is none that may be shown."""
        level = self.scores.get(cell)
        return None if (self.index.name, *cell) in self.context.hidden_levels else level

    @property
    def arms(self) -> tuple[str, ...]:
        return self.context.arms if len(self.context.arms) > 1 else (ALL,)


def level_blocks(context: Context, index: Index) -> Iterator[Block]:
    """Panels by governorate, a table by wave and arm, one by group of people."""
    say = context.say
    scores, pomp = (level_cells(context, name) for name in (index.name, pomp_column(index.name)))
    levels = IndexLevels(context, index, scores, pomp)
    yield Heading(f"levels-{index.name}", say("levels.heading"))
    yield Paragraph(say("levels.lead", confidence=context.confidence), "aside")
    yield _figure(levels)
    yield _table(levels)
    if len(context.groups) > 1:
        yield _group_table(levels)


def _figure(levels: IndexLevels) -> Figure:
    context, index = levels.context, levels.index
    say, unit = context.say, context.say(f"units.{context.unit(index)}")
    places = (ALL, *context.governorates) if 1 < len(context.governorates) < MOST_PANELS else (ALL,)
    panels = tuple(Panel(context.governorate(place), _series(levels, place)) for place in places)
    words = LevelWords(tuple(map(context.wave, context.study.wave_names)), say("levels.axis", unit=unit))
    name = f"figure-levels-{index.name}"
    svg = levels_svg(name, panels, words, mirrored=context.mirrored)
    caption = say("levels.caption", index=context.index(index), confidence=context.confidence)
    return Figure(name, svg, caption, _alt(levels, panels))


def _series(levels: IndexLevels, place: str) -> tuple[Series, ...]:
    series = []
    for arm in levels.arms:
        shown = [levels.shown((wave, place, arm, ALL)) for wave in levels.context.study.wave_names]
        means, lows, highs = (
            tuple(getattr(level, name) if level else NOTHING for level in shown)
            for name in ("mean", "conf_low", "conf_high")
        )
        series.append(Series(levels.context.arm(arm), means, lows, highs, arm == COMPARISON))
    return tuple(series)


def _alt(levels: IndexLevels, panels: tuple[Panel, ...]) -> str:
    """The means of the first panel, in words."""
    context, say, parts = levels.context, levels.context.say, []
    decimals = DECIMALS[context.unit(levels.index)]
    for series in panels[0].series:
        numbers = zip(context.study.wave_names, series.means, strict=True)
        written = tuple(
            say("levels.alt_mean", wave=context.wave(wave), mean=say.number(mean, decimals)) for wave, mean in numbers
        )
        parts.append(say("levels.alt_series", arm=series.label, means=say.list(written)))
    return say("levels.alt", index=context.index(levels.index), means=" ".join(parts), panels=len(panels))


def _columns(levels: IndexLevels, first: str) -> tuple[Column, ...]:
    say, unit = levels.context.say, levels.context.unit(levels.index)
    interval = say("levels.interval", confidence=levels.context.confidence)
    heads = (say("levels.n"), say(f"levels.mean_{unit}"), interval, say("levels.mean_pomp"), interval)
    return (Column(first), *(Column(head, "number") for head in (*heads, say("levels.mean_ten"))))


def _cells(levels: IndexLevels, cell: CellKey) -> tuple[Cell, ...]:
    context, unit = levels.context, levels.context.unit(levels.index)
    level = levels.shown(cell)
    if level is None:
        return (context.suppressed,) * 6
    pomp = levels.pomp[cell]
    return (
        context.count(level.n),
        context.cell(level.mean, unit),
        context.interval(level.conf_low, level.conf_high, unit),
        context.cell(pomp.mean, "pomp"),
        context.interval(pomp.conf_low, pomp.conf_high, "pomp"),
        context.cell(pomp.mean / 10, "ten"),
    )


def _lines(levels: IndexLevels, place: str, name: str) -> Iterator[Row]:
    """Arm by wave in one place and group, as far as anybody was interviewed there."""
    context = levels.context
    for arm in levels.arms:
        for wave in context.study.wave_names:
            cell = (wave, place, arm, name)
            if cell in levels.scores:
                label = context.wave(wave)
                if arm != ALL:
                    label = context.say("levels.arm_wave", arm=context.arm(arm), wave=label)
                yield body(label, *_cells(levels, cell))


def _table(levels: IndexLevels) -> Table:
    """Everywhere together, then each governorate."""
    context, say, rows = levels.context, levels.context.say, []
    for place in (ALL, *context.governorates) if len(context.governorates) > 1 else (ALL,):
        rows += [group(context.governorate(place)), *_lines(levels, place, ALL)]
    caption = say("levels.table", index=context.index(levels.index))
    return _finished(levels, caption, say("levels.where"), rows)


def _group_table(levels: IndexLevels) -> Table:
    """Host and displaced people, all governorates together."""
    context, say, rows = levels.context, levels.context.say, []
    for name in context.groups:
        rows += [group(context.group(name)), *_lines(levels, ALL, name)]
    caption = say("levels.group_table", index=context.index(levels.index))
    return _finished(levels, caption, say("levels.group"), rows)


def _finished(levels: IndexLevels, caption: str, first: str, rows: list[Row]) -> Table:
    """The table, with a word on what is hidden in it; folded where effects are what the study is about."""
    say, notes = levels.context.say, [levels.context.say("levels.note")]
    if levels.context.study.analysis != "levels":
        notes.append(say("levels.note_compare"))
    if any(cell == levels.context.suppressed for row in rows for cell in row.cells):
        notes.append(say("disclosure.note", threshold=levels.context.hidden.threshold))
    folded = levels.context.study.analysis != "levels"
    return Table(caption, _columns(levels, first), tuple(rows), tuple(notes), folded)
