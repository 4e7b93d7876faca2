"""Words that match nothing are counted, graded and never shown; rows they lost before a check are counted as well."""

import numpy as np
import pandas as pd
import pytest

from transforms.prepare.unread import Unread
from transforms.quality.problems import Outcome, Problem, Verdict
from transforms.quality.unread import unread_answers, with_unread

LIMIT = "[limits]\nrefuse_not_coded_share = 0.1"


def test_unread_answers_are_counted_among_those_given():
    values = pd.Series([1.0, np.nan, np.nan, 2.0, np.nan])
    reasons = pd.Series(pd.Categorical([None, "not_coded", "dk", None, "out_of_range"]))
    found = unread_answers(pd.DataFrame({"t1": values, "t1__missing": reasons}), "t1")
    assert found.broken.tolist() == found.rows.tolist() == [False, True, False, False, False]
    assert found.evaluated.tolist() == [True, True, False, True, False]


def test_a_column_without_reasons_was_read_in_full():
    found = unread_answers(pd.DataFrame({"t1": [1.0, 2.0]}), "t1")
    assert (found.broken.sum(), found.evaluated.sum()) == (0, 2)


def problem(variable, check="not_coded"):
    return Problem(check, "error", "wave", "before", variable, 2, 40, rows=(3, 4))


@pytest.fixture
def told(study_with):
    """The verdict on the first wave with what its file could not be read of."""

    def tell(*unread, settings="", problems=()):
        outcome = Outcome("not_coded", "error", "t1", "kind", "words", not problems, len(problems), 40)
        first = Verdict("wave", "before", 1, len(problems), tuple(problems), (outcome,))
        second = Verdict("wave", "after", 0, 0, ())
        before, after = with_unread([first, second], {"before": unread}, study_with(settings))
        assert after == second
        return before

    return tell


def test_a_problem_is_told_with_the_words_it_comes_near_to(told):
    near = Unread("t1", 2, 40, {"Agree": 1, "Disagree": 1})
    verdict = told(near, Unread("place", 1, 40), problems=[problem("t1"), problem("t1", "out_of_range")])
    coded, ranged = verdict.problems
    assert (coded.close_to, ranged.close_to) == ("Agree (1), Disagree (1)", None)
    assert coded.rows == (3, 4)
    assert (verdict.expectations, verdict.failed) == (1, 1), "no row was lost"


@pytest.mark.parametrize(
    ("settings", "count", "severity", "why"),
    [
        ("", 1, "error", "one row lost is one too many"),
        (LIMIT, 3, "warning", "below the study's limit"),
        (LIMIT, 4, "error", "from the limit on"),
    ],
)
def test_rows_that_were_lost_for_a_word_are_a_problem(told, settings, count, severity, why):
    verdict = told(Unread("place", count, 40, {"Here": count}, removed=True), settings=settings)
    (found,) = verdict.problems
    assert (found.check, found.variable, found.count, found.of) == ("not_coded", "place", count, 40)
    assert (found.severity, found.close_to) == (severity, f"Here ({count})"), why
    assert (verdict.expectations, verdict.failed, verdict.refused) == (2, 1, severity == "error")
    assert verdict.outcomes[-1].unexpected == count


def test_rows_of_no_wave_are_a_warning_once_for_a_file(study_with):
    lost = Unread("round", 2, 40, {"after": 1}, check="rows_of_no_wave")
    study = study_with('file = "after.csv" -> file = "before.csv"\nwhere = { round = [2] }')
    assert len({wave.file for wave in study.waves}) == 1, "both waves are of one file"
    verdicts = [Verdict("wave", name, 0, 0, ()) for name in study.wave_names]
    before, after = with_unread(verdicts, {"before": [lost], "after": [lost]}, study)
    (found,) = before.problems
    assert (found.check, found.severity, found.variable, found.count, found.of) == (
        "rows_of_no_wave",
        "warning",
        "round",
        2,
        40,
    )
    assert found.close_to == "after (1)"
    assert (before.expectations, before.failed, before.refused) == (1, 1, False)
    assert before.outcomes[-1].check == "rows_of_no_wave"
    assert after.problems == ()
