"""What the report says of the locked plan: in time, late, not at all; kept, departed from with a reason or without."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from transforms.present.document import Callout
from transforms.present.report import build_document
from transforms.present.results import Results
from transforms.present.wording import Wording
from transforms.study import Study
from transforms.study.kept_plan import Departure, Idle, KeptPlan, Locking

CHANGED = Departure(setting="effects.minimum_cell", change="changed", locked="30", now="20")
DECLARED = Departure(
    setting="codebook.far", change="removed", locked="", now="", reason="It was never asked.", signed="A. B., 2022"
)


def locking(**more: Any) -> Locking:
    entries = {"locked": "2020-03-01", "version": "1", "sha256": "ab" * 32, "there": (), "amended": ()}
    return Locking(**({**entries, "beforehand": True, "binding": True} | more))


@pytest.fixture
def with_plan(results: Results, tell: Callable[..., Any]) -> Callable[..., Any]:
    """The report of a study that stands so to its plan."""

    def told(*departures: Departure, lockings: tuple[Locking, ...] = (locking(),), idle: tuple[Idle, ...] = ()) -> Any:
        plan = KeptPlan(lockings=lockings, departures=departures, idle=idle)
        return tell(replace(results, plan=plan))

    return told


def warnings(told: Any) -> list[Callout]:
    return [block for block in told.blocks("summary", Callout) if block.kind == "warning"]


def test_an_undeclared_departure_warns_in_the_summary(with_plan: Callable[..., Any]) -> None:
    told = with_plan(CHANGED, DECLARED)
    (callout,) = [block for block in warnings(told) if "plan" in block.title]
    assert "locked on 2020-03-01, before any data of Endline 2022" in callout.texts[0]
    assert "differ from it: 2" in callout.texts[0]
    assert "Without a declared reason: 1" in callout.texts[0]
    rows = told.rows("methods", "differs from the locked plan")
    assert rows["effects.minimum_cell"] == ["30", "20", "None declared", "–"]
    assert rows["codebook.far"] == ["–", "no longer there", "It was never asked.", "A. B., 2022"]


def test_a_declared_departure_is_told_without_warning(with_plan: Callable[..., Any]) -> None:
    told = with_plan(DECLARED)
    assert not [block for block in warnings(told) if "plan" in block.title]
    assert "differ from it: 1" in told.words("summary")
    assert "Without a declared reason" not in told.words("summary")


def test_a_kept_plan_is_said_in_a_sentence(with_plan: Callable[..., Any]) -> None:
    told = with_plan()
    assert "Nothing that can move a number differs from it." in told.words("summary")
    assert "ab" * 32 in told.words("methods")
    assert "What differs from the locked plan" not in told.words("methods")
    assert "locked beforehand" not in told.words("claims")


def test_no_lock_is_said_plainly_and_limits_the_claims(with_plan: Callable[..., Any]) -> None:
    idle = Idle(setting="effects", reason="Because.", signed="A.", fix="")
    told = with_plan(lockings=(), idle=(idle,))
    assert not [block for block in warnings(told) if "plan" in block.title]
    assert "was not locked beforehand" in told.words("summary")
    assert "was not locked beforehand" in told.words("claims")
    assert "without a lock nothing can be compared: effects." in told.words("methods")


def test_a_late_lock_is_told_as_late(with_plan: Callable[..., Any]) -> None:
    told = with_plan(lockings=(locking(beforehand=False, there=("before", "after")),))
    assert "when data of Endline 2022 were already there" in told.words("summary")
    assert "locked on 2020-03-01, when the data of the last wave were already there" in told.words("claims")


def test_every_lock_and_every_idle_declaration_is_listed(with_plan: Callable[..., Any]) -> None:
    second = locking(
        locked="2022-09-01", binding=False, beforehand=False, there=("before",), amended=("seed", "keep.sex")
    )
    idle = Idle(setting="effects.minimum_cel", reason="Because.", signed="A.", fix="")
    told = with_plan(lockings=(locking(), second), idle=(idle,))
    rows = told.rows("methods", "Every time the plan was locked")
    assert rows["2020-03-01"] == ["None", "–", "is held against it"]
    assert rows["2022-09-01"] == ["Baseline", "seed, keep.sex", "–"]
    assert "though nothing differs there: effects.minimum_cel." in told.words("methods")


def test_arabic_says_the_same(
    results: Results, study: Study, sentences: Callable[[str], Wording], with_plan: Callable[..., Any]
) -> None:
    plan = KeptPlan(lockings=(locking(),), departures=(CHANGED, DECLARED))
    document = build_document(replace(results, plan=plan), study, sentences("ar"))
    callouts = [block for block in document.sections[0].blocks if isinstance(block, Callout)]
    assert "خرج التحليل عن خطته" in [callout.title for callout in callouts]
