"""Panel -> scores, and the key that made them."""

from expectations.check import check_scores
from flows.outside import beside
from flows.stages.guard import sealed, stage
from flows.store import files, scoring, verdicts
from flows.store.paths import RunPaths
from transforms.measure.alternatives.scoring import alternative_scores
from transforms.measure.ceilings import ceiling_tables
from transforms.measure.distributions import distribution_table
from transforms.measure.examination import examination_tables
from transforms.measure.factors.invariance import invariant_items
from transforms.measure.key import make_key
from transforms.measure.reliability import reliability_table
from transforms.measure.score import score
from transforms.measure.without_unit import unscored
from transforms.quality.interviewer_effects import interviewer_effects, with_interviewer_effects


@stage
def measure(paths: RunPaths) -> None:
    """Make the scoring key from the baseline or take the study's own, score every wave with it, describe items."""
    study = files.read_study(paths.study)
    panel = files.read_frame(paths.panel)
    pinned = scoring.pinned_key(study, paths.study)
    key = pinned or make_key(panel, study)
    scoring.keep_key(key, study, paths, pinned=pinned is not None)
    scores = score(panel, key)
    files.write_frame(scores, paths.scores)
    if not paths.fast:
        beside.begin(paths, examine)
    files.write_table(reliability_table(panel, study, ordinal=not paths.fast), paths.reliability)
    files.write_table(distribution_table(panel, study), paths.distributions)
    for name, table in ceiling_tables(panel, scores, study).items():
        files.write_table(table, paths.table(name))
    effects = interviewer_effects(panel, scores, study)
    files.write_table(effects, paths.table("interviewer_effects"))
    verdict = check_scores(scores, study, pinned=pinned is not None, without_unit=unscored(key))
    verdicts.add_verdicts([with_interviewer_effects(verdict, effects, study)], study, paths)


def examine(paths: RunPaths) -> None:
    """What the indices must show before they are believed, and other ways to score them: no score depends on it."""
    with sealed("measure", paths):
        study = files.read_study(paths.study)
        panel, scores = files.read_frame(paths.panel), files.read_frame(paths.scores)
        tables = dict(examination_tables(panel, scores, study))
        for name, table in tables.items():
            files.write_table(table, paths.table(name))
        other = alternative_scores(panel, study, invariant_items(tables["invariance"]))
        files.write_frame(other.scores, paths.alternatives)
        files.write_table(other.scorings, paths.table("alternative_scorings"))
        files.write_table(other.weights, paths.table("alternative_weights"))
