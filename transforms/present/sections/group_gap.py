"""Levels of an index less what divides the groups of respondents."""

from transforms.present.context import Context
from transforms.present.document import Cell, Column, Row, Table, body, group
from transforms.present.selection import Record
from transforms.present.surroundings import known, table_rows
from transforms.study import Index
from transforms.study.columns import ARM

POMP, EVERY_ARM = "pomp", "all"


def gap_table(context: Context, index: Index) -> Table | None:
    """Mean, spread between groups and what is left of it, by wave and arm, folded; None where there are no groups."""
    say = context.say
    rows: list[Row] = []
    notes: list[str] = []
    for wave in context.study.wave_names:
        found = table_rows(context, "gap_adjusted_levels", index=index.name, wave=wave)
        in_unit = {str(row[ARM]): row for row in found if row["unit"] != POMP}
        in_pomp = {str(row[ARM]): row for row in found if row["unit"] == POMP}
        rows += [group(context.wave(wave))] if found else []
        for arm, row in in_unit.items():
            name = say("gap.every_arm") if arm == EVERY_ARM else context.arm(arm)
            rows.append(body(name, *_cells(context, row, in_pomp[arm])))
            if known(row["reason"]):
                reason = say.find(f"gap.reason_{row['reason']}") or say.name("reasons", str(row["reason"]))
                notes.append(say("gap.left_out", wave=context.wave(wave), arm=name, reason=reason))
    if not rows:
        return None
    unit = say(f"units.{context.unit(index)}")
    heads = (
        say("gap.mean", unit=unit),
        *(say(f"gap.{name}") for name in ("between", "adjusted", "pomp", "adjusted_pomp", "gap", "gap_sd")),
    )
    columns = (Column(say("gap.arm")), *(Column(head, "number") for head in heads))
    first, last = context.groups[0], context.groups[-1]
    explained = say("gap.note", first=context.group(first), last=context.group(last))
    caption = say("gap.table", index=context.index(index))
    return Table(caption, columns, tuple(rows), (explained, *notes), folded=True)


def _cells(context: Context, row: Record, pomp: Record) -> tuple[Cell, ...]:
    if row["status"] != "ok":
        return (context.suppressed,) * 7
    unit = "points" if row["unit"] == "points" else "sd"
    return (
        *(context.cell(float(row[name]), unit) for name in ("mean", "between", "adjusted")),
        *(context.cell(float(pomp[name]), POMP) for name in ("mean", "adjusted")),
        context.cell(float(row["gap"]), unit, signed=True),
        context.cell(float(row["gap_sd"]), signed=True),
    )
