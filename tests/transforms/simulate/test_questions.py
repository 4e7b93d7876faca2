"""From thoughts to answers."""

import numpy as np
import pandas as pd
import pytest

from transforms.simulate import plan
from transforms.simulate.people import communities_table, draw_people
from transforms.simulate.questions import Questions, answer, draw_minds, later_minds
from transforms.study import Study


def test_every_item_of_the_codebook_is_a_question(demo_questions: Questions, demo_study: Study) -> None:
    assert list(demo_questions.names) == [v.name for v in demo_study.codebook.variables if v.type == "item"]
    headline = demo_questions.only_headline()
    assert (len(headline), np.bincount(headline.index).tolist()) == (44, [24, 20])
    assert len(np.unique(headline.side)) == 8


def test_a_reversed_question_has_its_codes_from_the_far_end(demo_questions: Questions) -> None:
    codes = dict(zip(demo_questions.names, demo_questions.codes, strict=True))
    assert codes["H3_04"].tolist() == [4, 3, 2, 1, 0]
    assert codes["H3_01"].tolist() == [0, 1, 2, 3, 4]


def test_each_question_has_a_threshold_between_any_two_answers(demo_questions: Questions) -> None:
    for codes, thresholds in zip(demo_questions.codes, demo_questions.thresholds, strict=True):
        assert len(thresholds) == len(codes) - 1
        assert (np.diff(thresholds) > 0).all()


@pytest.mark.parametrize("wave", [plan.BASELINE, plan.ENDLINE])
def test_latent_values_have_variance_one_within_a_kind_of_person(
    wave: int, demo_study: Study, demo_questions: Questions
) -> None:
    """A question with a threshold at its kind's mean is answered yes by half, one SD above it by 15.87 %."""
    rng = np.random.default_rng(3)
    people = draw_people(communities_table(demo_study), np.full(36, 1500), rng)
    items = demo_questions.only_headline()
    minds = draw_minds(len(people), items, rng)
    if wave == plan.ENDLINE:
        minds = later_minds(minds, items, rng)
    shared = np.sqrt(plan.COMMUNITY + plan.COMMUNITY_WAVE + plan.INTERVIEWER)
    codes = answer(people, items, minds, shared * rng.standard_normal(minds.subject.shape), wave)
    kind = (people.governorate == 1) & (people.group == 0) & (people.sex == 0) & (people.age_band == 1)
    trend = plan.TREND[0, 1] if wave == plan.ENDLINE else 0.0
    mean = plan.LEVEL[0, 1] + plan.GROUP_LEVEL[0, 0] + plan.SEX_LEVEL[0, 0] + plan.AGE_LEVEL[0, 1] + trend
    shares = [(codes[kind, 1] >= items.codes[1][step + 1]).mean() for step in range(4)]
    expected = [1 - _normal(threshold - mean) for threshold in items.thresholds[1]]
    assert shares == pytest.approx(expected, abs=0.025)


def _normal(value: float) -> float:
    grid = np.linspace(-8, value, 20_001)
    return float(np.trapezoid(np.exp(-(grid**2) / 2) / np.sqrt(2 * np.pi), grid))


def test_minds_last_as_planned(demo_questions: Questions) -> None:
    rng = np.random.default_rng(4)
    before = draw_minds(20_000, demo_questions, rng)
    after = later_minds(before, demo_questions, rng)
    for part, lasts in (
        ("subject", plan.PERSON_LASTS),
        ("side", plan.PERSON_LASTS),
        ("question", plan.QUESTION_LASTS),
    ):
        first, second = getattr(before, part)[:, 0], getattr(after, part)[:, 0]
        assert np.corrcoef(first, second)[0, 1] == pytest.approx(lasts, abs=0.03)
        assert second.std() == pytest.approx(1, abs=0.03)
    assert np.corrcoef(before.subject.T)[0, 1] == pytest.approx(plan.SUBJECTS_CORRELATE, abs=0.03)


def test_a_study_without_a_comparison_has_no_treated_community(demo_study: Study) -> None:
    design = demo_study.design.model_copy(update={"treatment": None})
    settings = demo_study.settings.model_copy(update={"design": design})
    table = communities_table(demo_study.model_copy(update={"settings": settings}))
    assert isinstance(table, pd.DataFrame)
    assert not table["treated"].any()
