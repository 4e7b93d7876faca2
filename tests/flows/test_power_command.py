"""`tamasuk power`: before there are data, after a run, and where there is nothing to find."""

from pathlib import Path

import pandas as pd
import pytest

from flows.store import files, runs
from flows.store.paths import RunPaths
from transforms.impact.around.planned_power import PLANNED_COLUMNS

ROW = {
    "outcome": "trust",
    "governorate": "pooled",
    "clusters": 16,
    "icc": 0.071,
    "cluster_correlation": 0.62,
    "respondent_correlation": float("nan"),
    "detectable_before": 0.33,
    "detectable_after": 0.29,
}


@pytest.fixture
def unasked(make_study) -> Path:
    """A study nobody has been interviewed for."""
    folder = make_study(tables="[power]\nicc = 0.03\n[effects]\nsmallest_effect = 0.2\n")
    for name in ("before.csv", "after.csv"):
        (folder / name).unlink()
    return folder


def test_power_needs_no_data(unasked, tamasuk):
    code, output = tamasuk("power", "towns")
    assert code == 0, output
    words = " ".join(output.split())
    assert "found in 80% of studies like this one" in words
    assert "0.03 of the variance lies between clusters" in words
    assert "all together wild bootstrap 8 + 8" in words, "the treatment names eight towns"
    assert "finds 0.2 SD" in words
    assert "0.03 (assumed)" in words
    assert "No run has measured any of this yet." in words
    assert sorted(path.name for path in unasked.iterdir()) == ["codebook.csv", "study.toml"], "nothing is written"


def test_the_table_can_be_kept(unasked, tamasuk, tmp_path):
    code, output = tamasuk("power", "towns", "--csv", "power.csv")
    assert code == 0
    table = pd.read_csv(tmp_path / "power.csv")
    assert list(table.columns) == list(PLANNED_COLUMNS)
    assert {"pooled", "one governorate"} == set(table["place"])
    assert "power.csv" in output


def test_what_a_run_measured_stands_beside_what_was_assumed(unasked, tamasuk, tmp_path):
    made = RunPaths(study=unasked, run=tmp_path / "data/processed/towns/runs/one")
    rows = [ROW, ROW | {"governorate": "equal weight"}, ROW | {"outcome": "trust.general"}]
    files.write_table(pd.DataFrame(rows), made.table("power"))
    runs.publish(made)
    code, output = tamasuk("power", "towns")
    assert code == 0
    (line,) = [line.split() for line in output.splitlines() if "pooled" in line]
    assert line == ["trust", "pooled", "16", "0.07", "0.62", "0.33", "0.29"], "nobody was asked twice"
    assert "respondents' waves" not in output
    assert "where the same people are asked again" in " ".join(output.split())


@pytest.mark.parametrize(
    ("old", "new", "says", "why"),
    [
        ('variable = "town"', 'variable = "joined"', "How many clusters are planned is not known", "arms are named"),
        ('values = ["N1", "N2", "N3", "N4", "S1", "S2", "S3", "S4"]', 'values = ["N1", "N2"]',
         "none: too few clusters", "two towns"),
        ('values = ["N1", "N2", "N3", "N4", "S1", "S2", "S3", "S4"]', 'values = ["N1", "N2", "N3"]',
         "none: smallest possible p too large", "three against three"),
        ('variable = "town"', 'variable = "governorate"', "none: whole governorates", "places are the clusters"),
        ("[design.treatment]", "[missing]\n[x]", "study.toml, row", "no such section"),
    ],
)  # fmt: skip
def test_what_cannot_be_found_is_said_with_its_reason(unasked, tamasuk, old, new, says, why):
    path = unasked / "study.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    codebook = unasked / "codebook.csv"
    codebook.write_text(codebook.read_text(encoding="utf-8") + "joined,category,Joined,,,,arm,arm\n", encoding="utf-8")
    code, output = tamasuk("power", "towns")
    assert code == (2 if "row" in says else 0), output
    assert says in " ".join(output.split()), why
    assert "Traceback" not in output


def test_a_study_without_comparison_has_no_effect_to_find(unasked, tamasuk):
    path = unasked / "study.toml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("[design.treatment]"), text.index("[[indices]]")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    code, output = tamasuk("power", "towns")
    assert (code, "no comparison of two arms" in output) == (0, True)


def test_impossible_settings_are_refused_with_their_line(unasked, tamasuk):
    path = unasked / "study.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("icc = 0.03", "clusters_treated = 9"), encoding="utf-8")
    code, output = tamasuk("power", "towns")
    assert code == 2
    assert "study.toml, row" in output
    assert "9 treated clusters are planned, but the treatment names 8" in output
