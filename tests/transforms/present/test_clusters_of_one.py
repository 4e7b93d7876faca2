"""Where everybody is a cluster of their own, numbers of clusters are numbers of people, and hidden like these."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from transforms.present.context import Context
from transforms.present.data_tables import CLUSTER_COLUMNS, data_tables
from transforms.present.disclosure import ALL
from transforms.present.export.effect_tables import effect_tables
from transforms.present.results import Results
from transforms.study import Study

HIDDEN = "[c]"
POWER = {"outcome": "vertical", "wave": "after", "unit": "sd", "n": 300, "clusters": 24, "per_cluster": 6.25,
         "icc": 0.1, "cluster_correlation": 0.5, "detectable_before": 0.2, "detectable_assuming": 0.2,
         "detectable_after": 0.3}  # fmt: skip


@pytest.fixture(scope="module")
def alone(study: Study) -> Study:
    """The same study, with nothing named in which people were drawn together."""
    design = study.design.model_copy(update={"community": None})
    return study.model_copy(update={"settings": study.settings.model_copy(update={"design": design})})


@pytest.fixture(scope="module")
def few(results: Results) -> Results:
    """Four have a mean in Irbid after the programme: numbers behind its effect are hidden, and so are companions."""
    levels = results.levels.copy()
    here = (levels["wave"] == "after") & (levels["governorate"] == "Irbid") & (levels["arm"] == ALL)
    levels.loc[here & (levels["group"] == ALL), "n"] = 4
    power = pd.DataFrame([{**POWER, "governorate": place} for place in ("Irbid", "pooled")])
    power.loc[0, "per_cluster"] = np.nan
    estimates = results.estimates.assign(df=17.0)
    return replace(results, levels=levels, estimates=estimates, tables={**results.tables, "power": power})


def test_the_programme_decides_where_somebody_is_alone(study: Study, alone: Study, results: Results, say: Any) -> None:
    assert not Context(results, study, say).everybody_is_a_cluster
    assert Context(results, alone, say).everybody_is_a_cluster


def power_rows(told: Any) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = told.rows("power", "")
    pooled = next(cells for name, cells in rows.items() if name not in {"Vertical cohesion", "Irbid"})
    return {**rows, "Together": pooled}


def irbid(context: Context) -> dict[str, str]:
    """Row of the main effect in Irbid, of the workbook's full table."""
    table = data_tables(context)[0]
    names = [column.label for column in table.columns]
    rows = [dict(zip(names, (cell.text for cell in row.cells), strict=True)) for row in table.rows]
    return next(row for row in rows if (row["model"], row["governorate"], row["group"]) == ("did", "Irbid", ALL))


def test_the_workbook_and_the_export_leave_them_out(study: Study, alone: Study, few: Results, say: Any) -> None:
    together, apart = (irbid(Context(few, of, say)) for of in (study, alone))
    assert together["n"] == apart["n"] == ""
    assert [apart[name] for name in CLUSTER_COLUMNS] == [""] * 5
    assert together["clusters"] == "12"
    assert together["df"] == "17.0"
    for of, shown in ((study, True), (alone, False)):
        frame = next(table.frame for table in effect_tables(Context(few, of, say)) if table.name == "estimates")
        here = frame[(frame["governorate"] == "Irbid") & (frame["model"] == "did") & (frame["group"] == ALL)]
        assert here[["clusters", "df"]].notna().all(axis=None) == shown
        assert not here["n"].notna().any()


@pytest.mark.parametrize("alike", [True, False])
def test_the_report_leaves_them_out(
    alike: bool, study: Study, alone: Study, few: Results, tell: Callable[..., Any]
) -> None:
    told = tell(few, alone if alike else study)
    row = told.rows("effects", "Vertical cohesion")["Irbid"]
    assert (row[4] == HIDDEN, row[6], row[7] == HIDDEN) == (alike, HIDDEN, alike)
    power = power_rows(told)
    assert power["Together"][0:2] == [HIDDEN if alike else "24", HIDDEN], "their product is everybody"
    assert power["Irbid"][1] == HIDDEN
    assert f"about {HIDDEN} people each" in told.words("power")
    assert ("Clusters" in told.words("participants")) != alike


def test_the_same_is_told_where_nobody_is_few(alone: Study, results: Results, tell: Callable[..., Any]) -> None:
    many = replace(results, tables={**results.tables, "power": pd.DataFrame([{**POWER, "governorate": "pooled"}])})
    told = tell(many, alone)
    assert told.rows("effects", "Vertical cohesion")["Irbid"][6] != HIDDEN
    assert power_rows(told)["Together"][0:2] == ["24", "6"]


def test_few_people_are_not_told_as_few_clusters(
    study: Study, alone: Study, few: Results, tell: Callable[..., Any]
) -> None:
    estimates = few.estimates[few.estimates["governorate"].isin(["Irbid"])].assign(clusters=13)
    table = replace(few, estimates=estimates[estimates["group"] == ALL])
    for of, told in ((study, True), (alone, False)):
        said = tell(table, of)
        assert ("only 13 clusters" in said.words("claims")) == told
        assert any("13" in cells for cells in said.rows("methods", "Which uncertainty").values()) == told
