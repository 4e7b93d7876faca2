"""One mistake is told once, by the check that stops the study and can say more of it."""

import pytest

from transforms.quality.problems import Problem, Verdict
from transforms.quality.told_once import told_once


def problem(check, *rows, severity="error", variable="place", **more):
    return Problem(check, severity, "wave", "now", variable, len(rows), 9, rows=rows, **more)


NEAR = (("Irbid", 2),)
UNREAD = problem("not_coded", 3, 5, close=NEAR)
MILD = problem("not_coded", 3, 5, severity="warning", close=NEAR)
SIGNED = problem("not_coded", 3, 5, waived="N. N.", action="set_missing", close=NEAR)
CASES = [
    ((UNREAD, problem("governorate_known", 3, 5)), (UNREAD,), "both stop the study: the word that comes near is told"),
    (
        (problem("cluster_known", 3, 5, 8), UNREAD),
        (problem("cluster_known", 8), UNREAD),
        "an empty cell is another thing",
    ),
    ((MILD, problem("weight_positive", 3, 5)), (problem("weight_positive", 3, 5, close=NEAR),), "the graver tells all"),
    ((SIGNED, problem("governorate_known", 3, 5)), None, "what is signed stands, and so does what still stops"),
    ((UNREAD, problem("governorate_known", 3, 5, waived="N. N.", action="remove")), None, "signed for on its own"),
    ((UNREAD, problem("item_missing", 3, 5)), None, "a question is not a place"),
    ((UNREAD, problem("governorate_known", 3, 5, variable="other")), None, "another variable"),
    ((problem("not_coded"), problem("governorate_known", 3)), None, "rows that were left out are no governorate's"),
]


@pytest.mark.parametrize(("before", "after", "why"), CASES)
def test_what_is_told(before, after, why):
    verdict = Verdict("wave", "now", 4, 2, before)
    (found,) = told_once([verdict])
    assert found.problems == (before if after is None else after), why
    assert [(each.count, each.rows) for each in found.problems] == [
        (each.count, each.rows) for each in (before if after is None else after)
    ], why
    assert (found.expectations, found.failed) == (4, 2), "what was expected stays as it was judged"
