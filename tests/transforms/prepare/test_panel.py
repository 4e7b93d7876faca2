"""The panel: the design under fixed names, what one wave did not ask, and what waivers do."""

import numpy as np
import pandas as pd
import pytest

from tests.two_waves import TWO_WAVES
from transforms.prepare.missing import REASON_TYPE
from transforms.prepare.panel import build_panel
from transforms.study.columns import DESIGN_COLUMNS

WAVES = TWO_WAVES
INDEX = '[[indices]]\nname = "vertical"\n'
SCALES = """
scale | code | label_en | label_ar
GOV   | 1    | Amman    | عمّان
GOV   | 2    | Irbid    | إربد
SEX   | 1    | Man      | رجل
SEX   | 2    | Woman    | امرأة
"""
CODEBOOK = """
variable | type       | scale | index    | before | after
pid      | identifier |       |          | id     | id
gov      | category   | GOV   |          | g      | g
town     | category   |       |          | t      | t
gen      | category   | SEX   |          | s      | s
wt       | number     |       |          | w      | w
near     | item       | 1-5   | vertical | q      | q
"""
DESIGN = """
[design]
respondent = "pid"
governorate = "gov"
community = "town"
sex = "gen"
weight = "wt"
[design.treatment]
variable = "town"
values = ["North"]
"""


@pytest.fixture
def study(little_study):
    """Builds a study from the lines above, changed as a test needs it."""

    def build(design=DESIGN, codebook=CODEBOOK, extra="", scales=SCALES):
        return little_study(WAVES + design + INDEX + extra, codebook, scales)

    return build


@pytest.fixture
def wave(table):
    """A typed wave from a table: file rows from 2 on unless given."""

    def build(text):
        frame = table(text)
        rows = frame.get("file_row", pd.Series(np.arange(len(frame)) + 2)).astype("int64")
        reasons = {name: frame[name].astype(REASON_TYPE) for name in frame if name.endswith("__missing")}
        words = {name: frame[name].astype("str") for name in ("pid", "town", "arm_asked") if name in frame}
        return frame.assign(file_row=rows, **reasons, **words)

    return build


BEFORE = """
pid | gov | town  | gen | wt  | near | near__missing
a   |   1 | North |   2 |   2 |    5 |
b   |   2 | South |   1 | 0.5 |      | dk
"""
AFTER = """
pid | gov | town  | gen | wt | near
c   |   1 | North |   1 |  1 |    2
a   |   2 | South |   2 |  1 |    3
"""


def test_columns_rows_and_order(study, wave):
    panel = build_panel({"after": wave(AFTER), "before": wave(BEFORE).iloc[::-1]}, study()).frame
    assert list(panel) == [*DESIGN_COLUMNS, "gov", "town", "gen", "wt", "near", "near__missing"]
    assert panel.index.equals(pd.RangeIndex(4))
    assert panel.wave.dtype == pd.CategoricalDtype(["before", "after"], ordered=True)
    assert panel.wave.tolist() == ["before", "before", "after", "after"]
    assert panel.file_row.tolist() == [2, 3, 2, 3]
    assert panel.respondent.tolist() == ["a", "b", "c", "a"]
    assert panel.governorate.tolist() == ["Amman", "Irbid", "Amman", "Irbid"]
    assert panel.sex.tolist() == ["Woman", "Man", "Man", "Woman"]
    assert panel.arm.tolist() == ["treated", "comparison", "treated", "comparison"]
    assert panel.weight.tolist() == [2, 0.5, 1, 1]
    assert panel.gov.tolist() == [1, 2, 1, 2]
    assert panel.near__missing.dtype == REASON_TYPE
    assert panel.near__missing.tolist() == [np.nan, "dk", np.nan, np.nan]


def test_defaults_of_an_undeclared_design(study, wave):
    codebook = "variable | scale | index | before | after\nnear | 1-5 | vertical | q | q"
    answers = {name: wave("file_row | near\n9 | 1\n4 | 2") for name in ("before", "after")}
    panel = build_panel(answers, study("[design]\n", codebook)).frame
    assert panel.respondent.tolist() == ["before:4", "before:9", "after:4", "after:9"]
    assert panel.cluster.tolist() == panel.respondent.tolist()
    assert panel.psu.tolist() == panel.respondent.tolist()
    for column, value in {"governorate": "everywhere", "arm": "everyone", "strata": "all", "weight": 1.0}.items():
        assert panel[column].tolist() == [value] * 4
    for column in ("community", "group", "sex", "interviewer", "fpc"):
        assert panel[column].isna().all()
    assert panel.near.tolist() == [2, 1, 2, 1]


@pytest.mark.parametrize(
    ("declared", "cluster", "psu"),
    [
        ('community = "town"', "North", "North"),  # the community is the cluster and the PSU
        ('community = "town"\npsu = "gov"', "North", "Amman"),  # a PSU of its own, by its label
        ('psu = "gov"', "Amman", "Amman"),  # the PSU is the cluster
        ('cluster = "gov"\ncommunity = "town"', "Amman", "Amman"),  # the cluster is named
    ],
)
def test_clusters_and_psus(study, wave, declared, cluster, psu):
    panel = build_panel({"before": wave(BEFORE), "after": wave(AFTER)}, study("[design]\n" + declared + "\n")).frame
    assert (panel.cluster[0], panel.psu[0]) == (cluster, psu)


def test_two_places_of_one_name_stay_two(study, wave):
    scales = SCALES.replace("إربد", "").replace("Irbid", "Amman")
    panel = build_panel({"before": wave(BEFORE), "after": wave(AFTER)}, study(scales=scales)).frame
    assert panel.governorate.tolist() == ["Amman (1)", "Amman (2)"] * 2


def test_an_interviewer_is_a_code_never_a_name(study, wave):
    panel = build_panel({"before": wave(BEFORE), "after": wave(AFTER)}, study(DESIGN.replace("sex =", "interviewer =")))
    assert panel.frame.interviewer.tolist() == ["2", "1", "1", "2"]


def test_a_number_without_a_scale_is_text_as_a_person_writes_it(study, wave):
    codebook = CODEBOOK.replace("town     | category", "town     | number  ")
    frame = wave("pid | gov | near\na | 1 | 3\nb | 2 | 4").assign(town=[3.0, 4.5], gen=np.nan, wt=1.0)
    panel = build_panel({"before": frame, "after": frame}, study("[design]\ncommunity = 'town'\n", codebook)).frame
    assert panel.community.tolist() == ["3", "4.5"] * 2


def test_an_item_one_wave_did_not_ask(study, wave):
    codebook = CODEBOOK + "later | item | 1-5 | | | z\nword | category | | | | y\ncode | category | SEX | | | x"
    after = wave(AFTER).assign(later=[1.0, 2.0], word=pd.Series(["x", "y"], dtype="str"), code=[1.0, 2.0])
    panel = build_panel({"before": wave(BEFORE), "after": after}, study(codebook=codebook)).frame
    assert panel.later.tolist()[2:] == [1, 2]
    assert panel[["later", "word", "code"]].isna().sum().tolist() == [2, 2, 2]
    assert panel.later__missing.tolist() == ["not_asked", "not_asked", np.nan, np.nan]
    assert [str(panel[name].dtype) for name in ("later", "word", "code")] == ["float64", "str", "float64"]


def test_identifiers_dates_and_text_stay_out_but_for_the_design(study, wave):
    codebook = CODEBOOK + "day | date | | | d | d\nother | identifier | | | o | o\nnote | text | | | n | n"
    more = {"day": "2020-01-01", "other": "0f"}
    answers = {"before": wave(BEFORE).assign(**more), "after": wave(AFTER).assign(**more)}
    panel = build_panel(answers, study(codebook=codebook)).frame
    assert not {"day", "other", "note", "pid"} & set(panel)
    assert panel.respondent.notna().all()


@pytest.mark.parametrize(
    ("values", "arms"),
    [
        ("[1]", ["treated", "comparison", None]),  # a code
        ('["1"]', ["treated", "comparison", None]),  # the same as text
        ('["Amman"]', ["treated", "comparison", None]),  # a label
        ('["amman "]', ["treated", "comparison", None]),  # spelled otherwise
        ('["عمّان"]', ["treated", "comparison", None]),  # in Arabic
        ('[1, "Irbid"]', ["treated", "treated", None]),  # both
        ("[true]", ["treated", "comparison", None]),  # yes is 1
    ],
)
def test_which_values_are_treated(study, wave, values, arms):
    design = f'[design]\ngovernorate = "gov"\n[design.treatment]\nvariable = "gov"\nvalues = {values}\n'
    frame = wave(
        "pid | gov | town | gen | wt | near\na | 1 | x | 1 | 1 | 1\nb | 2 | x | 1 | 1 | 1\nc | | x | 1 | 1 | 1"
    )
    panel = build_panel({"before": frame, "after": frame}, study(design)).frame
    assert [None if pd.isna(arm) else arm for arm in panel.arm[:3]] == arms


def test_an_arm_asked_once_is_known_of_the_whole_unit(study, wave):
    codebook = CODEBOOK + "arm_asked | category | | | a |"
    design = DESIGN.replace('variable = "town"\nvalues = ["North"]', 'variable = "arm_asked"\nvalues = ["yes"]')
    before = wave("""
        pid | gov | town  | gen | wt | near | arm_asked
        a   |   1 | North |   1 |  1 |    1 | yes
        b   |   1 | North |   1 |  1 |    1 |
        c   |   1 | South |   1 |  1 |    1 | no
        d   |   1 | East  |   1 |  1 |    1 | no
        e   |   1 | East  |   1 |  1 |    1 | yes
        f   |   1 |       |   1 |  1 |    1 | yes
    """)
    after = wave("""
        pid | gov | town  | gen | wt | near
        p   |   1 | North |   1 |  1 |    1
        q   |   1 | South |   1 |  1 |    1
        r   |   1 | East  |   1 |  1 |    1
        s   |   1 | West  |   1 |  1 |    1
        t   |   1 |       |   1 |  1 |    1
    """)
    panel = build_panel({"before": before, "after": after}, study(design, codebook)).frame
    expected = dict.fromkeys("abep", "treated") | dict.fromkeys("cdq", "comparison")  # p and q as their towns before
    expected |= {"f": "treated", "r": None, "s": None, "t": None}  # a town of both arms, a new one, an unknown one
    assert {
        who: None if pd.isna(arm) else arm for who, arm in zip(panel.respondent, panel.arm, strict=True)
    } == expected


def test_a_panel_carries_what_a_later_wave_did_not_ask(study, wave):
    codebook = CODEBOOK
    for name in ("gov ", "town", "gen ", "wt  "):
        line = next(line for line in CODEBOOK.splitlines() if line.startswith(name))
        codebook = codebook.replace(line, line.rpartition("|")[0] + "|")
    design = DESIGN.replace("[design]", '[design]\nkind = "panel"')
    after = wave("pid | near\nb | 1\na | 2\nnew | 3\n | 4")
    panel = build_panel({"before": wave(BEFORE), "after": after}, study(design, codebook)).frame
    later = panel[panel.wave == "after"]
    assert later.psu.tolist() == ["South", "North", "after:4", "after:5"]
    for column in ("governorate", "community", "cluster", "sex", "arm"):
        assert later[column].tolist()[:2] == panel[column].tolist()[1::-1], column
        assert later[column].isna().tolist() == [False, False, True, True]
    assert later.weight.tolist() == [0.5, 2, 0, 0]  # a newcomer has no weight, which the check of weights reports


def test_fresh_people_of_a_wave_without_weights_count_once(study, wave):
    line = next(line for line in CODEBOOK.splitlines() if line.startswith("wt "))
    codebook = CODEBOOK.replace(line, line.rpartition("|")[0] + "|")
    after = wave(AFTER).drop(columns="wt")
    panel = build_panel({"before": wave(BEFORE), "after": after}, study(codebook=codebook)).frame
    assert panel.weight.tolist() == [2, 0.5, 1, 1]


def test_weights_that_are_no_weights_are_zero(study, wave):
    before = wave(BEFORE).assign(wt=[-1.0, np.nan])
    panel = build_panel({"before": before, "after": wave(AFTER)}, study()).frame
    assert panel.weight.tolist() == [0, 0, 1, 1]


def test_finite_population_correction_is_a_number(study, wave):
    panel = build_panel(
        {"before": wave(BEFORE), "after": wave(AFTER)}, study(DESIGN.replace('weight = "wt"', 'fpc = "wt"'))
    )
    assert panel.frame.fpc.tolist() == [2, 0.5, 1, 1]
    assert panel.frame.weight.tolist() == [1] * 4


def test_arguments_are_not_changed(study, wave):
    waves = {"before": wave(BEFORE).assign(near=[9.0, np.nan]), "after": wave(AFTER)}
    kept = {name: frame.copy() for name, frame in waves.items()}
    build_panel(waves, study())
    for name, frame in waves.items():
        pd.testing.assert_frame_equal(frame, kept[name])


def test_waves_without_rows(study, wave):
    empty = {"before": wave(BEFORE).iloc[:0], "after": wave(AFTER).iloc[:0]}
    panel = build_panel(empty, study()).frame
    assert panel.shape == (0, len(DESIGN_COLUMNS) + 6)
    half = build_panel({**empty, "after": wave(AFTER)}, study()).frame
    assert half.arm.tolist() == ["treated", "comparison"]


def test_a_panel_in_which_every_wave_asked_everything(study, wave):
    design = DESIGN.replace("[design]", '[design]\nkind = "panel"\nstrata = "gov"')
    panel = build_panel({"before": wave(BEFORE), "after": wave(AFTER)}, study(design)).frame
    assert panel.strata.tolist() == ["Amman", "Irbid", "Amman", "Irbid"]
    assert panel.community.tolist() == ["North", "South", "North", "South"]  # who moved is where they live now


def test_a_missing_stratum_or_sampling_unit_does_not_join_others(study, wave):
    before = wave(BEFORE).assign(gov=[1, np.nan], town=pd.Series(["North", None], dtype="str"))
    design = '[design]\ngovernorate = "gov"\ncluster = "gen"\nstrata = "gov"\npsu = "town"\n'
    panel = build_panel({"before": before, "after": wave(AFTER)}, study(design)).frame
    assert panel.strata.tolist() == ["Amman", "unknown", "Amman", "Irbid"]
    assert panel.psu.tolist() == ["North", "before:3", "North", "South"]


def test_a_wave_without_strata_or_sampling_units_has_one_stratum_and_its_clusters(study, wave):
    codebook = CODEBOOK + "block | category | | | b |\npart | category | | | p |"
    before = wave(BEFORE).assign(block=pd.Series(["x", "y"], dtype="str"), part=pd.Series(["u", "v"], dtype="str"))
    design = '[design]\ngovernorate = "gov"\ncluster = "town"\nstrata = "part"\npsu = "block"\n'
    panel = build_panel({"before": before, "after": wave(AFTER)}, study(design, codebook)).frame
    assert panel.strata.tolist() == ["u", "v", "all", "all"]
    assert panel.psu.tolist() == ["x", "y", "North", "South"]
