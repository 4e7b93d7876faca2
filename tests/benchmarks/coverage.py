"""Monte Carlo of the ladder: do 95 % intervals hold the truth in 95 % of studies like ours?

    python tests/benchmarks/coverage.py FOLDER [DRAWS] [NAME ...]

simulates DRAWS studies (2,000) of every design and writes docs/coverage.md, or of those named and prints. FOLDER keeps
one line per finished batch, so that a stopped run goes on where it was; a batch always gives the same numbers.

A study: clusters in two waves of fresh respondents; strata x wave effects; cluster effects (SD .25), cluster x wave
effects (.15), effects that differ between treated clusters (SD .15 about .25), respondents (SD 1). Every batch of 50
studies has cluster sizes, weights and arms of its own. `unequal` sizes: log-normal, coefficient of variation .8.
`weighted`: log-normal weights, SD .3 between clusters and .4 within.
"""

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import stats

from transforms.impact.cells.clusters import ClusterCounts
from transforms.impact.cells.compression import CellSums, cluster_moments
from transforms.impact.cells.working_model import UnweightedSums, WorkingMoments, working_moments
from transforms.impact.inference.assignments import possible_assignments
from transforms.impact.inference.bootstrap import wild_bootstrap
from transforms.impact.inference.cr2 import cr2, satterthwaite_test
from transforms.impact.inference.ladder import Method, method_for
from transforms.impact.inference.randomisation import ArmMoments, randomisation_test
from transforms.impact.inference.sign_draws import draw_weights
from transforms.impact.inference.solved import solve

EFFECT = 0.25
BATCH = 50
BOOTSTRAP = 9999
MEAN_SIZE = 20
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "coverage.md"


@dataclass(frozen=True)
class Plan:
    """A design: `places` governorates of `clusters` clusters, `treated` of them treated, in `strata` strata each."""

    name: str
    places: int
    clusters: int
    treated: int
    strata: int
    unequal: bool
    weighted: bool

    @property
    def method(self) -> Method:
        """What the ladder takes."""
        total, treated = self.places * self.clusters, self.places * self.treated
        return method_for(ClusterCounts(total, treated, total - treated, 0), compared=True)


def plans() -> list[Plan]:
    """The designs every release answers for, then those at the edges of the ladder."""
    base = [("36", 3, 12, 6, 2), ("12", 1, 12, 6, 2), ("8", 1, 8, 4, 1)]
    edges = [
        ("8 in 2 strata", 1, 8, 4, 2),
        ("36, 12 treated", 3, 12, 4, 1),
        ("30, 10 treated", 1, 30, 10, 1),
        ("30, 6 treated", 1, 30, 6, 1),
        ("24, 4 treated", 1, 24, 4, 1),
        ("12, 4 treated", 1, 12, 4, 1),
        ("8, 3 treated", 1, 8, 3, 1),
    ]
    both = [(unequal, weighted) for unequal in (False, True) for weighted in (False, True)]
    found = [Plan(*shape, unequal, weighted) for shape in base for unequal, weighted in both]
    return found + [Plan(*shape, True, True) for shape in edges]


@dataclass(frozen=True)
class Study:
    """Cells of cluster x wave (two per cluster, in order) and the regressors of one batch; y: DRAWS outcomes."""

    x: np.ndarray
    if_treated: np.ndarray
    switched: np.ndarray
    cluster: np.ndarray
    blocks: np.ndarray
    treated: np.ndarray
    table: CellSums
    working: WorkingMoments


def design(plan: Plan, treated: np.ndarray, stratum: np.ndarray, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Regressors of the cells (stratum x wave; treated by place; effect) and which of them the arm switches on."""
    wave = np.tile([0, 1], treated.size)
    cell = np.repeat(stratum, 2) * 2 + wave
    arm = np.repeat(treated, 2).astype(float)
    base = np.eye(plan.places * plan.strata * 2)[cell]
    by_place = np.eye(plan.places)[np.repeat(place, 2)] * arm[:, None]
    x = np.column_stack([base, by_place, arm * wave])
    return x, np.arange(x.shape[1]) >= base.shape[1]


def draw_arms(plan: Plan, stratum: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """As many treated clusters in every stratum, by lot."""
    treated = np.zeros(stratum.size, dtype=bool)
    for code in np.unique(stratum):
        members = np.flatnonzero(stratum == code)
        treated[rng.choice(members, plan.treated // plan.strata, replace=False)] = True
    return treated


def draw_study(plan: Plan, batch: int, draws: int) -> Study:
    """One batch's design, with `draws` outcomes."""
    rng = np.random.Generator(np.random.PCG64([batch, *plan.name.encode(), plan.unequal, plan.weighted]))
    total = plan.places * plan.clusters
    place = np.repeat(np.arange(plan.places), plan.clusters)
    stratum = place * plan.strata + np.arange(total) % plan.clusters // (plan.clusters // plan.strata)
    treated = draw_arms(plan, stratum, rng)
    spread = np.repeat(rng.lognormal(-0.25, 0.7, total), 2) if plan.unequal else np.ones(2 * total)
    sizes = np.maximum(np.round(MEAN_SIZE * spread), 4).astype(int)
    cell = np.repeat(np.arange(2 * total), sizes)
    starts = np.cumsum(sizes) - sizes
    weight = np.ones(cell.size)
    if plan.weighted:
        weight = rng.lognormal(0, 0.3, total)[cell // 2] * rng.lognormal(0, 0.4, cell.size)
    shocks = rng.normal(0, 0.25, (total, draws)).repeat(2, axis=0) + rng.normal(0, 0.15, (2 * total, draws))
    shocks[1::2] += treated[:, None] * rng.normal(EFFECT, 0.15, (total, draws))
    y = shocks[cell] + rng.normal(0, 1, (cell.size, draws))
    x, switched = design(plan, treated, stratum, place)
    cluster = np.repeat(np.arange(total), 2)

    def add(values: np.ndarray) -> np.ndarray:
        return np.add.reduceat(values, starts, axis=0)

    columns = np.ones(draws)
    table = CellSums(
        rows=sizes[:, None] * columns.astype(int),
        weight=add(weight)[:, None] * columns,
        total=add(weight[:, None] * y),
        square=add(weight[:, None] * y**2),
        weight_square=add(weight**2)[:, None] * columns,
        plain=add(y),
    )
    working = working_moments(x, cluster, UnweightedSums(sizes, add(weight**2), add(y)))
    if_treated = design(plan, np.ones(total, dtype=bool), stratum, place)[0]
    return Study(x, if_treated, switched, cluster, stratum, treated, table, working)


def without_effect(study: Study) -> CellSums:
    """The outcomes less the effect: no treated cluster gains on average."""
    move, sums = -EFFECT * study.x[:, -1:], study.table
    square = sums.square + 2 * move * sums.total + move**2 * sums.weight
    moved = {"total": sums.total + move * sums.weight, "square": square, "plain": sums.plain + move * sums.rows}
    return replace(sums, **moved)


def run_batch(plan: Plan, batch: int, draws: int = BATCH) -> dict[str, float]:
    """How many intervals hold the effect, how many tests refuse a true hypothesis at 5 %, how wide intervals are."""
    study = draw_study(plan, batch, draws)
    vector = np.eye(study.x.shape[1])[-1]
    null = without_effect(study)
    if plan.method == "randomisation":
        moments = cluster_moments(study.if_treated, study.cluster, null)
        assignments = possible_assignments(study.treated, study.blocks, BOOTSTRAP, batch)
        p_value = randomisation_test(ArmMoments(moments, study.switched, study.treated), vector, assignments).p_value
        return {"draws": draws, "rejected": int(np.sum(p_value <= 0.05))}
    moments = cluster_moments(study.x, study.cluster, study.table)
    if plan.method == "CR2":
        test = satterthwaite_test(cr2(moments, study.working), vector)
        low, high = test.interval(0.95)
        p_value = 2 * stats.t.sf(np.abs(test.estimate - EFFECT) / test.std_error, test.df)
    else:
        weights = draw_weights(study.treated.size, BOOTSTRAP, batch)
        found = wild_bootstrap(solve(moments), vector, weights)
        low, high = found.conf_low, found.conf_high
        p_value = wild_bootstrap(solve(cluster_moments(study.x, study.cluster, null)), vector, weights).p_value
    return {
        "draws": draws,
        "covered": int(np.sum((low <= EFFECT) & (high >= EFFECT))),
        "rejected": int(np.sum(p_value <= 0.05)),
        "unbounded": int(np.sum(~np.isfinite(high - low))),
        "width": float(np.median(high - low)) * draws,
    }


def read_batches(path: Path) -> dict[int, dict[str, float]]:
    """Finished batches of a design."""
    lines = path.read_text().splitlines() if path.exists() else []
    return {int(line["batch"]): line for line in map(json.loads, lines)}


def simulate(plan: Plan, folder: Path, draws: int) -> dict[str, float]:
    """Run the batches that are missing and add all of them up."""
    path = folder / f"{plan.name.replace(' ', '_')}_{plan.unequal:d}{plan.weighted:d}.jsonl"
    done = read_batches(path)
    for batch in range(draws // BATCH):
        if batch not in done:
            done[batch] = {"batch": batch} | run_batch(plan, batch)
            with path.open("a") as file:
                file.write(json.dumps(done[batch]) + "\n")
    kept = [done[batch] for batch in range(draws // BATCH)]
    return {key: sum(line[key] for line in kept) for key in kept[0]}


def row(plan: Plan, found: dict[str, float]) -> str:
    """A line of the table; what lies outside the limits is marked."""
    n = found["draws"]
    size = found["rejected"] / n
    off_size = plan.method == "bootstrap" and not 0.035 <= size <= 0.065
    cells = [plan.name, "unequal" if plan.unequal else "equal", "yes" if plan.weighted else "no", plan.method]
    if "covered" in found:
        share = found["covered"] / n
        mark = "" if 0.93 <= share <= 0.97 else " **out**"
        cells += [f"{share:.1%}{mark}", f"{size:.1%}{' **out**' if off_size else ''}"]
        cells += [f"{found['width'] / n:.2f}", f"{found['unbounded'] / n:.1%}"]
    else:
        cells += ["no interval", f"{size:.1%}", "", ""]
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Run and write the document."""
    folder, draws = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    folder.mkdir(parents=True, exist_ok=True)
    names = sys.argv[3:]
    lines = []
    for plan in plans():
        if not names or plan.name in names:
            lines.append(row(plan, simulate(plan, folder, draws)))
            print(lines[-1], flush=True)  # noqa: T201 - a script
    if not names:
        start, _, rest = DOCUMENT.read_text().partition("<!-- table -->\n")
        after = rest.partition("<!-- end of table -->")[2]
        DOCUMENT.write_text(start + "<!-- table -->\n" + HEAD.format(draws=draws) + "\n".join(lines) + TAIL + after)


HEAD = """{draws:,} simulated studies per design.

| clusters | sizes | weights | method | coverage of 95 % intervals | size at 5 % | median width, SD | unbounded |
|---|---|---|---|---|---|---|---|
"""
TAIL = "\n<!-- end of table -->"

if __name__ == "__main__":
    main()
