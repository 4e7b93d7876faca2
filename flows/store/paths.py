"""Where everything of a study and of one run is kept."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from flows.store.problems import UsageError

STUDY_FILE = "study.toml"
RAW = Path("data/raw")
PROCESSED = Path("data/processed")


class RunPaths(BaseModel):
    """Folders of one run; the only thing that is passed from stage to stage."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    study: Path
    run: Path
    fast: bool = False  # without what only examines the indices: factor models, invariance, other ways to score

    def wave(self, name: str) -> Path:
        """Answers of one wave, typed and under the study's names."""
        return self.run / "waves" / f"{name}.parquet"

    def back_checks(self, name: str) -> Path:
        """Answers given again to a wave's back-checks; no wave's name holds a dot."""
        return self.run / "waves" / f"{name}.back_checks.parquet"

    def report(self, language: str, suffix: str = "html") -> Path:
        """The report in one language and format."""
        return self.run / "report" / f"report.{language}.{suffix}"

    @property
    def id(self) -> str:
        """Name of the run."""
        return self.run.name

    @property
    def manifest(self) -> Path:
        return self.run / "manifest.json"

    @property
    def run_record(self) -> Path:
        """When this run started and ended, and how: everything that differs between two runs of the same input."""
        return self.run / "run.json"

    @property
    def fault(self) -> Path:
        """Traceback of a fault of ours. It may quote answers, so it stays here and is readable by its owner only."""
        return self.run / "fault.txt"

    @property
    def plan(self) -> Path:
        """How the study stood to its locked plan."""
        return self.run / "plan.json"

    @property
    def validation(self) -> Path:
        return self.run / "validation.json"

    @property
    def data_docs(self) -> Path:
        return self.run / "data_docs"

    @property
    def problems(self) -> Path:
        return self.run / "problems.csv"

    @property
    def problem_rows(self) -> Path:
        """Rows of the files behind each problem; stays with the data."""
        return self.run / "problem_rows.csv"

    @property
    def row_counts(self) -> Path:
        return self.run / "row_counts.csv"

    @property
    def panel(self) -> Path:
        return self.run / "panel.parquet"

    @property
    def scores(self) -> Path:
        return self.run / "scores.parquet"

    @property
    def alternatives(self) -> Path:
        """Every index scored in other ways; absent from a fast run."""
        return self.run / "alternatives.parquet"

    @property
    def scoring_key(self) -> Path:
        return self.run / "scoring_key.json"

    @property
    def reliability(self) -> Path:
        return self.run / "reliability.csv"

    @property
    def distributions(self) -> Path:
        return self.run / "distributions.csv"

    @property
    def levels(self) -> Path:
        return self.run / "levels.csv"

    @property
    def estimates(self) -> Path:
        return self.run / "estimates.csv"

    @property
    def estimates_parquet(self) -> Path:
        return self.run / "estimates.parquet"

    def table(self, name: str) -> Path:
        """A table of results for the report: balance, power, invariance and the like."""
        return self.run / f"{name}.csv"

    @property
    def truth(self) -> Path:
        """Planted effects of a simulated study; absent for a real one."""
        return self.study / "truth.csv"


def find_raw(start: Path) -> Path | None:
    """The nearest `data/raw` in `start` or above it."""
    return next((folder / RAW for folder in (start, *start.parents) if (folder / RAW).is_dir()), None)


def list_studies(start: Path) -> tuple[str, ...]:
    """Names of the study folders in the nearest `data/raw`."""
    raw = find_raw(start)
    return tuple(sorted(file.parent.name for file in raw.glob(f"*/{STUDY_FILE}"))) if raw else ()


def find_study(name: str, start: Path) -> Path:
    """Folder of a study, from its path or from its name under `data/raw`.

    Raises
    ------
    UsageError
        If there is none; the message lists the studies there are.
    """
    folder = Path(name).expanduser()
    if folder.name == STUDY_FILE:
        folder = folder.parent
    folder = start / folder
    raw = find_raw(start)
    for candidate in (folder, raw / name if raw else folder):
        if (candidate / STUDY_FILE).is_file():
            return candidate.resolve()
    if folder.is_dir():
        raise UsageError(f"{name} is a folder without {STUDY_FILE}. Every study has one; see docs/study-file.md.")
    known = list_studies(start)
    hint = f"Studies here: {', '.join(known)}." if known else f"There is no study in {RAW}/ here yet."
    raise UsageError(f"There is no study {name}: neither a folder of that name nor one in {RAW}/. {hint}")


def results_root(study: Path) -> Path:
    """`data/processed` beside the `data/raw` that holds the study; in the current folder for any other study."""
    if study.parent.name == RAW.name and study.parent.parent.name == RAW.parent.name:
        return study.parent.parent.parent / PROCESSED
    return Path.cwd() / PROCESSED
