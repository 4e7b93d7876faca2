"""Estimates and levels in full, as tables for those who calculate on: names of columns as in the results' files.

Nothing stands in them that the report does not show: estimates on too few respondents and hidden cells are left out.
"""

import math

from transforms.impact.estimate import ESTIMATE_COLUMNS, Estimate
from transforms.present.context import Context
from transforms.present.document import Cell, Column, Row, Table, body
from transforms.present.selection import Record, records
from transforms.study.columns import ARM, GOVERNORATE, GROUP, WAVE

LEVEL_COLUMNS = (
    *("outcome", WAVE, GOVERNORATE, ARM, GROUP, "n", "mean", "std_error", "df", "conf_low", "conf_high", "unit"),
)
CLUSTER_COLUMNS = ("clusters", "clusters_treated", "clusters_comparison", "clusters_effective", "df")


def data_tables(context: Context) -> tuple[Table, ...]:
    """Every estimate and every level that may be shown, one a row, in full precision."""
    say = context.say
    estimates: list[Record] = [
        {**{name: getattr(row, name) for name in ESTIMATE_COLUMNS}, **_hidden(context, row)}
        for row in context.every_estimate
    ]
    levels = [row for row in records(context.results.levels) if _shown(context, row)]
    return (
        _table(say("data.estimates"), ESTIMATE_COLUMNS, estimates),
        _table(say("data.levels"), LEVEL_COLUMNS, levels),
    )


def _hidden(context: Context, row: Estimate) -> Record:
    """NaN in place of the numbers behind an estimate that must not be told: respondents, and what counts them too."""
    of = (row.wave, row.governorate, row.group, row.n)
    names = ["n"] if context.hides_people(*of) else []
    names += CLUSTER_COLUMNS if context.hides_clusters(*of) else []
    return dict.fromkeys(names, math.nan)


def _shown(context: Context, row: Record) -> bool:
    """True for cells whose respondents the report counts, and none that it hides: finer ones could be subtracted."""
    cell = (str(row[WAVE]), str(row[GOVERNORATE]), str(row[ARM]), str(row[GROUP]))
    return cell in context.cells.counts and (str(row["outcome"]), *cell) not in context.hidden_levels


def _table(caption: str, names: tuple[str, ...], rows: list[Record]) -> Table:
    numbers = {name for name in names for row in rows if isinstance(row[name], int | float)}
    columns = tuple(Column(name, "number" if name in numbers else "code") for name in names)
    return Table(caption, columns, tuple(_row(row, names) for row in rows))


def _row(row: Record, names: tuple[str, ...]) -> Row:
    return body(*(_cell(row[name]) for name in names))


def _cell(value: object) -> Cell:
    if not isinstance(value, int | float):
        return Cell(str(value))
    return Cell(repr(value), float(value)) if math.isfinite(value) else Cell("")
