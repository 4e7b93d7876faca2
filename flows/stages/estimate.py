"""Scores -> levels and effects."""

from flows.stages.guard import stage
from flows.store import files
from flows.store.paths import RunPaths
from transforms.impact.effects import estimate_effects
from transforms.impact.estimate import estimates_table
from transforms.impact.levels import levels_table


@stage
def estimate(paths: RunPaths) -> None:
    """Estimate what the design allows: effects, change over time, or levels."""
    study = files.read_study(paths.study)
    scores = files.read_frame(paths.scores)
    estimates = estimates_table(estimate_effects(scores, study))
    files.write_table(estimates, paths.estimates)
    files.write_frame(estimates, paths.estimates_parquet)
    files.write_table(levels_table(scores, study), paths.levels)
