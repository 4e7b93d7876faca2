"""What a report on a panel says of those seen once, and that it counts no few people."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest


def _with(twice: int, once: int) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda table: table.assign(seen_twice=twice, seen_once=once)


@pytest.mark.parametrize(
    ("twice", "once", "told", "why"),
    [
        (120, 30, "30 people seen once carry no change", "many were lost, or came later"),
        (120, 9, "Fewer than 10 people were seen once", "too few to be counted"),
        (120, 0, "all 120 people who answered did so in two waves or more", "nobody was lost"),
        (9, 30, "", "too few carry it"),
    ],
)
def test_those_seen_once_are_told_apart(
    changed: Callable[..., Any], twice: int, once: int, told: str, why: str
) -> None:
    words = changed("seen_again", _with(twice, once)).words("effects")
    assert (told or "compared with him- or herself: ") in words or not told, why
    assert ("compared with him- or herself: " in words) == bool(told), why


def test_a_run_without_the_table_says_nothing_of_it(changed: Callable[..., Any]) -> None:
    assert "compared with him- or herself: " not in changed("seen_again", lambda table: None).words("effects")
