"""Items of the synthetic demo for ordinal.R: python tests/reference/ordinal/make_input.py PANEL

PANEL is panel.parquet of a run of `tamasuk demo`. Writes demo_items.csv: the headline items of the dimensions that are
not formative, answers turned towards cohesion and numbered from 0, and the groups invariance is asked over.
"""

import sys
from pathlib import Path

import pandas as pd

from flows.store.files import read_study

HERE = Path(__file__).parent
ROOT = HERE.parents[2]


def main(path: str) -> None:
    study = read_study(ROOT / "data" / "raw" / "demo")
    panel = pd.read_parquet(path)
    table = panel[["group", "sex", "governorate"]].copy()
    table.insert(0, "wave_arm", panel["wave"].astype(str) + " " + panel["arm"])
    for index in study.indices:
        for item in study.items(index):
            if item.dimension in index.formative:
                continue
            low, high = study.limits(item)
            answers = panel[item.name] - low if item.direction == "+" else high - panel[item.name]
            table[item.name] = answers.astype("Int64")
    table.to_csv(HERE / "demo_items.csv", index=False)


main(sys.argv[1])
