"""Waves, arms and groups crossed, and the sums over some of them."""

import numpy as np
import pandas as pd
import pytest

from transforms.measure.margins import margins

WAVES = '[[waves]]\nname = "before"\nfile = "a.csv"\n'
AFTER = '[[waves]]\nname = "after"\nfile = "b.csv"\n'
DESIGN = (
    '[design]\ncommunity = "town"\n{}[design.treatment]\nvariable = "town"\nvalues = ["t"]\n[[indices]]\nname = "i"\n'
)
CODEBOOK = """
variable | type     | scale | index | before | after
town     | category |       |       | t      | t
group    | category |       |       | g      | g
near     | item     | 1-5   | i     | n      | n
"""


@pytest.fixture
def study(little_study):
    return little_study(WAVES + AFTER + DESIGN.format('group = "group"\n'), CODEBOOK)


def test_every_margin_counts_its_rows(study, as_panel):
    panel = as_panel(
        pd.DataFrame(
            {
                "wave": ["before", "before", "after", "after", "after"],
                "arm": ["treated", "comparison", "treated", "comparison", "comparison"],
                "group": ["host", "host", "displaced", "displaced", None],
            }
        )
    )
    found = margins(panel, study)
    counts = dict(zip(found.keys, found.total(np.bincount(found.cell, minlength=found.count)), strict=True))
    first = [("all", "all", "all"), ("all", "all", "displaced"), ("all", "all", "host"), ("all", "treated", "all")]
    assert list(counts)[:4] == first
    assert counts["all", "all", "all"] == 5
    assert counts["all", "comparison", "all"] == 3
    assert counts["after", "all", "all"] == 3
    assert counts["after", "all", "displaced"] == 2  # the group that is not known is no group
    assert counts["after", "comparison", "displaced"] == 1
    assert ("after", "all", "host") not in counts  # nobody there
    for key, count in counts.items():
        if "all" not in key:
            assert count <= counts[key[0], key[1], "all"]


def test_what_is_one_has_no_second_row(little_study, as_panel):
    tables = "\n".join(line.rpartition("|")[0] for line in CODEBOOK.strip().splitlines() if "group" not in line)
    study = little_study(WAVES + DESIGN.format(""), tables)
    found = margins(as_panel(pd.DataFrame({"wave": ["before"] * 3, "arm": ["everyone"] * 3})), study)
    assert found.keys == (("before", "all", "all"),)


def test_rows_of_no_wave_count_nowhere(study, as_panel):
    panel = as_panel(pd.DataFrame({"group": ["host", "host"], "arm": ["treated", None]}))
    panel["wave"] = pd.Categorical(["before", None], ["before", "after"])
    found = margins(panel, study)
    assert found.cell[1] == -1
    assert ("before", "all", "all") in found.keys
    assert found.total(np.bincount(found.cell[found.cell >= 0], minlength=found.count)).max() == 1
