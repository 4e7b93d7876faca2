"""A KoboToolbox export as received, with the Arabic form it was collected with."""

import pandas as pd

from flows.store import files


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


def test_hosting_households_are_compared_with_others(run, estimates) -> None:
    found = estimates(run("iraq_kobo")).query("outcome == 'vertical'")
    assert {"Hosting others", "Not hosting"} <= set(found.group)
