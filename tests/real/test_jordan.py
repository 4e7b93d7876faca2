"""Arab Barometer V, Jordan: one wave, a complex sample, three of twelve governorates."""

import pandas as pd
import pytest

from flows.store import files


def test_three_governorates_are_kept_and_the_rest_counted(run) -> None:
    paths = run("jordan_one_wave")
    panel = files.read_frame(paths.panel)
    assert panel.governorate.value_counts().to_dict() == {"Amman": 928, "Irbid": 480, "Mafraq": 112}
    counts = pd.read_csv(paths.row_counts).set_index("step")
    assert counts.loc["keep", "removed"] == 2400 - 928 - 480 - 112


def test_trust_in_police_is_the_archives_share(shared_data) -> None:
    """The data's own description: 89.8 % of valid answers, weighted, over all of Jordan."""
    answers = pd.read_csv(shared_data / "arab_barometer_jordan" / "abv_jordan.csv", usecols=["Q201A_42", "wt"])
    valid = answers[answers.Q201A_42 < 90]
    assert round(100 * valid.wt[valid.Q201A_42 <= 2].sum() / valid.wt.sum(), 1) == 89.8


def test_levels_by_governorate_have_design_based_errors(run) -> None:
    levels = pd.read_csv(run("jordan_one_wave").levels).query(
        "outcome == 'vertical' and arm == 'all' and group == 'all'"
    )
    assert list(levels.governorate) == ["all", "Amman", "Irbid", "Mafraq"]
    assert levels["mean"].iloc[0] == pytest.approx(0, abs=1e-9)
    assert (levels.std_error > 0).all()
    panel = files.read_frame(run("jordan_one_wave").panel)
    for row in levels.iloc[1:].itertuples():
        place = panel[panel.governorate == row.governorate]
        assert row.df == place.psu.nunique() - place.strata.nunique()


def test_one_wave_gives_levels_and_no_effect(run, estimates) -> None:
    paths = run("jordan_one_wave")
    found = estimates(paths)
    assert set(found.model) == {"level"}
    assert found.p_value.isna().all()
    assert "effect of the programme" not in paths.report("en").read_text(encoding="utf-8")
