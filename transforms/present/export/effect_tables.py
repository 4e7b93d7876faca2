"""Tables of estimates: those on too few respondents lose their numbers, small numbers of respondents are left out."""

from collections.abc import Collection

import pandas as pd

from transforms.impact.estimate import MAIN_MODELS
from transforms.present.context import Context
from transforms.present.data_tables import CLUSTER_COLUMNS
from transforms.present.export.hiding import ExportedTable, hide_cells, hide_rows
from transforms.present.people_cells import places
from transforms.study.columns import GOVERNORATE, GROUP, WAVE

KEYS = {
    "estimates": ("outcome", "model", "contrast", WAVE, GOVERNORATE, GROUP, "unit"),
    "equivalence": ("outcome", "contrast", WAVE, GOVERNORATE, GROUP, "unit"),
    "breakdown": ("outcome", "contrast", WAVE, GOVERNORATE, GROUP, "unit"),
    "index_robustness": ("index", "alternative", "detail", GOVERNORATE, WAVE),
    "power": ("outcome", GOVERNORATE, WAVE, "unit"),
    "lee_bounds": ("outcome", WAVE, GOVERNORATE, "unit"),
}
RESPONDENTS = ("n", "per_cluster")  # respondents, and what gives their number away with the number of clusters
LEFT_OUT = {"lee_bounds": ("n", "kept_treated", "kept_comparison", "trimmed")}  # columns that count the lost
NOT_ESTIMATED = "not_estimated"


def effect_tables(context: Context) -> tuple[ExportedTable, ...]:
    """Every table of estimates that the run has."""
    few = _few(context)
    tables = {"estimates": context.results.estimates}
    tables |= {name: context.results.table(name) for name in KEYS if name not in tables}
    return tuple(_table(context, name, table, few) for name, table in tables.items() if len(table.columns))


def _few(context: Context) -> frozenset[tuple[str, ...]]:
    """Outcome, wave, place and group of main estimates that the report leaves out: they rest on too few."""
    table = context.results.estimates
    main = table[table["model"].isin(MAIN_MODELS) & _too_few(context, table)]
    columns = (main[name].astype(str) for name in ("outcome", WAVE, GOVERNORATE, GROUP))
    return frozenset(zip(*columns, strict=True))


def _too_few(context: Context, table: pd.DataFrame) -> pd.Series:
    estimated = table["status"] != NOT_ESTIMATED if "status" in table else pd.Series(True, index=table.index)
    return estimated & ~(table["n"] >= context.hidden.threshold)


def _table(context: Context, name: str, table: pd.DataFrame, few: Collection[tuple[str, ...]]) -> ExportedTable:
    rows = _beside_few(table, few) if "outcome" in table else pd.Series(False, index=table.index)
    if name == "estimates":
        rows = _too_few(context, table)
    elif "n" in table:
        rows = rows | _too_few(context, table)
    uncounted = [place in context.hidden_people for place in places(table)]
    kept = table.drop(columns=list(LEFT_OUT.get(name, ())), errors="ignore")
    small = (
        (kept["n"] > 0) & (kept["n"] < context.hidden.threshold) if "n" in kept else pd.Series(False, index=table.index)
    )
    columns = (*RESPONDENTS, *(CLUSTER_COLUMNS if context.everybody_is_a_cluster else ()))
    frame, cells = hide_cells(kept, columns, pd.Series(uncounted, index=table.index, dtype=bool) | small)
    frame, numbers = hide_rows(frame, KEYS[name], rows)
    return ExportedTable(name, "effects", frame, cells + numbers)


def _beside_few(table: pd.DataFrame, few: Collection[tuple[str, ...]]) -> pd.Series:
    """True for what is calculated from an estimate that is hidden."""
    group = table[GROUP] if GROUP in table else pd.Series("all", index=table.index)
    columns = (table["outcome"], table[WAVE], table[GOVERNORATE], group)
    keys = zip(*(column.astype(str) for column in columns), strict=True)
    return pd.Series([key in few for key in keys], index=table.index, dtype=bool)
