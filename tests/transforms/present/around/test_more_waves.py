"""Several later waves, each under its own name; names that two dimensions share."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from transforms.present.document import Figure
from transforms.present.naming import outcome_name
from transforms.present.results import Results
from transforms.study import Study

SECOND = '\n[[waves]]\nname = "after"\nfile = "after.csv"\nlabel = "Endline 2022"\ndate = "2022"\n'
THIRD = SECOND.replace("after", "late").replace("2022", "2024")
FAST = ("\n[design]\n", "\n[effects]\ndraws = 999\ngroups = []\n\n[design]\n")


@pytest.fixture(scope="module")
def late(make_study: Callable[..., Study], surrounded: Results, tell: Callable[..., Any]) -> Any:
    """A report on results that say of a third wave what they say of the second."""
    study = make_study(FAST, (SECOND, SECOND + THIRD))

    def twice(table: pd.DataFrame) -> pd.DataFrame:
        wave = table["wave"].astype(str)
        later = table[wave == "after"].assign(wave="late")
        return pd.concat([table.assign(wave=wave), later], ignore_index=True)

    tables = {name: twice(table) if "wave" in table else table for name, table in surrounded.tables.items()}
    return tell(replace(surrounded, estimates=twice(surrounded.estimates), tables=tables), study)


def test_every_later_wave_is_told(late: Any) -> None:
    explained = late.words("explanations")
    for wave in ("Endline 2022", "Endline 2024"):
        assert f"were not found again in {wave}" in explained
        assert f"Vertical cohesion: {wave}" in late.words("power")
    *mix, _ = late.table("explanations", "The mix of respondents")
    assert [row for row in mix if len(row) == 1] == [["Endline 2022"], ["Endline 2024"]]
    assert late.words("effects").count("Vertical cohesion: what is ruled out") == 2
    ids = [figure.id for figure in late.blocks("effects", Figure)]
    assert len(set(ids)) == len(ids)


def test_claims_and_summary_speak_of_the_last_wave_once(late: Any) -> None:
    callout = late.words("summary").split("Could something else explain it?")[1]
    assert callout.count("Vertical cohesion: a drift of") <= 1


def test_dimensions_of_one_name_are_told_apart(
    make_study: Callable[..., Study], surrounded: Results, tell: Callable[..., Any]
) -> None:
    labels = 'dimension_labels = { trust = { en = "Trust", ar = "الثقة" } }'
    same = labels.replace("} }", '}, justice = { en = "Trust", ar = "الثقة" } }')
    context = tell(surrounded, make_study((labels, same))).context
    assert outcome_name(context, "vertical.justice") == "Trust (Vertical cohesion)"
    assert outcome_name(context, "vertical") == "Vertical cohesion"
    plain = tell(surrounded, make_study()).context
    assert outcome_name(plain, "vertical.trust") == "Trust"
    assert outcome_name(plain, "sex=Women") == "Sex: Women"
    assert outcome_name(plain, "load") == "Weight"


def test_sections_without_tables_hold_their_lead_only(
    tell: Callable[..., Any], surrounded: Results, change_study: Study
) -> None:
    bare = tell(replace(surrounded, estimates=surrounded.estimates.iloc[:0], tables={}), change_study)
    assert len(bare.section("power").blocks) == 1
    assert len(bare.section("explanations").blocks) == 1
    assert bare.table("methods", "Codes in the table") == [[]]
