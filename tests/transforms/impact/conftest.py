"""Studies and scores for the tests of effects, built without files."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from transforms.study import Study, StudySettings
from transforms.study.columns import COMPARISON, DESIGN_COLUMNS, EVERYONE, TREATED
from transforms.study.instrument import Choice, Codebook, Scale, Variable
from transforms.study.settings import Text

MakeStudy = Callable[..., Study]
MakeScores = Callable[..., pd.DataFrame]


def _variable(name: str, **more: object) -> Variable:
    text = Text(en=name)
    return Variable.model_validate(
        {"name": name, "type": "category", "label": text, "text": text, "columns": {}} | more
    )


def _codebook(waves: tuple[str, ...], dimensions: tuple[str, ...]) -> Codebook:
    columns = dict.fromkeys(waves, "x")
    groups = tuple(Choice(code=float(at), label=Text(en=name)) for at, name in enumerate(("host", "displaced")))
    items = [
        _variable(f"item_{at}", type="item", role="headline", index="trust", dimension=name, columns=columns, scale="s")
        for at, name in enumerate(dimensions)
    ]
    design = [_variable("place"), _variable("village"), _variable("origin", scale="origins"), _variable("sex")]
    scales = (Scale(name="s", low=1, high=5), Scale(name="origins", choices=groups))
    return Codebook(variables=(*items, *design), scales=scales)


@pytest.fixture(scope="session")
def make_study() -> MakeStudy:
    """A study with one index, `trust`."""

    def make(
        waves: tuple[str, ...] = ("before", "after"),
        treated: str | None = "village",
        dimensions: tuple[str, ...] = ("one",),
        rule: str = "summary",
        first_wave: str | None = None,
        **more: dict[str, object],
    ) -> Study:
        design: dict[str, object] = {"governorate": "place", "cluster": "village", **more.get("design", {})}
        if treated:
            design["treatment"] = {"variable": treated, "values": ["x"], "first_wave": first_wave}
        settings = StudySettings.model_validate(
            {
                "id": "study",
                "title": "A study",
                "question": "Does it work?",
                "waves": [{"name": wave, "file": f"{wave}.csv"} for wave in waves],
                "design": design,
                "indices": [{"name": "trust", "rule": rule}],
                "effects": more.get("effects", {}),
            }
        )
        return Study(settings=settings, codebook=_codebook(waves, dimensions))

    return make


@pytest.fixture(scope="session")
def make_scores() -> MakeScores:
    """Scores as `measure` leaves them: design columns filled with what is declared by default, then outcomes."""

    def make(columns: dict[str, object], waves: tuple[str, ...] = ("before", "after")) -> pd.DataFrame:
        frame = pd.DataFrame(columns)
        defaults: dict[str, object] = {
            "respondent": [f"r{row}" for row in range(len(frame))],
            "file_row": np.arange(2, len(frame) + 2),
            "governorate": "A",
            "arm": EVERYONE,
            "strata": "all",
            "weight": 1.0,
            "fpc": np.nan,
        }
        for name in DESIGN_COLUMNS:
            if name not in frame:
                frame[name] = frame["cluster"] if name == "psu" and "cluster" in frame else defaults.get(name)
        frame["wave"] = pd.Categorical(frame["wave"], categories=list(waves), ordered=True)
        outcomes = [name for name in frame.columns if name not in DESIGN_COLUMNS]
        return frame[[*DESIGN_COLUMNS, *outcomes]]

    return make


@pytest.fixture(scope="session")
def draw_scores(make_scores: MakeScores) -> MakeScores:
    """A synthetic study: governorates x clusters (half treated) x waves x respondents with known effects."""

    def draw(
        seed: int,
        effects: dict[str, float],
        clusters: int = 12,
        respondents: int = 20,
        waves: tuple[str, ...] = ("before", "after"),
        outcomes: tuple[str, ...] = ("trust",),
    ) -> pd.DataFrame:
        rng = np.random.default_rng(seed)
        shape = (len(effects), clusters, len(waves), respondents)
        place, cluster, wave, _ = (code.ravel() for code in np.indices(shape))
        treated = cluster % 2
        names = np.array(list(effects))[place]
        true = np.array(list(effects.values()))[place] * treated * (wave > 0)
        columns: dict[str, object] = {
            "governorate": names,
            "wave": np.array(waves)[wave],
            "cluster": [f"c{c}" for c in cluster],
            "arm": np.where(treated == 1, TREATED, COMPARISON),
            "strata": np.where(cluster < clusters // 2, "north", "south"),
            "group": rng.choice(["host", "displaced"], place.size),
            "sex": rng.choice(["f", "m"], place.size),
            "weight": rng.uniform(0.5, 2.0, place.size),
        }
        for name in outcomes:
            shock = rng.normal(0, 0.2, (len(effects), clusters))[place, cluster]
            shock += rng.normal(0, 0.1, (len(effects), clusters, len(waves)))[place, cluster, wave]
            columns[name] = true + 0.1 * wave + shock + rng.normal(0, 1, place.size)
        return make_scores(columns, waves)

    return draw
