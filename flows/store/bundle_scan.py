"""The scan for personal data over every file of a bundle, before it leaves."""

import csv
import io
from collections.abc import Collection, Iterator
from pathlib import Path

from flows.store import files
from flows.store.bundle_words import TEXTS, words_of
from transforms.prepare.personal_data import Hit, find_in_table, find_in_text, rules_of
from transforms.study import Study
from transforms.study.problems import DataRefusedError

MAKERS = {"", "tamasuk", "python-docx"}  # what may stand as the author of a file
SHOWN = 20
WORDS = {
    "author": "names who made or changed it. Export the run's own files, as no office program has saved them",
    "unreadable": "cannot be searched. Only files that the run itself wrote may leave",
}


def check_no_personal_data(study: Study, folder: Path) -> None:
    """Raise a DataRefusedError that says what looks like personal data: file, rule, how often and where, never what."""
    known = {str(study.settings.seed), *study.wave_names}
    held = (path for path in sorted(folder.rglob("*")) if path.is_file())
    found = [line for path in held for line in _lines(path, folder, known)]
    if found:
        more = [f"  - and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
        raise DataRefusedError(
            "Nothing was exported. This looks like personal data (the values are not repeated here):\n"
            + "\n".join([*found[:SHOWN], *more])
            + "\nWhere it comes from the study's files (study.toml, codebook, scales, groups), take it out there; then "
            "run the study again and export it."
        )


def _lines(path: Path, folder: Path, known: Collection[str]) -> Iterator[str]:
    """A line for every rule that a file, or its name, breaks."""
    place = path.relative_to(folder)
    named = rules_of_path(place, known)
    told = f"a file in {place.parts[0]}/" if named else place.as_posix()
    if named:
        yield f"  - the name of {told}: {', '.join(named)}"
    hits: dict[str, list[Hit]] = {}
    for hit in scan_file(path, known):
        hits.setdefault(hit.rule, []).append(hit)
    for rule, all_of in hits.items():
        yield f"  - {told}: {_told(rule, all_of)}"


def _told(rule: str, hits: list[Hit]) -> str:
    first, times = hits[0], f"{len(hits)} time{'s' if len(hits) > 1 else ''}"
    where = f"row {first.row}, column {first.column}" if first.column else f"line {first.row}"
    at = f"; first in {where}" if len(hits) > 1 else f", in {where}"
    return f"{rule}, {times}{at if first.row else ''}" + (f" ({WORDS[rule]})" if rule in WORDS else "")


def rules_of_path(place: Path, known: Collection[str] = ()) -> tuple[str, ...]:
    """Rules that the name of a file or of its folder breaks; `_` and `-` stand for spaces there."""
    spaced = (form for part in place.parts for form in (part, part.replace("_", " ").replace("-", " ")))
    return tuple(dict.fromkeys(rule for form in spaced for rule in rules_of(form, known)))


def scan_file(path: Path, known: Collection[str] = ()) -> Iterator[Hit]:
    """Hits in one file, those in packed files and pictures without a line. known: words that are no personal data."""
    if path.suffix == ".csv":
        yield from find_in_table(list(csv.reader(io.StringIO(files.read_text(path), newline=""))), known)
        return
    in_lines = path.suffix.lower() in {*TEXTS, ".html"}
    for words in words_of(path):
        hits = find_in_text(words.text, known)
        yield from hits if in_lines else (Hit(0, 0, hit.rule) for hit in hits)
        if not words.readable:
            yield Hit(0, 0, "unreadable")
        elif words.maker and words.text.strip() not in MAKERS:
            yield Hit(0, 0, "author")
