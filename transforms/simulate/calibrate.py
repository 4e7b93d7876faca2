"""How far the latent scale must move for the scored index to move by the planted effect."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from transforms.simulate import plan
from transforms.simulate.people import Numbers, People, communities_table, draw_people
from transforms.simulate.questions import Matrix, Questions, answer, draw_minds, latent_means
from transforms.study import Study

STEPS = 8  # the index is almost a straight line in the latent shift, so each step gains more than a digit


@dataclass(frozen=True)
class Scales:
    """SD of each dimension (by its position) and of the mean of its z-scores, in the comparison arm at baseline."""

    dimension_sd: dict[int, float]
    index_sd: float


def planted_effects(study: Study) -> Matrix:
    """Effects in SD of the index, indices x governorates; 0 for an index of another name."""
    plans = [plan.PLANTED_EFFECTS.get(index.name, {}) for index in study.indices]
    return np.array([[effects.get(name, 0.0) for name in plan.GOVERNORATES] for effects in plans])


def _unit(codes: Matrix, questions: Questions) -> Matrix:
    """Answers on 0-1, 1 the most cohesive."""
    least = np.array([scale[0] for scale in questions.codes])
    most = np.array([scale[-1] for scale in questions.codes])
    return np.asarray((codes - least) / (most - least))


def _weighted_sd(values: Numbers, weights: Numbers) -> float:
    centred = values - np.average(values, weights=weights)
    return float(np.sqrt(np.average(centred**2, weights=weights)))


def _scales(weights: Numbers, questions: Questions, unit: Matrix, index: int) -> Scales:
    """SDs that standardise the index, from the reference group's answers on 0-1."""
    sds: dict[int, float] = {}
    total = np.zeros(len(weights))
    for side in sorted(set(questions.side[questions.index == index].tolist())):
        dimension = unit[:, questions.side == side].mean(axis=1)
        sds[side] = _weighted_sd(dimension, weights)
        total += dimension / sds[side]
    return Scales(sds, _weighted_sd(total / len(sds), weights))


def _cells(people: People, index: int, governorate: int) -> tuple[Numbers, Numbers]:
    """Latent means at endline of the kinds of people in a governorate, and their weighted shares."""
    here = people.governorate == governorate
    shape = (2, 2, len(plan.AGE_BANDS))
    cells = np.ravel_multi_index((people.group[here], people.sex[here], people.age_band[here]), shape)
    shares = np.bincount(cells, weights=people.weight[here], minlength=int(np.prod(shape)))
    group, sex, band = np.unravel_index(np.arange(len(shares)), shape)
    means = latent_means((np.full(len(shares), governorate), group, sex, band), plan.ENDLINE)[:, index]
    return means, shares / shares.sum()


def expected_index(means: Numbers, shares: Numbers, questions: Questions, scales: Scales) -> float:
    """Expected index of people with these latent means, in SD, from a zero of its own.

    An answer on 0-1 is the mean over thresholds of being above, so its expectation is a mean of normal probabilities.
    """
    total = 0.0
    for side, sd in scales.dimension_sd.items():
        items = np.flatnonzero(questions.side == side)
        answers = [shares @ ndtr(means[:, None] - questions.thresholds[item]).mean(axis=1) for item in items]
        total += float(np.mean(answers)) / sd
    return total / len(scales.dimension_sd) / scales.index_sd


def latent_shift(target: float, means: Numbers, shares: Numbers, questions: Questions, scales: Scales) -> float:
    """Shift of the latent scale at which the expected index moves by `target`."""
    start = expected_index(means, shares, questions, scales)
    shift = target
    for _ in range(STEPS):
        shift *= target / (expected_index(means + shift, shares, questions, scales) - start)
    return shift


def reference_population(study: Study, questions: Questions) -> tuple[People, People, Matrix]:
    """Many people of the treated communities and of the others, and the others' answers at baseline on 0-1.

    They are drawn once with a fixed seed, each with a community and an interviewer of their own.
    """
    rng = np.random.default_rng(plan.CALIBRATION_SEED)
    communities = communities_table(study)
    arms = [communities[communities["treated"] == arm].reset_index(drop=True) for arm in (True, False)]
    treated, others = (draw_people(arm, np.full(len(arm), plan.CALIBRATION_PEOPLE), rng) for arm in arms)
    minds = draw_minds(len(others), questions, rng)
    shared = np.sqrt(plan.COMMUNITY + plan.COMMUNITY_WAVE + plan.INTERVIEWER)
    place = shared * rng.standard_normal(minds.subject.shape)
    return treated, others, _unit(answer(others, questions, minds, place, plan.BASELINE), questions)


def calibrated_shifts(study: Study, questions: Questions) -> Matrix:
    """Latent shift, indices x governorates, at which the nested summary index moves by exactly the planted effect.

    The index is in SD of the comparison arm at baseline (methods 2), estimated in a large population; given these SDs
    its change is exact, because it is linear in the answers. The estimand is the weighted mean over people in
    the treated communities.
    """
    items = questions.only_headline()
    treated, others, unit = reference_population(study, items)
    targets = planted_effects(study)
    shifts = np.zeros_like(targets)
    for index in range(len(study.indices)):
        scales = _scales(others.weight, items, unit, index)
        for governorate in np.flatnonzero(targets[index]):
            means, shares = _cells(treated, index, int(governorate))
            shifts[index, governorate] = latent_shift(targets[index, governorate], means, shares, items, scales)
    return shifts
