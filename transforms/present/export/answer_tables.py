"""Tables of answers: no share that the report hides, and none closer than it prints them.

Shares are told in whole per cent and without their counts: what hides the companions of a small count relies on it
(`answer_cells`).
"""

from collections.abc import Iterator
from typing import TypeAlias

import pandas as pd

from transforms.present.answer_cells import BOTTOM, INDICES, ITEMS, PEOPLE, TOGETHER, TOP
from transforms.present.context import Context
from transforms.present.disclosure import ALL, hidden_rows
from transforms.present.export.hiding import ExportedTable, hide_cells, hide_rows
from transforms.study.columns import ARM, EVERYONE, GROUP, WAVE

DECIMALS = 2  # of a share
Bar: TypeAlias = tuple[str, str, str]  # item, wave, arm
SHARES = ("item", WAVE, ARM, "code", "answers", "share", "conf_low", "conf_high", "method")
ITEM_ENDS = ("index", "dimension", "item", WAVE, ARM, GROUP, "top_share", "bottom_share")
INDEX_ENDS = ("index", WAVE, ARM, GROUP, "n", "top_share", "mean_top_share")


def answer_tables(context: Context) -> Iterator[ExportedTable]:
    """Shares of answers, and of the ends of the scales, as far as the run has them."""
    makers = {"shares": _shares, ITEMS: _item_ends, INDICES: _index_ends}
    for name, make in makers.items():
        table = context.results.table(name)
        if len(table.columns):
            frame, hidden = make(context, table)
            shares = [column for column in frame if column in {*SHARES[5:8], *ITEM_ENDS[6:], *INDEX_ENDS[5:]}]
            rounded = frame.assign(**{column: frame[column].astype(float).round(DECIMALS) for column in shares})
            yield ExportedTable(name, "answers", rounded, hidden)


def _shares(context: Context, table: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Shares of bars that the report draws; of all arms together where each of them is shown and they make the whole.

    Items of which the report draws nothing have no rows.
    """
    arms = [arm for arm in context.arms if arm != EVERYONE] or [ALL]
    order = _codes(context)
    rows = table[table["item"].isin({item for item, _, _ in order})].reset_index(drop=True)
    first = rows.drop_duplicates(["item", WAVE, ARM])
    answers = dict(zip(_keys(first), first["answers"].astype(int), strict=True))
    shown = []
    for (item, wave, arm), code in zip(_keys(rows), rows["code"].astype(float), strict=True):
        parts = [(item, wave, part) for part in ([arm] if arm in arms else arms)]
        whole = answers[item, wave, arm] == sum(answers.get(part, 0) for part in parts)
        shown.append(whole and all(_drawn(context, part, order.get(part, []), code) for part in parts))
    return hide_rows(rows[list(SHARES)], SHARES[:4], ~pd.Series(shown, index=rows.index, dtype=bool))


def _keys(rows: pd.DataFrame) -> list[Bar]:
    """Item, wave and arm of every row."""
    return list(zip(rows["item"].astype(str), rows[WAVE].astype(str), rows[ARM].astype(str), strict=True))


def _codes(context: Context) -> dict[Bar, list[float]]:
    """Codes of the answers in the order of each bar: of headline items, and of those beside the indices."""
    beside = {item.name for item in context.study.codebook.secondary()}
    tables = [context.results.distributions, context.results.table("shares")]
    found: dict[Bar, list[float]] = {}
    for table in (tables[0], tables[1][tables[1]["item"].isin(beside)]):
        for (item, wave, arm), code in zip(_keys(table), table["code"].astype(float), strict=True):
            found.setdefault((item, wave, ALL if arm == EVERYONE else arm), []).append(code)
    return found


def _drawn(context: Context, bar: Bar, codes: list[float], code: float) -> bool:
    """True for an answer that the report shows, and pools with no other."""
    _, wave, arm = bar
    segments = context.answers.segments.get(bar, ())
    if not segments or code not in codes or (wave, ALL, arm, ALL) in context.hidden:
        return False
    at = codes.index(code)
    return not any(part.first != part.last and part.first <= at <= part.last for part in segments)


def _item_ends(context: Context, table: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Both ends of the scale of every item, in the cells that the report may speak of."""
    spoken = table[WAVE].isin(context.study.wave_names) & ((table[ARM] == ALL) | (table[GROUP] == ALL))
    rows = table[spoken].reset_index(drop=True)
    few = [
        context.hidden.hides((str(wave), ALL, str(arm), str(group)), n)
        for wave, arm, group, n in zip(rows[WAVE], rows[ARM], rows[GROUP], rows["n"], strict=True)
    ]
    hidden, all_hidden = 0, pd.Series(True, index=rows.index)
    frame = rows[list(ITEM_ENDS)]
    for column, end in (("top_share", TOP), ("bottom_share", BOTTOM)):
        closed = _closed(context, rows, rows["item"], end) | pd.Series(few, index=rows.index, dtype=bool)
        closed |= (end == BOTTOM) & (rows[GROUP] != ALL)
        frame, cells = hide_cells(frame, [column], closed)
        hidden, all_hidden = hidden + cells, all_hidden & closed
    frame, _ = hide_rows(frame, ITEM_ENDS[:6], all_hidden)
    return frame, hidden


def _index_ends(context: Context, table: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """People with every answer at the top, and all answers together, by wave, arm and group."""
    rows = table.reset_index(drop=True)
    telling = hidden_rows(rows, context.hidden, ["index"])
    rows = rows[rows[WAVE].isin(context.study.wave_names)]
    frame, hidden = rows[list(INDEX_ENDS)], 0
    for column, of in (("top_share", PEOPLE), ("mean_top_share", TOGETHER)):
        closed = _closed(context, rows, pd.Series(of, index=rows.index), TOP)
        frame, cells = hide_cells(frame, [column], closed & ~telling[rows.index])
        hidden += cells
    frame, numbers = hide_rows(frame, INDEX_ENDS[:4], telling[rows.index])
    return frame, hidden + numbers


def _closed(context: Context, rows: pd.DataFrame, of: pd.Series, end: str) -> pd.Series:
    """True where a share of an item, of people or of all answers together must not be shown."""
    keys = zip(rows["index"], rows[WAVE], of, rows[ARM], rows[GROUP], strict=True)
    closed = [(index, wave, one, end, arm, group) in context.answers for index, wave, one, arm, group in keys]
    return pd.Series(closed, index=rows.index, dtype=bool)
