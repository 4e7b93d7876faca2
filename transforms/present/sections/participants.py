"""Who answered: rows from the files to the panel, cells of the sample, and who answered again."""

from collections.abc import Iterator

import pandas as pd

from transforms.present.context import Context
from transforms.present.disclosure import ALL, CellKey
from transforms.present.document import Block, Cell, Column, Paragraph, Row, Section, Table, body, group, total
from transforms.present.return_cells import AGAIN, GONE, NEW
from transforms.present.sections.weights import weight_blocks
from transforms.present.selection import Record, records
from transforms.study.columns import ARM, EVERYONE, WAVE


def participants_section(context: Context) -> Section:
    """Participant flow, respondents by governorate, group and arm, clusters, and retention in a panel."""
    say = context.say
    blocks: list[Block] = [Paragraph(say("participants.lead")), _flow(context), _respondents(context)]
    if context.results.participants.clusters["clusters"].any() and not context.everybody_is_a_cluster:
        blocks.append(_clusters(context))
    if len(context.results.participants.retention):
        blocks.append(_retention(context))
    blocks += weight_blocks(context)
    return Section("participants", say("sections.participants"), tuple(blocks))


def _flow(context: Context) -> Table:
    """Rows taken out at every step, in full: they are no respondents of the report, and a small number of copies, test
    interviews or refused consents tells nobody's answer. With any hidden, rows would not be accounted for.
    """
    say, table = context.say, context.results.row_counts
    columns = (
        Column(say("participants.flow_step")),
        Column(say("participants.flow_removed"), "number"),
        Column(say("participants.flow_remaining"), "number"),
        Column(say("participants.flow_reason")),
    )
    rows: list[Row] = []
    for wave in context.study.wave_names:
        rows.append(group(context.wave(wave)))
        rows += [_step(context, step) for step in records(table[table[WAVE] == wave])]
    return Table(say("participants.flow"), columns, tuple(rows), (say("participants.flow_note"),))


def _step(context: Context, step: Record) -> Row:
    say, answers = context.say, int(step["answers"])
    reason = say.name("row_reasons", step["reason"])
    if answers:
        reason = say.counted(f"participants.{step['reason']}", answers)
    removed, remaining = context.count(int(step["removed"])), context.count(int(step["remaining"]))
    return body(say.name("steps", step["step"]), removed, remaining, reason)


def _respondents(context: Context) -> Table:
    """Governorate and group by wave and arm; cells too small are hidden, with those that would give them away."""
    say = context.say
    arms = (*context.arms, ALL) if len(context.arms) > 1 else (ALL,)
    bars = [(wave, arm) for wave in context.study.wave_names for arm in arms]

    def head(wave: str, arm: str) -> str:
        if len(arms) == 1:
            return context.wave(wave)
        return say("participants.wave_arm", wave=context.wave(wave), arm=context.arm(arm))

    def cells(place: str, name: str) -> Iterator[Cell]:
        return (_count(context, (wave, place, arm, name)) for wave, arm in bars)

    rows = [body(context.governorate(place), *cells(place, ALL)) for place in context.governorates]
    if len(context.groups) > 1:
        rows.append(group(say("participants.by_group")))
        rows += [body(context.group(name), *cells(ALL, name)) for name in context.groups]
    rows.append(total(say("participants.total"), *cells(ALL, ALL)))
    columns = (Column(say("participants.where")), *(Column(head(wave, arm), "number") for wave, arm in bars))
    notes = (say("disclosure.note", threshold=context.hidden.threshold),) if context.hidden.cells else ()
    return Table(say("participants.respondents"), columns, tuple(rows), notes)


def _count(context: Context, cell: CellKey) -> Cell:
    return context.suppressed if cell in context.hidden else context.count(context.cells.counts.get(cell, 0))


def _clusters(context: Context) -> Table:
    say, clusters = context.say, context.results.participants.clusters

    def cells(table: pd.DataFrame) -> Iterator[Cell]:
        return (context.count(int(table.loc[table[ARM] == arm, "clusters"].sum())) for arm in context.arms)

    rows = [
        body(context.governorate(place), *cells(clusters[clusters["governorate"] == place]))
        for place in context.governorates
    ]
    rows.append(total(say("participants.total"), *cells(clusters)))
    columns = (Column(say("participants.where")), *(Column(context.arm(arm), "number") for arm in context.arms))
    notes = (say("participants.clusters_note"),) if context.study.analysis == "did" else ()
    return Table(say("participants.clusters"), columns, tuple(rows), notes, folded=True)


def _retention(context: Context) -> Table:
    """For every later wave and arm, how many were interviewed before."""
    say, first = context.say, context.study.baseline.name
    counts = {
        (row[WAVE], row[ARM]): (int(row["n"]), int(row["again"]))
        for row in records(context.results.participants.retention)
    }
    rows: list[Row] = []
    for wave in context.study.wave_names[1:]:
        rows.append(group(context.wave(wave)))
        for arm in context.arms:
            before, (now, again) = counts.get((first, arm), (0, 0))[0], counts.get((wave, arm), (0, 0))
            rows.append(body(context.arm(arm), *_retained(context, (wave, arm), before, now, again)))
    heads = (say(f"participants.retention_{name}") for name in ("first", "n", "again", "new", "share"))
    columns = (Column(say("participants.arm")), *(Column(head, "number") for head in heads))
    return Table(say("participants.retention"), columns, tuple(rows), (say("participants.retention_note"),))


def _retained(context: Context, of: tuple[str, str], before: int, now: int, again: int) -> tuple[Cell, ...]:
    """First, now, again, new and the share that answered again, in a wave and arm.

    All of them hidden where one of the wholes is, and of the parts those that must be.
    """
    (wave, arm), few = of, context.hidden.threshold
    wholes = [(name, ALL, arm, ALL) for name in (context.study.baseline.name, wave)]
    if any(whole in context.hidden for whole in wholes) or any(0 < part < few for part in (before, now)):
        return (context.suppressed,) * 5
    cells = ((wave, ALL, ALL if arm == EVERYONE else arm, what) for what in (GONE, AGAIN, NEW))
    gone, back, new = (cell in context.hidden_returns for cell in cells)
    share = Cell(context.say.percent(again / before if before else float("nan")))
    parts = ((back, context.count(again)), (new, context.count(now - again)), (gone or back, share))
    shown = (context.suppressed if hidden else cell for hidden, cell in parts)
    return context.count(before), context.count(now), *shown
