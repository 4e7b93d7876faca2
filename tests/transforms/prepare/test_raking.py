"""Weights agree with the margins, with R's survey, and with their limits; nobody is dropped on the way."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.prepare.raking import rake_weights
from transforms.study import DataRefusedError, Study, parse_study

FOLDER = Path(__file__).resolve().parents[2] / "reference" / "raking"
SETTINGS = """id = "s"
title = "S"
question = "Q"
[[waves]]
name = "base"
file = "a.csv"
[[waves]]
name = "end"
file = "b.csv"
[design]
sex = "sex"
[[indices]]
name = "trust"
[raking]
{raking}
"""
ROWS = [
    {"variable": "q", "type": "item", "scale": "1-5", "index": "trust", "base": "q", "end": "q"},
    {"variable": "sex", "type": "category", "scale": "SEX", "base": "s", "end": "s"},
    {"variable": "age", "type": "category", "base": "a", "end": "a"},
]
SCALES = [
    {"scale": "SEX", "code": "1", "label_en": "female", "label_ar": "أنثى"},
    {"scale": "SEX", "code": "2", "label_en": "male", "label_ar": "ذكر"},
]
WIDE = "lowest = 0\nhighest = 100\ntolerance = 1e-10"


def _study(*margins: str, limits: str = WIDE) -> Study:
    text = "\n".join([limits, *(f"[[raking.margins]]\n{margin}" for margin in margins)])
    rows = [{key: row.get(key, "") for key in ("variable", "type", "scale", "index", "base", "end")} for row in ROWS]
    return parse_study(SETTINGS.format(raking=text), {"codebook": rows, "scales": SCALES})


def _margin(variable: str, shares: str, *more: str) -> str:
    return "\n".join([f'variable = "{variable}"', f"shares = {shares}", *more])


def _panel(table: dict[str, object]) -> pd.DataFrame:
    frame = pd.DataFrame({"weight": 1.0, "wave": "base", "age": "old", **table})
    return frame.assign(wave=pd.Categorical(frame["wave"], ["base", "end"], ordered=True))


SEX = _margin("sex", "{ female = 0.5, male = 0.5 }")


def test_by_hand() -> None:
    """Three women and one man of weight 1: the women share 2, the man has 2."""
    raked = rake_weights(_panel({"sex": [1.0, 1.0, 1.0, 2.0]}), _study(SEX))
    assert raked.frame["weight"].to_list() == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2])
    row = raked.weights.set_index(["wave", "weights"]).loc[("base", "raked")]
    square = 3 * (2 / 3) ** 2 + 4
    assert row["n_effective"] == pytest.approx(16 / square), "Kish: the square of the sum over the sum of squares"
    assert row["design_effect"] == pytest.approx(4 * square / 16)
    assert (row["lowest"], row["highest"], row["n"]) == (pytest.approx(2 / 3), pytest.approx(2), 4)
    woman = raked.margins.set_index("value").loc["female"]
    assert (woman["before"], woman["after"], woman["target"]) == (0.75, pytest.approx(0.5), 0.5)


def test_no_margins_change_nothing() -> None:
    panel = _panel({"sex": [1.0, 2.0], "weight": [1.0, 3.0]})
    raked = rake_weights(panel, _study())
    pd.testing.assert_frame_equal(raked.frame, panel)
    assert raked.weights["weights"].to_list() == ["design", "design"], "a wave without respondents has its row too"
    assert raked.weights["n"].to_list() == [2, 0]
    assert raked.margins.empty


@pytest.mark.parametrize(
    ("sex", "key", "reason"),
    [
        ([1.0, 1.0, 2.0], '"1" = 3, "2" = 1', "codes, as numbers of people"),
        (["female", "female", "male"], "female = 3, male = 1", "labels, as the design's own columns hold them"),
        ([1.0, 1.0, 2.0], '"أنثى" = 0.75, "ذكر" = 0.25', "labels in Arabic"),
    ],
)
def test_values_by_code_or_label(sex: list[object], key: str, reason: str) -> None:
    raked = rake_weights(_panel({"sex": sex}), _study(_margin("sex", f"{{ {key} }}")))
    assert raked.margins["after"].to_list() == pytest.approx([0.75, 0.25]), reason


def test_a_margin_of_one_wave_leaves_the_others() -> None:
    panel = _panel({"sex": [1.0, 1.0, 2.0] * 2, "wave": ["base"] * 3 + ["end"] * 3})
    raked = rake_weights(panel, _study(_margin("sex", "{ female = 0.5, male = 0.5 }", 'wave = "end"')))
    assert raked.frame["weight"].to_list() == pytest.approx([1, 1, 1, 0.75, 0.75, 1.5])


def test_no_answer_and_no_weight_stay_as_they_are() -> None:
    panel = _panel({"sex": [1.0, 1.0, 2.0, np.nan, 2.0], "weight": [1.0, 1.0, 1.0, 4.0, 0.0]})
    raked = rake_weights(panel, _study(SEX))
    assert raked.frame["weight"].to_list() == pytest.approx([0.75, 0.75, 1.5, 4, 0])
    row = raked.weights.iloc[1]
    assert (row["n"], row["left_out"]) == (4, 1)


def test_trimming_and_margins_hold_together() -> None:
    rng = np.random.default_rng(1)
    panel = _panel({"sex": rng.choice([1.0, 2.0], 400, p=[0.8, 0.2]), "weight": rng.lognormal(0, 1, 400)})
    raked = rake_weights(panel, _study(SEX, limits="lowest = 0.3\nhighest = 3"))
    share = raked.frame["weight"] / raked.frame["weight"].mean()
    assert share.min() == pytest.approx(0.3, rel=1e-4)
    assert share.max() == pytest.approx(3, rel=1e-4)
    assert raked.margins["after"].to_list() == pytest.approx([0.5, 0.5], rel=1e-5)
    assert raked.weights.iloc[1]["trimmed"] > 20
    assert raked.frame["weight"].sum() == pytest.approx(panel["weight"].sum()), "the sum stays what it was"


@pytest.mark.parametrize(
    ("sex", "margin", "words", "reason"),
    [
        ([1.0, 1.0], SEX, "1 values of sex have a share and no respondent", "nobody to give the weight to"),
        ([1.0, 2.0], _margin("age", "{ a = 1, b = 2 }"), "2 respondents have a value of age without", "no share"),
        ([1.0] * 99 + [2.0], SEX, "no weights between 0.5 and 2 times their mean", "one man cannot be half of all"),
    ],
)
def test_margins_that_cannot_be_reached(sex: list[float], margin: str, words: str, reason: str) -> None:
    study = _study(margin, limits="lowest = 0.5\nhighest = 2")
    with pytest.raises(DataRefusedError, match=words):
        rake_weights(_panel({"sex": sex}), study)
    assert reason


def test_a_share_of_zero_may_have_nobody() -> None:
    raked = rake_weights(_panel({"sex": [1.0, 1.0]}), _study(_margin("sex", "{ female = 1, male = 0 }")))
    assert raked.frame["weight"].to_list() == [1, 1]


def test_like_r() -> None:
    expected = pd.read_csv(FOLDER / "raked.csv")["weight"].to_numpy()
    people = pd.read_csv(FOLDER / "input.csv")
    sex = people["sex"].map({"female": 1.0, "male": 2.0})
    panel = _panel({"sex": sex, "age": people["age"].astype("str"), "weight": people["weight"]})
    ages = _margin("age", "{ old = 0.2, middle = 0.35, young = 0.45 }")
    study = _study(_margin("sex", "{ female = 0.52, male = 0.48 }"), ages)
    assert rake_weights(panel, study).frame["weight"].to_numpy() == pytest.approx(expected, rel=1e-8)


@given(weights=st.lists(st.floats(0.1, 10), min_size=4, max_size=30), share=st.floats(0.1, 0.9))
def test_margins_are_reached_and_the_sum_kept(weights: list[float], share: float) -> None:
    sex = [1.0 + (at % 2) for at in range(len(weights))]
    panel = _panel({"sex": sex, "weight": weights})
    raked = rake_weights(panel, _study(_margin("sex", f"{{ female = {share!r}, male = {1 - share!r} }}")))
    assert raked.margins["after"].to_list() == pytest.approx([share, 1 - share], rel=1e-6)
    assert raked.frame["weight"].sum() == pytest.approx(sum(weights))
