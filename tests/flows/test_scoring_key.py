"""A key that changes between runs: refused, accepted by its fingerprint, listed; and a key the study brings along."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from flows.stages.ingest import collect, ingest_wave
from flows.stages.measure import measure
from flows.stages.prepare import prepare
from flows.store import files, runs
from flows.store.manifest import read_manifest
from flows.store.paths import RunPaths
from transforms.study import DataRefusedError, StudyError


@pytest.fixture
def real(make_study):
    """The folder of a study whose data are not invented."""
    folder = make_study()
    text = (folder / "study.toml").read_text()
    (folder / "study.toml").write_text(text.replace("synthetic = true\n", "").replace("SYNTHETIC: t", "T"))
    return folder


@pytest.fixture
def scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run the study's stages up to its scores, without an orchestrator, and publish the run.

    Checks of the data take most of the time of so small a study and are left out where they do not matter.
    """

    def run(folder: Path, *, checked: bool = False) -> RunPaths:
        paths = runs.new_run(folder, tmp_path / "results" / "towns")
        study = files.read_study(folder)
        with monkeypatch.context() as patch:
            if not checked:
                patch.setattr("flows.stages.prepare.check_panel", lambda *_: None)
                patch.setattr("flows.stages.measure.check_scores", lambda *_, **__: None)
                patch.setattr("flows.stages.measure.with_interviewer_effects", lambda *_: None)
                patch.setattr("flows.store.verdicts.add_verdicts", lambda *_: None)
            for name in study.wave_names:
                ingest_wave.fn(paths, name)
            collect(paths)
            prepare.fn(paths)
            measure.fn(paths)
        runs.publish(paths)
        return paths

    return run


def correct(folder: Path) -> None:
    """The data manager corrects one answer of the baseline, in the comparison arm."""
    lines = (folder / "before.csv").read_text().splitlines()
    place = next(number for number, line in enumerate(lines) if ",N8," in line)
    cells = lines[place].split(",")
    cells[3] = "1" if cells[3] != "1" else "5"
    lines[place] = ",".join(cells)
    (folder / "before.csv").write_text("\n".join(lines) + "\n")


def accept(folder: Path, sha: str) -> None:
    text = (folder / "study.toml").read_text()
    (folder / "study.toml").write_text(f'scoring_key = "{sha}"\n{text}')


def table(paths: RunPaths, name: str) -> pd.DataFrame:
    return files.read_table(paths.table(name))


def test_a_corrected_baseline_is_refused_until_the_study_accepts_its_key(real, scored):
    first = scored(real)
    scored(real)
    assert len(table(first, "key_changes")) == 0
    correct(real)
    with pytest.raises(DataRefusedError) as refused:
        scored(real)
    said = str(refused.value)
    assert "1 item with another mean or standard deviation: t1" in said
    assert "CANARY" not in said
    (line,) = [line.strip() for line in said.splitlines() if line.strip().startswith("scoring_key = ")]
    accept(real, line.split('"')[1])
    paths = scored(real)
    changes = table(paths, "key_changes")
    assert ["item", "t1", "mean_sd"] in changes[["kind", "name", "change"]].to_numpy().tolist()
    assert table(paths, "key_origin").sha256_before[0] == files.read_json(first.scoring_key)["sha256"]

    again = scored(real)
    assert table(again, "key_changes").equals(changes), "listed as long as the study names the key"
    assert table(again, "key_origin").equals(table(paths, "key_origin"))


def test_the_refused_key_is_kept_in_the_run_that_was_refused(real, scored, tmp_path):
    good = scored(real)
    correct(real)
    with pytest.raises(DataRefusedError) as refused:
        scored(real)
    [newest] = [run for run in (tmp_path / "results" / "towns" / "runs").iterdir() if run != good.run]
    assert files.read_json(newest / "scoring_key.json")["sha256"] in str(refused.value)
    assert not (newest / "scores.parquet").exists()


def test_a_correction_of_a_later_wave_changes_no_key(real, scored):
    scored(real)
    text = (real / "after.csv").read_text()
    (real / "after.csv").write_text(text.replace(",N8,1,", ",N8,2,").replace(",S8,4,", ",S8,3,"))
    assert len(table(scored(real), "key_changes")) == 0


def test_invented_data_are_drawn_anew_without_a_word(make_study, scored):
    folder = make_study()
    scored(folder)
    correct(folder)
    assert len(table(scored(folder), "key_changes")) == 0


def test_a_study_brings_its_key_and_the_units_stay(real, scored):
    first = scored(real)
    shutil.copyfile(first.scoring_key, real / "scoring_key.json")
    correct(real)
    paths = scored(real, checked=True)
    assert table(paths, "key_origin").origin[0] == "study"
    assert paths.scoring_key.read_bytes() == first.scoring_key.read_bytes()
    assert "scoring_key.json" in read_manifest(paths.manifest).study_files
    before, after = (files.read_frame(found.scores) for found in (first, paths))
    assert (before.trust.round(9) != after.trust.round(9)).sum() == 1, "the corrected respondent alone"


@pytest.mark.parametrize(
    ("damage", "says", "why"),
    [
        (lambda key: key["items"][0].update(mean=0.1), "its fingerprint does not fit its numbers", "edited by hand"),
        (lambda key: key.clear(), "cannot be read", "no key"),
    ],
)
def test_a_key_that_cannot_be_trusted_is_refused_before_anything_is_read(real, scored, tamasuk, damage, says, why):
    content = files.read_json(scored(real).scoring_key)
    damage(content)
    (real / "scoring_key.json").write_text(json.dumps(content))
    (real / "before.csv").write_bytes(b"not looked at")
    code, output = tamasuk("check", str(real))
    assert code == 2, why
    assert says in " ".join(output.split())


def test_a_key_of_another_study_is_refused_with_what_differs(real, scored):
    shutil.copyfile(scored(real).scoring_key, real / "scoring_key.json")
    text = (real / "codebook.csv").read_text()
    (real / "codebook.csv").write_text(text.replace("t2,item,Trust two,1-5", "t2,item,Trust two,1-7"))
    with pytest.raises(StudyError, match=r"1 item with another range: t2\. Take the key of a run"):
        scored(real)


def test_a_last_run_without_a_key_and_one_that_cannot_be_read(real, scored):
    first = scored(real)
    first.scoring_key.unlink()
    second = scored(real)
    second.scoring_key.write_bytes(b"\xff")
    with pytest.raises(DataRefusedError, match="the last run's key cannot be read"):
        scored(real)


def test_a_new_folder_of_results_has_no_last_key_but_the_study_may_name_one(real, scored):
    accept(real, "0" * 64)
    with pytest.raises(DataRefusedError, match="The study accepts one scoring key, 0000"):
        scored(real)


def test_a_run_of_before_there_was_a_list_of_changes(real, scored):
    first = scored(real)
    first.table("key_origin").unlink()
    accept(real, files.read_json(first.scoring_key)["sha256"])
    assert len(table(scored(real), "key_changes")) == 0
