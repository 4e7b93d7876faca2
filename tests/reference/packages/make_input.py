"""Scores of the demo study (synthetic) for `packages.R`, as a run leaves them.

Run in this folder after `make demo`: python make_input.py ../../../data/processed/demo/latest/scores.parquet
"""

import sys

import pandas as pd

KEPT = ["wave", "governorate", "cluster", "arm", "strata", "psu", "weight", "group", "sex", "vertical", "horizontal"]
DIGITS = 6

scores = pd.read_parquet(sys.argv[1])[KEPT]
scores.round({"weight": DIGITS, "vertical": DIGITS, "horizontal": DIGITS}).to_csv("demo.csv", index=False)
