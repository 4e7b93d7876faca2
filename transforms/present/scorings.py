"""Effects on an index scored in other ways, typed and named, from the tables of a run.

A run may lack them (`--fast`): every function then finds nothing.
"""

import math
from collections.abc import Iterable

from transforms.impact.around.index_robustness import (
    LARGEST,
    SMALLEST,
    WITHOUT_ITEM,
    IndexEffect,
)
from transforms.measure.alternatives.catalogue import KINDS, Scoring
from transforms.present.context import Context
from transforms.present.surroundings import typed_rows
from transforms.study import Index

ENDS = (SMALLEST, LARGEST)
SD = "sd"  # unit of every row here


def scoring_effects(context: Context, index: Index, wave: str) -> tuple[IndexEffect, ...]:
    """Effects on an index in every way and place that may be shown: those on too few respondents are left out."""
    found = typed_rows(context, IndexEffect, "index_robustness", index=index.name, wave=wave)
    smallest = context.study.settings.limits.smallest_shown_cell
    return tuple(row for row in found if row.status == "not_estimated" or row.n >= smallest)


def scorings_of(context: Context, index: Index) -> tuple[Scoring, ...]:
    """What every way to score an index rests on."""
    return typed_rows(context, Scoring, "alternative_scorings", index=index.name)


def shown_ways(rows: Iterable[IndexEffect], place: str) -> tuple[IndexEffect, ...]:
    """Ways in one place: of leaving one item out, only the smallest effect and the largest, in this order."""
    here = [row for row in rows if row.governorate == place]
    kept = [row for row in here if row.alternative != WITHOUT_ITEM or not row.detail or row.flag in ENDS]
    return tuple(sorted(kept, key=lambda row: (KINDS.index(row.alternative), row.flag == LARGEST)))


def way_name(context: Context, index: Index, row: IndexEffect) -> str:
    """Name of a way for readers; with the item or the dimensions it leaves out."""
    say = context.say
    if row.detail:
        return say(f"scorings.way_without_{row.flag}", item=context.item(row.detail))
    if row.alternative == "without_formative":
        present = [name for name in context.study.dimensions(index) if name in index.formative]
        named = tuple(context.dimension(index, name) for name in present)
        return say("scorings.way_without_dimensions", dimensions=say.list(named)) if named else _plain(context, row)
    return _plain(context, row)


def _plain(context: Context, row: IndexEffect) -> str:
    return context.say(f"scorings.way_{row.alternative}")


def estimated(rows: Iterable[IndexEffect]) -> tuple[IndexEffect, ...]:
    """Rows that have an estimate."""
    return tuple(row for row in rows if math.isfinite(row.estimate))
