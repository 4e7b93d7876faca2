"""The synthetic panel that R was given, as a study; and studies like it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from transforms.study import Study, StudySettings
from transforms.study.columns import COMPARISON, DESIGN_COLUMNS, TREATED
from transforms.study.instrument import Choice, Codebook, Scale, Variable
from transforms.study.settings import Text

PEOPLE = Path(__file__).resolve().parents[3] / "reference" / "rows" / "people.csv"
WAVES = ("before", "after")


def _scale(name: str, labels: tuple[str, ...], first: int = 0) -> Scale:
    choices = tuple(Choice(code=float(at), label=Text(en=word)) for at, word in enumerate(labels, start=first))
    return Scale(name=name, choices=choices)


def _codebook(waves: tuple[str, ...]) -> Codebook:
    def variable(name: str, **more: object) -> Variable:
        text = Text(en=name)
        basic = {"name": name, "type": "category", "label": text, "text": text, "columns": dict.fromkeys(waves, "x")}
        return Variable.model_validate(basic | more)

    item = {"type": "item", "role": "headline", "index": "score", "dimension": "one", "scale": "answers"}
    numbers = ("age", "same", "twice", "told", "empty")
    named = ("place", "village", "person", "sector")
    variables = [variable("item", **item), variable("work", scale="works")]
    variables += [variable(name, type="number") for name in numbers] + [variable(name) for name in named]
    scales = (_scale("answers", ("never", "rarely", "often", "always"), 1), _scale("works", ("no", "some", "all")))
    return Codebook(variables=tuple(variables), scales=scales)


@pytest.fixture(scope="session")
def study_of() -> Callable[..., Study]:
    """A study with one index, `score`; further settings of the design and the effects, and the waves."""

    def make(
        design: dict[str, object] | None = None,
        effects: dict[str, object] | None = None,
        waves: tuple[str, ...] = WAVES,
        **more: object,
    ) -> Study:
        named = {"respondent": "person", "governorate": "place", "cluster": "village", "strata": "sector"}
        treatment = {"variable": "village", "values": ["x"], "randomised": True}
        settings: dict[str, object] = {
            "id": "study",
            "title": "A study",
            "question": "Does it work?",
            "waves": [{"name": wave, "file": f"{wave}.csv"} for wave in waves],
            "design": {"kind": "panel", "treatment": treatment, **named, **(design or {})},
            "indices": [{"name": "score"}],
            "effects": {"draws": 999, "dimensions": False, "groups": (), **(effects or {})},
        }
        return Study(settings=StudySettings.model_validate(settings | more), codebook=_codebook(waves))

    return make


@pytest.fixture(scope="session")
def as_scores() -> Callable[..., pd.DataFrame]:
    """A frame of person, place, village, stratum, treated, post, weight and more as `measure` leaves one."""

    def make(frame: pd.DataFrame, waves: tuple[str, ...] = WAVES) -> pd.DataFrame:
        found = frame.assign(
            respondent=frame["person"].astype(str),
            governorate=frame["place"],
            cluster=frame["village"].astype(str),
            strata=frame["stratum"],
            arm=np.where(frame["treated"] == 1, TREATED, COMPARISON),
            wave=pd.Categorical(np.array(waves)[frame["post"]], categories=list(waves), ordered=True),
            psu=frame["village"].astype(str),
        )
        return found.assign(**{name: None for name in DESIGN_COLUMNS if name not in found})

    return make


@pytest.fixture(scope="session")
def people(as_scores: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    """The panel R was given."""
    return as_scores(pd.read_csv(PEOPLE))


@pytest.fixture(scope="session")
def draw_people(as_scores: Callable[..., pd.DataFrame]) -> Callable[..., pd.DataFrame]:
    """A panel of villages in one place, half of them treated, whose effect is `effect` and whose trend is 0.1.

    correlation: of a respondent's two scores within villages. `own` is what lasts in a respondent.
    """

    def draw(
        seed: int, villages: int = 12, size: int = 20, effect: float = 0.3, correlation: float = 0.5
    ) -> pd.DataFrame:
        rng = np.random.default_rng(seed)
        village = np.repeat(np.arange(villages), size)
        n, treated = village.size, village % 2
        own = np.sqrt(correlation) * rng.normal(size=n) + rng.normal(0, 0.2, villages)[village]
        age = rng.normal(size=n)
        frame = pd.DataFrame({"person": np.arange(n), "place": "A", "village": village, "stratum": "all"})
        frame = frame.assign(treated=treated, age=age, own=own, weight=rng.uniform(0.5, 2.0, n))
        waves = []
        for post in (0, 1):
            shock = rng.normal(0, 0.15, villages)[village]
            noise = np.sqrt(1 - correlation) * rng.normal(size=n)
            waves.append(
                frame.assign(post=post, score=own + shock + noise + post * (0.1 + 0.2 * age + effect * treated))
            )
        return as_scores(pd.concat(waves, ignore_index=True))

    return draw
