"""Write the synthetic surveys of this folder: `python tests/reference/inference/make_input.py`.

Each is a small difference-in-differences with clusters of unequal size, strata x wave effects and survey weights that
vary between respondents. Columns x1..xp are the design matrix; the last ones are the effects.
"""

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent


def survey(seed: int, places: int, clusters: int, treated_clusters: int) -> pd.DataFrame:
    """`places` governorates with `clusters` clusters each; the first `treated_clusters` (interleaved) are treated."""
    rng = np.random.Generator(np.random.PCG64(seed))
    rows = []
    for place in range(places):
        arms = np.zeros(clusters, dtype=int)
        arms[np.arange(treated_clusters) * 2 % clusters + np.arange(treated_clusters) * 2 // clusters] = 1
        for cluster in range(clusters):
            shock = rng.normal(0, 0.3)
            for wave in (0, 1):
                size = int(rng.integers(4, 14))
                y = 0.2 * wave + 0.1 * arms[cluster] + 0.25 * arms[cluster] * wave + shock + rng.normal(0, 0.15)
                values = y + rng.normal(0, 1, size)
                rows.append(
                    pd.DataFrame(
                        {
                            "cluster": place * clusters + cluster,
                            "place": place,
                            "stratum": place * 2 + cluster // (clusters // 2),
                            "wave": wave,
                            "treated": arms[cluster],
                            "weight": rng.uniform(0.4, 2.5, size).round(3),
                            "y": values.round(6),
                        }
                    )
                )
    return pd.concat(rows, ignore_index=True)


def with_design(frame: pd.DataFrame) -> pd.DataFrame:
    """The survey with its design matrix: stratum x wave, treated by place, effect by place."""
    cell = frame["stratum"] * 2 + frame["wave"]
    blocks = [np.eye(int(cell.max()) + 1)[cell]]
    place = np.eye(int(frame["place"].max()) + 1)[frame["place"]]
    treated, wave = frame["treated"].to_numpy()[:, None], frame["wave"].to_numpy()[:, None]
    blocks += [place * treated, place * treated * wave]
    x = np.hstack(blocks).astype(int)
    names = [f"x{at + 1}" for at in range(x.shape[1])]
    return pd.concat([frame[["cluster", "weight", "y"]], pd.DataFrame(x, columns=names)], axis=1)


def main() -> None:
    """Write clusters_36.csv, clusters_12.csv, clusters_8.csv and one_treated.csv."""
    surveys = {
        "clusters_36": survey(36, 3, 12, 6),
        "clusters_12": survey(12, 1, 12, 5),
        "clusters_8": survey(8, 1, 8, 4),
        "one_treated": survey(1, 1, 8, 1).assign(stratum=0),
    }
    for name, frame in surveys.items():
        with_design(frame).to_csv(HERE / f"{name}.csv", index=False)


if __name__ == "__main__":
    main()
