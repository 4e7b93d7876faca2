"""Everything a run found -> the report, in each of the study's languages."""

from flows.stages.guard import stage
from flows.store import files, render
from flows.store.paths import RunPaths
from flows.store.results import read_results
from transforms.present.report import build_document


@stage
def report(paths: RunPaths) -> None:
    """Write one self-contained page per language."""
    study = files.read_study(paths.study)
    results = read_results(study, paths)
    languages = study.settings.languages
    for language in languages:
        document = build_document(results, study, render.read_wording(language))
        others = {other: paths.report(other).name for other in languages if other != language}
        render.write_report(document, paths.report(language), paths.id, others)
