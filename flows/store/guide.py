"""Writes docs/study-file.md: `python -m flows.store.guide`, which is what `make docs` runs."""

from pathlib import Path

from flows.store import files
from flows.store.paths import STUDY_FILE

DOCS = Path(__file__).resolve().parents[2] / "docs"
EXAMPLE = DOCS / "example"  # the small study the page shows in full
PAGE = DOCS / "study-file.md"
TABLES = ("codebook.csv", "scales.csv", "recodes.csv")


def guide_text() -> str:
    """The page as it should be."""
    from transforms.study.guide import study_guide

    return study_guide({name: files.read_text(EXAMPLE / name) for name in (STUDY_FILE, *TABLES)})


def main() -> None:
    """Write the page."""
    files.write_text(guide_text(), PAGE)


if __name__ == "__main__":
    main()
