"""Size at 5 % of every method on the designs of `coverage.py`: python tests/benchmarks/bootstrap_variants.py [BATCHES].

Writes the second table of docs/coverage.md, from BATCHES (120) batches of 50 studies of each design.
"""

import sys

import numpy as np
from coverage import BATCH, BOOTSTRAP, DOCUMENT, EFFECT, Plan, draw_study, plans, without_effect  # the file beside this
from scipy import stats

from transforms.impact.cells.compression import cluster_moments
from transforms.impact.cells.working_model import WorkingMoments
from transforms.impact.inference.bootstrap import wild_bootstrap
from transforms.impact.inference.cr2 import cr2, satterthwaite_test
from transforms.impact.inference.leave_one_out import leave_one_out
from transforms.impact.inference.sign_draws import draw_weights
from transforms.impact.inference.solved import cr1_std_errors, solve

METHODS = ("CR1, t(G-1)", "CR2", "CR3, t(G-1)", "WCR-C signs", "WCR-C Webb", "WCR-S signs", "WCR-S Webb")
FEWER_DRAWS = 1999  # where signs have to be sampled


def p_values(plan: Plan, batch: int) -> list[np.ndarray]:
    """p-values of the true hypothesis in one batch, by method."""
    study = draw_study(plan, batch, BATCH)
    moments = cluster_moments(study.x, study.cluster, without_effect(study))
    vector, clusters = np.eye(study.x.shape[1])[-1], study.treated.size
    seen = study.working
    working = WorkingMoments(seen.xx, seen.xwwx, seen.xy - EFFECT * seen.xx[:, :, -1:])
    solved = solve(moments)
    estimate = vector @ solved.coef
    errors = [cr1_std_errors(solved, vector), leave_one_out(solved, vector).cr3]
    cr1, cr3 = (2 * stats.t.sf(np.abs(estimate / error), clusters - 1) for error in errors)
    found = [cr1, satterthwaite_test(cr2(moments, working), vector).p_value, cr3]
    for jackknife in (False, True):
        for kind in ("rademacher", "webb"):
            weights = draw_weights(clusters, BOOTSTRAP if clusters < 14 else FEWER_DRAWS, batch, kind)
            found.append(wild_bootstrap(solved, vector, weights, 0.95, jackknife).p_value)
    return found


def main() -> None:
    """Run and write the table."""
    batches = int(sys.argv[1]) if len(sys.argv) > 1 else 120
    lines = [
        f"{batches * BATCH:,} studies per design.\n",
        "| clusters | sizes | weights | " + " | ".join(METHODS) + " |",
    ]
    lines.append("|---" * (3 + len(METHODS)) + "|")
    for plan in plans():
        refused = sum(np.array([np.sum(p <= 0.05) for p in p_values(plan, batch)]) for batch in range(batches))
        shares = [f"{share:.1%}" for share in np.asarray(refused) / (batches * BATCH)]
        labels = [plan.name, "unequal" if plan.unequal else "equal", "yes" if plan.weighted else "no"]
        lines.append("| " + " | ".join([*labels, *shares]) + " |")
        print(lines[-1], flush=True)  # noqa: T201 - a script
    start, _, rest = DOCUMENT.read_text().partition("<!-- variants -->\n")
    after = rest.partition("<!-- end of variants -->")[2]
    table = "\n".join(lines)
    DOCUMENT.write_text(f"{start}<!-- variants -->\n{table}\n<!-- end of variants -->{after}")


if __name__ == "__main__":
    main()
