"""What may be handed on of a run: a folder, and the same as a .zip; the same run always gives the same bytes."""

import os
import secrets
import shutil
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import get_args

from flows.store import files
from flows.store.bundle_scan import check_no_personal_data
from flows.store.in_place import put_back, put_in_place
from flows.store.manifest import Manifest, read_manifest
from flows.store.paths import RunPaths
from flows.store.problems import UsageError
from flows.store.render import read_wording
from flows.store.results import read_results
from transforms.present.context import Context
from transforms.present.export.anonymity import anonymity
from transforms.present.export.key import exported_key
from transforms.present.export.readme import BundleFile, Contents, readme_text
from transforms.present.export.study_text import exported_study
from transforms.present.export.tables import exported_tables, left_out
from transforms.study import Language, Study
from transforms.study.lock import LOCK_FILE

FORM = "tamasuk export 1"
MANIFEST, SUMS = "manifest.json", "SHA256SUMS.txt"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a .zip can hold
DESCRIPTION = ("codebook", "scales", "groups")
STALE = 3600  # seconds after which nobody writes a draft any more


def write_bundle(study: Study, paths: RunPaths, place: Path) -> tuple[Path, Path, Contents]:
    """Write the bundle of a run into `place` under the study's name; folder, .zip and what is in them.

    Each is built aside, searched, and put in the place of an earlier one as a whole.

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
    put_back(folder)
    _check_replaceable(folder, archive)
    with _draft(place, study.id) as draft:
        contents = _fill(study, paths, draft, manifest)
        check_no_personal_data(study, draft)
        packed = draft.with_name(f"{draft.name}.zip")
        _pack(draft, packed, study.id)
        put_in_place(draft, folder)
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


def _check_replaceable(folder: Path, archive: Path) -> None:
    for path, own in ((folder, _is_bundle(folder)), (archive, _is_packed_bundle(archive, folder.name))):
        if path.exists() and not own:
            raise UsageError(f"{path} is there already and no export. Nothing was written; name another folder.")


def _is_bundle(folder: Path) -> bool:
    return (folder / MANIFEST).is_file() and FORM in files.read_text(folder / MANIFEST)


def _is_packed_bundle(archive: Path, name: str) -> bool:
    with suppress(OSError, KeyError, zipfile.BadZipFile), zipfile.ZipFile(archive) as packed:
        return FORM.encode() in packed.read(f"{name}/{MANIFEST}")
    return False


@contextmanager
def _draft(place: Path, name: str) -> Iterator[Path]:
    """A folder beside the one to be; it is gone in the end, with its .zip, if it was not published."""
    _sweep(place, name)
    draft = place / f".{name}-{secrets.token_hex(4)}"
    draft.mkdir(parents=True)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        draft.with_name(f"{draft.name}.zip").unlink(missing_ok=True)


def _sweep(place: Path, name: str) -> None:
    """Delete drafts of exports that were killed; one that is being written is younger."""
    for left in place.glob(f".{name}-????????*"):
        if left.stat().st_mtime < time.time() - STALE:
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)


def _fill(study: Study, paths: RunPaths, draft: Path, manifest: Manifest) -> Contents:
    """Every file of the bundle, the page that explains them, and the list of them."""
    results = read_results(study, paths)
    context = Context(results, study, read_wording("en"))
    made = (*_reports(study, paths, draft), *_tables(context, draft), *_description(context, paths, draft))
    names = [Path(file.name).stem for file in made if file.name.startswith("tables/")]
    people = anonymity(files.read_frame(paths.panel), study)
    originals = _originals(draft, manifest)
    contents = Contents(paths.id, made, left_out(context, names), people, tuple(originals))
    for language in get_args(Language):
        page = readme_text(Context(results, study, read_wording(language)), contents)
        files.write_text(page, draft / f"README.{language}.md")
    _write_manifest(context, manifest, contents, draft, originals)
    held = sorted(path for path in draft.rglob("*") if path.is_file())
    files.write_text("".join(f"{files.sha256(path)}  {_name(path, draft)}\n" for path in held), draft / SUMS)
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
    text = exported_study(files.read_text(own["study"]), context.study.settings)
    files.write_text(text, folder / own["study"].name)
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


def _originals(draft: Path, manifest: Manifest) -> dict[str, str]:
    """SHA-256 of the study's own files that are not as in its folder, by their names in the bundle."""
    own = {Path(name).stem: sha for name, sha in manifest.study_files.items()}
    copies = sorted(path for path in (draft / "study").iterdir() if path.suffix in (".toml", ".csv"))
    return {_name(path, draft): own[path.stem] for path in copies if files.sha256(path) != own[path.stem]}


def _write_manifest(
    context: Context, manifest: Manifest, contents: Contents, draft: Path, originals: Mapping[str, str]
) -> None:
    """What is in the bundle and what made it: no path, and nothing of the key of the pseudonyms."""
    held = sorted(path for path in draft.rglob("*") if path.is_file())
    said: dict[str, dict[str, object]] = {name: {"sha256_of_original": sha} for name, sha in originals.items()}
    said |= {file.name: {"rule": file.rule, "hidden": file.hidden} for file in contents.files if file.rule != "none"}
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
        "files": [_entry(path, draft, said) for path in held],
        "left_out": dict(contents.left_out),
        "anonymity": [asdict(one) for one in contents.anonymity],
    }
    files.write_json(content, draft / MANIFEST)


def _entry(path: Path, draft: Path, said: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    name = _name(path, draft)
    return {"file": name, "sha256": files.sha256(path), "bytes": path.stat().st_size, **said.get(name, {})}


def _name(path: Path, draft: Path) -> str:
    return path.relative_to(draft).as_posix()


def _pack(folder: Path, archive: Path, name: str) -> None:
    """The folder as a .zip with the same time on every file."""
    held: Sequence[Path] = sorted(path for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(archive, "w") as packed:
        for path in held:
            entry = zipfile.ZipInfo(f"{name}/{path.relative_to(folder).as_posix()}", EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, path.read_bytes())
