"""Monte Carlo of the power command: is the smallest effect it promises found in 80 % of studies like that?

    python tests/benchmarks/power_check.py [STUDIES]

simulates STUDIES studies (1,000) of every design with an effect as large as `detectable_before` says, tests it as the
ladder does, and prints the share of studies whose p-value is at most 5 %, with its Monte-Carlo error.
"""

import sys
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from transforms.impact.around.power import Assumptions, detectable_before
from transforms.impact.effects.study_effects import estimate_effects
from transforms.study import Study, StudySettings
from transforms.study.columns import COMPARISON, DESIGN_COLUMNS, TREATED
from transforms.study.instrument import Codebook

WAVES = ("before", "after")


@dataclass(frozen=True)
class Design:
    """`places` governorates that share the clusters of `assumed` evenly; `draws` of the bootstrap."""

    name: str
    assumed: Assumptions
    draws: int = 999

    @property
    def panel(self) -> bool:
        return self.assumed.respondent_correlation > 0


def designs() -> list[Design]:
    """Those of the programme, pooled and in one governorate, and how they change."""
    pooled = Assumptions(18, 18, 30, respondent_correlation=0.5, places=3)
    one = Assumptions(6, 6, 30, respondent_correlation=0.5)
    return [
        Design("36 in 3 places, panel", pooled),
        Design("36 in 3 places, fresh people", Assumptions(18, 18, 30, places=3)),
        Design("36 in 1 place, icc 0.20, 15 each", Assumptions(18, 18, 15, icc=0.2)),
        Design("24, 8 treated", Assumptions(8, 16, 30, respondent_correlation=0.5)),
        Design("12, panel", one),
        Design("12, fresh people", Assumptions(6, 6, 30)),
        Design("12, icc 0.20, correlation 0.3", Assumptions(6, 6, 30, icc=0.2, cluster_correlation=0.3)),
        Design("8, panel", Assumptions(4, 4, 30, respondent_correlation=0.5)),
        Design("9, 3 treated (randomisation)", Assumptions(3, 6, 30, respondent_correlation=0.5)),
    ]


def study_of(design: Design) -> Study:
    """A study of one index that asks for one effect."""
    settings = {
        "id": "power",
        "title": "Power",
        "question": "Is it found?",
        "waves": [{"name": wave, "file": f"{wave}.csv"} for wave in WAVES],
        "design": {
            "kind": "panel" if design.panel else "cross-sections",
            "respondent": "respondent",
            "cluster": "village",
            "treatment": {"variable": "village", "values": ["x"], "randomised": True},
        },
        "indices": [{"name": "trust"}],
        "effects": {"dimensions": False, "groups": [], "secondary": False, "draws": design.draws},
    }
    return Study(settings=StudySettings.model_validate(settings), codebook=Codebook(variables=()))


def draw(design: Design, effect: float, rng: np.random.Generator) -> pd.DataFrame:
    """Scores of one study: clusters, clusters in a wave, respondents, answers, each with the share assumed."""
    assumed = design.assumed
    arms = np.repeat([1, 0], [assumed.clusters_treated, assumed.clusters_comparison])
    size, clusters = round(assumed.per_cluster), arms.size
    place = np.r_[np.arange(assumed.clusters_treated), np.arange(assumed.clusters_comparison)] % assumed.places
    lasting, stays = assumed.cluster_correlation, assumed.respondent_correlation
    level = np.sqrt(lasting) * rng.normal(size=clusters) + np.sqrt(1 - lasting) * rng.normal(size=(2, clusters))
    own = np.sqrt(stays) * rng.normal(size=(clusters, size)) + np.sqrt(1 - stays) * rng.normal(size=(2, clusters, size))
    score = np.sqrt(assumed.icc) * level[:, :, None] + np.sqrt(1 - assumed.icc) * own
    score[1] += effect * arms[:, None]
    village = np.repeat(np.arange(clusters), size)
    person = np.arange(village.size)
    frames = [
        pd.DataFrame(
            {
                "respondent": [f"p{n}" for n in (person if design.panel or not wave else person + village.size)],
                "wave": name,
                "governorate": np.array([f"g{n}" for n in place])[village],
                "cluster": np.array([f"v{n}" for n in range(clusters)])[village],
                "arm": np.where(arms[village] == 1, TREATED, COMPARISON),
                "weight": 1.0,
                "trust": score[wave].ravel(),
            }
        )
        for wave, name in enumerate(WAVES)
    ]
    frame = pd.concat(frames, ignore_index=True)
    frame["wave"] = pd.Categorical(frame["wave"], WAVES, ordered=True)
    frame = frame.assign(strata="all", psu=frame["cluster"], fpc=np.nan, file_row=np.arange(len(frame)) + 2)
    return frame.assign(**{name: None for name in DESIGN_COLUMNS if name not in frame})


def share_found(design: Design, studies: int, seed: int = 1, times: float = 1.0) -> tuple[float, str]:
    """Share of studies in which the effect (all places together) is found at 5 %, and by which method.

    times: the effect, as a multiple of the smallest one that should be found; 0 gives the size of the test.
    """
    study, rng = study_of(design), np.random.default_rng(seed)
    effect, found, method = times * detectable_before(design.assumed), 0, ""
    for _ in range(studies):
        rows = estimate_effects(draw(design, effect, rng), study)
        row = next(row for row in rows if row.governorate == "pooled" and row.model == "did")
        found, method = found + (row.p_value <= design.assumed.alpha), row.method
    return found / studies, method


def main() -> None:
    """Print a line for every design."""
    studies = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for design in designs():
        begin = time.perf_counter()
        share, method = share_found(design, studies)
        error, seconds = np.sqrt(share * (1 - share) / studies), time.perf_counter() - begin
        effect = detectable_before(design.assumed)
        line = f"{design.name:<34} {method:<13} {effect:.3f} SD  found {share:.3f} (se {error:.3f})  {seconds:.0f} s"
        print(line, flush=True)  # noqa: T201 - a script


if __name__ == "__main__":
    main()
