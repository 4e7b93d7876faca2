"""`tamasuk power`: how small an effect the planned design can find, and, after a run, what was measured."""

from math import isnan
from pathlib import Path

import pandas as pd

from flows.outside import screen
from flows.store import files, runs
from flows.store.paths import RunPaths
from transforms.impact.around.planned_power import (
    NOT_REACHED,
    ONE_PLACE,
    listed_governorates,
    planned_arms,
    power_after,
    power_before,
    power_grid,
    power_needs,
)
from transforms.impact.estimate import EQUAL_WEIGHT
from transforms.study.study import Study

WHY_NONE = {
    NOT_REACHED: "none: smallest possible p too large",
    "few_clusters": "none: too few clusters",
    "few_treated_clusters": "none: too few treated clusters",
    "few_comparison_clusters": "none: too few comparison clusters",
    "governorates_are_clusters": "none: whole governorates were assigned",
}
METHODS = {"CR2": "CR2", "bootstrap": "wild bootstrap", "randomisation": "randomisation", "none": "none"}
NOTHING = "–"


def power(folder: Path, study: Study, results: Path, csv: Path | None) -> None:
    """Say what the study can find; `csv`: also write every row of it there."""
    if study.analysis != "did":
        screen.out.print(f"{study.id} has no comparison of two arms over time, so there is no effect it could find.")
        return
    before, grid = power_before(study), power_grid(study)
    _show_assumptions(study)
    _show_plan(study, before)
    if not study.design.governorates_are_clusters:
        _show_grid(study, grid)
        _show_needs(study)
    _show_measured(study, runs.latest_run(results / study.id), folder)
    if csv is not None:
        files.write_table(pd.concat([before, grid], ignore_index=True), csv)
        screen.show_facts({"Table": csv.resolve()})


def _show_assumptions(study: Study) -> None:
    assumed = study.settings.power
    screen.out.print(
        f"What {study.id} can find: an effect of the size shown is found in {assumed.power:.0%} of studies"
    )
    screen.out.print(
        f"like this one, by a two-sided test at {assumed.alpha:.0%}. Assumed, under \\[power] in study.toml:"
    )
    facts = {
        "per_cluster": f"{assumed.per_cluster:g} respondents of a cluster in a wave",
        "icc": f"{assumed.icc:g} of the variance lies between clusters",
        "cluster_correlation": f"{assumed.cluster_correlation:g} between a cluster's means in two waves",
        "respondent_correlation": f"{assumed.respondent_correlation:g} between a respondent's answers in two waves",
        "size_variation": f"{assumed.size_variation:g} SD of the cluster sizes, of their mean",
        "weight_effect": f"{assumed.weight_effect:g} design effect of the weights",
    }
    if study.design.kind != "panel":
        facts["respondent_correlation"] += ", where the same people are asked again"
    screen.show_facts({f"  {name}": words for name, words in facts.items()})
    screen.out.print()


def _show_plan(study: Study, before: pd.DataFrame) -> None:
    if not planned_arms(study):
        screen.warn(
            "How many clusters are planned is not known: the treatment names arms, not clusters. "
            "Write clusters_treated under [power] in study.toml."
        )
        screen.out.print()
        return
    rows = [_plan_row(study, part) for _, part in before.groupby("place", sort=False)]
    columns = ("where", "test", "clusters", "same people again", "fresh people", f"finds {_smallest(study)}")
    screen.show_table("Smallest effect found, in SD", columns, rows, words=2)
    if ONE_PLACE in set(before["place"]):
        screen.out.print(
            f"  One governorate: an even share of the clusters, over {listed_governorates(study)}.", style="dim"
        )
    screen.out.print()


def _plan_row(study: Study, part: pd.DataFrame) -> tuple[str, ...]:
    designs = {str(row["design"]): row for row in part.to_dict("records")}
    row = designs[study.design.kind]
    where = "one governorate" if row["place"] == ONE_PLACE else "all together"
    clusters = f"{row['clusters_treated']} + {row['clusters_comparison']}"
    if row["reason"]:
        return where, WHY_NONE.get(row["reason"], row["reason"]), clusters, NOTHING, NOTHING, "no"
    found = [_number(designs[design]["detectable"]) for design in ("panel", "cross-sections")]
    enough = row["detectable"] <= study.settings.effects.smallest_effect
    return where, METHODS[str(row["method"])], clusters, *found, "yes" if enough else "no"


def _show_grid(study: Study, grid: pd.DataFrame) -> None:
    per_cluster, wide = study.settings.power.per_cluster, "icc"
    shown = grid.pivot(index="icc", columns="clusters_treated", values="detectable")
    rows = [(_icc(study, icc), *map(_number, row)) for icc, row in zip(shown.index, shown.to_numpy(), strict=True)]
    title = f"Smallest effect found in one place, by clusters of each arm ({per_cluster:g} respondents in each), in SD"
    screen.show_table(title, (wide, *map(str, shown.columns)), rows)
    screen.out.print()


def _show_needs(study: Study) -> None:
    per_cluster = study.settings.power.per_cluster
    arms = planned_arms(study)
    columns = ["icc", f"clusters of each arm ({per_cluster:g} respondents in each)"]
    columns += [f"or respondents of a cluster ({arms[0].treated} + {arms[0].comparison} clusters)"] if arms else []
    rows = []
    for need in power_needs(study):
        cells = [_icc(study, need.icc), str(need.clusters or "over 1,000")]
        rows.append([*cells, str(need.respondents or "no number")] if arms else cells)
    screen.show_table(f"To find {_smallest(study)}", columns, rows)
    screen.out.print()


def _show_measured(study: Study, run: Path | None, folder: Path) -> None:
    """What the last run measured, beside what was assumed."""
    table = RunPaths(study=folder, run=run).table("power") if run else None
    if table is None or not table.exists():
        screen.out.print("No run has measured any of this yet.", style="dim")
        return
    measured = power_after(files.read_table(table), study)
    measured = measured[measured["governorate"] != EQUAL_WEIGHT]
    columns = {
        "icc": "icc",
        "cluster_correlation": "clusters' waves",
        "respondent_correlation": "respondents' waves",
        "detectable_before": "found, as assumed",
        "detectable_after": "in fact",
    }
    if study.design.kind != "panel":  # nobody was asked twice
        del columns["respondent_correlation"]
    heads = ("index", "where", "clusters", *columns.values())
    rows = [
        (row["outcome"], row["governorate"], str(row["clusters"]), *(_number(row[name]) for name in columns))
        for row in measured.to_dict("records")
    ]
    screen.show_table("Measured in the last run (correlations; smallest effect found)", heads, rows, words=2)
    screen.out.print(
        "  As assumed: with the clusters and respondents there were. In fact: from the standard error of the effect.",
        style="dim",
    )


def _smallest(study: Study) -> str:
    return f"{study.settings.effects.smallest_effect:g} SD"


def _icc(study: Study, icc: float) -> str:
    return f"{icc:g} (assumed)" if icc == study.settings.power.icc else f"{icc:g}"


def _number(value: float) -> str:
    return NOTHING if isnan(value) else f"{value:.2f}"
