"""Who answered: rows from the files to the panel, cells of the sample, and who answered again."""

from collections.abc import Iterator

import pandas as pd

from transforms.present.context import ALL, Context
from transforms.present.disclosure import CellKey
from transforms.present.document import Block, Cell, Column, Paragraph, Row, Section, Table, body, group, total
from transforms.study.columns import ARM, WAVE


def participants_section(context: Context) -> Section:
    """Participant flow, respondents by governorate, group and arm, clusters, and retention in a panel."""
    say = context.say
    blocks: list[Block] = [Paragraph(say("participants.lead")), _flow(context), _respondents(context)]
    blocks.append(_clusters(context))
    if len(context.results.participants.retention):
        blocks.append(_retention(context))
    return Section("participants", say("sections.participants"), tuple(blocks))


def _flow(context: Context) -> Table:
    say = context.say
    labels = ("step", "removed", "remaining", "reason")
    columns = tuple(
        Column(say(f"participants.flow_{label}"), "number" if label in {"removed", "remaining"} else "text")
        for label in labels
    )
    rows: list[Row] = []
    for wave, steps in context.results.row_counts.groupby("wave", sort=False):
        rows.append(group(context.wave(str(wave))))
        rows += [_step(context, step._asdict()) for step in steps.itertuples(index=False)]
    return Table(say("participants.flow"), columns, tuple(rows), (say("participants.flow_note"),))


def _step(context: Context, step: dict[str, object]) -> Row:
    say = context.say
    reason = say.name("row_reasons", str(step["reason"])) if step["reason"] else ""
    answers = int(str(step.get("answers") or 0))
    if answers:
        reason = say.counted("participants.answers_set_missing", answers)
    removed, remaining = (context.count(float(str(step[name]))) for name in ("removed", "remaining"))
    return body(say.name("steps", str(step["step"])), removed, remaining, reason)


def _respondents(context: Context) -> Table:
    """Governorate and group by wave and arm; cells too small are hidden, with those that would give them away."""
    say = context.say
    counts = context.results.participants.respondents
    arms = (*context.arms, ALL) if len(context.arms) > 1 else (ALL,)
    waves = context.study.wave_names
    heads = (f"{context.wave(wave)}: {context.arm(arm)}" if len(arms) > 1 else context.wave(wave)
             for wave in waves for arm in arms)  # fmt: skip
    columns = (Column(say("participants.where")), *(Column(head, "number") for head in heads))

    def cells(place: str, name: str) -> tuple[Cell, ...]:
        return tuple(_count(context, counts, (wave, place, arm, name)) for wave in waves for arm in arms)

    rows = [body(context.governorate(place), *cells(place, ALL)) for place in context.governorates]
    if len(context.groups) > 1:
        rows.append(group(say("participants.by_group")))
        rows += [body(context.group(name), *cells(ALL, name)) for name in context.groups]
    rows.append(total(say("participants.total"), *cells(ALL, ALL)))
    notes = (say("disclosure.note", threshold=context.hidden.threshold),) if context.hidden.cells else ()
    return Table(say("participants.respondents"), columns, tuple(rows), notes)


def _count(context: Context, counts: pd.DataFrame, cell: CellKey) -> Cell:
    if cell in context.hidden:
        return context.suppressed
    wanted = zip((WAVE, "governorate", ARM, "group"), cell, strict=True)
    for column, value in wanted:
        counts = counts if value == ALL else counts[counts[column] == value]
    return context.count(int(counts["n"].sum()))


def _clusters(context: Context) -> Table:
    say, clusters = context.say, context.results.participants.clusters
    columns = (Column(say("participants.where")), *(Column(context.arm(arm), "number") for arm in context.arms))

    def cells(table: pd.DataFrame) -> Iterator[Cell]:
        for arm in context.arms:
            yield context.count(int(table.loc[table[ARM] == arm, "clusters"].sum()))

    rows = [
        body(context.governorate(place), *cells(clusters[clusters["governorate"] == place]))
        for place in context.governorates
    ]
    rows.append(total(say("participants.total"), *cells(clusters)))
    return Table(say("participants.clusters"), columns, tuple(rows), (say("participants.clusters_note"),))


def _retention(context: Context) -> Table:
    say, first = context.say, context.study.baseline.name
    retention = context.results.participants.retention
    columns = (Column(say("participants.arm")), *(Column(say(f"participants.retention_{name}"), "number")
               for name in ("first", "n", "again", "new", "share")))  # fmt: skip
    rows: list[Row] = []
    for wave in context.study.wave_names[1:]:
        rows.append(group(context.wave(wave)))
        for arm in context.arms:
            here = retention[retention[ARM] == arm].set_index(WAVE)[["n", "again"]].astype(int)
            if wave in here.index and first in here.index:
                numbers = (int(here.at[first, "n"]), int(here.at[wave, "n"]), int(here.at[wave, "again"]))
                rows.append(body(context.arm(arm), *_retained(context, *numbers)))
    return Table(say("participants.retention"), columns, tuple(rows), (say("participants.retention_note"),))


def _retained(context: Context, before: int, now: int, again: int) -> tuple[Cell, ...]:
    """First, now, again, new and the share that answered again; hidden together where any of them is small."""
    parts = (before, now, again, now - again)
    if any(0 < part < context.hidden.threshold for part in (*parts, before - again)):
        return (context.count(before), context.count(now), *(context.suppressed,) * 3)
    share = again / before
    return (*map(context.count, parts), Cell(context.say.percent(share), share))
