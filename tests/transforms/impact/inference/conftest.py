"""Regressions of the reference surveys, as moments of clusters."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from transforms.impact.cells.compression import ClusterMoments, Floats
from transforms.impact.cells.working_model import WorkingMoments

REFERENCE = Path(__file__).resolve().parents[3] / "reference" / "inference"

Moments = tuple[ClusterMoments, WorkingMoments]
RowMoments = Callable[..., Moments]


def row_moments(x: Floats, y: Floats, cluster: Any, weight: Floats | None = None) -> Moments:
    """Moments straight from rows: x [n, p], y [n, m], cluster [n], weight [n]."""
    weight = np.ones(len(x)) if weight is None else weight
    codes = pd.factorize(np.asarray(cluster), sort=True)[0]
    parts = []
    for g in range(codes.max() + 1):
        at = codes == g
        xg, yg, wg = x[at], y[at], weight[at]
        weighted, squared = (xg.T * wg, xg.T * wg**2)
        parts.append((weighted @ xg, weighted @ yg, wg @ yg**2, at.sum(), xg.T @ xg, squared @ xg, xg.T @ yg))
    xwx, xwy, ywy, rows, xx, xwwx, xy = (np.array(values) for values in zip(*parts, strict=True))
    return ClusterMoments(xwx, xwy, ywy, rows), WorkingMoments(xx, xwwx, xy)


@pytest.fixture(scope="session")
def from_rows() -> RowMoments:
    return row_moments


@pytest.fixture(scope="session")
def survey() -> Callable[[str], pd.DataFrame]:
    return lambda name: pd.read_csv(REFERENCE / f"{name}.csv")


@pytest.fixture(scope="session")
def survey_moments(survey: Callable[[str], pd.DataFrame]) -> Callable[[str, bool], Moments]:
    """Moments of a synthetic survey of tests/reference/inference, with or without its weights."""
    return lambda name, weighted: frame_moments(survey(name), weighted)


def frame_moments(frame: pd.DataFrame, weighted: bool) -> Moments:
    x = frame.filter(regex=r"^x\d").to_numpy(dtype=float)
    weight = frame["weight"].to_numpy(dtype=float) if weighted else None
    return row_moments(x, frame[["y"]].to_numpy(dtype=float), frame["cluster"], weight)


@pytest.fixture(scope="session")
def schools(shared_data: Path) -> Callable[[str], pd.DataFrame]:
    """The api data as the reference script arranges them."""

    def read(name: str) -> pd.DataFrame:
        raw = pd.read_csv(shared_data / "references" / f"{name}.csv")
        columns = {"x1": 1.0, "x2": raw.stype == "H", "x3": raw.stype == "M", "x4": raw.ell, "x5": raw.meals}
        if name == "apiclus1":
            columns = {"x1": 1.0, "x2": raw.ell, "x3": raw.meals}
        return pd.DataFrame({"cluster": raw.dnum, "weight": raw.pw, "y": raw.api00} | columns)

    return read


@pytest.fixture(scope="session")
def reference() -> dict[str, Any]:
    """What R printed."""
    found: dict[str, Any] = json.loads((REFERENCE / "inference.json").read_text())
    return found


@pytest.fixture(scope="session")
def bootstrap_reference() -> dict[str, Any]:
    """What wildboottest printed."""
    found: dict[str, Any] = json.loads((REFERENCE / "wildboottest.json").read_text())
    return found
