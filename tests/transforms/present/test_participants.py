"""Who answered is counted, whatever is unknown about them."""

from collections.abc import Callable

import pandas as pd

from transforms.present.participants import participant_tables
from transforms.study import Study


def little_panel() -> pd.DataFrame:
    rows = [
        ("a", "before", "Irbid", "treated", "v1", "Syrian"),
        ("b", "before", "Irbid", "treated", "v1", None),
        ("c", "before", "Amman", "comparison", "v2", "Syrian"),
        ("a", "after", "Irbid", "treated", "v1", "Syrian"),
        ("d", "after", None, None, None, "Syrian"),
    ]
    panel = pd.DataFrame(rows, columns=["respondent", "wave", "governorate", "arm", "cluster", "group"])
    return panel.assign(wave=pd.Categorical(panel["wave"], ["before", "after"], ordered=True))


def test_everybody_stands_in_one_cell(study: Study) -> None:
    tables = participant_tables(little_panel(), study)
    assert tables.respondents.to_numpy().tolist() == [
        ["before", "Amman", "comparison", "Syrian", 1],
        ["before", "Irbid", "treated", "Syrian", 1],
        ["before", "Irbid", "treated", "unknown", 1],
        ["after", "Irbid", "treated", "Syrian", 1],
        ["after", "unknown", "unknown", "Syrian", 1],
    ]
    assert tables.clusters.to_numpy().tolist() == [
        ["Amman", "comparison", 1],
        ["Irbid", "treated", 1],
        ["unknown", "unknown", 0],
    ]


def test_who_came_again_is_counted_by_arm(study: Study) -> None:
    tables = participant_tables(little_panel(), study)
    assert tables.retention.to_numpy().tolist() == [
        ["before", "comparison", 1, 1],
        ["before", "treated", 2, 2],
        ["after", "treated", 1, 1],
        ["after", "unknown", 1, 0],
    ]


def test_fresh_samples_have_no_retention(make_study: Callable[..., Study]) -> None:
    study = make_study(('kind = "panel"', 'kind = "cross-sections"'))
    assert participant_tables(little_panel(), study).retention.empty
