"""One study from its files to its report: the stages in order, published in one step or not at all."""

from pathlib import Path

from prefect import flow
from prefect.runtime import flow_run

from flows.outside import alerts, artifacts
from flows.stages import guard
from flows.stages.estimate import estimate
from flows.stages.ingest import collect, ingest, ingest_wave
from flows.stages.measure import measure
from flows.stages.prepare import prepare
from flows.stages.report import report
from flows.stages.validate import validate
from flows.store import corrections, files, locks, runs, scoring
from flows.store.paths import RunPaths
from flows.store.record import recorded, timed
from transforms.study.study import Study

__all__ = ["STAGES", "check_study", "guard", "run_stages", "run_study"]
STAGES = (ingest, validate, prepare, measure, estimate, report)


def _run_name() -> str:
    return f"{Path(flow_run.parameters['study']).name} {flow_run.scheduled_start_time:%Y-%m-%d %H:%M:%S}"


@flow(name="tamasuk", flow_run_name=_run_name)
def run_study(study: Path, results: Path, fast: bool = False) -> Path:
    """Run the study in the folder `study`; results go to `results/<id of the study>`. Returns the run's folder.

    fast: leave out what only examines the indices (factor models, invariance, other ways to score).

    Raises
    ------
    StudyError, DataRefusedError
        If the study or its data cannot be used. Whatever happens, `latest` stays the last run that came to its end.
    """
    specification = files.read_study(study)
    files.check_wave_files(specification, study)
    corrections.read_log(specification, study)
    locks.read_lock(study)  # a damaged one is said before anything is made
    scoring.pinned_key(specification, study)
    home = results / specification.id
    with runs.only_run(home):
        paths = runs.new_run(study, home, fast=fast)
        with alerts.telling(specification, paths):
            run_stages(specification, paths)
            artifacts.publish(specification, paths)
            runs.publish(paths)
            runs.prune(home, specification.settings.limits.keep_runs)
    return paths.run


def run_stages(study: Study, paths: RunPaths) -> None:
    """Every stage in order, each timed."""
    with recorded(study.id, paths) as record:
        for stage in STAGES:
            with timed(record, stage.name):
                stage(paths)


def check_study(study: Study, paths: RunPaths) -> None:
    """Read and check the data without a server, an estimate or anything published.

    Raises
    ------
    DataRefusedError
        With every reason found in the waves; if there is none, in the panel.
    """
    for name in study.wave_names:
        ingest_wave.fn(paths, name)
    collect(paths)
    validate.fn(paths)
    prepare.fn(paths)
