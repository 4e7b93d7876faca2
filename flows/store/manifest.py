"""What went in and what computed it: enough to tell whether a second run saw the same."""

import platform
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from flows.store import files
from transforms.study.study import Study

PACKAGES = (
    "tamasuk",
    "great-expectations",
    "matplotlib",
    "numpy",
    "pandas",
    "prefect",
    "pyarrow",
    "pyreadstat",
    "scipy",
    "statsmodels",
)


class SourceFile(BaseModel):
    """One wave's file as received."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    wave: str
    file: str
    sha256: str
    bytes: int
    rows: int
    columns: int
    reader: str
    encoding: str | None
    notes: tuple[str, ...] = ()


class CorrectionRecord(BaseModel):
    """The log of corrections a run replayed, in counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    sha256: str
    answers_changed: int
    interviews_removed: int
    not_used: int  # of a column the study does not read, of an interview that is removed, or said twice
    left_alone: int  # looked at, and right
    refused: int


class Manifest(BaseModel):
    """Input, seed and versions of a run. The same for every run of the same input on the same installation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    study: str
    seed: int
    synthetic: bool
    study_files: dict[str, str]
    lock: str | None = None  # SHA-256 of the locked plan the run was held against
    corrections: CorrectionRecord | None = None
    waves: tuple[SourceFile, ...]
    pseudonym_key: str
    python: str
    packages: dict[str, str]


def package_versions() -> dict[str, str]:
    """Versions of what computes or writes a result."""
    return {name: version(name) for name in PACKAGES}


def make_manifest(
    study: Study, folder: Path, waves: tuple[SourceFile, ...], key_name: str, lock: str | None = None
) -> Manifest:
    """Manifest of a run of `study`; `key_name` is the fingerprint of the pseudonym key, `lock` that of the plan."""
    own = files.study_files(folder, study.settings)
    return Manifest(
        study=study.id,
        seed=study.settings.seed,
        synthetic=study.settings.synthetic,
        study_files={path.name: files.sha256(path) for path in own.values()},
        lock=lock,
        waves=waves,
        pseudonym_key=key_name,
        python=platform.python_version(),
        packages=package_versions(),
    )


def write_manifest(manifest: Manifest, path: Path) -> None:
    files.write_text(manifest.model_dump_json(indent=2) + "\n", path)


def read_manifest(path: Path) -> Manifest:
    return Manifest.model_validate_json(path.read_text(encoding="utf-8"))
