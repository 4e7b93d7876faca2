"""Copies are found, and honest people who think alike are not: by hand, by shuffling, by simulation."""

import time
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson_binom

from transforms.quality.likeness import Closest, closest
from transforms.quality.near_duplicates import (
    _poisson_binomial_tail,
    alike_answers,
    near_duplicates,
    own_chance,
    quartiles,
    shuffled_chance,
)
from transforms.quality.wave_rules import wave_rules

ITEMS = tuple(f"q{item}" for item in range(40))
SETTINGS = """
[[waves]]
name = "before"
file = "before.csv"
[design]
governorate = "place"
[[indices]]
name = "trust"
"""


@pytest.fixture(scope="module")
def long_study(little_study):
    rows = [f"{item} | item | 0-4 | trust | {item}" for item in ITEMS]
    codebook = "\n".join(["variable | type | scale | index | before", "place | category | | | g", *rows])

    def build(limits=""):
        return little_study(SETTINGS + limits, codebook)

    return build


@pytest.fixture(scope="module")
def study(long_study):
    return long_study()


def _honest(people, seed, loading=0.6, places=1):
    """Answers 0-4 to 40 items that share one factor, a tenth of them skipped."""
    rng = np.random.default_rng(seed)
    factor, noise = rng.standard_normal((people, 1)), rng.standard_normal((people, len(ITEMS)))
    latent = loading * factor + np.sqrt(1 - loading**2) * noise
    answers = np.digitize(latent, [-1.2, -0.3, 0.5, 1.3]).astype(float)
    answers[rng.random(answers.shape) < 0.1] = np.nan
    return pd.DataFrame(answers, columns=list(ITEMS)).assign(place=np.arange(people) % places)


def _with_copies(frame, copies, changed, seed):
    """The last interviews become copies of the first, with a share of their answers other people's."""
    rng = np.random.default_rng(seed)
    answers = frame[list(ITEMS)].to_numpy(copy=True)
    others = answers[rng.choice(np.arange(copies, len(frame) - copies), copies)]
    answers[-copies:] = np.where(rng.random((copies, len(ITEMS))) < changed, others, answers[:copies])
    return pd.DataFrame(answers, columns=list(ITEMS)).assign(place=frame.place)


def test_a_shuffled_pair_by_hand():
    """Three people, two items. Item 1: 0 0 1, so a pair agrees with chance 2/6. Item 2: 5 5 and a skipped one: 2/2."""
    codes = np.array([[0, 0], [0, 0], [1, -1]])
    near = closest(codes, 1)
    expected = Fraction(2, 6) * 1 * 3  # both agree, times three pairs that have an answer in common
    assert shuffled_chance(codes, near, np.array([0]))[0] == pytest.approx(float(expected))


def test_the_chance_of_a_pair_is_that_of_shuffling_every_item():
    rng = np.random.default_rng(1)
    codes = rng.choice(4, (30, 14), p=[0.5, 0.3, 0.15, 0.05])
    codes[rng.random(codes.shape) < 0.2] = -1
    near = closest(codes, 5)
    one = int(np.argmax(near.share))
    both = np.flatnonzero((codes[one] >= 0) & (codes[near.partner[one]] >= 0))
    equal = np.zeros(20_000)
    for item in both:
        given_answers = codes[codes[:, item] >= 0, item]
        first = rng.integers(len(given_answers), size=len(equal))
        second = (first + rng.integers(1, len(given_answers), size=len(equal))) % len(given_answers)
        equal += given_answers[first] == given_answers[second]
    drawn = (equal >= near.equal[one]).mean()
    one_pair = replace(near, shares=np.full_like(near.shares, np.nan))  # so that the chance is that of a single one
    exact = shuffled_chance(codes, one_pair, np.array([one]))[0]
    assert drawn == pytest.approx(exact, abs=4 * np.sqrt(exact / len(equal)))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.data())
def test_equal_answers_of_unlike_items_are_poisson_binomial(chances, data):
    least = data.draw(st.integers(0, len(chances)))
    ours = _poisson_binomial_tail(np.array([chances]), np.array([least]))[0]
    assert ours == pytest.approx(poisson_binom.sf(least - 1, chances), abs=1e-9)


def test_among_shuffled_answers_few_strata_are_reported():
    """150 strata of 60 people whose answers have nothing to do with each other: the chance is one of the stratum's."""
    rng = np.random.default_rng(2)
    false = 0
    for _ in range(150):
        codes = rng.choice(5, (60, 30), p=[0.1, 0.2, 0.3, 0.25, 0.15])
        near = closest(codes, 20)
        false += bool((shuffled_chance(codes, near, np.arange(60)) < 0.05).any())
    assert false <= 150 * 0.05 + 3 * np.sqrt(150 * 0.05 * 0.95)
    assert false > 0, "nor is the null so wide that nothing could be found"


@pytest.mark.parametrize(
    ("loading", "most", "why"),
    [
        (0.0, 0, "answers that have nothing to do with each other"),
        (0.5, 2, "items that correlate at .25, as those of most indices"),
        (0.7, 30, "at .5 and with a single factor, extreme people are alike: still below 2 %"),
    ],
)
def test_honest_people_who_think_alike_are_not_reported(study, loading, most, why):
    """Of 1,500 honest interviews in five strata of 300."""
    flagged = [near_duplicates(_honest(300, seed, loading), ITEMS, study).broken.sum() for seed in range(5)]
    assert sum(flagged) <= most, why


def test_shuffling_alone_would_report_them():
    """In 160 questions that share a factor; in Afrobarometer's 250, it reports six of ten interviews."""
    rng = np.random.default_rng(1)
    latent = 0.6 * rng.standard_normal((300, 1)) + 0.8 * rng.standard_normal((300, 160))
    codes = np.digitize(latent, [-1.2, -0.3, 0.5, 1.3]).astype(np.int64)
    near = closest(codes, 20)
    shuffled = (shuffled_chance(codes, near, np.arange(300)) < 0.01).sum()
    assert shuffled > 20
    assert (own_chance(near, 0.85) < 0.01).sum() <= 3


@pytest.mark.parametrize(
    ("changed", "least", "why"),
    [(0.0, 20, "exact copies, each with its original"), (0.1, 19, "a tenth changed"), (0.3, 12, "three tenths")],
)
def test_planted_copies_are_found(study, changed, least, why):
    frame = _with_copies(_honest(600, 3, 0.5, places=2), 10, changed, 4)
    found = near_duplicates(frame, ITEMS, study)
    planted = np.r_[np.arange(10), np.arange(590, 600)]
    assert found.broken.to_numpy()[planted].sum() >= least, why
    assert found.broken.drop(index=planted).sum() == 0, "and nobody else"
    assert found.rows.equals(found.broken), "they can be looked up"


def test_a_block_of_copies_by_one_interviewer_is_found(study):
    frame = _honest(200, 5)
    frame.loc[150:189, list(ITEMS)] = frame.loc[[0], list(ITEMS)].to_numpy()
    found = near_duplicates(frame, ITEMS, study).broken
    assert found[150:189].all()
    assert found.sum() == 41, "forty and the one they were copied from"


def test_where_most_of_a_stratum_is_copied_the_line_says_so(study):
    """Nothing is left by which to tell what is usual, and the line speaks: 55 of 60 make a warning."""
    frame = _honest(60, 6)
    frame.loc[5:, list(ITEMS)] = 2.0
    assert near_duplicates(frame, ITEMS, study).broken.sum() == 0
    assert alike_answers(frame, ITEMS, study).broken.sum() == 55


@pytest.mark.parametrize(
    ("limit", "count", "why"),
    [
        ("", 2, "34 of 40 answers are 85 %"),
        ("[limits]\nnear_duplicate_share = 0.86", 0, "the line is a setting"),
        ("[limits]\nnear_duplicate_answers = 41", 0, "and so are the answers needed"),
    ],
)
def test_the_line(long_study, limit, count, why):
    rng = np.random.default_rng(7)
    answers = rng.integers(0, 5, (30, 40)).astype(float)
    answers[1] = answers[0]
    answers[1, :6] = (answers[0, :6] + 1) % 5
    frame = pd.DataFrame(answers, columns=list(ITEMS)).assign(place=1.0)
    found = alike_answers(frame, ITEMS, long_study(limit))
    assert found.broken.sum() == count, why
    assert found.evaluated.all() == ("answers" not in limit)


def test_a_changed_chance_changes_what_is_reported(long_study):
    frame = _with_copies(_honest(300, 8), 10, 0.45, 9)
    strict, loose = (
        near_duplicates(frame, ITEMS, long_study(f"[limits]\nnear_duplicate_p = {p}")).broken.sum()
        for p in ("0.000001", "0.5")
    )
    assert strict < loose


def test_refused_interviews_are_neither_alike_nor_evaluated(study):
    frame = _honest(60, 10)
    frame.loc[40:, list(ITEMS)] = np.nan
    for find in (near_duplicates, alike_answers):
        found = find(frame, ITEMS, study)
        assert found.evaluated.tolist() == [True] * 40 + [False] * 20
        assert not found.broken.any()


def test_a_wave_too_small_to_compare_is_not_evaluated(study):
    for frame in (_honest(12, 1), _honest(0, 1)):
        assert not near_duplicates(frame, ITEMS, study).evaluated.any()


def test_an_answer_everybody_gives_is_no_evidence(study):
    frame = pd.DataFrame(1.0, index=range(50), columns=list(ITEMS)).assign(place=1.0)
    assert not near_duplicates(frame, ITEMS, study).broken.any()
    assert alike_answers(frame, ITEMS, study).broken.all(), "the line counts them, which is why it is only a line"


def test_interviews_that_are_never_alike_have_no_spread_and_no_duplicate():
    shares = np.full((3, 3), 0.0, dtype=np.float32)
    np.fill_diagonal(shares, np.nan)
    near = Closest(np.array([1, 0, 0]), np.zeros(3), np.full(3, 20.0), shares)
    assert own_chance(near, 0.85).tolist() == [1.0, 1.0, 1.0]


@given(st.lists(st.lists(st.one_of(st.none(), st.integers(0, 20)), min_size=5, max_size=5), min_size=1, max_size=4))
def test_quartiles_are_those_of_numpy(rows):
    values = np.array(rows, dtype=np.float32)
    for row, *found in zip(values, *quartiles(values), strict=True):
        known = row[~np.isnan(row)]
        expected = np.quantile(known, [0.25, 0.5, 0.75]) if len(known) else [np.nan] * 3
        assert found == pytest.approx(expected, rel=1e-5, nan_ok=True)


def test_the_order_of_the_file_and_other_strata_change_nothing(study):
    frame = _with_copies(_honest(200, 11, places=2), 6, 0.1, 12)
    shuffled = frame.sample(frac=1, random_state=1)
    assert (
        near_duplicates(shuffled, ITEMS, study).broken.sort_index().equals(near_duplicates(frame, ITEMS, study).broken)
    )
    alone = frame[frame.place == 0]
    assert near_duplicates(alone, ITEMS, study).broken.equals(near_duplicates(frame, ITEMS, study).broken[alone.index])


def test_a_short_questionnaire_has_no_such_rule(long_study):
    study = long_study("[limits]\nnear_duplicate_answers = 41")
    checks = {rule.check for rule in wave_rules(study, study.baseline)}
    assert not checks & {"near_duplicates", "alike_answers"}
    study = long_study("[limits]\nnear_duplicate_answers = 40")
    assert {rule.check for rule in wave_rules(study, study.baseline)} >= {"near_duplicates", "alike_answers"}


def test_twenty_thousand_interviews_in_one_place(study):
    """Compared in pieces: time grows with their number. Loose, for busy machines; the square would take minutes."""
    frame = _honest(20_000, 13)
    started = time.process_time()
    assert near_duplicates(frame, ITEMS, study).evaluated.all()
    assert time.process_time() - started < 30
