"""Scales turned in most questions of an index in one wave: told; true effects, swings and single questions: not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from transforms.quality.mirrored import CELL, Mirror, mirrored_items, mirrors, reversed_items
from transforms.quality.panel_rules import panel_rules

ITEMS = tuple(f"a{number}" for number in range(1, 6))
ASIDE = ("b1", "b2", "b3")
MIRROR = Mirror(ITEMS, dict.fromkeys((*ITEMS, *ASIDE), (1.0, 4.0, 1)))
ALONE = Mirror(ITEMS, dict.fromkeys(ITEMS, (1.0, 4.0, 1)))
UNTOUCHED = np.array([-0.8, -0.6, -0.7, -0.9, -0.5])  # most answer low
MIDDLE = np.zeros(5)


def wave(name: str, effect: float = 0.0, turned: int = 0, start=UNTOUCHED, shift: float = 0.0, seed: int = 1):
    """1,200 people in two arms of two governorates; `effect` in SD of the attitude, in the treated arm."""
    rng = np.random.default_rng(seed)
    size = 1_200
    treated, place = np.arange(size) % 2 == 0, np.arange(size) // 2 % 2
    attitude = rng.standard_normal(size)
    aside = 0.6 * attitude + 0.8 * rng.standard_normal(size)
    moved = attitude + effect * treated + shift
    frame = {}
    for number, column in enumerate((*ITEMS, *ASIDE)):
        base, mean = (moved, start[number]) if column in ITEMS else (aside, 0.0)
        answers = np.clip(np.round(2.5 + mean + 0.7 * base + 0.7 * rng.standard_normal(size)), 1, 4)
        frame[column] = 5 - answers if number < turned else answers
    places = {"wave": name, "governorate": np.where(place, "Here", "There")}
    return pd.DataFrame(places | {"arm": np.where(treated, "treated", "comparison")} | frame)


def told(later: pd.DataFrame, mirror: Mirror = MIRROR, start=UNTOUCHED) -> tuple[int, int]:
    panel = pd.concat([wave("one", start=start), later], ignore_index=True)
    finding = mirrored_items(panel, mirror, "one", "two")
    assert not finding.rows.any(), "nobody is to be looked up"
    return int(finding.broken.sum()), int(finding.evaluated.sum())


@pytest.mark.parametrize(
    ("turned", "start", "mirror", "broken", "why"),
    [
        (0, UNTOUCHED, MIRROR, 0, "nothing turned"),
        (2, UNTOUCHED, MIRROR, 0, "not most of them: goes_against tells these, in the wave alone"),
        (4, UNTOUCHED, MIRROR, 4, "most of them"),
        (5, UNTOUCHED, MIRROR, 5, "all of them: within the wave everything agrees"),
        (5, UNTOUCHED, ALONE, 5, "no other index to hold against: the distributions tell it"),
        (5, MIDDLE, MIRROR, 5, "answers in the middle have no mirror image: the relation to others tells it"),
        (5, MIDDLE, ALONE, 0, "and without others nothing can tell it"),
    ],
)
def test_scales_turned_in_one_wave(turned, start, mirror, broken, why):
    later = wave("two", effect=0.25, turned=turned, start=start, seed=2)
    assert told(later, mirror, start) == (broken, 5), why


@pytest.mark.parametrize(
    ("effect", "shift", "why"),
    [(0.5, 0.0, "a large effect"), (-0.5, 0.0, "or a harm"), (0.5, 1.0, "and a country that changed its mind")],
)
@pytest.mark.parametrize("mirror", [MIRROR, ALONE])
@pytest.mark.parametrize("start", [UNTOUCHED, MIDDLE])
def test_true_changes_are_not_told(effect, shift, why, mirror, start):
    for seed in range(2, 12):
        later = wave("two", effect=effect, shift=shift, start=start, seed=seed)
        assert told(later, mirror, start)[0] == 0, why


def test_an_arm_in_which_the_mean_stays_denies_the_mirror():
    """All of the jump in one arm, whatever its size, is a change of people, not of a file."""
    later = wave("two", turned=5, seed=2)
    stays = (wave("two", seed=2)[list(ITEMS)]).where(later["arm"] == "comparison", later[list(ITEMS)])
    assert told(later.assign(**stays), ALONE)[0] == 0


def test_a_kept_sign_denies_a_mirror_and_a_kept_distribution_a_turned_sign():
    first, later = wave("one"), wave("two", seed=2)
    swung = later.assign(**{name: np.clip(later[name] + 2, 1, 4) for name in ITEMS})
    assert not any(reversed_items(first, swung, MIRROR).values()), "a ceiling reached keeps its relation to others"
    other = later.assign(**{name: 5 - later[name] for name in ASIDE})
    assert not any(reversed_items(first, other, MIRROR).values()), "it is the other index that turned"


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (lambda size: np.where(np.arange(size) < CELL - 1, 4.0, np.nan), "too few answers"),
        (lambda size: np.full(size, np.nan), "no answer"),
        (np.ones, "no variation"),
    ],
)
def test_where_nothing_can_be_said_nothing_is_said(answers, why):
    first, later = wave("one"), wave("two", turned=5, seed=2)
    empty = first.assign(**dict.fromkeys(ITEMS, answers(len(first))))
    later = empty if why == "no variation" else later
    assert not any(reversed_items(empty, later, MIRROR).values()), why


def test_a_question_the_codebook_turns_is_turned_first():
    turned = replace(MIRROR, limits={**MIRROR.limits, "a1": (1.0, 4.0, -1)})
    first, later = (frame.assign(a1=5 - frame["a1"]) for frame in (wave("one"), wave("two", turned=5, seed=2)))
    assert all(reversed_items(first, later, turned).values())


def test_which_indices_and_questions_are_compared(study):
    """Headline questions of both waves; the rules name the index and the later wave."""
    found = mirrors(study, "before", "after")
    assert list(found) == ["trust"]
    assert found["trust"].items == ("t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "yes")
    assert found["trust"].outside == ()
    assert found["trust"].limits["t1"] == (0.0, 4.0, 1)
    rules = [rule for rule in panel_rules(study) if rule.check == "mirrored_between_waves"]
    assert [(rule.variable, rule.wave) for rule in rules] == [("trust", "after")]


def test_an_index_of_two_questions_is_not_compared(little_study):
    study = little_study(
        '[[waves]]\nname = "one"\nfile = "1.csv"\n[[waves]]\nname = "two"\nfile = "2.csv"\n'
        '[design]\n[[indices]]\nname = "i"\n',
        """
        variable | type | scale | direction | index | dimension | role     | one | two
        a        | item | 1-5   | +         | i     | d         | headline | a   | a
        b        | item | 1-5   | -         | i     | d         | headline | b   | b
        c        | item | 1-5   | -         | i     | d         | headline | c   |
        """,
    )
    assert mirrors(study, "one", "two") == {}
