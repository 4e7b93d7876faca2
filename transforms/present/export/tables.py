"""Every table that may be handed on, with how its cells are hidden; and those that may not, with the reason.

A table that stands in neither list is left out: nothing leaves because nobody thought of it.
"""

from collections.abc import Collection, Iterator

import pandas as pd

from transforms.present.context import Context
from transforms.present.disclosure import hidden_rows
from transforms.present.export.answer_tables import answer_tables
from transforms.present.export.effect_tables import effect_tables
from transforms.present.export.hiding import ExportedTable, hide_cells, hide_rows
from transforms.study.columns import ARM, GOVERNORATE, GROUP, WAVE
from transforms.study.kept_plan import departures_table

LEVEL_KEYS = ("outcome", WAVE, GOVERNORATE, ARM, GROUP, "unit")
RELIABILITY_KEYS = ("index", "dimension", WAVE, ARM, GROUP)
AS_THEY_ARE = (  # no counts of respondents but those the report prints in full
    *("row_counts", "deviations", "alternative_scorings", "alternative_weights"),
    *("invariance_tests", "factor_correlations", "factor_left_out"),
)
OF_COMPARISONS = ("invariance", "ordinal_invariance", "factors")
LEFT_OUT = {  # why a table of a run is not handed on
    "distributions": "same",
    "gap_adjusted_levels": "report",
    "balance": "differences",
    "attrition": "differences",
    "clusters": "differences",
    "seen_again": "differences",
    "margins": "differences",
    "back_checks": "differences",
    "back_check_answers": "differences",
    "key_changes": "differences",
    "key_origin": "report",
    "correction_counts": "report",
    "correction_reasons": "report",
    "interviewer_effects": "report",
    "problems": "report",
    "problem_rows": "rows",
}
UNLISTED = "unlisted"


def exported_tables(context: Context) -> tuple[ExportedTable, ...]:
    """Tables of a run that may be handed on, in the order in which a reader needs them."""
    found = (
        *effect_tables(context),
        _levels(context),
        *answer_tables(context),
        _reliability(context),
        *_comparisons(context),
        *_weights(context),
        *_as_they_are(context),
    )
    return tuple(found)


def left_out(context: Context, made: Collection[str]) -> dict[str, str]:
    """Tables of the run that are not among those `made` to be handed on, with the key of the reason."""
    names = {*context.results.tables, "distributions", "problems", "problem_rows"} - {*made}
    return {name: LEFT_OUT.get(name, UNLISTED) for name in sorted(names)}


def _levels(context: Context) -> ExportedTable:
    """Means in the cells whose respondents the report counts; finer ones could be subtracted, and have no row."""
    table = context.results.levels
    cells = list(table[[WAVE, GOVERNORATE, ARM, GROUP]].astype(str).itertuples(index=False, name=None))
    counted = pd.Series([cell in context.cells.counts for cell in cells], index=table.index, dtype=bool)
    outcomes = zip(table["outcome"], cells, strict=True)
    closed = pd.Series([(name, *cell) in context.hidden_levels for name, cell in outcomes], table.index, dtype=bool)
    rows = table[counted]
    frame, hidden = hide_rows(rows, LEVEL_KEYS, closed[counted])
    return ExportedTable("levels", "people", frame, hidden)


def _reliability(context: Context) -> ExportedTable:
    """Reliability of those respondents whose number may be told."""
    table = context.results.reliability
    closed = hidden_rows(table, context.hidden, ["index", "dimension"])
    frame, hidden = hide_rows(table, RELIABILITY_KEYS, closed)
    return ExportedTable("reliability", "people", frame, hidden)


def _comparisons(context: Context) -> Iterator[ExportedTable]:
    """Factor models: how many respondents they rest on is left out of every group of a comparison with a small one."""
    for name in OF_COMPARISONS:
        table = context.results.table(name)
        if len(table.columns):
            small = (table["n"] > 0) & (table["n"] < context.hidden.threshold)
            by = [table["index"], table["comparison"]]
            frame, hidden = hide_cells(table, ["n"], small.groupby(by).transform("any"))
            yield ExportedTable(name, "comparisons", frame, hidden)


def _weights(context: Context) -> Iterator[ExportedTable]:
    """Weights of a wave: neither those with one nor those without are counted where either are few.

    Nor is what they are worth, which times the design effect is their number.
    """
    table = context.results.table("weights")
    if len(table.columns):
        counts = table[["n", "left_out"]]
        small = ((counts > 0) & (counts < context.hidden.threshold)).any(axis=1)
        frame, hidden = hide_cells(table, ["n", "left_out", "n_effective"], small)
        yield ExportedTable("weights", "people", frame, hidden)


def _as_they_are(context: Context) -> Iterator[ExportedTable]:
    results = context.results
    typed = {"row_counts": results.row_counts, "deviations": departures_table(results.plan)}
    for name in AS_THEY_ARE:
        table = typed[name] if name in typed else results.table(name)
        if len(table.columns):
            yield ExportedTable(name, "none", table)
