"""Waves -> one panel under the study's names, checked."""

from expectations.check import check_panel
from flows.stages.guard import stage
from flows.store import files, verdicts, waves
from flows.store.paths import RunPaths
from transforms.prepare.panel import build_panel
from transforms.prepare.raking import rake_weights


@stage
def prepare(paths: RunPaths) -> None:
    """Stack the waves, apply signed waivers, fill in the design; keep every row count."""
    study = files.read_study(paths.study)
    panel = build_panel({name: files.read_frame(paths.wave(name)) for name in study.wave_names}, study)
    raked = rake_weights(panel.frame, study)
    files.write_frame(raked.frame, paths.panel)
    files.write_table(raked.weights, paths.table("weights"))
    files.write_table(raked.margins, paths.table("margins"))
    counts = tuple(count for record in waves.read_records(study, paths) for count in record.counts)
    waves.write_row_counts((*counts, *panel.counts), paths)
    verdicts.add_verdicts([check_panel(raked.frame, study)], study, paths)
