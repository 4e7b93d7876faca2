"""What `tamasuk export` says where there is nothing to export, or no place for it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.store import runs
from flows.store.paths import RunPaths
from flows.store.record import RunRecord, Status, write_record


def record_run(home: Path, status: Status, name: str = "20260101T000000Z-abcdef") -> Path:
    """A run of which nothing but how it ended is left."""
    paths = RunPaths(study=home, run=home / "runs" / name)
    write_record(RunRecord(study="towns", run=name, status=status, started=datetime(2026, 1, 1, tzinfo=UTC)), paths)
    return paths.run


def test_a_study_without_a_run_says_so(make_study, tamasuk):
    make_study()
    code, output = tamasuk("export", "towns")
    assert code == 2
    assert "towns has no finished run" in output
    assert "Run it first: tamasuk run towns." in output


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("refused", ["was refused, because of its data", "`tamasuk check towns`", "tamasuk run towns"]),
        ("interrupted", ["20260101T000000Z-abcdef was stopped", "tamasuk run towns"]),
        ("failed", ["20260101T000000Z-abcdef failed", "tamasuk run towns"]),
        ("running", ["is still going on, or was killed"]),
    ],
)
def test_a_run_that_did_not_come_to_its_end_is_told(status, told, make_study, tamasuk):
    folder = make_study()
    record_run(folder.parents[1] / "processed" / "towns", status)
    code, output = tamasuk("export", "towns")
    assert code == 2
    for words in ("towns has no finished run", *told):
        assert words in " ".join(output.split())


def test_results_and_places_that_are_none_are_told(make_study, tmp_path, tamasuk):
    folder = make_study()
    results = folder.parents[1] / "processed"
    record_run(results / "towns", "done")
    runs.publish(RunPaths(study=folder, run=results / "towns" / "runs" / "20260101T000000Z-abcdef"))
    (tmp_path / "file").write_text("mine")
    (tmp_path / "empty").mkdir()
    for words, told in (
        (("--results", tmp_path / "typo"), "There is no folder"),
        (("--results", results / "towns"), f"Name the one above: --results {results}"),
        (("--results", results / "towns" / "latest"), f"Name the one above: --results {results}"),
        (("--results", tmp_path / "empty"), "tamasuk run towns. If it was run with --out, name that folder"),
        (("--out", tmp_path / "file"), "is a file. Nothing was written"),
    ):
        code, output = tamasuk("export", "towns", *map(str, words))
        assert code == 2
        assert "".join(told.split()) in "".join(output.split())


def test_a_later_run_that_did_not_come_to_its_end_is_told(make_study, tmp_path, tamasuk, monkeypatch):
    from flows.commands import export
    from transforms.present.export.readme import Contents

    folder = make_study()
    home = folder.parents[1] / "processed" / "towns"
    runs.publish(RunPaths(study=folder, run=record_run(home, "done")))
    made = (tmp_path / "towns", tmp_path / "towns.zip", Contents("x", [], {}, []))
    monkeypatch.setattr(export, "write_bundle", lambda *_: made)
    code, output = tamasuk("export", "towns")
    assert code == 0
    assert "20260101T000000Z-abcdef" in output
    assert "A later run" not in output
    record_run(home, "refused", "20260102T000000Z-abcdef")
    code, output = tamasuk("export", "towns")
    assert code == 0
    assert "A later run, 20260102T000000Z-abcdef, was refused" in " ".join(output.split())


def test_a_study_out_of_data_raw_is_named_by_its_folder(write_study, tmp_path, tamasuk):
    folder = write_study(tmp_path / "elsewhere" / "towns")
    code, output = tamasuk("export", str(folder), "--results", str(tmp_path))
    assert code == 2
    assert f"tamasuk run {folder}".replace(" ", "") in "".join(output.split())
