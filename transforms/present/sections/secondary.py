"""Effects on secondary outcomes: everything asked beside the indices, explored and not concluded from."""

import math

from transforms.impact.estimate import EQUALITY, POOLED, Estimate
from transforms.present.context import Context
from transforms.present.document import Block, Cell, Column, Heading, Table, body
from transforms.present.interval_cell import interval_cell
from transforms.present.selection import later_waves

MOST_PLACES = 4  # columns of governorates a page can carry


def secondary_blocks(context: Context) -> tuple[Block, ...]:
    """One folded table for each later wave; nothing where the study asks for none."""
    tables = tuple(_table(context, wave) for wave in later_waves(context) if _rows(context, wave))
    return (Heading("effects-secondary", context.say("effects.secondary")), *tables) if tables else ()


def _rows(context: Context, wave: str) -> dict[str, dict[str, Estimate]]:
    """Effects in a wave by outcome and place."""
    found: dict[str, dict[str, Estimate]] = {}
    for row in context.every_estimate:
        if row.model == "secondary" and row.wave == wave and row.contrast != EQUALITY:
            found.setdefault(row.outcome, {})[row.governorate] = row
    return found


def _cell(context: Context, row: Estimate | None) -> Cell:
    """An estimate with its interval; a dash where there is none."""
    if row is None:
        return Cell(context.say("numbers.none"))
    return interval_cell(context, row.estimate, row.conf_low, row.conf_high)


def _notes(context: Context, rows: dict[str, dict[str, Estimate]]) -> tuple[str, ...]:
    """One note for each reason the pooled effect is not, or not wholly, there."""
    say, told = context.say, dict[tuple[str, str], list[str]]()
    for outcome, places in rows.items():
        pooled = places.get(POOLED)
        if pooled is not None and pooled.reason:
            told.setdefault((pooled.status, pooled.reason), []).append(context.item(outcome))
    return tuple(
        say(f"effects.status_{status}", places=say.list(tuple(names)), reason=say.name("reasons", reason))
        for (status, reason), names in told.items()
    )


def _table(context: Context, wave: str) -> Table:
    say, rows = context.say, _rows(context, wave)
    places = [name for name in context.governorates if any(name in mine for mine in rows.values())]
    places = [POOLED, *(places if len(places) <= MOST_PLACES else [])]
    heads = (*map(context.governorate, places), say("effects.secondary_q"))
    columns = (Column(say("effects.secondary_outcome")), *(Column(head, "number") for head in heads))
    lines = []
    for outcome, mine in rows.items():
        q_value = mine[POOLED].p_adjusted if POOLED in mine else math.nan
        shown = Cell(say.p_value(q_value), q_value if math.isfinite(q_value) else None)
        lines.append(body(context.item(outcome), *(_cell(context, mine.get(place)) for place in places), shown))
    values = {"wave": context.wave(wave), "confidence": context.confidence}
    caption = say(f"effects.secondary_{context.study.analysis}", **values)
    return Table(caption, columns, tuple(lines), (*_notes(context, rows), say("effects.secondary_note")), folded=True)
