"""The labels of a file against those of the wave before and of the codebook: what is a change, and what is not."""

import pytest

from transforms.prepare.asked import Asked
from transforms.quality.asked import with_asked
from transforms.quality.problems import Verdict

SETTINGS = """
[[waves]]
name = "one"
file = "1.sav"
[[waves]]
name = "two"
file = "2.sav"
[[waves]]
name = "three"
file = "3.sav"
[design]
[[indices]]
name = "i"
{waivers}
"""
CODEBOOK = """
    variable | type | text_en                   | text_ar        | scale | index | one | two | three
    near     | item | Do you trust them at all? | هل تثق بهم؟    | AGREE | i     | a   | a   | a
    far      | item | How far is it?            |                | 0-10  | i     | b   | b   | b
    long     | item | How many?                 |                | 0-999 |       | c   | c   | c
    host     | category | Host?               |                | HOST  |       | d   | d   | d
"""
SCALES = """
    scale | code | label_en | label_ar     | name
    AGREE | 1    | Disagree | لا أوافق     | no
    AGREE | 2    | Neither  | لا هذا ولا ذاك |
    AGREE | 3    | Agree    | أوافق        |
    AGREE | 4    | 4        |              |
    HOST  | 1    | Host     |              |
    HOST  | 2    | Displaced |             |
"""


@pytest.fixture(scope="module")
def study_of(little_study):
    return lambda waivers="": little_study(SETTINGS.format(waivers=waivers), CODEBOOK, SCALES)


def verdicts(study, **asked):
    found = with_asked(
        [Verdict("wave", wave, 0, 0, ()) for wave in study.wave_names],
        {wave: asked.get(wave, {}) for wave in study.wave_names},
        study,
    )
    return dict(zip(study.wave_names, found, strict=True))


def choices(*labels):
    """Answers in the order of their codes, from 1."""
    return Asked("", {str(code): label for code, label in enumerate(labels, start=1) if label})


def told(study, check, item="near", **asked):
    """By wave: how many answers of an item differ, of how many; waves in which none does are left out."""
    found = verdicts(study, **{wave: {item: labels} for wave, labels in asked.items()})
    return {
        wave: (problem.count, problem.of)
        for wave, verdict in found.items()
        for problem in verdict.problems
        if problem.check == check
    }


ENGLISH = ("Disagree", "Neither", "Agree", "Much")
SAME = [
    (ENGLISH, "word for word"),
    (("DISAGREE", " neither ", "agree.", "much"), "case, spaces and full stops"),
    (("1. Disagree", "2) Neither", "3 - Agree", "4=Much"), "codes in front"),
    (("لا أوافق", "لا هذا ولا ذاك", "أُوافِق", "Much"), "the codebook's Arabic, with vowel signs"),
    (("no", "Neither", "Agree", "Much"), "the name a form has for it"),
    (("Disagree", "", "", "Much"), "only the ends are labelled"),
    (("Pas d'accord", "Neither", "Agree", "Much"), "French in the first wave", {"one": (1, 4), "two": (1, 4)}),
]


@pytest.mark.parametrize(("labels", "why", "expected"), [(*case, {})[:3] for case in SAME])
def test_what_is_the_same_and_what_is_not(study_of, labels, why, expected):
    assert told(study_of(), "choices_changed", one=choices(*labels), two=choices(*ENGLISH)) == expected, why


@pytest.mark.parametrize(
    ("first", "second", "expected", "why"),
    [
        (ENGLISH, ("Disagree", "Agree", "Neither", "Much"), {}, "two answers changed places: told as such"),
        (ENGLISH, (*ENGLISH, "Very much"), {"two": (1, 5)}, "an answer the study does not know"),
        (("a", "b", "c", "d"), ENGLISH, {"one": (3, 4), "two": (4, 4)}, "the first is unlike the codebook, then more"),
        (("a", "b", "c", "d"), ("A", "B.", "c", "d"), {"one": (3, 4)}, "told once, not in every wave"),
        ((*ENGLISH, "Other"), (*ENGLISH, "other"), {"one": (1, 5)}, "an unknown answer is told once"),
        ((*ENGLISH, "Other"), (*ENGLISH, "None"), {"one": (1, 5), "two": (1, 5)}, "unless it becomes another"),
        (ENGLISH, ("Disagree", "Neither", "Agree"), {"two": (1, 4)}, "one answer less was offered"),
        (ENGLISH[:3], ENGLISH[:3], {"one": (1, 4)}, "that too is told once"),
        (ENGLISH, ("Disagree", "", "Agree"), {}, "a gap: the file labels some answers only"),
        (("Disagree", "Neither", "Agree", "كثيراً"), ENGLISH, {}, "no Arabic in the codebook to compare with"),
        (ENGLISH, ("أوافق", "لا هذا ولا ذاك", "لا أوافق", "Much"), {}, "changed places in translation: told as such"),
    ],
)
def test_changes_between_waves(study_of, first, second, expected, why):
    assert told(study_of(), "choices_changed", one=choices(*first), two=choices(*second)) == expected, why


def test_a_wave_that_says_nothing_is_passed_over(study_of):
    asked = {"one": choices(*ENGLISH), "three": choices("Disagree", "Neither", "Yes", "Much")}
    assert told(study_of(), "choices_changed", **asked) == {"three": (1, 4)}


@pytest.mark.parametrize(
    ("item", "labels", "expected", "why"),
    [
        ("far", {"0": "near", "10": "far"}, {}, "a range: its ends are labelled"),
        ("far", {"0": "near", "5": "middle", "11": "very far"}, {"one": (1, 3)}, "beyond the range"),
        ("far", {"x": "what"}, {"one": (1, 1)}, "no number at all"),
        ("far", {str(code): str(code) for code in range(6)}, {"one": (5, 11)}, "half of the range was offered"),
        ("long", {"0": "none", "1": "one", "2": "two"}, {}, "of a long range files label a few"),
    ],
)
def test_ranges(study_of, item, labels, expected, why):
    assert told(study_of(), "choices_changed", item=item, one=Asked("", labels)) == expected, why


@pytest.mark.parametrize(
    ("first", "second", "changed", "why"),
    [
        ("Q1a. Trust them", "q17 - TRUST THEM", False, "another number"),
        ("Trust them", "Trust the others", True, "other words"),
        ("Do you trust them at all?", "هل تثق بهم؟", False, "both are the codebook's"),
        ("هل تثق بهم؟", "هل تثق بالآخرين؟", True, "other words in Arabic"),
        ("Trust them", "هل تثق بالآخرين؟", False, "two scripts nobody can compare"),
        ("Do you trust your neigh…", "Do you trust your neighbours?", False, "cut off"),
        ("Do you trust y" + "o" * 70, "Do you trust y" + "o" * 90 + " then", False, "as long as Stata keeps"),
        ("Do you…", "Do you trust them at all?", True, "too little is left to tell"),
        ("Do you trust", "Do you trust them at all?", True, "shorter, and not cut off"),
        ("", "Trust them", False, "the first file has no label"),
        ("Trust them", "", False, "the second has none"),
        ("12", "12", False, "nothing but a number"),
    ],
)
def test_wording_of_a_question(study_of, first, second, changed, why):
    found = told(study_of(), "wording_changed", one=Asked(first), two=Asked(second))
    assert found == ({"two": (1, 1)} if changed else {}), why


def test_what_the_verdict_says(study_of):
    asked = {"near": choices("Disagree", "Neither", "Certainly", "Much"), "far": Asked("How far?")}
    found = verdicts(study_of(), one=asked, two={"near": choices(*ENGLISH), "far": Asked("How near?")})
    one, two, three = found.values()
    assert [(o.check, o.success, o.unexpected, o.evaluated) for o in one.outcomes] == [
        ("codes_swapped", True, 0, 1),
        ("choices_changed", False, 1, 1),
    ]
    assert [(o.check, o.unexpected, o.evaluated) for o in two.outcomes] == [
        ("codes_swapped", 0, 1),
        ("choices_changed", 1, 1),
        ("wording_changed", 1, 1),
    ]
    assert (two.expectations, two.failed, three.expectations) == (3, 2, 0)
    assert [problem.severity for problem in two.problems] == ["warning", "note"]
    assert not two.refused


def test_a_change_can_be_signed_for(study_of):
    lines = (
        'check = "choices_changed"',
        'wave = "one"',
        'action = "accept"',
        'reason = "Looked at."',
        'signed = "Somebody"',
    )
    waiver = "\n".join(["[[waivers]]", *lines])
    (problem,) = verdicts(study_of(waiver), one={"near": choices("a")})["one"].problems
    assert (problem.waived, problem.action) == ("Somebody", "accept")


def in_arabic(*labels):
    """The form's Arabic labels; its English ones are the codebook's."""
    return Asked("", choices(*ENGLISH).choices, "", choices(*labels).choices)


ARABIC = ("لا أوافق", "لا هذا ولا ذاك", "أوافق")
SWAPS = [
    ("near", choices("Agree", "Neither", "Disagree"), None, {"one": (2, 3)}, "reversed against the codebook"),
    ("near", choices("agree.", "", "1 - DISAGREE"), None, {"one": (2, 2)}, "however it is spelled"),
    ("near", choices("أوافق", "", "لا أوافق"), None, {"one": (2, 2)}, "in Arabic"),
    ("near", choices(*ENGLISH), choices("Agree", "Neither", "Disagree"), {"two": (2, 3)}, "in one wave"),
    (
        "near",
        choices("Agree", "", "Disagree"),
        choices("Agree", "", "Disagree"),
        {"one": (2, 2), "two": (2, 2)},
        "both",
    ),
    ("near", in_arabic(*ARABIC), in_arabic(*ARABIC[::-1]), {"two": (2, 3)}, "in the Arabic of a form alone"),
    ("near", choices(*ENGLISH), choices("Disagree", "Agree", "Neither"), {"two": (2, 3)}, "two changed places"),
    ("near", choices("Agree", "", "Agree"), None, {}, "a label that stands twice says nothing"),
    ("near", choices("Agree"), None, {}, "one label alone"),
    (
        "near",
        choices("Yes", "No"),
        choices("No", "Yes"),
        {"two": (2, 2)},
        "the codebook has other words, a wave has them",
    ),
    ("far", choices("Low", "", "High"), choices("High", "", "Low"), {"two": (2, 2)}, "a range without words"),
    ("host", choices("Displaced", "Host"), None, {"one": (2, 2)}, "a group of the design"),
    ("long", choices("Many", "Few"), choices("Few", "Many"), {}, "no effect rests on it"),
    ("far", choices("Low", "", "High"), choices("Low", "Between", "High"), {}, "an answer more"),
]


@pytest.mark.parametrize(("item", "first", "second", "expected", "why"), SWAPS)
def test_codes_that_mean_another_answer(study_of, item, first, second, expected, why):
    asked = {"one": first} | ({"two": second} if second else {})
    assert told(study_of(), "codes_swapped", item=item, **asked) == expected, why


def test_a_reversed_scale_stops_the_study(study_of):
    found = verdicts(study_of(), one={"near": choices("Agree", "Neither", "Disagree", "Much")})["one"]
    assert found.refused
    assert [problem.check for problem in found.problems] == ["codes_swapped"], "told once, not as changed choices too"


def test_wording_of_a_form_is_compared_in_each_language(study_of):
    first, second = Asked("Trust them", {}, "هل تثق؟"), Asked("Trust them", {}, "هل تتق بالجميع؟")
    assert told(study_of(), "wording_changed", one=first, two=second) == {"two": (1, 1)}
    assert told(study_of(), "wording_changed", one=first, two=first) == {}


def test_a_wave_written_otherwise_is_noted_once(study_of):
    names = ("near", "far", "long", "host")
    first = {name: Asked(written="en") for name in names}
    second = {
        "near": Asked(written="ar"),
        "far": Asked(written="ar"),
        "long": Asked(written="en"),
        "host": Asked(written="ar"),
    }
    found = verdicts(study_of(), one=first, two=second, three=second)
    (problem,) = found["two"].problems
    assert (problem.check, problem.severity, problem.variable) == ("written_otherwise", "note", None)
    assert (problem.count, problem.of) == (2, 3)
    assert found["one"].problems == found["three"].problems == ()
