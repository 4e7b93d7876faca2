"""Every cluster's change as a dot, where clusters are too few for a p-value."""

import math
from collections.abc import Iterator

from transforms.impact.estimate import Estimate
from transforms.present.context import DECIMALS, Context
from transforms.present.document import Figure
from transforms.present.figures.clusters import ClusterRow, clusters_svg
from transforms.present.page import bare
from transforms.present.selection import TOGETHER, Record, effects
from transforms.present.surroundings import table_rows
from transforms.study import Index
from transforms.study.columns import COMPARISON

FEW = {
    *("governorates_are_clusters", "few_clusters", "few_treated_clusters", "few_comparison_clusters"),
    *("few_clusters_in_a_governorate", "cluster_in_both_arms"),
}


def cluster_plot(context: Context, index: Index, wave: str) -> Iterator[Figure]:
    """A figure of the clusters behind the numbers on an index that have no p-value for want of clusters, if any."""
    bare = [row for row in effects(context, index.name, wave) if row.status == "no_p_value" and row.reason in FEW]
    found = table_rows(context, "clusters", outcome=index.name, wave=wave)
    places = _places(bare, {str(row["governorate"]) for row in found})
    kept = [row for row in found if str(row["governorate"]) in places]
    if any(_is_shown(row) for row in kept):
        yield _figure(context, index, bare, kept)


def _places(bare: list[Estimate], drawn: set[str]) -> set[str]:
    """Places whose clusters are drawn: those without p-value, or all where only the number for all has none."""
    places = {row.governorate for row in bare}
    return (places & drawn) or (drawn if places & set(TOGETHER) else set())


def _is_shown(row: Record) -> bool:
    return math.isfinite(row["change"])


def _figure(context: Context, index: Index, bare: list[Estimate], found: list[Record]) -> Figure:
    say, unit = context.say, context.unit(index)
    rows = tuple(_lines(context, found))
    name = f"figure-clusters-{index.name}-{bare[0].wave}"
    hidden = sum(not _is_shown(row) for row in found)
    notes = [say("clusters.note"), say("clusters.why", reason=say.name("reasons", bare[0].reason))]
    if hidden:
        notes.append(say("clusters.hidden", clusters=hidden, threshold=context.hidden.threshold))
    written = " ".join(_in_words(context, row, unit) for row in rows)
    return Figure(
        name,
        clusters_svg(name, rows, say("effects.axis_change", unit=say(f"units.{unit}")), mirrored=context.mirrored),
        say("clusters.caption", index=context.index(index)),
        say("clusters.alt", index=context.index(index), rows=written),
        tuple(notes),
    )


def _lines(context: Context, found: list[Record]) -> Iterator[ClusterRow]:
    """One line for each arm of each place, the places in their order."""
    order = [*context.governorates, *TOGETHER]
    cells = dict.fromkeys((str(row["governorate"]), str(row["arm"])) for row in found)
    for place, arm in sorted(cells, key=lambda cell: (order.index(cell[0]), context.arms.index(cell[1]))):
        here = (row for row in found if (str(row["governorate"]), str(row["arm"])) == (place, arm))
        changes = tuple(sorted(float(row["change"]) for row in here if _is_shown(row)))
        label = context.arm(arm) if place in TOGETHER else context.governorate(place)
        if len(context.arms) > 1 and place not in TOGETHER:
            label = context.say("clusters.row", place=label, arm=context.arm(arm))
        yield ClusterRow(bare(label), changes, arm == COMPARISON)


def _in_words(context: Context, row: ClusterRow, unit: str) -> str:
    say = context.say
    numbers = tuple(say.number(change, DECIMALS[unit], signed=True) for change in row.changes)
    return say("clusters.alt_row", row=row.label, changes=say("numbers.comma").join(numbers) or say("numbers.none"))
