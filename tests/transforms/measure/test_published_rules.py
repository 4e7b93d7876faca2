"""Rules of published indices, by hand: points on 0-1, somebody else's unit, and a mean of z-scores as it is."""

import numpy as np
import pandas as pd
import pytest

from transforms.measure.key import make_key
from transforms.measure.score import score
from transforms.study.problems import DataRefusedError

INDEX = '[[indices]]\nname = "vertical"\n'
# z-scores use the codes 1-5 as 0-1: (3 - 1) / 4 is 0.5.
CASES = """
    wave   | arm        | weight | near | far | region | area | age
    before | comparison |      1 |    5 |   0 |  North |    1 |  20
    before | comparison |      1 |    3 |   5 |  North |    1 |  30
    before | comparison |      1 |    1 |  10 |  South |    2 |  40
    before | treated    |      1 |    5 |  10 |  South |    2 |  40
    before | treated    |      1 |    1 |   0 |  South |    2 |  50
    after  | comparison |      1 |    4 |   2 |  North |    1 |  20
    after  | treated    |      1 |    2 |   8 |  South |    2 |  30
    after  | treated    |      1 |    2 |     |  South |    2 |  30
"""


@pytest.fixture(scope="module")
def study_of(little_study):
    """Study by the settings of its index; the governorate's variable has the name of its column of the design."""

    def build(settings, treated=True):
        treatment = '[design.treatment]\nvariable = "town"\nvalues = ["t"]\n' if treated else ""
        codebook = """
            variable    | type     | scale  | direction | index    | dimension | before | after
            governorate | category | REGION |           |          |           | g      | g
            town        | category |        |           |          |           | t      | t
            near        | item     | 1-5    | +         | vertical | trust     | a      | a
            far         | item     | 0-10   | -         | vertical | trust     | b      | b
            area        | category | AREA   |           |          |           | c      | c
            age         | number   |        |           |          |           | d      | d
        """
        scales = "scale | code | label_en\nAREA | 1 | Town\nAREA | 2 | Camp\nREGION | 7 | North\nREGION | 8 | South"
        waves = '[[waves]]\nname = "before"\nfile = "b"\n[[waves]]\nname = "after"\nfile = "a"\n'
        design = '[design]\ngovernorate = "governorate"\ncommunity = "town"\n'
        return little_study(waves + design + treatment + INDEX + settings, codebook, scales)

    return build


@pytest.fixture(scope="module")
def panel(as_panel, table):
    cases = table(CASES)
    return as_panel(cases.drop(columns="region")).assign(governorate=cases.region.to_numpy())


def test_additive_index_is_the_mean_of_answers_on_0_to_1(study_of, panel):
    key = make_key(panel, study_of('rule = "additive"'))
    scores = score(panel, key).vertical
    expected = [1, 0.5, 0, 0.5, 0.5, (0.75 + 0.8) / 2, (0.25 + 0.2) / 2, np.nan]  # one answer of two is not enough
    np.testing.assert_allclose(scores, expected, atol=1e-12)
    np.testing.assert_allclose(score(panel, key).vertical__pomp, 100 * np.array(expected), atol=1e-10)
    assert (key.indices[0].mean, key.indices[0].sd, key.indices[0].reference) == (0, 1, None)


@pytest.mark.parametrize(
    ("setting", "last", "why"),
    [
        ("minimum_items = 1\nminimum_item_share = 0.0", 0.25, "whoever answered anything"),
        ("complete_cases = true\nminimum_items = 1", np.nan, "whoever answered everything"),
    ],
)
def test_additive_index_counts_answers(study_of, panel, setting, last, why):
    scores = score(panel, make_key(panel, study_of(f'rule = "additive"\n{setting}'))).vertical
    np.testing.assert_allclose(scores.iloc[-1], last, err_msg=why)


REFERENCES = [
    ("", [0, 1, 2], "the comparison arm at baseline"),
    ("reference = {}", [0, 1, 2, 3, 4], "everyone at baseline"),
    ('reference = { arm = "treated" }', [3, 4], "the other arm"),
    ('reference = { wave = "after" }', [5, 6, 7], "everyone in another wave"),
    ('reference = { wave = "after", arm = "treated" }', [6, 7], "one arm of it"),
    ("reference = { where = { area = [1] } }", [0, 1], "by the code of a value"),
    ('reference = { where = { area = ["camp"] } }', [2, 3, 4], "by its label, however spelled"),
    ("reference = { where = { governorate = [7] } }", [0, 1], "by code where the panel holds labels"),
    ('reference = { where = { governorate = ["South"] } }', [2, 3, 4], "by label there"),
    ('reference = { arm = "comparison", where = { age = [20, 30] } }', [0, 1], "by numbers, in one arm"),
    ("reference = { where = { area = [2], age = [40] } }", [2, 3], "by two variables together"),
]


@pytest.mark.parametrize(("setting", "rows", "why"), REFERENCES)
def test_the_unit_is_that_of_the_named_group(study_of, panel, setting, rows, why):
    """Flat index of complete cases, not rescaled: the plain mean of two z-scores of the group."""
    study = study_of(f'rule = "flat"\ncomplete_cases = true\nrescale = false\n{setting}')
    shares = np.column_stack([(panel.near - 1) / 4, 1 - panel.far / 10])
    group = pd.DataFrame(shares[rows])
    mean, sd = group.mean().to_numpy(), group.std(ddof=1).to_numpy()
    if not (sd > 0).all():
        with pytest.raises(DataRefusedError, match="cannot set it"):
            make_key(panel, study)
        return
    key = make_key(panel, study)
    np.testing.assert_allclose(score(panel, key).vertical, ((shares - mean) / sd).mean(axis=1), atol=1e-9, err_msg=why)
    own = key.indices[0].reference
    assert (own.n if own else key.reference.n) == len(rows)


def test_rescaling_gives_the_named_group_a_standard_deviation_of_one(study_of, panel):
    scores = score(panel, make_key(panel, study_of('rule = "flat"\nreference = {}'))).vertical.iloc[:5]
    np.testing.assert_allclose([scores.mean(), scores.std(ddof=1)], [0, 1], atol=1e-9)


def test_a_group_of_nobody_is_refused_by_its_name(study_of, panel):
    study = study_of('rule = "flat"\nreference = { wave = "after", where = { age = [99] } }')
    with pytest.raises(
        DataRefusedError, match=r"everyone with age 99 in after \(0 respondents\), which cannot set it"
    ) as it:
        make_key(panel, study)
    assert "Check the reference of the index" in str(it.value)


def test_each_index_has_its_own_group(little_study, panel):
    settings = """
        [[waves]]
        name = "before"
        file = "b"
        [[waves]]
        name = "after"
        file = "a"
        [design]
        community = "town"
        [design.treatment]
        variable = "town"
        values = ["t"]
        [[indices]]
        name = "one"
        rule = "flat"
        [[indices]]
        name = "two"
        rule = "flat"
        reference = { wave = "after" }
    """
    codebook = """
        variable | type     | scale | direction | index | before | after
        town     | category |       |           |       | t      | t
        near     | item     | 1-5   | +         | one   | a      | a
        far      | item     | 0-10  | -         | two   | b      | b
    """
    key = make_key(panel, little_study("\n".join(line.strip() for line in settings.splitlines()), codebook))
    scores = score(panel, key)
    assert scores.one.iloc[:3].mean() == pytest.approx(0, abs=1e-9)
    assert scores.two.iloc[5:].mean() == pytest.approx(0, abs=1e-9)
    assert [index.reference and index.reference.wave for index in key.indices] == [None, "after"]
