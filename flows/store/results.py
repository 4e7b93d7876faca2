"""Everything a run made, read back for its report."""

import hashlib
import json

import pandas as pd

from flows.store import files
from flows.store.locks import read_kept_plan
from flows.store.manifest import Manifest, read_manifest
from flows.store.paths import RunPaths
from flows.store.verdicts import read_verdicts
from transforms.measure.key import parse_key
from transforms.present.participants import participant_tables
from transforms.present.results import Provenance, Results
from transforms.study.study import Study

VERDICT_COLUMNS = ("stage", "wave", "expectations", "failed")
# Those with fields of their own.
TYPED = {"deviations", "estimates", "levels", "row_counts", "problems", "reliability", "distributions"}
KEPT_BACK = {"problem_rows"}  # rows of the files: not for the report
FILE_COLUMNS = ("wave", "file", "sha256", "rows", "columns", "reader")


def read_results(study: Study, paths: RunPaths) -> Results:
    """What the report is made of: tables and counts of one run."""
    verdicts = [{name: getattr(verdict, name) for name in VERDICT_COLUMNS} for verdict in read_verdicts(paths)]
    return Results(
        estimates=files.read_frame(paths.estimates_parquet),
        levels=files.read_table(paths.levels),
        row_counts=files.read_table(paths.row_counts),
        problems=files.read_table(paths.problems),
        verdicts=pd.DataFrame(verdicts, columns=list(VERDICT_COLUMNS)),
        reliability=files.read_table(paths.reliability),
        distributions=files.read_table(paths.distributions),
        participants=participant_tables(files.read_frame(paths.panel), study),
        key=parse_key(files.read_text(paths.scoring_key)),
        provenance=_provenance(read_manifest(paths.manifest)),
        tables=_tables(paths),
        plan=read_kept_plan(paths),
        truth=files.read_table(paths.truth) if study.settings.synthetic and paths.truth.exists() else None,
    )


def _tables(paths: RunPaths) -> dict[str, pd.DataFrame]:
    """Every table of the run that has no field of its own."""
    found = {path.stem: path for path in sorted(paths.run.glob("*.csv"))}
    return {name: files.read_table(path) for name, path in found.items() if name not in TYPED | KEPT_BACK}


def _provenance(manifest: Manifest) -> Provenance:
    sources = [{name: getattr(source, name) for name in FILE_COLUMNS} for source in manifest.waves]
    settings = json.dumps(manifest.study_files, sort_keys=True)
    return Provenance(
        files=pd.DataFrame(sources, columns=list(FILE_COLUMNS)),
        packages={"Python": manifest.python, **manifest.packages},
        settings_sha256=hashlib.sha256(settings.encode()).hexdigest(),
        seed=manifest.seed,
        pseudonym_key=manifest.pseudonym_key,
    )
