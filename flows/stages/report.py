"""Everything a run found -> the report, in each of the study's languages and formats."""

from concurrent.futures import ThreadPoolExecutor

from flows.outside import beside
from flows.stages.guard import sealed, stage
from flows.store import files, render
from flows.store.paths import RunPaths
from flows.store.results import read_results
from transforms.present.report import build_document
from transforms.study import Language


@stage
def report(paths: RunPaths) -> None:
    """Write one self-contained page per language, and the same document in the other formats."""
    first, *others = files.read_study(paths.study).settings.languages
    for language in others:
        beside.begin(paths, write, language)
    write(paths, first)
    beside.finish(paths)


def write(paths: RunPaths, language: Language) -> None:
    """The report in one language. Its other formats are made side by side: typst lets other threads run."""
    with sealed("report", paths), ThreadPoolExecutor() as together:
        study = files.read_study(paths.study)
        languages, formats, page = study.settings.languages, study.settings.formats, paths.report(language)
        document = build_document(read_results(study, paths), study, render.read_wording(language))
        made = [together.submit(render.write_files, document, page, [one]) for one in formats]
        links = {other: paths.report(other).name for other in languages if other != language}
        render.write_report(document, page, paths.id, links, formats)
        for future in made:
            future.result()
