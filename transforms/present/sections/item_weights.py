"""The weights that data give to the items of an index."""

from math import isfinite

from transforms.present.context import Context
from transforms.present.document import Cell, Column, Row, Table, body
from transforms.present.scorings import scorings_of
from transforms.present.surroundings import table_rows
from transforms.study import Index

DECIMALS = 3


def weights_table(context: Context, index: Index) -> Table | None:
    """Each item's weight in every way whose weights came from the data, folded; None where there is none."""
    say = context.say
    weights: dict[str, dict[str, float]] = {}
    for row in table_rows(context, "alternative_weights", index=index.name):
        weights.setdefault(str(row["alternative"]), {})[str(row["item"])] = float(row["weight"])
    if not weights:
        return None
    rows: list[Row] = [
        body(item.label.read(say.language), *(_weight(context, mine.get(item.name)) for mine in weights.values()))
        for item in context.items(index)
    ]
    columns = (
        Column(say("scorings.item")),
        *(Column(say(f"scorings.way_{kind}"), "number") for kind in weights),
    )
    explained = (scoring.explained for scoring in scorings_of(context, index) if isfinite(scoring.explained))
    notes = (
        say("scorings.weights_note"),
        *(say("scorings.explained_variance", share=say.percent(share)) for share in explained),
    )
    return Table(say("scorings.weights", index=context.index(index)), columns, tuple(rows), notes, folded=True)


def _weight(context: Context, weight: float | None) -> Cell:
    if weight is None:
        return Cell(context.say("numbers.none"))
    return Cell(context.say.number(weight, DECIMALS), weight)
