"""Which departure has which reason, and which declared reason speaks of nothing."""

import pytest

from transforms.study.kept_plan import DEVIATION_COLUMNS, KeptPlan, departures_table, keep_plan
from transforms.study.lock import Circumstances, lock_of

EARLY = Circumstances("2020-02-01", "1.0", {"before": None, "after": None}, ())
LATE = Circumstances("2022-02-01", "1.1", {"before": "aa", "after": "bb"}, ("before",))
CHANGES = "settings: + [effects]\nminimum_cell = 20\nsmallest_effect = 0.3"


def declared(*names: str) -> str:
    entries = (
        f"\n[[deviations]]\nsetting = '{name}'\nreason = 'Because of {name}.'\nsigned = 'A. B.'" for name in names
    )
    return "settings: + " + "".join(entries).lstrip()


@pytest.mark.parametrize(
    ("names", "reasons", "idle", "why"),
    [
        ((), ["", ""], [], "nothing is declared"),
        (("effects.minimum_cell",), ["Because of effects.minimum_cell.", ""], [], "one by name"),
        (("effects",), ["Because of effects."] * 2, [], "both by their section"),
        (
            ("effects", "effects.minimum_cell"),
            ["Because of effects.minimum_cell.", "Because of effects."],
            [],
            "closest",
        ),
        (("effects minimum_cell",), ["Because of effects minimum_cell.", ""], [], "as a person may write it"),
        (("effects.minimum",), ["", ""], ["Did you mean effects.minimum_cell?"], "no beginning of a name"),
        (("seed",), ["", ""], ["There are: effects.minimum_cell, effects.smallest_effect."], "speaks of nothing"),
    ],
)
def test_a_reason_goes_with_what_it_names(spoil, names, reasons, idle, why):
    kept = keep_plan(spoil(CHANGES, declared(*names)), lock_of(spoil(), EARLY))
    assert [one.setting for one in kept.departures] == ["effects.minimum_cell", "effects.smallest_effect"]
    assert [one.reason for one in kept.departures] == reasons, why
    assert [one.fix for one in kept.idle] == idle
    assert len(kept.undeclared) == reasons.count("")


def test_the_plan_in_a_word(spoil):
    lock = lock_of(spoil(), EARLY)
    words = {
        "unlocked": keep_plan(spoil(), None),
        "kept": keep_plan(spoil(), lock),
        "declared": keep_plan(spoil(CHANGES, declared("effects")), lock),
        "undeclared": keep_plan(spoil(CHANGES, declared("seed")), lock),
    }
    assert {word: kept.standing for word, kept in words.items()} == {word: word for word in words}
    assert words["unlocked"].binding is None


def test_without_a_lock_declarations_are_kept(spoil):
    kept = keep_plan(spoil(declared("seed")), None)
    assert [(one.setting, one.fix) for one in kept.idle] == [("seed", "")]


def test_every_lock_is_told_with_what_was_there_and_what_it_changed(spoil):
    file = lock_of(spoil(CHANGES), LATE, lock_of(spoil(), EARLY))
    first, second = keep_plan(spoil(CHANGES), file).lockings
    assert (first.binding, first.there, first.amended) == (True, (), ())
    assert (second.binding, second.there) == (False, ("before", "after"))
    assert second.amended == ("effects.minimum_cell", "effects.smallest_effect")
    assert keep_plan(spoil(CHANGES), file).standing == "undeclared", "the late lock excuses nothing"


def test_table_has_its_columns_and_a_row_for_each_departure(spoil):
    table = departures_table(keep_plan(spoil(CHANGES), lock_of(spoil(), EARLY)))
    assert list(table.columns) == list(DEVIATION_COLUMNS)
    assert table.to_numpy().tolist()[0] == ["effects.minimum_cell", "changed", "30", "20", "", ""]
    assert list(departures_table(KeptPlan()).columns) == list(DEVIATION_COLUMNS)
