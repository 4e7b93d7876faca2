"""Scores -> levels, effects and what surrounds them."""

from flows.outside import beside
from flows.stages.guard import stage
from flows.store import files
from flows.store.paths import RunPaths
from transforms.impact.around.group_gap import gap_adjusted_levels
from transforms.impact.around.index_robustness import index_robustness
from transforms.impact.around.tables import around_tables, study_estimates
from transforms.impact.description.levels import levels_table
from transforms.impact.description.shares import shares_table
from transforms.impact.estimate import estimates_table, with_no_unit
from transforms.measure.alternatives.catalogue import parse_scorings
from transforms.measure.scoring_key import parse_key
from transforms.measure.without_unit import answered_without_unit


@stage
def estimate(paths: RunPaths) -> None:
    """Estimate what the design allows: effects, change over time, or levels; and examine it."""
    study = files.read_study(paths.study)
    panel, scores = files.read_frame(paths.panel), files.read_frame(paths.scores)
    key = parse_key(files.read_text(paths.scoring_key))
    found = with_no_unit(study_estimates(panel, scores, study), answered_without_unit(key, panel))
    estimates = estimates_table(found)
    files.write_table(estimates, paths.estimates)
    files.write_frame(estimates, paths.estimates_parquet)
    files.write_table(levels_table(scores, study), paths.levels)
    files.write_table(shares_table(panel, study), paths.table("shares"))
    for name, table in around_tables(panel, scores, study, found):
        files.write_table(table, paths.table(name))
    files.write_table(gap_adjusted_levels(scores, study), paths.table("gap_adjusted_levels"))
    beside.finish(paths)
    if not paths.fast:
        scorings = parse_scorings(files.read_table(paths.table("alternative_scorings")))
        table = index_robustness(files.read_frame(paths.alternatives), scorings, study)
        files.write_table(table, paths.table("index_robustness"))
