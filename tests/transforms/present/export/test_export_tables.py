"""Tables that may be handed on: hidden rows keep their keys, and no number follows from the others."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from transforms.measure.scoring_key import parse_key
from transforms.present.context import Context
from transforms.present.disclosure import ALL
from transforms.present.export.anonymity import Anonymity, anonymity, identifying
from transforms.present.export.effect_tables import effect_tables
from transforms.present.export.hiding import hide_cells, hide_rows
from transforms.present.export.key import exported_key
from transforms.present.export.readme import BundleFile, Contents, readme_text
from transforms.present.export.tables import exported_tables, left_out
from transforms.present.results import Results
from transforms.present.wording import Wording
from transforms.study import Study
from transforms.study.problems import DataRefusedError


@pytest.fixture
def context(study: Study, results: Results, say: Wording) -> Context:
    return Context(results, study, say)


def with_n(results: Results, study: Study, say: Wording, n: dict[tuple[str, str], int], **more: Any) -> Context:
    """The report on results of which some places and groups have another number of respondents."""
    estimates = results.estimates.copy()
    for (place, group), count in n.items():
        estimates.loc[(estimates["governorate"] == place) & (estimates["group"] == group), "n"] = count
    return Context(replace(results, estimates=estimates, **more), study, say)


def test_a_hidden_row_keeps_its_keys_and_says_so() -> None:
    table = pd.DataFrame({"place": ["a", "b"], "n": [40, 4], "status": ["ok", "ok"], "reason": [None, "x"]})
    frame, hidden = hide_rows(table, ["place"], pd.Series([False, True]))
    assert frame.to_dict("list")["status"] == ["ok", "suppressed"]
    assert frame.loc[1, "place"] == "b"
    assert pd.isna(frame.loc[1, "n"])
    assert frame.loc[1, "reason"] == "small_cell"
    assert (frame.loc[0, "n"], hidden, table.loc[1, "n"]) == (40, 1, 4), "the argument stays as it is"
    plain, _ = hide_rows(table[["place", "n"]], ["place"], pd.Series([False, True]))
    assert plain["status"].tolist() == ["ok", "suppressed"]
    cells, hidden = hide_cells(table, ["n", "absent"], pd.Series([False, True]))
    assert (cells["n"].isna().tolist(), hidden) == ([False, True], 1)


def test_a_small_place_is_hidden_in_every_table_and_takes_a_companion(study, results, say) -> None:
    power = pd.DataFrame({"outcome": "vertical", "governorate": ["Amman", "Irbid", "pooled"], "wave": "after",
                          "unit": "sd", "n": [9, 300, 309], "per_cluster": 4.5, "clusters": 2})  # fmt: skip
    context = with_n(results, study, say, {("Amman", "all"): 9}, tables={**results.tables, "power": power})
    hidden = context.hidden_people.cells
    assert {("after", "Amman", ALL)} < hidden
    assert hidden & {("after", "Irbid", ALL), ("after", ALL, ALL)}, "or it could be subtracted"
    tables = {table.name: table.frame for table in effect_tables(context)}
    estimates = tables["estimates"].query("governorate == 'Amman' and group == 'all' and model == 'did'")
    assert set(estimates["status"]) == {"suppressed"}
    assert estimates["estimate"].isna().all()
    assert estimates["outcome"].notna().all()
    assert tables["power"].loc[0, ["n", "per_cluster"]].isna().all()
    assert tables["power"]["n"].notna().sum() <= 1
    did = tables["estimates"].query("model == 'did' and group == 'all' and contrast == 'treated x post'")
    for _, rows in did.groupby(["outcome", "unit"]):
        assert rows["n"].isna().sum() != 1, "one alone follows from the rest"


def test_what_is_calculated_from_a_hidden_estimate_is_hidden(study, results, say) -> None:
    columns = ["outcome", "contrast", "wave", "governorate", "group", "unit"]
    did = results.estimates.query("model == 'did'")[columns].reset_index(drop=True).assign(low=0.1)
    tables = {**results.tables, "equivalence": did}
    bounds = did.drop(columns=["contrast", "group"]).assign(n=100, trimmed=0.01).drop_duplicates()
    context = with_n(results, study, say, {("Amman", "all"): 9}, tables={**tables, "lee_bounds": bounds})
    made = {table.name: table.frame for table in effect_tables(context)}
    small = (did["governorate"] == "Amman") & (did["group"] == "all")
    assert made["equivalence"].loc[small, "low"].isna().all()
    assert made["equivalence"].loc[~small, "low"].notna().all()
    assert {"n", "trimmed"}.isdisjoint(made["lee_bounds"]), "what counts the lost is left out"
    assert "suppressed" in set(made["lee_bounds"]["status"])


def test_a_hidden_mean_of_the_first_wave_hides_numbers_of_later_ones(study, results, say) -> None:
    levels = results.levels.copy()
    few = (levels["wave"] == "before") & (levels["governorate"] == "Irbid") & (levels["arm"] == ALL)
    levels.loc[few & (levels["group"] == ALL), "n"] = 4
    context = Context(replace(results, levels=levels), study, say)
    assert ("after", "Irbid", ALL) in context.hidden_people
    assert Context(results, study, say).hidden_people.cells == frozenset()


def test_a_hidden_mean_of_one_arm_hides_no_number_of_both(study, results, say) -> None:
    levels = results.levels.copy()
    few = (levels["wave"] == "before") & (levels["governorate"] == "Irbid") & (levels["arm"] == "treated")
    levels.loc[few & (levels["group"] == ALL), "n"] = 4
    context = Context(replace(results, levels=levels), study, say)
    assert {key[3] for key in context.hidden_levels if key[1] == "before"} >= {"treated"}
    assert not context.hidden_people.cells & {("before", "Irbid", ALL), ("after", "Irbid", ALL)}


def test_a_hidden_mean_of_a_later_wave_hides_no_number_of_the_first(study, results, say) -> None:
    levels = results.levels.copy()
    few = (levels["wave"] == "after") & (levels["governorate"] == "Irbid") & (levels["arm"] == ALL)
    levels.loc[few & (levels["group"] == ALL), "n"] = 4
    hidden = Context(replace(results, levels=levels), study, say).hidden_people.cells
    assert ("after", "Irbid", ALL) in hidden
    assert "before" not in {wave for wave, _, _ in hidden}


def test_levels_are_those_of_the_report(context: Context) -> None:
    levels = next(table for table in exported_tables(context) if table.name == "levels")
    keys = {tuple(key) for key in levels.frame[["wave", "governorate", "arm", "group"]].to_numpy().tolist()}
    assert keys <= set(context.cells.counts)
    assert levels.hidden == 0


def test_only_listed_tables_leave(study, results, say) -> None:
    weights = pd.DataFrame({"wave": ["before", "after"], "n": [100, 90], "left_out": [3, 0], "cv": 0.4})
    factors = pd.DataFrame({"index": "vertical", "comparison": "arm", "group": ["t", "c"], "n": [8, 90], "loading": 1})
    tables = {**results.tables, "weights": weights, "factors": factors, "invented": weights, "balance": weights}
    context = Context(replace(results, tables=tables), study, say)
    made = {table.name: table for table in exported_tables(context)}
    assert {"estimates", "levels", "reliability", "ceilings", "row_counts", "deviations"} <= made.keys()
    assert "invented" not in made
    why = left_out(context, made)
    assert (why["invented"], why["balance"], why["problem_rows"]) == ("unlisted", "differences", "rows")
    assert made["weights"].frame["n"].isna().tolist() == [True, False], "with and without a weight are a whole"
    assert made["factors"].frame["n"].isna().all()
    assert made["factors"].frame["loading"].notna().all()


def test_the_key_leaves_whole_unless_it_tells_answers(study, results, say, context) -> None:
    few = replace(results, key=results.key.model_copy(
        update={"reference": results.key.reference.model_copy(update={"n": 9})}))  # fmt: skip
    content, hidden = exported_key(Context(few, study, say))
    assert content is not None
    assert hidden == 2 * (len(content["items"]) + sum(1 + len(index["dimensions"]) for index in content["indices"]))
    assert all(item["mean"] is None and item["sd"] is None for item in content["items"])
    assert content["sha256_of_whole_key"] == few.key.sha256
    with pytest.raises(DataRefusedError, match="handed on"):
        parse_key(json.dumps(content))
    content, hidden = exported_key(context)
    assert (content is None) == (hidden == 0)


def test_respondents_who_look_alike_are_counted(study: Study, make_panel: Callable[..., pd.DataFrame]) -> None:
    panel = make_panel(study, 24)
    by = ["wave", "governorate", "sex", "group"]
    sizes = panel.groupby(by, observed=True)["wave"].transform("size")
    first = sizes[panel["wave"] == "before"]
    found = anonymity(panel, study)
    assert found[0] == Anonymity("before", 24, int(first.min()), int((first < 5).sum()))
    assert identifying(study) == ("governorate", "group", "sex")
    assert anonymity(panel.iloc[:0], study)[0] == Anonymity("before", 0, 0, 0)


def test_ages_are_compared_in_bands(study: Study, make_panel: Callable[..., pd.DataFrame]) -> None:
    aged = study.model_copy(update={"settings": study.settings.model_copy(
        update={"design": study.settings.design.model_copy(update={"age": "years"})})})  # fmt: skip
    alike = {"governorate": "Irbid", "sex": "Men", "group": None, "wave": "before"}
    panel = make_panel(study, 12).iloc[:12].assign(**alike, years=[18, 24, 18, 20, 19, 25, 34, 30, 30, 30, None, 70])
    assert anonymity(panel, aged)[0] == Anonymity("before", 12, 1, 2), "five, five, one unknown and one old"
    assert identifying(aged)[-1] == "age"


def test_the_page_says_what_is_there_and_what_is_not(study, results, sentences) -> None:
    contents = Contents(
        "run-1",
        [BundleFile("tables/levels.csv", "levels", "people", 12), BundleFile("study/study.toml", "study")],
        {"balance": "differences", "problems": "report"},
        [Anonymity("before", 360, 3, 1234)],
    )
    english, arabic = (readme_text(Context(results, study, sentences(name)), contents) for name in ("en", "ar"))
    assert "| `tables/levels.csv` | Means by wave, governorate, arm and group | 12 |" in english
    assert "`balance.csv`" in english
    assert "1,234" in english
    assert "fewer than 10" in english
    assert "`did`" in english, "how the tables belong to the report"
    assert "sha256_of_original" not in english, "nothing is unlike its original"
    changed = replace(contents, changed=("study/study.toml",))
    told = readme_text(Context(results, study, sentences("en")), changed)
    assert "`study/study.toml`. `sha256_of_original`" in told
    none = Context(replace(results, estimates=results.estimates.assign(model="ancova")), study, sentences("en"))
    assert "`did`" not in readme_text(none, contents), "a study without a main estimate"
    assert "levels.csv" in arabic
    assert "المستويات" in arabic
