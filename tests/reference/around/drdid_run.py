"""Write drdid.json: doubly robust difference-in-differences by an independent Python implementation.

Needs `drdid` (1.1.7 made the file kept here): `python tests/reference/around/drdid_run.py`.
The traditional, locally efficient estimators; errors once as if people were independent, once clustered, from the
influence functions drdid returns. As cross-sections, `post` says in which wave a person is taken to be asked.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from drdid._estimators import drdid_panel, drdid_rc

HERE = Path(__file__).parent


def read(result: object, cluster: np.ndarray) -> dict[str, float]:
    """Effect, error of independent people and clustered error."""
    effect, influence = result[0], np.asarray(result[1], dtype=float).ravel()
    sums = np.bincount(cluster, influence)
    clustered = np.sqrt(sums.size / (sums.size - 1) * np.sum(sums**2)) / influence.size
    independent = influence.std(ddof=1) / np.sqrt(influence.size)
    return {"effect": float(effect), "independent": float(independent), "clustered": float(clustered)}


def main() -> None:
    """Run every case."""
    frame = pd.read_csv(HERE / "people.csv")
    cluster = frame["cluster"].to_numpy()
    x = np.column_stack([np.ones(len(frame)), frame["age"], frame["woman"]])
    arm, post = frame["treated"].to_numpy(), frame["post"].to_numpy()
    before, after = frame["before"].to_numpy(), frame["after"].to_numpy()
    asked = np.where(post == 1, after, before)
    found = {"versions": {name: version(name) for name in ("drdid", "numpy", "pandas")}}
    for name, weight in (("equal", np.ones(len(frame))), ("weighted", frame["weight"].to_numpy())):
        found[f"panel_{name}"] = read(drdid_panel(after, before, arm, x, weight), cluster)
        found[f"sections_{name}"] = read(drdid_rc(asked, post, arm, x, weight), cluster)
    (HERE / "drdid.json").write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
