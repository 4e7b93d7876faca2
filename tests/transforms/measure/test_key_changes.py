"""A key that changed is told in names and counts, and accepted only by its fingerprint."""

import pytest

from transforms.measure.acceptance import LastRun, accepted_changes, check_pinned
from transforms.measure.draft import draft_key
from transforms.measure.key import make_key
from transforms.measure.key_changes import CHANGES, KINDS, changes_table, describe_changes, key_changes, misfits
from transforms.study.problems import DataRefusedError, StudyError

SUMMARY = '[[indices]]\nname = "vertical"\n'
ITEMS = """
    near | item | 1-5 | + | vertical | trust
    far  | item | 1-5 | - | vertical | trust
    fair | item | 1-5 | + | vertical | justice
"""
CASES = """
    near | far | fair
       5 |   1 |    5
       3 |   2 |    4
       1 |   5 |    2
"""


@pytest.fixture(scope="module")
def study(index_study):
    return index_study(SUMMARY, ITEMS)


@pytest.fixture(scope="module")
def panel(as_panel, table):
    return as_panel(table(CASES)).assign(town="x")


@pytest.fixture(scope="module")
def key(panel, study):
    return make_key(panel, study)


def changed(key, part, position, **settings):
    """The key with some settings of one of its items or indices replaced."""
    parts = list(getattr(key, part))
    parts[position] = parts[position].model_copy(update=settings)
    return key.model_copy(update={part: tuple(parts)})


def test_a_key_does_not_differ_from_itself(key):
    assert key_changes(key, key) == ()
    assert len(changes_table(())) == 0


@pytest.mark.parametrize(
    ("settings", "items", "lines"),
    [
        ("", "near -> 1-5 | - ", ["1 item with another direction: near"]),
        ("", "1-5 | + | vertical | justice -> 0-5 | + | vertical | justice", ["1 item with another range: fair"]),
        ("", "| justice -> | trust", ["1 gone dimension: vertical.justice", "1 index with other parts: vertical",
                                      "1 dimension with other items: vertical.trust"]),
        ("rule = 'flat'", "", ["1 index with another rule: vertical", "2 gone dimensions: vertical.trust, vertical."]),
        ("minimum_items = 1\nminimum_item_share = 0.1", "",
         ["1 dimension with another number of answers needed: vertical.trust"]),
        ("reference = { arm = 'treated' }", "", ["1 reference group with other people: vertical"]),
    ],
)  # fmt: skip
def test_what_the_study_changes_is_told(index_study, study, settings, items, lines):
    old, _, new = items.partition(" -> ")
    text = ITEMS.replace("near | item | 1-5 | + ", f"near | item | {new}") if old == "near" else ITEMS.replace(old, new)
    told = describe_changes(key_changes(draft_key(study), draft_key(index_study(SUMMARY + settings, text))))
    for line in lines:
        assert any(line in other for other in told), told


def test_an_item_more_and_an_item_less(index_study, study):
    other = index_study(SUMMARY, ITEMS.replace("near", "kind"))
    told = describe_changes(key_changes(draft_key(study), draft_key(other)))
    assert told[:2] == ("1 gone item: near", "1 new item: kind")


def test_what_the_data_change_is_told_with_its_numbers(panel, study, key):
    corrected = panel.copy()
    corrected.loc[0, "fair"] = 4.0
    found = changes_table(key_changes(key, make_key(corrected, study)))
    assert found[["kind", "name", "change"]].to_numpy().tolist() == [
        ["item", "fair", "mean_sd"],
        ["dimension", "vertical.justice", "mean_sd"],
        ["index", "vertical", "mean_sd"],
    ]
    assert found.before[0] == pytest.approx((1 + 0.75 + 0.25) / 3)
    assert found.after[0] == pytest.approx((0.75 + 0.75 + 0.25) / 3)
    fewer = key_changes(key, make_key(panel.iloc[:2], study))[0]
    assert (fewer.kind, fewer.change, fewer.before, fewer.after) == ("reference", "n", 3, 2)


def test_a_long_list_is_counted(key):
    items = tuple(key.items[0].model_copy(update={"name": f"i{n}"}) for n in range(20))
    (line,) = describe_changes(key_changes(key.model_copy(update={"items": key.items + items}), key))
    assert line == f"20 gone items: {', '.join(f'i{n}' for n in range(12))} and 8 more"


def test_own_reference_groups_are_compared(index_study, panel):
    first, second = (
        make_key(panel, index_study(SUMMARY + f"reference = {{ wave = 'before', where = {where} }}", ITEMS))
        for where in ("{}", "{ town = ['x'] }")
    )
    assert describe_changes(key_changes(first, second)) == ("1 reference group with other people: vertical",)


def test_every_kind_and_change_can_be_told():
    assert set(KINDS) == {"reference", "item", "dimension", "index"}
    assert len(CHANGES) == len(set(CHANGES))


def test_a_pinned_key_brings_its_own_numbers_and_weights(study, key):
    for own in (
        changed(key, "items", 0, mean=0.1, sd=0.9),
        changed(key, "indices", 0, weights=(2.0, 1.0), mean=0.5),
        key.model_copy(update={"reference": key.reference.model_copy(update={"wave": "elsewhere", "n": 9})}),
    ):
        assert own != key
        assert misfits(own, draft_key(study)) == ()
        check_pinned(own, study, "scoring_key.json")


def test_a_pinned_key_of_another_study_is_refused_with_every_difference(index_study, key):
    other = index_study(SUMMARY, ITEMS.replace("far  | item | 1-5 | -", "far  | item | 1-4 | +"))
    with pytest.raises(StudyError) as refused:
        check_pinned(key, other, "scoring_key.json")
    said = str(refused.value)
    assert "2 problems" in said
    assert "scoring_key.json: scoring_key: 1 item with another direction: far." in said
    assert "1 item with another range: far." in said
    assert "remove scoring_key.json" in said


def accepting(study, key):
    return study.model_copy(update={"settings": study.settings.model_copy(update={"scoring_key": key.sha256})})


def test_no_last_run_and_the_same_key_need_no_word(study, key):
    assert accepted_changes(key, study, None) == ()
    assert accepted_changes(key, study, LastRun("one", key)) == ()
    assert accepted_changes(key, accepting(study, key), None) == ()


def test_another_key_is_refused_with_the_line_to_write(study, key):
    other = changed(key, "items", 0, mean=0.25)
    with pytest.raises(DataRefusedError) as refused:
        accepted_changes(other, study, LastRun("20260101-run", key))
    said = str(refused.value)
    assert "not that of the last good run (20260101-run)" in said
    assert "  - 1 item with another mean or standard deviation: near" in said
    assert f'above its first [heading]:\n  scoring_key = "{other.sha256}"' in said
    assert "0.25" not in said, "names and counts only"


def test_another_key_is_accepted_by_its_fingerprint_and_listed(study, key):
    other = changed(key, "items", 0, mean=0.25)
    (change,) = accepted_changes(other, accepting(study, other), LastRun("one", key))
    assert (change.name, change.change, change.after) == ("near", "mean_sd", 0.25)


def test_the_fingerprint_of_a_third_key_accepts_nothing(study, key):
    other, third = (changed(key, "items", 0, mean=mean) for mean in (0.25, 0.26))
    with pytest.raises(DataRefusedError, match="in place of the scoring_key there"):
        accepted_changes(other, accepting(study, third), LastRun("one", key))
    with pytest.raises(DataRefusedError, match=f"accepts one scoring key, {third.sha256}"):
        accepted_changes(other, accepting(study, third), None)


def test_a_last_key_nobody_can_read_is_another_key(study, key):
    with pytest.raises(DataRefusedError, match="cannot be read, so nothing can be compared"):
        accepted_changes(key, study, LastRun("one", None))
    assert accepted_changes(key, accepting(study, key), LastRun("one", None)) == ()


def test_invented_data_may_be_drawn_anew(study, key):
    synthetic = study.model_copy(update={"settings": study.settings.model_copy(update={"synthetic": True})})
    assert accepted_changes(changed(key, "items", 0, mean=0.25), synthetic, LastRun("one", key)) == ()
