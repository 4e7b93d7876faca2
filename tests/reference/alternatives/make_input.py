"""Write the inputs of `alternatives.R`: items with gaps and weights, and estimates of imputed data sets.

Run it in any folder of the project: `python tests/reference/alternatives/make_input.py`.
"""

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent


def main() -> None:
    """Ten items of one factor: `items.csv`; estimates with variances: `estimates.csv`; items with gaps: `gaps.csv`."""
    rng = np.random.default_rng(20260401)
    factor = rng.standard_normal((400, 1))
    loadings = np.linspace(0.3, 0.9, 10)
    latent = factor * loadings + rng.standard_normal((400, 10)) * np.sqrt(1 - loadings**2)
    items = pd.DataFrame(np.clip(np.round(latent * 1.2 + 2.3), 0, 4), columns=[f"q{at}" for at in range(10)])
    weights = np.round(np.exp(rng.normal(0, 0.4, 400)), 4)
    items.assign(weight=weights).to_csv(HERE / "items.csv", index=False)
    found = pd.DataFrame(
        {"estimate": rng.normal(0.2, 0.03, 20).round(6), "variance": rng.uniform(0.004, 0.006, 20).round(6)}
    )
    found.to_csv(HERE / "estimates.csv", index=False)

    gaps = pd.DataFrame(latent[:300, 4:10], columns=[f"q{at}" for at in range(6)]).round(4)
    for at in range(1, 6):  # the better the first answer, the likelier a gap
        gaps.loc[rng.random(300) < 0.7 / (1 + np.exp(-2 * gaps["q0"])), f"q{at}"] = np.nan
    gaps.to_csv(HERE / "gaps.csv", index=False)


if __name__ == "__main__":
    main()
