"""Published numbers, from the file as published, by rules that a study's settings give."""

from pathlib import Path

import pandas as pd
import pytest

from flows.store import files

BY_R = Path(__file__).resolve().parents[1] / "reference" / "published" / "published.csv"


@pytest.fixture(scope="module")
def by_r() -> pd.DataFrame:
    return pd.read_csv(BY_R).set_index(["rule", "place"])


def test_the_archives_share_of_those_who_trust_the_police(run, by_r) -> None:
    """89.8 % of valid answers, weighted: Arab Barometer V's own description of its Jordanian file."""
    levels = pd.read_csv(run("jordan_published").levels).query("arm == 'all' and group == 'all'")
    found = levels[levels.outcome == "police"].set_index("governorate")["mean"]
    assert round(100 * found["all"], 1) == 89.8
    for place in ("all", "Amman", "Irbid", "Mafraq"):
        assert found[place] == pytest.approx(by_r.loc[("trust_police", place), "mean"], abs=1e-12)


def test_complete_cases_by_a_named_group_and_not_rescaled(run, by_r) -> None:
    scores = files.read_frame(run("jordan_published").scores)
    for place in ("all", "Amman", "Irbid", "Mafraq"):
        here = scores if place == "all" else scores[scores.governorate == place]
        answered = here.dropna(subset="courts_and_government")
        score, theirs = answered.courts_and_government, by_r.loc[("pair", place)]
        assert len(score) == theirs.n
        assert (score * answered.weight).sum() / answered.weight.sum() == pytest.approx(theirs["mean"], abs=1e-9)
        assert (score**2).sum() == pytest.approx(theirs.square, rel=1e-9)


def test_the_report_names_the_group_the_unit_is_taken_from(run) -> None:
    report = run("jordan_published").report("en").read_text(encoding="utf-8")
    assert "Reference group: Trust in courts and government" in report
    assert "Governorate: Amman, Sex: Female" in report
