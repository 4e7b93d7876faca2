"""A lock keeps the plan as it was, finds out every hand on it, and names what is different later."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transforms.study.lock import (
    LOCK_FILE,
    Circumstances,
    LockFile,
    amendments,
    deviations,
    differences,
    lock_of,
    lock_text,
    parse_lock,
    parts_of,
)
from transforms.study.planned import PARTS, PlannedSetting, part_of, planned_settings, shown
from transforms.study.problems import StudyError

EARLY = Circumstances("2020-02-01", "1.0", {"before": None, "after": None}, ())
BETWEEN = Circumstances("2021-02-01", "1.0", {"before": "aa", "after": None}, ())
FAMILY = "settings: + [effects.families]\nmain = ['vertical', 'warm']"
SECONDARY = "codebook: + warm | item | 1-5 | + | | | secondary | | | q4 | q4"
LATE = Circumstances("2022-02-01", "1.1", {"before": "aa", "after": "bb"}, ())


@pytest.fixture
def changed(spoil):
    """Differences between the study and the study after changes: setting -> (change, locked, now)."""

    def build(*changes: str, first: tuple[str, ...] = ()) -> dict[str, tuple[str, str, str]]:
        lock = lock_of(spoil(*first), EARLY).locks[-1]
        return {one.setting: (one.change, one.locked, one.now) for one in deviations(lock, spoil(*changes))}

    return build


@pytest.mark.parametrize(
    ("change", "setting", "expected", "why"),
    [
        ("settings: + [effects]\nminimum_cell = 20", "effects.minimum_cell", ("changed", "30", "20"), "a threshold"),
        ("settings: + [effects]\ndimensions = false", "effects.dimensions", ("changed", "true", "false"), "a switch"),
        ("settings: + rule = 'flat'", "indices.vertical.rule", ("changed", "summary", "flat"), "how an index is made"),
        ("settings: + minimum_item_share = 0.5", "indices.vertical.minimum_item_share",
         ("changed", "0.6666666667", "0.5"), "a share in full"),
        (FAMILY, "effects.families.main", ("added", "", "vertical, warm"), "a family"),
        ("settings: + [effects]\nordered = ['near']", "effects.ordered", ("changed", "", "near"), "an empty list"),
        ('settings: values = ["North"] -> values = ["N"]', "design.treatment.values", ("changed", "North", "N"),
         "who was treated"),
        ('settings: gov = ["Amman", 2] -> gov = ["Amman"]', "keep.gov", ("changed", "2, Amman", "Amman"), "who counts"),
        ('settings: [keep]\ngov = ["Amman", 2]\n -> ', "keep.gov", ("removed", "2, Amman", ""), "no longer said"),
        ('settings: file = "b.csv" -> file = "b.csv"\nwhere = { round = [2] }', "waves.after.where.round",
         ("added", "", "2"), "rows of a wave"),
        ("settings: title = -> seed = 9\ntitle =", "seed", ("changed", "20260101", "9"), "everything random"),
        ('settings: "Does it work?" -> "Why does it work?"', "question.en",
         ("changed", "Does it work?", "Why does it work?"), "the question"),
        ("codebook: 1-5   | -  -> 1-5   | + ", "codebook.far.direction", ("changed", "-", "+"), "a reversed item"),
        ("codebook: far      | item  -> gone | item", "codebook.far", ("removed", "", ""), "an item, in one row"),
        ("codebook: + new | item | 1-5 | + | vertical | trust | | | | q3 | q3", "codebook.new", ("added", "", ""),
         "an item, in one row"),
        ("codebook: 8=dk    | 1         | q1     | q1 -> 8=dk | 1 | q1 | ", "codebook.near.asked_in",
         ("changed", "after, before", "before"), "no longer asked"),
        ("codebook: 8=dk -> 8=refused", "codebook.near.missing.8", ("changed", "dk", "refused"), "what is missing"),
        ("scales: LIKE  | 2    | Yes -> LIKE  | 2    | Oh yes", "scales.LIKE.choices.2.label.en",
         ("changed", "Yes", "Oh yes"), "what was read out"),
        ("recodes: 11  | 1 -> 11  | 2", "recodes.gov.before.11", ("changed", "1", "2"), "a recode of a wave"),
        ("recodes: 12  | Irbid -> 13  | Irbid", "recodes.gov.every wave.13", ("added", "", "Irbid"), "of every wave"),
        ("recodes: + gov | before | Irbd, near the mosque | Irbid", "recodes.gov.before.word-55b7742b",
         ("added", "", "Irbid"), "a word of the file is not told"),
        ("recodes: + gov | before | 0791234567 | Irbid", "recodes.gov.before.word-a54b604f",
         ("added", "", "Irbid"), "nor a long number"),
        ('settings: + [[raking.margins]]\nvariable = "gov"\nshares = { Amman = 1, Irbid = 2 }',
         "raking.margins.gov.every wave.shares.Amman", ("added", "", "1"), "a margin"),
    ],
)  # fmt: skip
def test_what_can_move_a_number_is_named(changed, change, setting, expected, why):
    assert changed(change, SECONDARY, first=(SECONDARY,))[setting] == expected, why


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ('settings: "A little study" -> "Another title"', "a title"),
        ('settings: file = "b.csv" -> file = "c.sav"', "the name of a file"),
        ("settings: title = -> languages = ['en', 'ar']\ntitle =", "languages"),
        ("settings: title = -> formats = []\ntitle =", "formats"),
        ("settings: + [alerts]\nsecret = 'X'", "whom a run tells"),
        ("settings: + label = 'People and police'", "the name of an index for readers"),
        ("settings: + [[waivers]]\ncheck = 'x'\nreason = 'A slip.'\nsigned = 'A. B.'", "signed by itself"),
        ("settings: + [[deviations]]\nsetting = 'seed'\nreason = 'Because.'\nsigned = 'A. B.'", "what is declared"),
        ('settings: ["Amman", 2] -> [2, "Amman"]', "the order of a list"),
        ("settings: + [effects]\nminimum_cell = 30", "a default, written out"),
        ("codebook: near     | item       | LIKE  | +         | vertical | trust     |      | 8=dk    | 1 -> "
         "near     | item       | LIKE  | +         | vertical | trust     |      | 8=dk    | 0", "what is sensitive"),
        ("codebook: | q2     | q2 -> | q2     | other", "the name of a column in a file"),
        ("codebook: + day | date | | | | | | | | day | day", "what nothing is computed from"),
    ],
)  # fmt: skip
def test_what_moves_no_number_is_no_deviation(changed, change, why):
    assert changed(change) == {}, why


def test_a_setting_younger_than_the_lock_is_a_deviation_only_off_its_default(spoil):
    lock = lock_of(spoil(), EARLY).locks[-1]
    young = {name: value for name, value in lock.plan.items() if name != "effects.minimum_cell"}
    older = lock.model_copy(update={"plan": young})
    assert deviations(older, spoil()) == ()
    (one,) = deviations(older, spoil("settings: + [effects]\nminimum_cell = 20"))
    assert (one.setting, one.change, one.now) == ("effects.minimum_cell", "added", "20")


def test_a_default_that_changed_since_is_a_deviation(spoil):
    lock = lock_of(spoil(), EARLY).locks[-1]
    older = lock.model_copy(update={"plan": lock.plan | {"effects.smallest_effect": 0.2}})
    assert [(one.setting, one.locked, one.now) for one in deviations(older, spoil())] == [
        ("effects.smallest_effect", "0.2", "0.15")
    ]


def test_every_setting_has_a_part_and_every_part_a_fingerprint(spoil):
    lock = lock_of(spoil(FAMILY, SECONDARY), EARLY).locks[-1]
    assert {part_of(name) for name in lock.plan} == set(PARTS)
    assert tuple(lock.parts) == PARTS
    other = parts_of(lock.plan | {"effects.minimum_cell": 31})
    assert [part for part in PARTS if other[part] != lock.parts[part]] == ["thresholds"]


def test_a_lock_reads_back_as_itself_and_is_the_same_every_time(spoil):
    first = lock_of(spoil(), EARLY)
    text = lock_text(first)
    assert parse_lock(text) == first
    assert text == lock_text(lock_of(spoil(), EARLY))
    assert '    "effects.minimum_cell": 30,\n' in text, "a setting is a line"
    assert json.loads(text)["locks"][0]["plan"]["keep.gov"] == [2, "Amman"]


def again(spoil) -> LockFile:
    first = lock_of(spoil(), EARLY)
    second = lock_of(spoil("settings: + [effects]\nminimum_cell = 20"), BETWEEN, first)
    return lock_of(spoil("settings: + [effects]\nminimum_cell = 10"), LATE, second)


def test_earlier_locks_stay_and_the_last_one_before_the_data_binds(spoil):
    file = parse_lock(lock_text(again(spoil)))
    assert [lock.locked for lock in file.locks] == ["2020-02-01", "2021-02-01", "2022-02-01"]
    assert [lock.previous for lock in file.locks] == [None, file.locks[0].sha256, file.locks[1].sha256]
    assert [lock.beforehand for lock in file.locks] == [True, True, False]
    assert file.binding is file.locks[1], "locking when the data are there excuses nothing"
    (one,) = amendments(file.locks[0], file.locks[1])
    assert (one.setting, one.locked, one.now) == ("effects.minimum_cell", "30", "20")


@pytest.mark.parametrize(
    ("when", "expected", "why"),
    [
        (EARLY, True, "nothing was there"),
        (BETWEEN, True, "only the baseline"),
        (LATE, False, "the file of the last wave was there"),
        (Circumstances("2022-01-01", "1", {"before": None, "after": None}, ("after",)), False, "a run had read it"),
    ],
)
def test_when_a_lock_was_made_is_told_truly(spoil, when, expected, why):
    file = lock_of(spoil(), when)
    assert file.locks[0].beforehand is expected, why
    assert file.binding is file.locks[0], "the only lock binds, in time or late"


@pytest.mark.parametrize(
    ("pattern", "new", "says", "why"),
    [
        (r'"effects.minimum_cell": 30', '"effects.minimum_cell": 20', "2020-02-01 was changed", "a setting"),
        (r'"locked": "2020-02-01"', '"locked": "2019-02-01"', "was changed after it was written", "the day"),
        (r'"after": "bb"', '"after": null', "2022-02-01 was changed", "what was there"),
        (r"\A\{", "", "not the JSON that", "no JSON"),
        (r"\A.*\Z", "[" * 100_000, "not the JSON that", "too deep"),
        (r"\A.*\Z", "[]", "entries are missing", "no entries"),
        (r'"form": 1', '"form": 2', "a newer tamasuk", "of later days"),
        (r'"read": \[\],', "", "entries are missing", "an entry is gone"),
        (r'"waves": \["before", "after"\]', '"waves": []', "holds no plan", "without waves"),
        (r'"waves": \["before", "after"\]', '"waves": "x"', "holds no plan", "without waves"),
        (r'"locks": .*\Z', '"locks": []}', "holds no plan", "without locks"),
    ],
)
def test_a_hand_on_the_lock_is_found_out(spoil, pattern, new, says, why):
    text = lock_text(again(spoil))
    spoiled = re.sub(pattern, lambda _: new, text, count=1, flags=re.DOTALL)
    assert spoiled != text
    with pytest.raises(StudyError, match=re.escape(says)) as refused:
        parse_lock(spoiled)
    assert refused.value.problems[0].file == LOCK_FILE, why
    assert refused.value.problems[0].fix


def test_a_lock_taken_out_of_the_history_is_found_out(spoil):
    file = again(spoil)
    text = lock_text(file.model_copy(update={"locks": file.locks[1:]}))
    with pytest.raises(StudyError, match="a lock before that of 2021-02-01 was removed") as refused:
        parse_lock(text)
    assert file.locks[1].sha256 in text.splitlines()[(refused.value.problems[0].row or 0) - 1]


def test_long_lists_show_what_is_theirs():
    known, other = ["a", "b", "c", "d"], ["a", "b", "c", "e"]
    assert (shown(known, other), shown(other, known)) == ("…, d", "…, e")
    assert shown(["a", "b"], ["a"]) == "a, b", "a short list is shown whole"
    assert shown(["a", "b", "c", "d"], 3) == "a, b, c, d"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_changed_in_a_plan_is_named_and_nothing_else(spoil, data):
    now = planned_settings(spoil())
    plan = {name: setting.value for name, setting in now.items()}
    name = data.draw(st.sampled_from(sorted(plan)))
    value = data.draw(
        st.one_of(st.integers(), st.booleans(), st.text(max_size=5), st.lists(st.text(max_size=3), min_size=1))
    )
    found = differences(plan, now | {name: PlannedSetting(value, False)})
    assert [one.setting for one in found] == ([] if plan[name] == value else [name])
