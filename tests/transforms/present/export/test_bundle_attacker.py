"""A reader who has the tables of an export and the report beside them finds no hidden count."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from tests.transforms.present.test_attacker import NAMES, Reader, few_panel, read_question
from transforms.impact.description.shares import shares_table
from transforms.measure.ceilings import ceiling_tables
from transforms.measure.distributions import distribution_table
from transforms.measure.key import make_key
from transforms.measure.score import score
from transforms.present.export.answer_tables import answer_tables
from transforms.present.export.tables import exported_tables
from transforms.present.participants import participant_tables
from transforms.present.results import Results
from transforms.present.sections.ceilings import ceiling_blocks
from transforms.study import Study

SUPPRESSED = "suppressed"


@pytest.fixture(scope="module")
def exports(
    study: Study, results: Results, make_panel: Callable[..., pd.DataFrame], tell: Callable[..., Any]
) -> list[tuple[pd.DataFrame, Any, dict[str, pd.DataFrame]]]:
    """Little studies: panel, report and exported tables."""
    found = []
    for seed, people in enumerate((120, 240)):
        panel = few_panel(study, make_panel(study, people), seed)
        counted = {
            "distributions": distribution_table(panel, study),
            "participants": participant_tables(panel, study),
            "tables": {
                **ceiling_tables(panel, score(panel, make_key(panel, study)), study),
                "shares": shares_table(panel, study),
            },
        }
        told = tell(replace(results, **counted))
        ends = (block for index in study.indices for block in ceiling_blocks(told.context, index))
        told.said = (*told.section("items").blocks, *ends)
        found.append((panel, told, {table.name: table.frame for table in answer_tables(told.context)}))
    return found


def read_export(reader: Reader, tables: dict[str, pd.DataFrame], item: str, wave: str) -> None:
    """Every share of an item in the exported tables, as if its exact count were known."""
    shares, ends = (
        frame[(frame["item"] == item) & (frame["wave"] == wave)] for frame in (tables["shares"], tables["ceilings"])
    )
    for row in shares.to_dict("records"):
        text = "[c]" if row["status"] == SUPPRESSED else "shown"
        reader.read(f"table {row['arm']} {row['code']}", text, reader.mask(row["arm"], answers=(row["code"],)))
    low, high = (reader.answers[0],), (reader.answers[-1],)
    for row in ends.to_dict("records"):
        for column, answer in (
            ("top_share", low if item == "far" else high),
            ("bottom_share", high if item == "far" else low),
        ):
            if column == "top_share" or row["group"] == "all":
                text = "[c]" if pd.isna(row[column]) else "shown"
                reader.read(
                    f"{column} {row['arm']} {row['group']}", text, reader.mask(row["arm"], row["group"], answer)
                )


@pytest.mark.parametrize("item", NAMES)
def test_no_hidden_count_follows_from_export_and_report(item: str, exports: list[Any]) -> None:
    hidden = shown = 0
    for panel, told, tables in exports:
        for place, wave in enumerate(("before", "after")):
            reader = read_question(told, panel, item, place)
            read_export(reader, tables, item, wave)
            shown += len(reader.shown)
            for name, mask in reader.shown.items():
                assert mask @ reader.truth == 0 or mask @ reader.truth >= 10, name
            for name, mask in reader.hidden.items():
                hidden += 1
                low, high = reader.range(mask)
                if 0 < mask @ reader.truth < 10:
                    assert high > low, f"{name}: only {low} agrees with all that is told"
    assert hidden
    assert shown


def test_shares_are_no_closer_than_the_report_prints_them(exports: list[Any]) -> None:
    for _, _, tables in exports:
        assert "n" not in tables["shares"]
        for name in ("shares", "ceilings", "index_ceilings"):
            numbers = tables[name].select_dtypes("float").filter(like="share")
            assert (numbers.dropna() == numbers.dropna().round(2)).all(axis=None)


def test_every_row_of_people_is_large_or_hidden(exports: list[Any]) -> None:
    for _, told, _ in exports:
        for table in exported_tables(told.context):
            if "n" in table.frame and table.name not in ("row_counts",):
                n = pd.to_numeric(table.frame["n"]).dropna()
                assert ((n == 0) | (n >= 10)).all(), table.name
