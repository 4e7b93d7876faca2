"""Waves -> verdicts: each wave is checked against what the study says must be true of it."""

from expectations.check import check_wave
from flows.outside import beside
from flows.stages.guard import sealed, stage
from flows.store import corrections, files, verdicts, waves
from flows.store.paths import RunPaths
from transforms.quality.asked import with_asked
from transforms.quality.back_checks import compare_back_checks, variable_table, wave_table, with_back_checks
from transforms.quality.problems import Verdict
from transforms.quality.told_once import told_once
from transforms.quality.unread import with_unread


@stage
def validate(paths: RunPaths) -> None:
    """Check every wave before any is refused, so that all reasons are known at once: also those of the corrections.

    Raises
    ------
    DataRefusedError
        With every line of the log of corrections that does not fit its file, and every problem that stops the study.
    """
    study = files.read_study(paths.study)
    first, *others = study.wave_names
    for name in others:
        beside.begin(paths, checked, name)
    found = (checked(paths, first), *beside.finish(paths))
    found = with_unread(found, waves.read_unread(study, paths), study)
    again = [
        compare_back_checks(
            files.read_frame(paths.wave(check.wave)), files.read_frame(paths.back_checks(check.wave)), check, study
        )
        for check in study.settings.back_checks
    ]
    if again:
        files.write_table(wave_table(again), paths.table("back_checks"))
        files.write_table(variable_table(again), paths.table("back_check_answers"))
        found = with_back_checks(found, again, study)
    refused = corrections.refusal(study, waves.read_corrections(study, paths))
    found = told_once(with_asked(found, waves.read_asked(study, paths), study))
    verdicts.add_verdicts(found, study, paths, before=refused)


def checked(paths: RunPaths, name: str) -> Verdict:
    """What the expectations say of one wave."""
    with sealed("validate", paths):
        study = files.read_study(paths.study)
        wave = next(wave for wave in study.waves if wave.name == name)
        return check_wave(files.read_frame(paths.wave(name)), study, wave)
