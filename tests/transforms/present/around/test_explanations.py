"""What else could explain an effect: balance, losses, the mix of people, untargeted outcomes; and small cells."""

from collections.abc import Callable
from dataclasses import replace
from math import nan
from typing import Any

import numpy as np
import pandas as pd
import pytest

from transforms.impact.estimate import Estimate
from transforms.present.document import Bullets, Callout, Figure
from transforms.present.report import build_document
from transforms.present.results import Results
from transforms.present.sections.balance import MOST_LINES, characteristics
from transforms.present.sections.explanations import has_explanations
from transforms.present.wording import Wording
from transforms.study import Study

Change = Callable[..., Any]


def balance_rows(*rows: tuple[str, str, object, int, int, float, float, float]) -> pd.DataFrame:
    """Rows of (place, variable, value, n treated, n comparison, with treated, with comparison, difference)."""
    names = ["governorate", "variable", "value", "n_treated", "n_comparison", "with_treated", "with_comparison"]
    frame = pd.DataFrame(rows, columns=[*names, "difference"])
    means = {"mean_treated": 0.5, "mean_comparison": 0.4, "sd_treated": 0.5, "sd_comparison": 0.5}
    marks = np.select(
        [frame["difference"].abs() <= 0.05, frame["difference"].abs() <= 0.25], ["fine", "adjust"], "not_comparable"
    )
    return frame.assign(**means, mark=marks)  # fmt: skip


def number(variable: str, difference: float, place: str = "pooled") -> tuple[Any, ...]:
    return (place, variable, None, 180, 180, nan, nan, difference)


@pytest.mark.parametrize(
    ("differences", "sentence"),
    [
        ((0.01, -0.05), "the arms were alike: within 0.05 SD in all 2 characteristics"),
        ((0.01, -0.2), "near each other: within 0.05 SD in 1 of 2 characteristics, within 0.25 in all"),
        (
            (0.4, -0.3),
            "not comparable in 2 of 2 characteristics, which differ by more than 0.25 SD: Trust nearby and Fear",
        ),
    ],
)
def test_balance_is_told_in_a_sentence(changed: Change, differences: tuple[float, float], sentence: str) -> None:
    table = balance_rows(*map(number, ("near", "far"), differences))
    told = changed("balance", lambda _: table)
    assert sentence in told.words("explanations").replace("\u00a0", " ")
    (callout,) = [block for block in told.blocks("summary", Callout) if "explain" in block.title]
    far = max(map(abs, differences)) > 0.25
    assert callout.kind == ("caution" if far else "information")
    assert ("too far apart to be compared in: Trust nearby and Fear" in told.words("claims")) == far


def test_the_invented_panel_is_compared_by_scores_sex_and_group(full: Any) -> None:
    table = full.rows("explanations", "The arms at baseline")
    assert list(table) == ["Vertical cohesion", "Trust", "Justice", "Index warmth", "Sex: Women", "Origin: Jordanian"]
    assert table["Sex: Women"][0].endswith("%")
    assert len(table["Trust"]) == 6, "means, difference, mark, two governorates"
    (figure,) = full.blocks("explanations", Figure)
    assert "6 characteristics" in figure.alt


def test_rare_values_are_hidden_with_what_would_give_them_away(changed: Change) -> None:
    shares = [
        *(("Irbid", "group", value, 90, 90, n, 40.0, 0.1) for value, n in (("Jordanian", 4.0), ("Syrian", 86.0))),
        *(("Amman", "group", value, 90, 90, n, 40.0, 0.1) for value, n in (("Jordanian", 40.0), ("Syrian", 50.0))),
        *(("pooled", "group", value, 180, 180, n, 80.0, 0.1) for value, n in (("Jordanian", 44.0), ("Syrian", 136.0))),
    ]
    known = [number("far", 0.1, place) for place in ("Irbid", "Amman", "pooled")]
    small = ("pooled", "near", None, 6, 90, nan, nan, 0.1)
    told = changed("balance", lambda _: balance_rows(*shares, small, *known))
    table = told.rows("explanations", "The arms at baseline")
    origin = table["Origin: Jordanian"]
    assert origin[:2] == ["50\u00a0%", "40\u00a0%"], "all places together are many"
    assert origin[4:] == ["[c]", "[c]"], "the small place, and the other, which the total would subtract"
    assert table["Trust nearby"][:4] == ["[c]"] * 4
    assert "not shown, because fewer than" in told.words("explanations")
    shown = {one.label: one.together for one in characteristics(told.context)}
    assert np.isnan(shown["Trust nearby"])


def test_a_group_hidden_elsewhere_is_hidden_here(
    tell: Callable[..., Any], surrounded: Results, fast_study: Study
) -> None:
    people = surrounded.participants.respondents
    few = (people["wave"] == "before") & (people["arm"] == "treated") & (people["group"] == "Syrian")
    participants = replace(surrounded.participants, respondents=people.assign(n=people["n"].mask(few, 2)))
    told = tell(replace(surrounded, participants=participants), fast_study)
    assert told.rows("explanations", "The arms at baseline")["Origin: Jordanian"][0] == "[c]"


def test_of_many_characteristics_the_figure_draws_the_largest(
    changed: Change, make_study: Callable[..., Study]
) -> None:
    names = ("near", "far", "fair", "kind", "warm")
    places = [number(name, 0.01 * at, "pooled") for at, name in enumerate(names)]
    values = [("pooled", "sex", f"v{at}", 180, 180, 60.0, 60.0, 0.001 * at) for at in range(MOST_LINES)]
    told = changed("balance", lambda _: balance_rows(*places, *values))
    (figure,) = told.blocks("explanations", Figure)
    assert f"The {MOST_LINES} largest differences" in figure.notes[0]
    assert len(told.rows("explanations", "The arms at baseline")) == MOST_LINES + len(names)


def test_nothing_comparable_draws_nothing(changed: Change) -> None:
    told = changed("balance", lambda _: balance_rows(number("near", nan)))
    assert not told.blocks("explanations", Figure)
    assert "the arms were" not in told.words("explanations")


def test_losses_are_told_by_arm_with_both_tests(full: Any, surrounded: Results) -> None:
    lost = surrounded.tables["attrition"].query("wave == 'after' and governorate == 'all'").set_index("arm")
    bullets = full.blocks("explanations", Bullets)[0].items
    share = f"{100 * lost.loc['all', 'share_lost']:.1f}\u00a0%"
    (told,) = [text for text in bullets if text.startswith(f"{share} of the baseline were not found again")]
    assert "the arms differ by" in told
    assert "(joint test)" in told
    table = full.rows("explanations", "Lost between waves")
    treated = lost.loc["treated"]
    assert table["All places"][0].startswith(f"{treated.lost} of {treated.of_baseline} (")
    assert table["Same kind of people lost (joint test)"][-1].startswith("p")
    assert any(text.startswith("Vertical cohesion: if those lost had been") for text in bullets)
    assert "Irbid" in full.rows("explanations", "Bounds on the effects")


def test_losses_without_tests_are_told_alone(tell: Callable[..., Any], surrounded: Results, fast_study: Study) -> None:
    estimates = surrounded.estimates[surrounded.estimates["model"] != "attrition"]
    words = tell(replace(surrounded, estimates=estimates), fast_study).words("explanations")
    assert "of the baseline were not found again" in words
    assert "joint test" not in words
    refused = surrounded.estimates.copy()
    rows = refused["model"] == "attrition"
    refused.loc[rows, ["p_value"]] = nan
    refused.loc[rows, "status"] = "not_estimated"
    assert "(joint test)" not in tell(replace(surrounded, estimates=refused), fast_study).words("explanations")


@pytest.mark.parametrize(
    ("place", "arm", "lost", "hidden", "why"),
    [
        ("Irbid", "treated", 3, {"Irbid", "Amman"}, "the other place would give it away"),
        ("all", "treated", 3, {"Irbid", "Amman", "All places"}, "the table of those who came back shows the other arm"),
    ],
)
def test_few_losses_are_hidden_and_cannot_be_worked_out(
    changed: Change, place: str, arm: str, lost: int, hidden: set[str], why: str
) -> None:
    def few(table: pd.DataFrame) -> pd.DataFrame:
        table = table.copy()
        rows = (table["wave"] == "after") & (table["governorate"] == place) & (table["arm"] == arm)
        table.loc[rows, "lost"] = lost
        return table

    told = changed("attrition", few)
    table = told.rows("explanations", "Lost between waves")
    assert {name for name in ("Irbid", "Amman", "All places") if table[name][0] == "[c]"} == hidden, why
    assert ("were not found again" in told.words("explanations")) == ("All places" not in hidden)


def test_fresh_people_cannot_be_lost(
    surround: Callable[..., Results], fresh_study: Study, tell: Callable[..., Any]
) -> None:
    told = tell(surround(fresh_study), fresh_study)
    words = told.words("explanations")
    assert "so nobody can be lost" in words
    assert "not found again" not in words
    assert "if those lost" not in words
    assert "Who was lost?" not in words


def test_bounds_on_few_people_are_left_out(changed: Change) -> None:
    assert "Lee bounds" not in changed("lee_bounds", lambda table: table.assign(n=8)).words("explanations")
    assert "Lee bounds" not in changed("lee_bounds", lambda table: table.assign(low=nan)).words("explanations")


def other(model: str, outcome: str, **more: Any) -> Estimate:
    known = {"unit": "share", "estimate": 0.034, "conf_low": -0.01, "conf_high": 0.08, "p_value": 0.2, "n": 700}
    fixed = {"contrast": "treated x post", "wave": "after", "governorate": "pooled", "group": "all", "status": "ok"}
    return Estimate(outcome=outcome, model=model, **{**fixed, **known, **more})  # type: ignore[arg-type]  # test values


def test_shares_are_told_in_percentage_points(with_rows: Change) -> None:
    years = other("composition", "warm", unit="points", estimate=0.5)
    bad = other("composition", "group=Syrian", status="not_estimated", reason="no_variation", estimate=nan)
    told = with_rows("composition", other("composition", "sex=Women"), years, bad)
    assert "the largest difference in how a share moved is 3.4 percentage points (Sex: Women" in told.words(
        "explanations"
    )
    table = told.rows("explanations", "The mix of respondents")
    assert table["Sex: Women"][:2] == ["+3.4 pp", "−1.0 to +8.0"]
    assert table["Warmth"][0] == "+0.500 units"
    assert table["Origin: Syrian"][0].startswith("not estimated, because everybody, or the whole")


def test_untargeted_outcomes_are_told_or_missed(
    full: Any, surrounded: Results, fast_study: Study, tell: Callable[..., Any]
) -> None:
    assert "the study names none, so this cannot be seen" in full.words("explanations")
    effects = fast_study.settings.effects.model_copy(update={"placebo": ("kind", "fair")})
    study = fast_study.model_copy(update={"settings": fast_study.settings.model_copy(update={"effects": effects})})
    rows = [other("placebo", "kind", unit="sd", estimate=-0.12), other("placebo", "fair", unit="sd", estimate=0.05)]
    added = pd.DataFrame([{name: getattr(row, name) for name in surrounded.estimates.columns} for row in rows])
    told = tell(replace(surrounded, estimates=pd.concat([surrounded.estimates, added], ignore_index=True)), study)
    assert "the largest effect is −0.12\u00a0SD (Kindness" in told.words("explanations")
    assert list(told.rows("explanations", "outcomes the programme did not target")) == ["Kindness", "Fairness $5"]


def test_change_over_time_has_other_rivals(
    tell: Callable[..., Any], change_results: Results, change_study: Study
) -> None:
    told = tell(change_results, change_study)
    words = told.words("explanations")
    assert "without a comparison group none can be ruled out" in words
    assert list(told.rows("explanations", "Lost between waves")["Irbid"])
    assert "the arms" not in words.split("Did the same kind")[0]
    assert not [block for block in told.blocks("summary", Callout) if "explain" in block.title]


def test_the_section_needs_something_to_say(
    tell: Callable[..., Any], surrounded: Results, fast_study: Study, make_study: Callable[..., Study]
) -> None:
    bare = surrounded.estimates[surrounded.estimates["model"] == "did"]
    told = tell(replace(surrounded, estimates=bare, tables={}), fast_study)
    assert not has_explanations(told.context)
    assert "explanations" not in [section.id for section in told.document.sections]
    assert not told.blocks("explanations", Bullets)[1:]
    mix = pd.concat([bare, surrounded.estimates[surrounded.estimates["model"] == "composition"]])
    assert has_explanations(tell(replace(surrounded, estimates=mix, tables={}), fast_study).context)


def test_whole_document_in_both_languages(
    full: Any, surrounded: Results, fast_study: Study, sentences: Callable[[str], Wording]
) -> None:
    arabic = build_document(surrounded, fast_study, sentences("ar"))
    kinds = [[type(block) for block in section.blocks] for section in full.document.sections]
    assert kinds == [[type(block) for block in section.blocks] for section in arabic.sections]
    ids = [section.id for section in full.document.sections]
    assert ids[ids.index("effects") + 1 :][:4].count("explanations") == 1
    assert "power" in ids
    for text in full.words().splitlines():
        assert "{" not in text.replace("{out}", ""), text
        assert "nan" not in text.lower().split(), text
        assert "inf" not in text.lower().split(), text


@pytest.mark.parametrize(
    ("treated", "comparison", "kind", "sentence"),
    [
        (0.14, 0.15, "information", "takes up to 5.9 as low"),
        (0.10, 0.20, "caution", "takes no more than 5.9 as low"),
        (0.60, 0.60, "caution", "takes no difference between the arms as low"),
    ],
)
def test_losing_many_is_a_caution(changed: Change, treated: float, comparison: float, kind: str, sentence: str) -> None:
    def lost(table: pd.DataFrame) -> pd.DataFrame:
        share = table["arm"].map({"treated": treated, "comparison": comparison, "all": (treated + comparison) / 2})
        whole = table.assign(of_baseline=1000, n=1000, share_lost=share, lost=(1000 * share).astype(int))
        return whole[(whole["governorate"] == "all") & (whole["wave"] == "after")]

    told = changed("attrition", lost)
    (callout,) = [block for block in told.blocks("summary", Callout) if "explain" in block.title]
    assert callout.kind == kind
    assert sentence in told.words("summary")
    assert sentence in told.words("explanations")


def test_a_great_loss_without_arms_is_said_in_the_summary(
    tell: Change, change_results: Results, change_study: Study
) -> None:
    def losing(share: float) -> Any:
        table = change_results.tables["attrition"]
        lost = table.assign(of_baseline=1000, share_lost=share, lost=int(1000 * share))
        return tell(replace(change_results, tables={**change_results.tables, "attrition": lost}), change_study)

    assert "a threat to what can be concluded" in losing(0.3).words("summary")
    assert "Who was lost" not in losing(0.1).words("summary")
    assert "usually taken as bearable" in losing(0.1).words("explanations")
    assert "Everybody of the baseline was found again in Endline 2022." in losing(0).words("explanations")


def test_a_caution_about_losses_names_the_waves_that_lost_many(
    tell: Change, change_results: Results, make_study: Callable[..., Study], change_study: Study
) -> None:
    waves = (*change_study.waves, change_study.waves[-1].model_copy(update={"name": "late", "label": None}))
    settings = change_study.settings.model_copy(update={"waves": waves})
    table = change_results.tables["attrition"].assign(of_baseline=1000)
    lost = [table.assign(wave=name, share_lost=share, lost=int(1000 * share)) for name, share in
            (("after", 0.3), ("late", 0.0))]  # fmt: skip
    tables = {**change_results.tables, "attrition": pd.concat(lost, ignore_index=True)}
    told = tell(replace(change_results, tables=tables), change_study.model_copy(update={"settings": settings}))
    (caution,) = [block for block in told.blocks("summary", Callout) if "lost" in block.title]
    assert [text.split(" of the baseline")[0] for text in caution.texts] == ["30.0\u00a0%"]
    assert "Everybody of the baseline was found again in late." in told.words("explanations")
