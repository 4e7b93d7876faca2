"""Ordered answers drawn from one factor with known numbers."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest

CUTS = (-1.0, 0.0, 0.9)


@pytest.fixture(scope="session")
def drawn() -> Callable[..., pd.DataFrame]:
    """Answers x0, x1, ... of n people to items with these loadings; their factor has this mean and SD."""

    def draw(
        n: int,
        seed: int,
        loadings: Sequence[float],
        *,
        cuts: Sequence[Sequence[float]] | None = None,
        mean: float | np.ndarray = 0.0,
        sd: float = 1.0,
    ) -> pd.DataFrame:
        rng = np.random.default_rng(seed)
        factor = mean + sd * rng.normal(size=n)
        columns = {}
        for at, loading in enumerate(loadings):
            latent = loading * factor + np.sqrt(1 - loading**2) * rng.normal(size=n)
            columns[f"x{at}"] = np.searchsorted(cuts[at] if cuts else CUTS, latent).astype(float)
        return pd.DataFrame(columns)

    return draw
