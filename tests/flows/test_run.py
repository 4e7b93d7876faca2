"""One run from files to report: what it leaves, what it never leaves, and what it does when something is wrong."""

import json
import zipfile
from contextlib import nullcontext
from pathlib import Path

import httpx
import pandas as pd
import pytest
from prefect.settings import PREFECT_API_URL

from flows import pipeline
from flows.pipeline import run_study
from flows.stages import ingest as stages
from flows.store import runs
from flows.store.files import read_study
from flows.store.paths import RunPaths
from flows.store.problems import StageError, UsageError
from transforms.study import DataRefusedError, StudyError

KEPT = [
    "data_docs/index.html",
    "deviations.csv",
    "distributions.csv",
    "estimates.csv",
    "estimates.parquet",
    "levels.csv",
    "manifest.json",
    "panel.parquet",
    "plan.json",
    "problem_rows.csv",
    "problems.csv",
    "reliability.csv",
    "report/report.en.html",
    "row_counts.csv",
    "run.json",
    "scores.parquet",
    "scoring_key.json",
    "validation.json",
    "waves/after.parquet",
    "waves/before.parquet",
]
pytestmark = pytest.mark.usefixtures("prefect_server")
WAIVER = '[[waivers]]\ncheck = "out_of_range"\naction = "set_missing"\nreason = "A slip."\nsigned = "A. Tester"'
SECRETS = ("CANARY", "77123459")


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return tmp_path / "data" / "processed"


@pytest.fixture
def good(results: Path) -> Path:
    """A folder that stands for the last good run."""
    run = results / "towns" / "runs" / "20200101T000000Z-000000"
    run.mkdir(parents=True)
    runs.publish(RunPaths(study=results, run=run))
    return run


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory: pytest.TempPathFactory, write_study, prefect_server: Path) -> tuple[Path, Path]:
    """Two runs of one study with a planted, waived impossible answer."""
    home = tmp_path_factory.mktemp("twice")
    folder = write_study(home / "data/raw/towns", tables=WAIVER, planted=True)
    results = home / "data/processed"
    return run_study(folder, results), run_study(folder, results)


def test_a_run_leaves_every_file_and_becomes_the_latest(two_runs):
    run = two_runs[1]
    assert [name for name in KEPT if not (run / name).is_file()] == []
    assert (run.parent.parent / "latest").resolve() == run.resolve()
    assert json.loads((run / "run.json").read_text())["status"] == "done"
    assert "set_missing" in (run / "problems.csv").read_text(), "the waiver let the run go on"


def test_two_runs_of_the_same_input_give_the_same_bytes(two_runs):
    first, second = two_runs
    every = [path.relative_to(first) for path in sorted(first.rglob("*")) if path.is_file()]
    assert {Path(name) for name in KEPT} <= set(every)
    differ = [name.as_posix() for name in every if (first / name).read_bytes() != (second / name).read_bytes()]
    assert differ == ["report/report.en.html", "run.json"]
    lines = [(run / "report/report.en.html").read_text(encoding="utf-8").splitlines() for run in two_runs]
    changed = [(one, other) for one, other in zip(*lines, strict=True) if one != other]
    assert len(changed) == 1, "only the run line may differ"
    assert first.name in changed[0][0]
    assert second.name in changed[0][1]


def test_answers_and_identifiers_stay_in_the_data(two_runs, prefect_server):
    run = two_runs[0]
    shared = [path for path in sorted(run.rglob("*")) if path.is_file() and path.suffix != ".parquet"]
    assert [path.name for path in shared if any(secret.encode() in content(path) for secret in SECRETS)] == []
    kept = [path for path in prefect_server.iterdir() if path.is_file()]
    assert any(b"towns" in path.read_bytes() for path in kept), "the search below would find what is there"
    assert [path.name for path in kept if any(secret.encode() in path.read_bytes() for secret in SECRETS)] == []


def test_a_pseudonym_stands_where_the_identifier_was(two_runs):
    for path in two_runs[0].rglob("*.parquet"):
        frame = pd.read_parquet(path)
        assert "CANARY" not in frame.to_csv(), f"{path.name} holds an identifier or a remark"
    people = pd.read_parquet(two_runs[0] / "panel.parquet")["respondent"]
    assert people.str.fullmatch("[0-9a-f]{32}").all()


def test_prefect_shows_counts_and_effects(two_runs):
    url = f"{PREFECT_API_URL.value()}/artifacts/latest/filter"
    found = httpx.post(url, json={}).json()  # other tests' studies are on the same server
    artifacts = {item["key"].split("-")[-1]: item["data"] for item in found if item["key"].startswith("tamasuk-towns-")}
    assert "| before | 96 |" in artifacts["summary"]
    assert {row["governorate"] for row in json.loads(artifacts["effects"])} >= {"North", "South", "pooled"}
    assert "report.en.html" in artifacts["report"]


def test_refused_data_leaves_its_reasons_and_the_last_good_run(make_study, results, good):
    with pytest.raises(DataRefusedError, match=r"before: out_of_range: t1: 1 of 96") as caught:
        run_study(make_study(planted=True), results)
    refused = newest(results)
    assert (results / "towns" / "latest").resolve() == good.resolve()
    assert json.loads((refused / "run.json").read_text())["status"] == "refused"
    assert "out_of_range" in (refused / "problems.csv").read_text()
    assert not (refused / "estimates.csv").exists()
    assert not any(secret in str(caught.value) for secret in SECRETS)


def test_a_fault_of_ours_keeps_answers_inside_and_the_last_good_run(make_study, results, good, monkeypatch):
    def broken(*_: object) -> None:
        raise ValueError("could not convert 'CANARYPERSON' to float")

    monkeypatch.setattr("flows.stages.validate.check_wave", broken)
    with pytest.raises(StageError) as caught:
        run_study(make_study(), results)
    failed = newest(results)
    assert "CANARY" not in str(caught.value)
    assert "validate stopped with ValueError at flows/stages/validate.py:" in str(caught.value)
    assert json.loads((failed / "run.json").read_text())["status"] == "failed"
    assert "CANARYPERSON" in (failed / "fault.txt").read_text()
    assert (failed / "fault.txt").stat().st_mode & 0o077 == 0, "readable by its owner only"
    assert (results / "towns" / "latest").resolve() == good.resolve()


def test_an_interrupted_run_says_so_and_frees_the_study(make_study, results, good, monkeypatch):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("flows.stages.validate.check_wave", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run_study(make_study(), results)
    assert json.loads((newest(results) / "run.json").read_text())["status"] == "interrupted"
    assert (results / "towns" / "latest").resolve() == good.resolve()
    with runs.only_run(results / "towns"):
        pass


def test_one_run_of_a_study_at_a_time(make_study, results):
    folder = make_study()
    with runs.only_run(results / "towns"), pytest.raises(UsageError, match="Another run"):
        run_study(folder, results)


def test_a_missing_file_is_said_before_anything_is_made(make_study, results):
    folder = make_study()
    (folder / "after.csv").unlink()
    with pytest.raises(StudyError, match=r"there is no file after\.csv for wave after"):
        run_study(folder, results)
    assert not results.exists()


@pytest.mark.parametrize(
    ("error", "reads", "why"),
    [
        (OSError(5, "Input/output error"), 3, "a share that fails once is read again: two waves, one of them twice"),
        (FileNotFoundError(2, "No such file"), 1, "a file that is not there is not waited for"),
        (ValueError("wrong"), 1, "a fault is not better a moment later"),
    ],
)
def test_what_is_read_again(make_study, results, monkeypatch, error, reads, why):
    calls: list[int] = []

    def flaky(*arguments: object, **options: object) -> object:
        calls.append(1)
        if len(calls) == 1:
            raise error
        return real(*arguments, **options)

    real = stages.read_raw
    monkeypatch.setattr(stages, "read_raw", flaky)
    monkeypatch.setattr(stages.ingest_wave, "retry_delay_seconds", [0, 0])
    paths = runs.new_run(make_study(), results / "towns")
    with nullcontext() if reads == 3 else pytest.raises(StageError):
        stages.ingest(paths)
    assert len(calls) == reads, why


def test_check_says_what_a_run_would_say(make_study, results):
    folder = make_study(planted=True)
    with pytest.raises(DataRefusedError, match="out_of_range"):
        pipeline.check_study(read_study(folder), runs.new_check(folder, results / "towns"))
    assert not (results / "towns" / "runs").exists()


def content(path: Path) -> bytes:
    """Bytes of a file; of a document or workbook, those of everything packed into it."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as packed:
        return b"".join(packed.read(name) for name in packed.namelist())


def newest(results: Path) -> Path:
    return max((results / "towns" / "runs").iterdir())
