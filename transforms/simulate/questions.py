"""The questions of a study as a table of positions and thresholds, and the answers people give to them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.simulate import plan
from transforms.simulate.people import Flags, Integers, Numbers, People
from transforms.study import Study, Variable

Matrix = NDArray[np.float64]  # two axes

FIRST_CENTRE = (
    -1.22
)  # the first question is the one nearly everyone agrees to: about 80 % in the upper two of five answers
CENTRES = (-0.75, 0.05)  # the others lie evenly between these
SHARE_ASKED = {"secondary": 0.40, "exposure": 0.95, "quality": 1.90}  # centre of yes/no questions by role
WIDTH, WIDE = 2.25, 3.2  # distance from the first to the last threshold; of scales of more than five answers
GOLDEN = 0.618033988749895  # its multiples, modulo 1, spread evenly
CAMPAIGN_SEEN = 0.9  # how much more those in treated communities say, at endline, that they saw the programme


@dataclass(frozen=True)
class Questions:
    """The items of a codebook, one entry each, in codebook order."""

    names: tuple[str, ...]
    index: Integers  # position of the index
    side: Integers  # position of the dimension, counted over all indices
    codes: tuple[Numbers, ...]  # answers from the least to the most cohesive
    thresholds: tuple[Numbers, ...]
    attitude: Flags  # moved by what a person thinks; else by what was seen
    exposure: Flags
    sensitive: Flags
    asked_of: tuple[str, ...]
    headline: Flags

    def __len__(self) -> int:
        return len(self.names)

    def only_headline(self) -> "Questions":
        """The questions that make the indices."""
        keep = np.flatnonzero(self.headline)
        return Questions(
            names=tuple(self.names[i] for i in keep),
            index=self.index[keep],
            side=self.side[keep],
            codes=tuple(self.codes[i] for i in keep),
            thresholds=tuple(self.thresholds[i] for i in keep),
            attitude=self.attitude[keep],
            exposure=self.exposure[keep],
            sensitive=self.sensitive[keep],
            asked_of=tuple(self.asked_of[i] for i in keep),
            headline=self.headline[keep],
        )


def _centre(variable: Variable, position: int, count: int) -> float:
    if position == 0:
        return FIRST_CENTRE
    if count == 2 or variable.role not in ("headline", "secondary"):
        return SHARE_ASKED.get(variable.role, SHARE_ASKED["secondary"])
    return CENTRES[0] + (CENTRES[1] - CENTRES[0]) * (position * GOLDEN % 1)


def _thresholds(variable: Variable, position: int, count: int) -> Numbers:
    width = 0.0 if count == 2 else WIDTH if count <= 5 else WIDE
    return np.asarray(_centre(variable, position, count) + np.linspace(-width / 2, width / 2, count - 1))


def parse_questions(study: Study) -> Questions:
    """The study's items. Every item needs a scale of numbers and an index of the study."""
    items = [variable for variable in study.codebook.variables if variable.type == "item"]
    indices = [index.name for index in study.indices]
    sides = list(dict.fromkeys((item.index, item.dimension) for item in items))
    codes, thresholds = [], []
    for position, item in enumerate(items):
        numbers = sorted(float(code) for code in study.codebook.values_of(item.name))
        codes.append(np.array(numbers if item.direction == "+" else numbers[::-1]))
        thresholds.append(_thresholds(item, position, len(numbers)))
    return Questions(
        names=tuple(item.name for item in items),
        index=np.array([indices.index(item.index or "") for item in items]),
        side=np.array([sides.index((item.index, item.dimension)) for item in items]),
        codes=tuple(codes),
        thresholds=tuple(thresholds),
        attitude=np.array([item.role in ("headline", "secondary") for item in items]),
        exposure=np.array([item.role == "exposure" for item in items]),
        sensitive=np.array([item.sensitive for item in items]),
        asked_of=tuple(item.asked_of for item in items),
        headline=np.array([item.role == "headline" for item in items]),
    )


@dataclass(frozen=True)
class Minds:
    """Standard normal parts of what each person thinks: of a subject, of one side of it, of one question."""

    subject: Matrix  # people x indices
    side: Matrix  # people x dimensions
    question: Matrix  # people x questions


def draw_minds(count: int, questions: Questions, rng: np.random.Generator) -> Minds:
    """Minds of `count` people at baseline."""
    subject = rng.standard_normal((count, int(questions.index.max()) + 1))
    common = rng.standard_normal((count, 1))
    subject = np.sqrt(1 - plan.SUBJECTS_CORRELATE) * subject + np.sqrt(plan.SUBJECTS_CORRELATE) * common
    side = rng.standard_normal((count, int(questions.side.max()) + 1))
    return Minds(subject, side, rng.standard_normal((count, len(questions))))


def later_minds(minds: Minds, questions: Questions, rng: np.random.Generator) -> Minds:
    """The same people at endline: alike, not the same."""
    fresh = draw_minds(len(minds.subject), questions, rng)

    def mixed(before: Matrix, new: Matrix, lasts: float) -> Matrix:
        return np.asarray(lasts * before + np.sqrt(1 - lasts**2) * new)

    return Minds(
        mixed(minds.subject, fresh.subject, plan.PERSON_LASTS),
        mixed(minds.side, fresh.side, plan.PERSON_LASTS),
        mixed(minds.question, fresh.question, plan.QUESTION_LASTS),
    )


def latent_means(kinds: tuple[Integers, Integers, Integers, Integers], wave: int) -> Matrix:
    """Mean of the latent scale without the programme, people x indices.

    `kinds` are governorate, group, sex and age band, as positions.
    """
    governorate, group, sex, band = kinds
    level = plan.LEVEL + (plan.TREND if wave == plan.ENDLINE else 0.0)
    total = level[:, governorate] + plan.GROUP_LEVEL[:, group] + plan.SEX_LEVEL[:, sex] + plan.AGE_LEVEL[:, band]
    return np.asarray(total.T)


def answer(people: People, questions: Questions, minds: Minds, place: Matrix, wave: int) -> Matrix:
    """Codes people answer, people x questions; `place` is what is added on the latent scale, people x indices.

    `place` holds what people share with their community and interviewer and, at endline, what the programme changed.
    An answer is the category its latent value falls in; that value has variance 1 within kind of person when `place`
    has variance COMMUNITY + COMMUNITY_WAVE + INTERVIEWER.
    """
    own = 1 - plan.PERSON - plan.DIMENSION - plan.COMMUNITY - plan.COMMUNITY_WAVE - plan.INTERVIEWER
    kinds = (people.governorate, people.group, people.sex, people.age_band)
    subject = latent_means(kinds, wave) + np.sqrt(plan.PERSON) * minds.subject + place
    seen = CAMPAIGN_SEEN * (people.treated & (wave == plan.ENDLINE))
    codes = np.empty((len(people), len(questions)))
    for question in range(len(questions)):
        latent = minds.question[:, question]
        if questions.attitude[question]:
            latent = subject[:, questions.index[question]] + np.sqrt(own) * latent
            latent = latent + np.sqrt(plan.DIMENSION) * minds.side[:, questions.side[question]]
        elif questions.exposure[question]:
            latent = latent + seen
        codes[:, question] = questions.codes[question][np.searchsorted(questions.thresholds[question], latent)]
    return codes
