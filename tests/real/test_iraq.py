"""A KoboToolbox export as received, with the Arabic form it was collected with."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from flows.store import corrections, files
from flows.store.readers import read_raw
from transforms.prepare.wave import TypedWave, needed_columns, type_wave
from transforms.study import Study
from transforms.study.corrections import Correction

CLEANING = Path(__file__).parent / "iraq_cleaning"  # the same export, with the agency's cleaning log of 726 lines


def test_wording_and_answers_come_from_the_form(run) -> None:
    study = files.read_study(run("iraq_kobo").study)
    item = study.codebook.variable("service_level")
    assert item.text.ar is not None
    assert "خدمة" in item.text.ar
    assert study.codebook.values_of("service_level")[4.0].ar == "ممتاز"


def test_choices_written_by_name_become_codes(run) -> None:
    panel = files.read_frame(run("iraq_kobo").panel)
    assert len(panel) == 632
    answered = panel.service_level.dropna()
    assert len(answered) == 566
    assert set(answered) <= {0.0, 1.0, 2.0, 3.0, 4.0}
    assert panel.service_trust__missing.value_counts().loc[["dk", "refused"]].to_list() == [99, 1]


def test_identifiers_do_not_leave_the_file(run, shared_data) -> None:
    """Every file the run made, searched for the identifiers of the export."""
    raw = pd.read_csv(shared_data / "iraq_kobo" / "raw_data.csv", usecols=["X_uuid", "deviceid"])
    secrets = {str(value).encode() for value in pd.concat([raw.X_uuid, raw.deviceid]).dropna()}
    paths = run("iraq_kobo")
    made = [path for path in paths.run.rglob("*") if path.is_file()]
    assert len(made) > 10
    for path in made:
        content = path.read_bytes()
        assert not [1 for secret in secrets if secret in content], path.name


def test_answers_depend_on_who_asked(run) -> None:
    """Sixteen interviewers in the same neighbourhoods: the study would stop, had its waiver not been signed."""
    paths = run("iraq_kobo")
    effect = files.read_table(paths.table("interviewer_effects")).set_index("outcome").loc["vertical"]
    assert (effect["within"], effect["interviewers"], effect["level"]) == ("community", 16, "large")
    assert effect["rho"] == pytest.approx(0.4306, abs=1e-4)
    found = files.read_table(paths.problems).set_index("check").loc["interviewer_effect_large"]
    assert (found["severity"], found["action"]) == ("critical", "accept")


def test_hosting_households_are_compared_with_others(run, estimates) -> None:
    found = estimates(run("iraq_kobo")).query("outcome == 'vertical'")
    assert {"Hosting others", "Not hosting"} <= set(found.group)


@pytest.fixture(scope="module")
def cleaned(shared_data: Path) -> Study:
    return files.read_study(CLEANING)


def read_wave(study: Study, file: Path, log: tuple[Correction, ...] = ()) -> TypedWave:
    wave = study.waves[0]
    return type_wave(read_raw(file, columns=needed_columns(study, wave)), study, wave, log)


def answers(wave: TypedWave) -> pd.DataFrame:
    """Every answer by household, what is missing marked."""
    frame = wave.frame.set_index("household").sort_index()
    names = [name for name in frame if name != "file_row" and not name.endswith("__missing")]
    return frame[names].astype(object).fillna("missing")


@pytest.fixture(scope="module")
def completed(cleaned, shared_data) -> tuple[Correction, ...]:
    """The log with the old values the agency left empty, taken from the export."""
    log = corrections.read_log(cleaned, CLEANING).lines
    export = pd.read_csv(shared_data / "iraq_kobo" / "raw_data.csv", dtype=str, keep_default_na=False)
    export = export.set_index("X_uuid")
    empty = [line.action != "remove" and not line.old for line in log]
    held = (
        str(export.at[line.respondent, line.variable]) if gap else line.old
        for line, gap in zip(log, empty, strict=True)
    )
    return tuple(replace(line, old=old) for line, old in zip(log, held, strict=True))


def test_lines_without_the_old_value_are_refused(cleaned, shared_data) -> None:
    """As published, 38 of the 51 edits do not say what the export holds; the other lines fit."""
    log = corrections.read_log(cleaned, CLEANING)
    assert (len(log.lines), log.left_alone) == (106, 620)
    found = read_wave(cleaned, shared_data / "iraq_kobo" / "raw_data.csv", log.lines).corrections
    refused = {outcome.line for outcome in found if outcome.refused}
    assert Counter(outcome.status for outcome in found) == {
        "old_value": 38, "changed": 9, "repeated": 3, "unused": 2, "removed": 54,
    }  # fmt: skip
    assert refused == {line.line for line in log.lines if line.action != "remove" and not line.old}


def test_the_export_and_the_log_give_the_published_clean_data(cleaned, completed, shared_data) -> None:
    """54 interviews go (one line says so twice), 47 answers change, and nothing is left that differs."""
    kobo = shared_data / "iraq_kobo"
    replayed = read_wave(cleaned, kobo / "raw_data.csv", completed)
    assert Counter(outcome.status for outcome in replayed.corrections) == {
        "changed": 44, "blanked": 3, "repeated": 3, "unused": 2, "removed": 54,
    }  # fmt: skip
    assert [(count.step, count.removed, count.remaining) for count in replayed.counts][:2] == [
        ("file", 0, 632),
        ("corrections", 54, 578),
    ]
    clean, received = answers(replayed), answers(read_wave(cleaned, kobo / "raw_data.csv"))
    assert int((clean != received.loc[clean.index]).sum().sum()) == 47
    pd.testing.assert_frame_equal(clean, answers(read_wave(cleaned, kobo / "clean_data.csv")))
