"""What must hold of scores whatever people answer."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.measure.key import key_text, make_key, parse_key
from transforms.measure.score import score
from transforms.measure.spread import weighted_spread
from transforms.study.problems import DataRefusedError

ITEMS = {"near": "+", "far": "-", "fair": "+", "safe": "-"}
FAST = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
RULES = ["summary", "flat", "mean"]


@st.composite
def frames(draw):
    """Answers to four items of 1-5, some missing, of both waves and arms, with weights."""
    n = draw(st.integers(8, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    frame = pd.DataFrame(rng.integers(1, 6, (n, 4)).astype(float), columns=list(ITEMS))
    frame = frame.mask(rng.random(frame.shape) < draw(st.sampled_from([0, 0.1, 0.4])))
    return frame.assign(
        wave=np.where(np.arange(n) < 6, "before", rng.choice(["before", "after"], n)),
        arm=np.where(np.arange(n) < 6, "comparison", rng.choice(["comparison", "treated"], n)),
        weight=rng.choice([0.5, 1.0, 3.0], n),
    )


@pytest.fixture(scope="module")
def studies(index_study):
    """Studies by rule, direction of all items, and the numbers a scale starts at and steps by."""
    made = {}

    def build(rule, flip=False, start=1, step=1):
        scale = f"{start}-{start + 4 * step}"
        turned = {"+": "-", "-": "+"} if flip else {"+": "+", "-": "-"}
        rows = [
            f"{name} | item | {scale} | {turned[sign]} | vertical | {'ab'[i // 2] if rule == 'summary' else 'a'}"
            for i, (name, sign) in enumerate(ITEMS.items())
        ]
        key = (rule, flip, start, step)
        if key not in made:
            made[key] = index_study(f'[[indices]]\nname = "vertical"\nrule = "{rule}"\n', "\n".join(rows))
        return made[key]

    return build


def scored(panel, study):
    """Scores and their key; None where the draw cannot set a unit."""
    try:
        key = make_key(panel, study)
    except DataRefusedError:
        return None
    return score(panel, key).filter(like="vertical"), key


@pytest.mark.parametrize("rule", RULES)
@FAST
@given(frame=frames())
def test_reversing_every_direction_mirrors_every_score(studies, as_panel, rule, frame):
    panel = as_panel(frame)
    plain, turned = scored(panel, studies(rule)), scored(panel, studies(rule, flip=True))
    if plain is None or turned is None:
        assert plain is turned
        return
    middle = {"summary": 0, "flat": 0, "mean": 6}[rule]
    np.testing.assert_allclose(plain[0]["vertical"], middle - turned[0]["vertical"], atol=1e-9)
    np.testing.assert_allclose(plain[0]["vertical__pomp"], 100 - turned[0]["vertical__pomp"], atol=1e-9)


@pytest.mark.parametrize("rule", ["summary", "flat"])
@FAST
@given(frame=frames(), codes=st.sampled_from([(0, 1), (1, 2), (7, 3)]))
def test_other_codes_for_the_same_answers_change_nothing(studies, as_panel, rule, frame, codes):
    start, step = codes
    recoded = frame.assign(**{name: start + (frame[name] - 1) * step for name in ITEMS})
    plain, other = scored(as_panel(frame), studies(rule)), scored(as_panel(recoded), studies(rule, False, start, step))
    if plain is None or other is None:
        assert plain is other
        return
    pd.testing.assert_frame_equal(plain[0], other[0], atol=1e-9, rtol=0)


@pytest.mark.parametrize("rule", RULES)
@FAST
@given(frame=frames(), seed=st.integers(0, 2**32 - 1))
def test_order_of_rows_changes_nothing(studies, as_panel, rule, frame, seed):
    panel = as_panel(frame)
    order = np.random.default_rng(seed).permutation(len(panel))
    plain, other = scored(panel, studies(rule)), scored(panel.iloc[order], studies(rule))
    if plain is None or other is None:
        assert plain is other
        return
    pd.testing.assert_frame_equal(plain[0], other[0].sort_index(), atol=1e-9, rtol=0)


@pytest.mark.parametrize("rule", RULES)
@FAST
@given(frame=frames())
def test_scores_are_in_range_and_the_reference_group_sets_the_unit(studies, as_panel, rule, frame):
    panel = as_panel(frame)
    found = scored(panel, studies(rule))
    if found is None:
        return
    scores, key = found
    pomp = scores["vertical__pomp"].dropna()
    assert pomp.between(-1e-9, 100 + 1e-9).all()
    assert scores["vertical"].isna().equals(scores["vertical__pomp"].isna())
    again = score(panel, parse_key(key_text(key))).filter(like="vertical")
    pd.testing.assert_frame_equal(scores, again, check_exact=True)
    if rule != "mean":
        there = ((panel.wave == "before") & (panel.arm == "comparison")).to_numpy()
        unit = weighted_spread(scores["vertical"].to_numpy()[there], panel["weight"].to_numpy()[there])
        assert (unit.mean, unit.sd) == (pytest.approx(0, abs=1e-6), pytest.approx(1, abs=1e-6))


@pytest.mark.parametrize("rule", RULES)
@FAST
@given(frame=frames())
def test_a_score_needs_no_other_row(studies, as_panel, rule, frame):
    panel = as_panel(frame)
    found = scored(panel, studies(rule))
    if found is None:
        return
    alone = pd.concat([score(panel.iloc[[row]], found[1]) for row in range(0, len(panel), 5)]).filter(like="vertical")
    pd.testing.assert_frame_equal(found[0].iloc[::5], alone, check_exact=True)
