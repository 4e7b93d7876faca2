"""The demo study, drawn from a seed: two waves with known effects and planted problems. All of it is invented."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from transforms.prepare.raw import RawTable
from transforms.simulate import faults, plan
from transforms.simulate.calibrate import calibrated_shifts, planted_effects
from transforms.simulate.encode import encode
from transforms.simulate.interviews import ANSWERED, Interviews, describe, interviewers
from transforms.simulate.people import Flags, Integers, People, communities_table, draw_people
from transforms.simulate.questions import Matrix, Minds, Questions, answer, draw_minds, later_minds, parse_questions
from transforms.study import Study


@dataclass(frozen=True)
class Simulated:
    """The waves as their files would be read, and the effects (outcome, governorate, effect_sd) in them."""

    waves: dict[str, RawTable]
    truth: pd.DataFrame


@dataclass(frozen=True)
class Sample:
    """Positions of those interviewed, by wave, in the order of the list, and who was interviewed twice."""

    met: tuple[Integers, Integers]
    again: Flags


def truth_table(study: Study) -> pd.DataFrame:
    """The planted effects, in SD of the index in the comparison arm at baseline."""
    effects = planted_effects(study)
    return pd.DataFrame(
        [
            (index.name, governorate, effects[row, column])
            for row, index in enumerate(study.indices)
            for column, governorate in enumerate(plan.GOVERNORATES)
        ],
        columns=["outcome", "governorate", "effect_sd"],
    )


def _sample(people: People, sizes: Integers, rng: np.random.Generator) -> Sample:
    """Baseline: the first of each community's list. Endline: those found again, then the next for those lost."""
    baseline = people.rank < sizes[people.community]
    again = baseline & (rng.random(len(people)) < people.found_again())
    lost = np.bincount(people.community[baseline & ~again], minlength=len(sizes))
    replacement = ~baseline & (people.rank < (sizes + lost)[people.community])
    return Sample((np.flatnonzero(baseline), np.flatnonzero(again | replacement)), again)


def _shared(people: People, wave_seeds: list[np.random.Generator]) -> list[Matrix]:
    """What people share with their community and their interviewer, by wave, people x indices."""
    count = len(np.unique(people.community))
    lasting = np.sqrt(plan.COMMUNITY) * wave_seeds[0].standard_normal((count, 2))
    crew = len(plan.GOVERNORATES) * 2 * plan.INTERVIEWERS_PER_STRATUM
    shared = []
    for rng in wave_seeds:
        community = lasting + np.sqrt(plan.COMMUNITY_WAVE) * rng.standard_normal((count, 2))
        interviewer = np.sqrt(plan.INTERVIEWER) * rng.standard_normal((crew, 2))
        shared.append(community[people.community] + interviewer[interviewers(people)])
    return shared


def _effects(people: People, shifts: Matrix) -> Matrix:
    """What the programme adds at endline, people x indices."""
    return np.where(people.treated[:, None], shifts.T[people.governorate], 0.0)


def _in_order(interviews: Interviews) -> Interviews:
    """By day, as a server receives them; within a day as they came."""
    return interviews.rows(np.argsort(interviews.about["interview_date"].to_numpy(dtype=str), kind="stable"))


def _with_faults(interviews: Interviews, questions: Questions, wave: int, rng: np.random.Generator) -> Interviews:
    interviews = faults.leave_out(interviews, questions, rng)
    if wave == plan.ENDLINE:
        governorate, rural, number = plan.STRAIGHT_LINER
        position = (governorate * 2 + rural) * plan.INTERVIEWERS_PER_STRATUM + number
        interviews = faults.straight_line(interviews, questions, f"I{101 + position}")
        interviews = faults.slip(interviews, questions, plan.OUT_OF_RANGE, rng)
    else:
        interviews = faults.send_twice(interviews, questions, plan.DUPLICATES, rng)
    return _in_order(faults.add_refusals(interviews, plan.NO_CONSENT[wave], rng))


def _minds(people: People, questions: Questions, rng: np.random.Generator) -> tuple[Minds, Minds]:
    before = draw_minds(len(people), questions, rng)
    return before, later_minds(before, questions, rng)


def simulate_demo(seed: int, study: Study) -> Simulated:
    """Both waves of the demo study, for any `seed`; equal seeds give equal waves.

    The study must be shaped like the demo's: two waves, two indices by the nested summary rule, communities as in
    `plan`, treated ones declared in the design. Effects are exact in expectation for the weighted population, in SD of
    the scored index (see `calibrated_shifts`); who drops out does not depend on answers or on the programme.
    """
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(8)]
    questions = parse_questions(study)
    communities = communities_table(study)
    sizes = plan.PEOPLE_PER_COMMUNITY + streams[0].integers(-6, 7, len(communities))
    people = draw_people(communities, np.ceil(sizes * plan.POOL).astype(np.int64), streams[0])
    sample = _sample(people, sizes, streams[1])
    minds = _minds(people, questions, streams[2])
    places = _shared(people, streams[3:5])
    places[plan.ENDLINE] = places[plan.ENDLINE] + _effects(people, calibrated_shifts(study, questions))
    waves = {}
    for wave, met in enumerate(sample.met):
        rng = streams[5 + wave]
        codes = answer(people, questions, minds[wave], places[wave], wave)[met]
        about = describe(people, wave, met, sample.again, rng)
        reasons = np.full(codes.shape, ANSWERED, dtype=np.int8)
        interviews = _with_faults(Interviews(about, codes, reasons), questions, wave, rng)
        declared = study.waves[wave]
        waves[declared.name] = encode(interviews, questions, study, declared)
    return Simulated(waves, truth_table(study))
