"""What a run shows on Prefect's web page: a summary, the effects, a link to the report. Aggregates and counts only."""

from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from flows.store.headline import headline_rows, read_headline_effects
from flows.store.manifest import read_manifest
from flows.store.paths import RunPaths
from flows.store.verdicts import read_verdicts
from transforms.quality.problems import SEVERITIES, all_problems
from transforms.study.study import Study


def publish(study: Study, paths: RunPaths) -> None:
    """Three artifacts, under keys that keep the history of the study."""
    key = f"tamasuk-{study.id.lower().replace('_', '-')}"
    language = study.settings.languages[0]
    create_markdown_artifact(summary(study, paths), key=f"{key}-summary", description="Counts and verdict of the run")
    effects = read_headline_effects(study, paths)
    create_table_artifact(headline_rows(effects), key=f"{key}-effects", description="Effects on the headline indices")
    create_link_artifact(paths.report(language).as_uri(), link_text=f"Report of {study.id}", key=f"{key}-report")


def summary(study: Study, paths: RunPaths) -> str:
    """Rows read and kept, expectations and problems, in Markdown."""
    manifest, verdicts = read_manifest(paths.manifest), read_verdicts(paths)
    problems = all_problems(verdicts)
    counts = {severity: sum(problem.severity == severity for problem in problems) for severity in SEVERITIES}
    lines = [f"# {study.settings.title.read('en')}", "", f"Run {paths.id}" + (" · SYNTHETIC DATA" * manifest.synthetic)]
    lines += ["", "| wave | rows in the file | columns |", "|---|---|---|"]
    lines += [f"| {source.wave} | {source.rows} | {source.columns} |" for source in manifest.waves]
    checked, failed = sum(v.expectations for v in verdicts), sum(v.failed for v in verdicts)
    lines += ["", f"{checked} expectations checked, {failed} not met."]
    lines += ["Problems: " + (", ".join(f"{n} {severity}" for severity, n in counts.items() if n) or "none") + "."]
    return "\n".join(lines)
