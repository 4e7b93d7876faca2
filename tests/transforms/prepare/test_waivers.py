"""What signed waivers take out of the panel, and that all of it is counted."""

import numpy as np
import pandas as pd
import pytest

from tests.two_waves import TWO_WAVES
from transforms.prepare.missing import REASON_TYPE
from transforms.prepare.panel import build_panel
from transforms.prepare.rows import RowCount
from transforms.prepare.waivers import FOUND
from transforms.quality.checks import CHECKS

SETTINGS = f"""{TWO_WAVES}[design]
respondent = "pid"
governorate = "gov"
community = "town"
weight = "wt"
[design.treatment]
variable = "town"
values = ["North", "Both"]
[[indices]]
name = "vertical"
"""
CODEBOOK = """
variable | type       | scale | index    | before | after
pid      | identifier |       |          | id     | id
gov      | category   | GOV   |          | g      | g
town     | category   |       |          | t      | t
wt       | number     |       |          | w      | w
age      | number     | 0-120 |          | a      | a
near     | item       | LIKE  | vertical | q      | q
word     | category   | WORD  |          | x      | x
"""
SCALES = """
scale | code | label_en
GOV   | 1    | Amman
GOV   | 2    | Irbid
LIKE  | 1    | No
LIKE  | 2    | Yes
WORD  | old  | Old
WORD  | new  | New
"""
GOOD = """
pid | gov | town  | wt | age | near | word
a   |   1 | North |  1 |  30 |    1 | old
b   |   2 | South |  1 |  40 |    2 | new
c   |   1 | North |  1 |  50 |    2 | old
"""


@pytest.fixture
def waived(little_study):
    """A study with waivers, each written as check, action and, if it is for one, wave or variable."""

    def build(*waivers):
        text = "".join(
            f'[[waivers]]\ncheck = "{check}"\naction = "{action}"\nreason = "as agreed"\nsigned = "N. N."\n'
            + "".join(f'{key} = "{value}"\n' for key, value in more.items())
            for check, action, more in waivers
        )
        return little_study(SETTINGS + text, CODEBOOK, SCALES)

    return build


@pytest.fixture
def wave(table):
    """A typed wave of three good rows, with columns changed."""

    def build(**columns):
        frame = table(GOOD)
        frame = frame.assign(file_row=np.arange(len(frame)) + 2)
        words = {"pid", "town", "word"}
        changed = {name: pd.Series(c, dtype="str" if name in words else "float64") for name, c in columns.items()}
        return frame.assign(**changed)

    return build


@pytest.mark.parametrize(
    ("action", "rows"),
    [
        ("keep_first", [2, 4]),  # the second interview of a goes, c stays
        ("remove", [4]),  # both interviews of a go
        ("accept", [2, 3, 4]),  # all stay
    ],
)
def test_duplicates(waived, wave, action, rows):
    twice = wave(pid=["a", "a", None])
    panel = build_panel({"before": twice, "after": wave()}, waived(("duplicate_respondents", action, {})))
    assert panel.frame.file_row.tolist() == [*rows, 2, 3, 4]
    gone = 3 - len(rows)
    assert panel.counts == ((RowCount("before", "duplicate", gone, len(rows), "waived"),) if gone else ())


def test_respondents_who_are_not_known_are_not_duplicates(waived, wave):
    nobody = wave(pid=[None, None, "a"])
    panel = build_panel({"before": nobody, "after": wave()}, waived(("duplicate_respondents", "remove", {})))
    assert len(panel.frame) == 6


def test_a_waiver_for_one_wave_leaves_the_other(waived, wave):
    study = waived(("duplicate_respondents", "keep_first", {"wave": "after"}))
    twice = wave(pid=["a", "a", "a"])
    panel = build_panel({"before": twice, "after": twice}, study)
    assert panel.frame.wave.tolist() == ["before"] * 3 + ["after"]
    assert panel.counts == (RowCount("after", "duplicate", 2, 1, "waived"),)


def test_answers_outside_the_scale_become_missing(waived, wave):
    odd = wave(near=[1, 7, np.nan], age=[-1, 30, 130], word=["old", "odd", None], gov=[1, 2, 3])
    odd = odd.assign(near__missing=pd.Series([None, None, "dk"]).astype(REASON_TYPE))
    panel = build_panel({"before": odd, "after": wave()}, waived())
    before = panel.frame.iloc[:3]
    assert before.near.isna().tolist() == [False, True, True]
    assert before.near__missing.tolist() == [np.nan, "out_of_range", "dk"]
    assert before.age.isna().tolist() == [True, False, True]
    assert before.age__missing.tolist() == ["out_of_range", np.nan, "out_of_range"]
    assert before.word.isna().tolist() == [False, True, True]
    assert before.governorate.isna().tolist() == [False, False, True]
    assert panel.counts == (RowCount("before", "out_of_range", 0, 3, "answers_set_missing", 5),)


def test_rows_with_an_answer_outside_the_scale_are_removed_where_signed(waived, wave):
    study = waived(("out_of_range", "remove", {"variable": "age"}))
    odd = wave(near=[7, 7, 1], age=[30, 130, 40])
    panel = build_panel({"before": odd, "after": wave()}, study)
    assert panel.frame.file_row.tolist() == [2, 4, 2, 3, 4]
    assert panel.frame.near.isna().tolist() == [True, False, False, False, False]
    assert panel.counts == (
        RowCount("before", "out_of_range", 1, 2, "waived"),
        RowCount("before", "out_of_range", 0, 2, "answers_set_missing", 1),
    )
    only = build_panel({"before": wave(age=[30, 130, 40]), "after": wave()}, study)
    assert only.counts == (RowCount("before", "out_of_range", 1, 2, "waived"),)


@pytest.mark.parametrize(
    ("check", "change", "kept"),
    [
        ("governorate_known", {"gov": [1, np.nan, 1]}, [2, 4]),
        ("cluster_known", {"town": ["North", "South", None]}, [2, 3]),
        ("weight_positive", {"wt": [0, 1, np.nan]}, [3]),
        ("respondent_known", {"pid": [None, "b", None]}, [3]),
        ("arm_known", {"town": [None, "South", "North"]}, [3, 4]),
    ],
)
def test_rows_that_are_not_fit_are_removed_where_signed(waived, wave, check, change, kept):
    waves = {"before": wave(**change), "after": wave()}
    for place in ({"wave": "before"}, {"wave": "before", "variable": next(iter(change))}):
        panel = build_panel(waves, waived((check, "remove", place)))
        assert panel.frame.file_row.tolist() == [*kept, 2, 3, 4]
        assert panel.counts == (RowCount("before", check, 3 - len(kept), len(kept), "waived"),)
    for other in (waived((check, "accept", {})), waived((check, "remove", {"wave": "after"})), waived()):
        panel = build_panel(waves, other)
        assert len(panel.frame) == 6
        assert panel.counts == ()


def test_clusters_of_both_arms_are_removed_whole(little_study, wave):
    settings = SETTINGS.replace('variable = "town"\nvalues = ["North", "Both"]', 'variable = "gov"\nvalues = [1]')
    settings = settings.replace('governorate = "gov"', 'cluster = "town"').replace('community = "town"\n', "")
    signed = '[[waivers]]\ncheck = "arm_constant_in_cluster"\naction = "remove"\nreason = "mixed"\nsigned = "N. N."\n'
    mixed = wave(gov=[1, 2, 2])  # North is both
    panel = build_panel({"before": mixed, "after": mixed}, little_study(settings + signed, CODEBOOK, SCALES))
    assert panel.frame.community.isna().all()
    assert panel.frame.cluster.tolist() == ["South", "South"]
    assert [count.removed for count in panel.counts] == [2, 2]


def test_an_unknown_respondent_that_is_accepted_is_somebody(waived, wave):
    unknown = wave(pid=[None, "b", None])
    panel = build_panel({"before": unknown, "after": wave()}, waived(("respondent_known", "accept", {})))
    assert panel.frame.respondent.tolist()[:3] == ["before:2", "b", "before:4"]


def test_what_checks_allow_is_what_is_carried_out():
    removing = {name for name, check in CHECKS.items() if "remove" in check.actions}
    assert removing == {*FOUND, "duplicate_respondents", "out_of_range", "not_coded"}


def test_answers_that_were_not_read_are_counted_and_their_rows_removed_where_signed(waived, wave):
    lost = pd.Series(["not_coded", None, None]).astype(REASON_TYPE)
    odd = wave(near=[np.nan, 2, 1], age=[30, np.nan, 40]).assign(
        near__missing=lost, age__missing=lost.iloc[[1, 0, 2]].values
    )
    left = build_panel({"before": odd, "after": wave()}, waived())
    assert left.counts == (RowCount("before", "not_coded", 0, 3, "answers_not_read", 2),)
    assert left.frame.near__missing.tolist()[:3] == ["not_coded", np.nan, np.nan]
    signed = waived(("not_coded", "remove", {"variable": "age"}), ("not_coded", "set_missing", {"variable": "near"}))
    removed = build_panel({"before": odd, "after": wave()}, signed)
    assert removed.frame.file_row.tolist() == [2, 4, 2, 3, 4]
    assert removed.counts == (
        RowCount("before", "not_coded", 1, 2, "waived"),
        RowCount("before", "not_coded", 0, 2, "answers_not_read", 1),
    )
