"""Days of interviews in the panel."""

import pandas as pd

from transforms.prepare.panel import build_panel


def test_days_of_interviews_are_kept_where_the_design_names_them(little_study):
    """Missing in a wave that has none."""
    settings = """
[[waves]]
name = "one"
file = "1.csv"
[[waves]]
name = "two"
file = "2.csv"
[design]
date = "day"
[[indices]]
name = "i"
"""
    codebook = """
        variable | type | scale | index | one | two
        day      | date |       |       | d   |
        t1       | item | 0-4   | i     | t   | t
    """
    one = pd.DataFrame({"file_row": [3, 2], "day": pd.Series(["2020-01-02", None], dtype="str"), "t1": [1.0, 2.0]})
    waves = {"one": one, "two": one.drop(columns="day")}
    frame = build_panel(waves, little_study(settings, codebook)).frame
    assert frame["day"].fillna("").tolist() == ["", "2020-01-02", "", ""]
    assert "day" not in build_panel(waves, little_study(settings.replace('date = "day"', ""), codebook)).frame
