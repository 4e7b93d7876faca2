"""Write wildboottest.json: an independent wild cluster bootstrap of the unweighted synthetic surveys, all sign vectors.

Needs `wildboottest` (0.3.2 made the file kept here): `python tests/reference/inference/wildboottest_run.py`.
wildboottest's own p-value counts draws above |t|, ties left to rounding; kept here are the statistics themselves.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from wildboottest.wildboottest import WildboottestCL

HERE = Path(__file__).parent
QUANTILES = 33


def run(name: str, draws: int, kind: str, variant: str) -> dict[str, object]:
    """t of the last coefficient and quantiles of its |t| under the hypothesis."""
    frame = pd.read_csv(HERE / f"{name}.csv")
    x = frame.filter(regex=r"^x\d").to_numpy(dtype=float)
    last = np.zeros(x.shape[1])
    last[-1] = 1
    boot = WildboottestCL(X=x, Y=frame["y"].to_numpy(), cluster=frame["cluster"].to_numpy(), R=last, B=draws, seed=1)
    boot.get_scores(bootstrap_type=variant, impose_null=True)
    boot.get_weights(kind)
    boot.get_numer()
    boot.get_denom()
    boot.get_tboot()
    boot.get_vcov()
    boot.get_tstat()
    sizes, observed = np.sort(np.abs(boot.t_boot)), abs(float(boot.t_stat))
    return {
        "draws": len(sizes),
        "t": float(boot.t_stat),
        "p_ties_counted": float(np.mean(sizes >= observed * (1 - 1e-9))),
        "p_ties_left_out": float(np.mean(sizes > observed * (1 + 1e-9))),
        "quantiles": np.quantile(sizes, np.linspace(0, 1, QUANTILES), method="inverted_cdf").tolist(),
    }


def main() -> None:
    """Full enumeration with 8 and 12 clusters; sampled signs with 36 and sampled Webb weights with 8."""
    found: dict[str, object] = {"version": version("wildboottest")}
    for variant in ("11", "31"):  # WCR-C and WCR-S
        found[f"clusters_8_{variant}"] = run("clusters_8", 9999, "rademacher", variant)
        found[f"clusters_12_{variant}"] = run("clusters_12", 9999, "rademacher", variant)
    found["clusters_36_11"] = run("clusters_36", 99999, "rademacher", "11")
    found["clusters_8_webb_11"] = run("clusters_8", 99999, "webb", "11")
    (HERE / "wildboottest.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main()
