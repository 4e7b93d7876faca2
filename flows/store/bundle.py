"""What may be handed on of a run: a folder, and the same as a .zip; the same run always gives the same bytes."""

import os
import secrets
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from flows.store import files
from flows.store.bundle_scan import check_no_personal_data
from flows.store.manifest import Manifest, read_manifest
from flows.store.paths import RunPaths
from flows.store.problems import UsageError
from flows.store.render import read_wording
from flows.store.results import read_results
from transforms.present.context import Context
from transforms.present.export.anonymity import anonymity
from transforms.present.export.key import exported_key
from transforms.present.export.readme import BundleFile, Contents, readme_text
from transforms.present.export.tables import exported_tables, left_out
from transforms.study import Study
from transforms.study.lock import LOCK_FILE

FORM = "tamasuk export 1"
MANIFEST = "manifest.json"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a .zip can hold
DESCRIPTION = ("codebook", "scales", "groups")
LEFT_OUT = "left-out"  # in the place of the alerts' secret


def write_bundle(study: Study, paths: RunPaths, place: Path) -> tuple[Path, Path, Contents]:
    """Write the bundle of a run into `place` under the study's name; folder, .zip and what is in them.

    It is built aside and put in the place of an earlier one as a whole.

    Raises
    ------
    UsageError
        If the study has changed since its run, or something that is no bundle has its name.
    DataRefusedError
        If anything in it looks like personal data.
    """
    manifest = read_manifest(paths.manifest)
    _check_unchanged(study, paths, manifest)
    folder, archive = place / study.id, place / f"{study.id}.zip"
    _check_replaceable(folder)
    with _draft(place, study.id) as draft:
        contents = _fill(study, paths, draft, manifest)
        check_no_personal_data(study, draft)
        packed = draft.with_name(f"{draft.name}.zip")
        _pack(draft, packed, study.id)
        _publish(draft, folder)
        os.replace(packed, archive)
    return folder, archive, contents


def _check_unchanged(study: Study, paths: RunPaths, manifest: Manifest) -> None:
    now = {path.name: files.sha256(path) for path in files.study_files(paths.study, study.settings).values()}
    changed = sorted(name for name in {*now, *manifest.study_files} if now.get(name) != manifest.study_files.get(name))
    if changed:
        raise UsageError(
            f"{', '.join(changed)} of {study.id} changed since its last run, so that results and description would "
            f"not fit each other. Run it again: tamasuk run {study.id}"
        )


def _check_replaceable(folder: Path) -> None:
    if folder.exists() and not ((folder / MANIFEST).is_file() and FORM in files.read_text(folder / MANIFEST)):
        raise UsageError(f"{folder} is there already and no export. Nothing was written; name another folder.")


@contextmanager
def _draft(place: Path, name: str) -> Iterator[Path]:
    """A folder beside the one to be; it is gone in the end, with its .zip, if it was not published."""
    draft = place / f".{name}-{secrets.token_hex(4)}"
    draft.mkdir(parents=True)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        draft.with_name(f"{draft.name}.zip").unlink(missing_ok=True)


def _publish(draft: Path, folder: Path) -> None:
    """Put the draft in the place of an earlier bundle, which stays if that fails or is stopped."""
    old = folder.with_name(f"{draft.name}.old")
    if folder.exists():
        folder.rename(old)
    try:
        draft.rename(folder)
    finally:
        if not folder.exists() and old.exists():
            old.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _fill(study: Study, paths: RunPaths, draft: Path, manifest: Manifest) -> Contents:
    """Every file of the bundle, the page that explains them, and the list of them."""
    results = read_results(study, paths)
    context = Context(results, study, read_wording("en"))
    made = (*_reports(study, paths, draft), *_tables(context, draft), *_description(context, paths, draft))
    names = [Path(file.name).stem for file in made if file.name.startswith("tables/")]
    people = anonymity(files.read_frame(paths.panel), study)
    contents = Contents(paths.id, made, left_out(context, names), people)
    for language in study.settings.languages:
        page = readme_text(Context(results, study, read_wording(language)), contents)
        files.write_text(page, draft / f"README.{language}.md")
    _write_manifest(context, manifest, contents, draft)
    return contents


def _reports(study: Study, paths: RunPaths, draft: Path) -> Iterator[BundleFile]:
    """The report in every language and format, as it is."""
    for language in study.settings.languages:
        for suffix in ("html", *study.settings.formats):
            path = paths.report(language, suffix)
            (draft / "report").mkdir(exist_ok=True)
            shutil.copyfile(path, draft / "report" / path.name)
            yield BundleFile(f"report/{path.name}", "report")


def _tables(context: Context, draft: Path) -> Iterator[BundleFile]:
    for table in exported_tables(context):
        name = f"tables/{table.name}.csv"
        files.write_table(table.frame, draft / name)
        yield BundleFile(name, table.name, table.rule, table.hidden)


def _description(context: Context, paths: RunPaths, draft: Path) -> Iterator[BundleFile]:
    """The study as it is described, its locked plan, and the scoring key."""
    own = files.study_files(paths.study, context.study.settings)
    folder = draft / "study"
    files.write_text(_may_leave(files.read_text(own["study"]), context.study), folder / own["study"].name)
    yield BundleFile(f"study/{own['study'].name}", "study")
    for kind in DESCRIPTION:
        if kind in own:
            _write_table_of_study(own[kind], folder / f"{own[kind].stem}.csv")
            yield BundleFile(f"study/{own[kind].stem}.csv", kind)
    if (lock := paths.study / LOCK_FILE).is_file():
        shutil.copyfile(lock, folder / LOCK_FILE)
        yield BundleFile(f"study/{LOCK_FILE}", "lock")
    content, hidden = exported_key(context)
    if content is None:
        shutil.copyfile(paths.scoring_key, folder / files.KEY_FILE)
    else:
        files.write_json(content, folder / files.KEY_FILE)
    yield BundleFile(f"study/{files.KEY_FILE}", "scoring_key", "key" if hidden else "none", hidden)


def _write_table_of_study(path: Path, to: Path) -> None:
    """A table of the study as CSV, whatever it was written in."""
    import pandas as pd

    if path.suffix.lower() == ".csv":
        files.write_text(files.read_text(path), to)
    else:
        files.write_table(pd.DataFrame(files.read_rows(path)), to)


def _may_leave(text: str, study: Study) -> str:
    """study.toml without the name of the alerts' secret, comments on lines of their own, and folders."""
    settings = study.settings
    text = "".join(line for line in text.splitlines(keepends=True) if not line.lstrip().startswith("#"))
    if settings.alerts.secret:
        text = text.replace(f'"{settings.alerts.secret}"', f'"{LEFT_OUT}"')
        text = text.replace(f"'{settings.alerts.secret}'", f'"{LEFT_OUT}"')
    named = [name for wave in study.waves for name in (wave.file, wave.form) if name]
    for name in (*named, *(check.file for check in settings.back_checks)):
        text = text.replace(name, Path(name).name)
    return text


def _write_manifest(context: Context, manifest: Manifest, contents: Contents, draft: Path) -> None:
    """What is in the bundle and what made it: no path, and nothing of the key of the pseudonyms."""
    held = sorted(path for path in draft.rglob("*") if path.is_file())
    rule = {file.name: {"rule": file.rule, "hidden": file.hidden} for file in contents.files if file.rule != "none"}
    inputs = [wave.model_dump(include={"wave", "sha256", "rows", "columns", "reader"}) for wave in manifest.waves]
    for source, wave in zip(inputs, manifest.waves, strict=True):
        source["file"] = Path(wave.file).name
    content = {
        "form": FORM,
        "study": context.study.id,
        "run": contents.run,
        **manifest.model_dump(include={"seed", "synthetic", "study_files", "lock", "python", "packages"}),
        "inputs": inputs,
        "smallest_shown_cell": context.hidden.threshold,
        "files": [_entry(path, draft, rule) for path in held],
        "left_out": dict(contents.left_out),
        "anonymity": [asdict(one) for one in contents.anonymity],
    }
    files.write_json(content, draft / MANIFEST)


def _entry(path: Path, draft: Path, rule: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    name = path.relative_to(draft).as_posix()
    return {"file": name, "sha256": files.sha256(path), "bytes": path.stat().st_size, **rule.get(name, {})}


def _pack(folder: Path, archive: Path, name: str) -> None:
    """The folder as a .zip with the same time on every file."""
    held: Sequence[Path] = sorted(path for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(archive, "w") as packed:
        for path in held:
            entry = zipfile.ZipInfo(f"{name}/{path.relative_to(folder).as_posix()}", EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, path.read_bytes())
