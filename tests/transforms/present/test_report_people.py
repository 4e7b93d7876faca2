"""What the report says of the people behind the numbers: all of them accounted for, none of them given away."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from transforms.present.document import Figure
from transforms.present.results import Results
from transforms.study import Study

pytestmark = pytest.mark.usefixtures("drawn")


@pytest.fixture(scope="module")
def panel(study: Study, make_panel: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    return make_panel(study)


@pytest.fixture(scope="module")
def tell_panel(study: Study, make_results: Callable[..., Results], tell: Callable[..., Any]) -> Callable[..., Any]:
    return lambda panel: tell(make_results(study, panel))


def test_every_row_is_accounted_for(told: Any) -> None:
    flow = told.table("participants", "From the files")
    assert ["Consent", "10", "360", "did not consent, or consent was not recorded"] in flow
    assert ["Answers outside the scale", "0", "360", "5 answers outside their scale became missing"] in flow
    who = told.rows("participants", "Interviews analysed")
    assert who["Total"] == ["180", "180", "360", "180", "180", "360"]
    assert int(who["Jordanian"][0]) + int(who["Syrian"][0]) == 180
    assert told.rows("participants", "Clusters")["Total"] == ["12", "12"]


def test_a_small_cell_is_hidden_in_every_table(panel: pd.DataFrame, tell_panel: Callable[..., Any]) -> None:
    """Six Syrians in the programme's places at baseline: neither their number nor their mean is shown."""
    here = (panel["wave"] == "before") & (panel["arm"] == "treated") & (panel["group"] == "Syrian")
    told = tell_panel(panel.drop(panel.index[here][6:]))
    who = told.rows("participants", "Interviews analysed")
    assert who["Syrian"][0] == "[c]"
    assert "[c]" in who["Jordanian"], "a companion is hidden with it"
    assert "fewer than 10 people" in told.table("participants", "Interviews analysed")[-1][0]
    levels = told.table("index-vertical", "Vertical cohesion: levels by group")
    assert ["Programme, Baseline", *["[c]"] * 6] in levels
    assert "[c]: not shown" in levels[-1][-1]


def test_few_answers_are_hidden(panel: pd.DataFrame, tell_panel: Callable[..., Any]) -> None:
    here = (panel["wave"] == "before") & (panel["arm"] == "treated")
    near, far = panel["near"].mask(here), panel["far"].mask(here)
    near.iloc[[0, 2, 4]] = 1.0
    far.iloc[list(range(0, 24, 2))] = 4.0
    told = tell_panel(panel.assign(near=near, far=far))
    rows = told.table("items", "Vertical cohesion, Trust")
    assert [row[0] for row in rows[:6]] == ["Trust nearby", "People who answered", "Never", "Rarely", "Often", "Always"]
    assert [row[1] for row in rows[1:6]] == ["[c]"] * 5, "three answers"
    assert [row[1] for row in rows[7:12]] == ["12", *["[c]"] * 4], "all of twelve gave one answer, and it is sensitive"
    assert all("\u00a0%" in row[2] for row in (*rows[2:6], *rows[8:12])), "the other columns stay"


def test_a_pool_over_the_middle_leaves_no_share_beside_its_bar(
    panel: pd.DataFrame, tell_panel: Callable[..., Any]
) -> None:
    near = panel["near"].where(panel["near"] != 3, 1.0).where(panel["near"] != 2, 1.0)
    near.iloc[:3] = 2.0  # few; and fewer gave the answers above than the one below
    told = tell_panel(panel.assign(near=near))
    trust = next(figure for figure in told.blocks("items", Figure) if figure.id.endswith("vertical-trust"))
    assert "Trust nearby Programme, Baseline –," in trust.alt
    assert "Programme, Endline 2022 –" not in trust.alt
    shown = [row[1] for row in told.table("items", "Vertical cohesion, Trust")[2:6]]
    assert shown[1:] == ["[c]"] * 3, "what is pooled in the drawing is hidden in numbers"
    assert shown[0].endswith("%")


def test_items_nobody_answered_are_left_out(tell: Callable[..., Any], results: Results) -> None:
    kept = results.distributions[~results.distributions["item"].isin(["warm"])]
    figures = tell(replace(results, distributions=kept)).blocks("items", Figure)
    assert [figure.id for figure in figures] == ["figure-answers-vertical-trust", "figure-answers-vertical-justice"]


def test_long_questions_are_cut_above_their_bars(
    make_study: Callable[..., Study], make_results: Callable[..., Results], tell: Callable[..., Any], study: Study
) -> None:
    long = study.codebook.variable("near").model_copy(update={"label": study.settings.title.model_copy(
        update={"en": "Word " * 40})})  # fmt: skip
    variables = tuple(long if item.name == "near" else item for item in study.codebook.variables)
    other = study.model_copy(update={"codebook": study.codebook.model_copy(update={"variables": variables})})
    figure = tell(make_results(other), other).blocks("items", Figure)[0]
    assert "Word…" in figure.svg
    assert "Word " * 30 not in figure.svg


def test_problems_are_gathered_and_their_decisions_told(
    told: Any, make_study: Callable[..., Study], make_results: Callable[..., Results], tell: Callable[..., Any]
) -> None:
    problems = told.table("quality", "Problems found")
    decision = "answers became missing; signed: A. Manager, 2022"
    outside = ["Error", "Answer outside the scale", "Endline 2022: fair, near", "5", "720", "0.7\u00a0%", decision]
    assert problems[0] == outside
    assert [row[2] for row in problems[1:-1]] == ["Baseline", "whole study", "sex"]
    assert problems[3][5] == "0.0\u00a0%", "none of none"
    waiver = '\n[[waivers]]\ncheck = "out_of_range"\nreason = "slips of the pen"\nsigned = "A. Manager"\n'
    signed = make_study(('\n[[indices]]\nname = "warmth"', f'{waiver}\n[[indices]]\nname = "warmth"'))
    (row, _) = tell(make_results(signed), signed).table("quality", "Signed decisions")
    assert row[1:] == ["whole study", "accepted as it is", "slips of the pen", "A. Manager"]


def test_no_problem_is_said_too(tell: Callable[..., Any], results: Results) -> None:
    clean = tell(replace(results, problems=results.problems.iloc[:0]))
    assert "No problem was found." in clean.words("quality")
    assert "The data had problems" not in clean.words("claims")


def test_who_came_back_is_told_unless_they_are_few(tell: Callable[..., Any], results: Results) -> None:
    def rows(n: list[int], again: list[int]) -> dict[str, list[str]]:
        retention = results.participants.retention.assign(n=n, again=again)
        participants = replace(results.participants, retention=retention)
        found: dict[str, list[str]] = tell(replace(results, participants=participants)).rows("participants", "again")
        return found

    found = rows([180] * 4, [180, 180, 5, 100])
    assert found["Comparison"] == ["180", "180", "[c]", "[c]", "[c]"]
    assert found["Programme"] == ["180", "180", "[c]", "[c]", "[c]"], "the share of everybody is told"
    assert rows([180] * 4, [180, 180, 60, 100])["Programme"] == ["180", "180", "100", "80", "56\u00a0%"]
    assert rows([4, 180, 0, 0], [0] * 4)["Comparison"] == ["[c]"] * 5
    assert rows([0, 180, 50, 50], [0] * 4)["Comparison"] == ["0", "50", "0", "50", "–"], "nobody at first"
