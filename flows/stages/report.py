"""Everything a run found -> the report, in each of the study's languages and formats."""

from concurrent.futures import ThreadPoolExecutor

from flows.stages.guard import stage
from flows.store import files, render
from flows.store.paths import RunPaths
from flows.store.results import read_results
from transforms.present.report import build_document


@stage
def report(paths: RunPaths) -> None:
    """Write one self-contained page per language, and the same document in the other formats.

    The other formats of one language are made beside the next language's document: typst lets other threads run.
    """
    study = files.read_study(paths.study)
    results = read_results(study, paths)
    languages, formats = study.settings.languages, study.settings.formats
    with ThreadPoolExecutor() as beside:
        made = []
        for language in languages:
            document = build_document(results, study, render.read_wording(language))
            others = {other: paths.report(other).name for other in languages if other != language}
            render.write_report(document, paths.report(language), paths.id, others, formats)
            made += [beside.submit(render.write_files, document, paths.report(language), [one]) for one in formats]
        for future in made:
            future.result()
