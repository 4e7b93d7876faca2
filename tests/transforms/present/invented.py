"""Little invented studies, answers to them at random, and what a run finds in these."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from transforms.impact.description.levels import levels_table
from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import estimates_table
from transforms.measure import reliability
from transforms.measure.ceilings import ceiling_tables
from transforms.measure.distributions import distribution_table
from transforms.measure.key import make_key
from transforms.measure.score import score
from transforms.prepare.rows import RowCount, row_count_table
from transforms.present.participants import participant_tables
from transforms.present.results import Provenance, Results
from transforms.quality.problems import Problem, Verdict, problems_table
from transforms.study import Study
from transforms.study.columns import COMPARISON, EVERYONE, TREATED

SETTINGS = "\n" + (Path(__file__).parent / "little_study.toml").read_text(encoding="utf-8")
CODEBOOK = """
variable   | type       | label_en       | label_ar | text_en                  | text_ar | scale   | direction | index    | dimension | sensitive
respondent | identifier | Respondent     |          |                          |         |         |           |          |           |
place      | category   | Governorate    | المحافظة |                          |         | places  |           |          |           |
village    | category   | Village        |          |                          |         |         |           |          |           |
origin     | category   | Origin         |          |                          |         | origins |           |          |           |
sex        | category   | Sex            |          |                          |         | sexes   |           |          |           |
load       | number     | Weight         |          |                          |         |         |           |          |           |
near       | item       | Trust nearby   | ثقة      | Do you trust them?       | هل تثق؟ | agree   | +         | vertical | trust     |
far        | item       | Fear           |          | Do you fear them?        |         | agree   | -         | vertical | trust     | 1
fair       | item       | Fairness $5    |          | Are they fair, by {out}? |         | agree   | +         | vertical | justice   |
kind       | item       | Kindness       |          | Are they kind?           |         | agree   | +         | vertical | justice   |
warm       | item       | Warmth         |          | How warm do you feel?    |         | 0-10    | +         | warmth   | warmth    |
"""  # noqa: E501 - a table is read in columns
SCALES = """
scale   | code | label_en  | label_ar
places  | 1    | Irbid     | إربد
places  | 2    | Amman     | عمّان
origins | 1    | Jordanian | أردني
origins | 2    | Syrian    | سوري
sexes   | 1    | Women     | نساء
sexes   | 2    | Men       | رجال
agree   | 1    | Never     | أبداً
agree   | 2    | Rarely    | نادراً
agree   | 3    | Often     | غالباً
agree   | 4    | Always    | دائماً
"""
VERDICT = ("stage", "wave", "expectations", "failed")


def codebook(waves: list[str]) -> str:
    """The table above with a column for every wave, in which each variable has its own name."""
    head, *rows = CODEBOOK.strip().splitlines()
    lines = [f"{row} | {' | '.join([row.partition('|')[0].strip()] * len(waves))}" for row in rows]
    return "\n".join([f"{head} | {' | '.join(waves)}", *lines])


def invent_panel(study: Study, people: int = 360) -> pd.DataFrame:
    """A panel of `people` a wave in 2 governorates of 12 villages each, everybody answering at random."""
    rng = np.random.default_rng(7)
    frames = []
    for number, wave in enumerate(study.wave_names):
        village = np.arange(people) % 24
        treated = village % 2 == 0
        arm = np.where(treated, TREATED, COMPARISON) if study.design.treatment else np.full(people, EVERYONE)
        frame = pd.DataFrame(
            {
                "respondent": [f"r{(place + number * 60) % 1000}" for place in range(people)],
                "wave": wave,
                "file_row": np.arange(people) + 2,
                "governorate": np.where(village < 12, "Irbid", "Amman"),
                "community": [f"v{place}" for place in village],
                "cluster": [f"v{place}" for place in village],
                "arm": arm,
                "strata": "all",
                "psu": [f"v{place}" for place in village],
                "weight": rng.uniform(0.5, 2, people),
                "fpc": np.nan,
                "group": rng.choice(["Jordanian", "Syrian"], people),
                "sex": rng.choice(["Women", "Men"], people),
                "interviewer": None,
            }
        )
        lift = 0.5 * treated * number
        answers = {
            item: np.clip(np.round(rng.normal(2.5 + lift, 1, people)), 1, 4) for item in ("near", "fair", "kind")
        }
        far = np.clip(np.round(rng.normal(2.5, 1, people)), 1, 4)
        warm = np.clip(np.round(rng.normal(5 + lift, 2, people)), 0, 10)
        frames.append(frame.assign(**answers, far=far, warm=warm))
    panel = pd.concat(frames, ignore_index=True)
    return panel.assign(wave=pd.Categorical(panel["wave"], study.wave_names, ordered=True))


def invent_results(study: Study, panel: pd.DataFrame | None = None) -> Results:
    """What a run on an invented panel finds, with a few problems and row counts."""
    panel = invent_panel(study) if panel is None else panel
    scores = score(panel, key := make_key(panel, study))
    with pytest.MonkeyPatch.context() as patch:  # as if items had something in common: no factor is sought in noise
        patch.setattr(reliability, "_of_several", lambda covariances: [reliability.Omega(0.8)] * len(covariances))
        reliable = reliability.reliability_table(panel, study, ordinal=False)
    verdict = np.where(reliable["dimension"] == "all", "good", "flagged")
    last = study.wave_names[-1]
    problems = (
        Problem("out_of_range", "error", "wave", last, "near", 2, 360, "A. Manager, 2022", "set_missing"),
        Problem("out_of_range", "error", "wave", last, "fair", 3, 360, "A. Manager, 2022", "set_missing"),
        Problem("straight_lining", "warning", "wave", study.baseline.name, None, 12, 360),
        Problem("panel_link", "note", "panel", None, "sex", 1, 0),
        Problem("cluster_known", "note", "panel", None, None, 1, 360),
    )
    counts = [
        RowCount(study.baseline.name, "file", 0, 370, "rows_in_file"),
        RowCount(study.baseline.name, "consent", 10, 360, "rows_without_consent"),
        RowCount(last, "out_of_range", 0, 360, "answers_set_missing", 5),
    ]
    files = [
        {"wave": wave.name, "file": wave.file, "sha256": "0a" * 32, "rows": 370, "columns": 12, "reader": "text"}
        for wave in study.waves
    ]
    verdicts = [Verdict("wave", last, 30, 3, problems[:3]), Verdict("panel", None, 9, 2, problems[3:])]
    return Results(
        estimates=estimates_table(estimate_effects(scores, study)),
        levels=levels_table(scores, study),
        row_counts=row_count_table(counts),
        problems=problems_table(verdicts),
        verdicts=pd.DataFrame([{name: getattr(v, name) for name in VERDICT} for v in verdicts]),
        reliability=reliable.assign(omega=0.8, alpha=0.8, status="ok", verdict=verdict),
        distributions=distribution_table(panel, study),
        participants=participant_tables(panel, study),
        key=key,
        provenance=Provenance(pd.DataFrame(files), {"Python": "3.11"}, "0b" * 32, study.settings.seed, "5f1e"),
        tables=ceiling_tables(panel, scores, study),
    )
