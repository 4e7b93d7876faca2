"""Run a study of real files stage by stage, without an orchestrator; results go to a folder of the test's own."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from flows.pipeline import STAGES, check_study
from flows.store import files
from flows.store.paths import RunPaths
from transforms.impact.estimate import MAIN_MODELS

HERE = Path(__file__).parent
Run = Callable[[str], RunPaths]


@pytest.fixture(scope="session")
def run(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a study of this folder by its name, once a session; skipped where the real files are absent."""
    made: dict[str, RunPaths] = {}
    monkey = pytest.MonkeyPatch()
    monkey.setenv("TAMASUK_KEY", "a key for tests, of sufficient length")

    def run_once(name: str) -> RunPaths:
        if name not in made:
            folder = HERE / name
            paths = RunPaths(study=folder, run=tmp_path_factory.mktemp(name))
            check_study(files.read_study(folder), paths)
            after_prepare = [stage.name for stage in STAGES].index("prepare") + 1
            for stage in STAGES[after_prepare:]:
                stage.fn(paths)
            made[name] = paths
        return made[name]

    yield run_once
    monkey.undo()


@pytest.fixture
def estimates() -> Callable[[RunPaths], pd.DataFrame]:
    """The effects, changes or levels of a run, without what examines them."""

    def read(paths: RunPaths) -> pd.DataFrame:
        table = pd.read_csv(paths.estimates)
        return table[table["model"].isin(MAIN_MODELS)]

    return read
