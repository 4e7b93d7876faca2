"""What the log of corrections changed before anything was checked, in counts."""

import pandas as pd

from transforms.present.context import Context
from transforms.present.disclosure import ALL, CellKey, CountCells, suppress
from transforms.present.document import Block, Cell, Column, Paragraph, Row, Table, body, group, total
from transforms.present.selection import Record, records
from transforms.study.columns import WAVE

ANSWERS, INTERVIEWS = "answers", "interviews"
KIND_OF = {"changed": ANSWERS, "blanked": ANSWERS, "removed": INTERVIEWS}  # other ends changed nothing
VARIABLE, REASON = "variable", "reason"


def correction_blocks(context: Context) -> list[Block]:
    """A sentence and a table of what was corrected, by wave, variable and reason; nothing where nothing was."""
    say, cells = context.say, _cells(context)
    if not cells.counts:
        return []
    hidden = suppress(cells, context.hidden.threshold)
    rows: list[Row] = []
    for wave in context.study.wave_names:
        for kind in (ANSWERS, INTERVIEWS):
            parts = {key: n for key, n in cells.counts.items() if key[:2] == (wave, kind)}
            if parts:
                heading = say("corrections.heading", wave=context.wave(wave), what=say(f"corrections.{kind}"))
                rows += [group(heading), *(_row(context, key, n, key in hidden) for key, n in parts.items())]
    columns = (Column(say("corrections.what")), Column(say("corrections.count"), "number"))
    notes = (say("disclosure.note", threshold=context.hidden.threshold),) if hidden else ()
    table = Table(say("corrections.table"), columns, tuple(rows), notes)
    return [Paragraph(say("corrections.lead")), table]


def _cells(context: Context) -> CountCells:
    """Every count that is printed: variables, and then reasons, add up to the whole of a wave."""
    counts: dict[CellKey, int] = {}
    for name, axis in (("correction_counts", VARIABLE), ("correction_reasons", REASON)):
        for row in records(context.results.table(name)):
            kind = KIND_OF.get(str(row["status"]))
            if kind and (axis == REASON or kind == ANSWERS):
                key = (str(row[WAVE]), kind, axis, _name(row, axis))
                counts[key] = counts.get(key, 0) + int(row["count"])
    parts = list(counts)
    sums = []
    for wave, kind in dict.fromkeys(key[:2] for key in parts):
        whole = (wave, kind, ALL, ALL)
        for axis in (VARIABLE, REASON):
            mine = tuple(key for key in parts if key[:3] == (wave, kind, axis))
            if mine:
                counts[whole] = sum(counts[key] for key in mine)
                sums.append((whole, mine))
            if mine == ((wave, kind, REASON, ""),):  # no reason that may be shown
                del counts[mine[0]]
                sums.pop()
    return CountCells(counts, tuple(sums))


def _name(row: Record, axis: str) -> str:
    """Variable or reason of a count; empty for the reasons few lines share."""
    return "" if pd.isna(row[axis]) else str(row[axis])


def _row(context: Context, key: CellKey, n: int, hidden: bool) -> Row:
    say, (_, _, axis, name) = context.say, key
    count: Cell = context.suppressed if hidden else context.count(n)
    if axis == ALL:
        return total(say("corrections.all"), count)
    if axis == VARIABLE:
        return body(context.item(name), count)
    return body(say("corrections.reason", reason=name or say("corrections.other_reasons")), count)
