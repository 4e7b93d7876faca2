"""The scan for personal data over every text of a bundle, before it leaves."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from flows.store import files
from transforms.prepare.personal_data import Hit, find_in_table, find_in_text, visible_text
from transforms.study import Study
from transforms.study.problems import DataRefusedError

TEXTS = {".json", ".lock", ".md", ".toml", ".txt"}
SHOWN = 20


def check_no_personal_data(study: Study, folder: Path) -> None:
    """Raise a DataRefusedError that says where something looks like personal data, and by which rule, never what."""
    found = [(path, hit) for path in sorted(folder.rglob("*")) for hit in scan_file(study, path)]
    if found:
        lines = [f"  - {path.relative_to(folder).as_posix()}, {_where(hit)}: {hit.rule}" for path, hit in found[:SHOWN]]
        lines += [f"  - and {len(found) - SHOWN} more"] if len(found) > SHOWN else []
        raise DataRefusedError(
            f"Nothing was exported: {len(found)} place{'s look' if len(found) > 1 else ' looks'} like personal data.\n"
            + "\n".join(lines)
            + "\nTake it out of the study's files (study.toml, codebook, scales, groups) and run the study again."
        )


def scan_file(study: Study, path: Path) -> Iterator[Hit]:
    """Hits in one file; files that are no text have the report's words, whose page is read."""
    known = {str(study.settings.seed), *study.wave_names}
    if path.suffix == ".csv":
        yield from find_in_table(list(csv.reader(io.StringIO(files.read_text(path), newline=""))), known)
    elif path.suffix == ".html":
        yield from find_in_text(visible_text(files.read_text(path)), known)
    elif path.suffix in TEXTS:
        yield from find_in_text(files.read_text(path), known)


def _where(hit: Hit) -> str:
    return f"row {hit.row}, column {hit.column}" if hit.column else f"line {hit.row}"
