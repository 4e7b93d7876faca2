"""Invented panels of two waves in two places and arms: lost, found and new of each, and a reader who calculates."""

from dataclasses import replace

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from transforms.present.disclosure import ALL
from transforms.present.results import Results
from transforms.present.return_cells import FOUND, LOST, NEW

PLACES, ARMS = ("Irbid", "Amman"), ("treated", "comparison")
Counts = list[tuple[int, int, int]]  # lost, found and new of Irbid's and Amman's treated, then of those compared


def panel_of(counts: Counts) -> dict[tuple[str, str], tuple[int, int, int]]:
    return dict(zip(((place, arm) for arm in ARMS for place in PLACES), counts, strict=True))


def tables(results: Results, counts: Counts) -> Results:
    """Respondents, retention and losses of a panel of two waves."""
    cells = panel_of(counts)
    people = [
        (wave, place, arm, "Jordanian", lost + found if wave == "before" else found + new)
        for (place, arm), (lost, found, new) in cells.items()
        for wave in ("before", "after")
    ]
    retention, losses = [], []
    for arm in ARMS:
        lost, found, new = np.sum([cells[place, arm] for place in PLACES], axis=0)
        retention += [("before", arm, lost + found, lost + found), ("after", arm, found + new, found)]
    for place in (ALL, *PLACES):
        for arm in (ALL, *ARMS):
            mine = [key for key in cells if place in (ALL, key[0]) and arm in (ALL, key[1])]
            lost, found, _ = np.sum([cells[key] for key in mine], axis=0)
            share = lost / (lost + found) if lost + found else np.nan
            losses.append(("after", place, arm, found, lost + found, lost, share, share))
    participants = replace(
        results.participants,
        respondents=pd.DataFrame(people, columns=["wave", "governorate", "arm", "group", "n"]),
        retention=pd.DataFrame(retention, columns=["wave", "arm", "n", "again"]),
    )
    names = ["wave", "governorate", "arm", "n", "of_baseline", "lost", "share_lost", "weighted_share_lost"]
    return replace(results, participants=participants, tables={"attrition": pd.DataFrame(losses, columns=names)})


numbers = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 60), st.integers(0, 25)), min_size=4, max_size=4)
KEYS = [(place, arm, what) for arm in ARMS for place in PLACES for what in (LOST, FOUND, NEW)]
CELLS = [(place, arm) for place in (ALL, *PLACES) for arm in (ALL, *ARMS)]


def mask(place: str, arm: str, *whats: str) -> np.ndarray:
    return np.array([place in (ALL, p) and arm in (ALL, a) and what in whats for p, a, what in KEYS], dtype=float)


def truth_of(counts: Counts) -> np.ndarray:
    """The counts in the order of a mask."""
    return np.array([number for three in counts for number in three], dtype=float)


def hidden_range(rows: list[np.ndarray], truth: np.ndarray, mask: np.ndarray) -> tuple[int, int]:
    """Lowest and highest count that agrees with everything told."""
    told = np.array(rows)
    limits = LinearConstraint(told, told @ truth, told @ truth)
    ends = [
        milp(sign * mask, constraints=limits, integrality=np.ones(len(mask)), bounds=Bounds(0, 999)).fun * sign
        for sign in (1, -1)
    ]
    return round(ends[0]), round(ends[1])
