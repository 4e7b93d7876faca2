"""Estimates and levels in full: as many digits as there are, and nothing the report hides."""

from dataclasses import replace
from math import isfinite

from transforms.present.context import Context
from transforms.present.data_tables import LEVEL_COLUMNS, data_tables


def test_every_estimate_and_level_is_there_in_full(told, results) -> None:
    estimates, levels = told.document.data
    assert [column.label for column in estimates.columns] == list(results.estimates.columns)
    assert [column.label for column in levels.columns] == list(LEVEL_COLUMNS)
    assert len(estimates.rows) == len(told.context.every_estimate)
    place = list(results.estimates.columns).index("estimate")
    shown = [row.estimate if isfinite(row.estimate) else None for row in told.context.every_estimate]
    assert [row.cells[place].value for row in estimates.rows] == shown
    kinds = {column.label: column.kind for column in levels.columns}
    assert (kinds["outcome"], kinds["mean"]) == ("code", "number")


def test_a_number_that_is_not_there_is_empty(told, results, study, say) -> None:
    levels = results.levels.assign(std_error=float("nan"))
    _, table = data_tables(Context(replace(results, levels=levels), study, say))
    cells = {row.cells[LEVEL_COLUMNS.index("std_error")] for row in table.rows}
    assert {(cell.text, cell.value) for cell in cells} == {("", None)}


def test_small_cells_and_finer_ones_than_the_report_counts_are_left_out(told, results, study, say) -> None:
    _, table = told.document.data
    keys = {tuple(cell.text for cell in row.cells[1:5]) for row in table.rows}
    assert keys <= set(told.context.cells.counts)
    crossed = results.levels[["wave", "governorate", "arm", "group"]].drop_duplicates()
    assert len(keys) < len(crossed), "there are finer cells to leave out"
    small = results.levels.assign(n=9)
    assert data_tables(Context(replace(results, levels=small), study, say))[1].rows == ()
