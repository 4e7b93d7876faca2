"""How far the latent scale must move for the scored index to move by the planted effect."""

import numpy as np
from scipy.special import ndtr

from transforms.simulate import plan
from transforms.simulate.people import Numbers, People, communities_table, draw_people
from transforms.simulate.questions import Matrix, Questions, answer, draw_minds, latent_means
from transforms.study import Study

STEPS = 12  # the index is almost a straight line in the latent shift, so each step gains two digits


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


def _scales(people: People, questions: Questions, unit: Matrix, index: int) -> tuple[dict[int, float], float]:
    """SD of each dimension, and of the mean of its dimensions' z-scores, among the comparison arm at baseline."""
    reference = ~people.treated
    weights = people.weight[reference]
    sds: dict[int, float] = {}
    total = np.zeros(len(weights))
    for side in sorted(set(questions.side[questions.index == index].tolist())):
        dimension = unit[reference][:, questions.side == side].mean(axis=1)
        sds[side] = _weighted_sd(dimension, weights)
        total += dimension / sds[side]
    return sds, _weighted_sd(total / len(sds), weights)


def _cells(people: People, governorate: int) -> tuple[tuple[Numbers, ...], Numbers]:
    """Kinds of people in a governorate's treated communities, and the weighted share of each."""
    here = people.treated & (people.governorate == governorate)
    columns = (people.governorate, people.group, people.sex, people.age_band)
    kinds, cell = np.unique(np.column_stack([column[here] for column in columns]), axis=0, return_inverse=True)
    weights = np.bincount(cell.ravel(), weights=people.weight[here])
    return tuple(kinds.T), weights / weights.sum()


def _expected(means: Numbers, shares: Numbers, thresholds: Numbers) -> float:
    """Expected answer on 0-1: the mean over thresholds of the probability to be above."""
    return float(shares @ ndtr(means[:, None] - thresholds).mean(axis=1))


def _index_change(
    shift: float, means: Numbers, shares: Numbers, questions: Questions, scales: tuple[dict[int, float], float]
) -> float:
    """Change of the expected index, in its SD, when the latent scale moves by `shift`."""
    sds, index_sd = scales
    total = 0.0
    for side, sd in sds.items():
        chosen = np.flatnonzero(questions.side == side)
        changes = [
            _expected(means + shift, shares, questions.thresholds[item])
            - _expected(means, shares, questions.thresholds[item])
            for item in chosen
        ]
        total += float(np.mean(changes)) / sd
    return total / len(sds) / index_sd


def calibrated_shifts(study: Study, questions: Questions) -> Matrix:
    """Latent shift, indices x governorates, at which the nested summary index moves by exactly the planted effect.

    The index is in SD of the comparison arm at baseline (methods 2), estimated in a large population drawn once with
    a fixed seed; its change is exact given these SDs, because the index is linear in the answers and each answer's
    expectation is a sum of normal probabilities. The estimand is the weighted mean over the treated communities.
    """
    items = questions.only_headline()
    rng = np.random.default_rng(plan.CALIBRATION_SEED)
    communities = communities_table(study)
    people = draw_people(communities, np.full(len(communities), plan.CALIBRATION_PEOPLE), rng)
    minds = draw_minds(len(people), items, rng)
    shared = np.sqrt(plan.COMMUNITY + plan.COMMUNITY_WAVE + plan.INTERVIEWER)
    place = shared * rng.standard_normal(minds.subject.shape)
    unit = _unit(answer(people, items, minds, place, plan.BASELINE), items)
    targets = planted_effects(study)
    shifts = np.zeros_like(targets)
    for index, governorate in zip(*np.nonzero(targets), strict=True):
        scales = _scales(people, items, unit, index)
        kinds, shares = _cells(people, governorate)
        means = latent_means(kinds, plan.ENDLINE)[:, index]  # type: ignore[arg-type]  # four columns of kinds
        target = shift = targets[index, governorate]
        for _ in range(STEPS):
            shift *= target / _index_change(shift, means, shares, items, scales)
        shifts[index, governorate] = shift
    return shifts
