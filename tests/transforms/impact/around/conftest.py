"""A panel study with background variables, and its rows, for the tests of what surrounds an estimate."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from transforms.impact.estimate import Estimate
from transforms.study import Study, StudySettings
from transforms.study.columns import COMPARISON, DESIGN_COLUMNS, TREATED
from transforms.study.instrument import Choice, Codebook, Scale, Variable
from transforms.study.settings import Text

WAVES = ("before", "after")


def _variable(name: str, **more: object) -> Variable:
    text = Text(en=name)
    columns = dict.fromkeys(WAVES, "x")
    basic = {"name": name, "type": "category", "label": text, "text": text, "columns": columns}
    return Variable.model_validate(basic | more)


def _scale(name: str, labels: tuple[str, ...]) -> Scale:
    return Scale(
        name=name, choices=tuple(Choice(code=float(at), label=Text(en=word)) for at, word in enumerate(labels))
    )


def _codebook() -> Codebook:
    item = {"type": "item", "role": "headline", "index": "trust", "dimension": "one", "scale": "s"}
    many = tuple(f"v{at}" for at in range(13))
    variables = (
        _variable("item", **item),
        _variable("place"),
        _variable("village"),
        _variable("origin", scale="origins"),
        _variable("sex", scale="sexes"),
        _variable("age", type="number"),
        _variable("work", scale="works"),
        _variable("list", scale="many"),
        _variable("words", type="text"),
        _variable("later", type="number", columns={"after": "x"}),
        _variable("weather", type="number", role="secondary"),
    )
    scales = (
        _scale("origins", ("host", "displaced")),
        _scale("sexes", ("f", "m")),
        _scale("works", ("no", "some", "all")),
    )
    return Codebook(variables=variables, scales=(Scale(name="s", low=1, high=5), *scales, _scale("many", many)))


@pytest.fixture(scope="session")
def study_of() -> Callable[..., Study]:
    """A study with one index, `trust`, over two waves; further settings of the design and the effects."""

    def make(
        design: dict[str, object] | None = None, effects: dict[str, object] | None = None, **more: object
    ) -> Study:
        treatment = {"variable": "village", "values": ["x"]}
        named = {"respondent": "person", "governorate": "place", "cluster": "village", "group": "origin", "sex": "sex"}
        settings: dict[str, object] = {
            "id": "study",
            "title": "A study",
            "question": "Does it work?",
            "waves": [{"name": wave, "file": f"{wave}.csv"} for wave in WAVES],
            "design": {"kind": "panel", "treatment": treatment, **named, **(design or {})},
            "indices": [{"name": "trust"}],
            "effects": effects or {},
        }
        return Study(settings=StudySettings.model_validate(settings | more), codebook=_codebook())

    return make


@pytest.fixture(scope="session")
def draw_panel() -> Callable[..., pd.DataFrame]:
    """People of 2 governorates x 12 villages, half treated, asked twice; a share is lost from the later wave.

    anew: whether `weather` and `age` differ between a person's answers.
    """

    def draw(
        seed: int = 1, people: int = 20, effect: float = 0.3, lost: float = 0.15, anew: bool = False
    ) -> pd.DataFrame:
        rng = np.random.default_rng(seed)
        place, village, _ = (code.ravel() for code in np.indices((2, 12, people)))
        n, treated = place.size, village % 2
        age = rng.normal(40, 12, n).round()
        before = rng.normal(0, 0.2, (2, 12))[place, village] + rng.normal(0, 1, n)
        drift = rng.normal(0, 0.1, (2, 12))[place, village]
        after = 0.5 * before + 0.01 * age + drift + effect * treated + rng.normal(0, 1, n)
        everyone = pd.DataFrame(
            {
                "respondent": [f"p{row}" for row in range(n)],
                "governorate": np.array(["A", "B"])[place],
                "cluster": [f"v{v}" for v in village],
                "arm": np.where(treated == 1, TREATED, COMPARISON),
                "weight": rng.uniform(0.5, 2.0, n).round(3),
                "sex": rng.choice(["f", "m"], n),
                "group": rng.choice(["host", "displaced"], n, p=[0.7, 0.3]),
                "age": age,
                "work": np.where(rng.uniform(size=n) < 0.1, np.nan, rng.integers(0, 3, n)),
                "weather": rng.normal(0, 2, n),
            }
        )
        found = rng.uniform(size=n) >= lost
        later = everyone.assign(wave="after", trust=after)
        if anew:
            later = later.assign(weather=rng.normal(0, 2, n), age=age + rng.integers(1, 4, n))
        waves = [everyone.assign(wave="before", trust=before), later[found]]
        frame = pd.concat(waves, ignore_index=True)
        frame["wave"] = pd.Categorical(frame["wave"], categories=list(WAVES), ordered=True)
        frame = frame.assign(strata="all", psu=frame["cluster"], fpc=np.nan, file_row=np.arange(len(frame)) + 2)
        missing = {name: None for name in DESIGN_COLUMNS if name not in frame}
        return frame.assign(**missing)

    return draw


@pytest.fixture(scope="session")
def row_of() -> Callable[..., Estimate]:
    """A pooled effect on `trust` with what is given."""

    def make(**more: object) -> Estimate:
        fixed = ("trust", "did", "treated x post", "after", "pooled", "all")
        known: dict[str, object] = {"unit": "sd", "status": "ok"}
        return Estimate(*fixed, **(known | more))  # type: ignore[arg-type]  # a table of test values

    return make
