"""What one answer means, in every spelling a file may hold it."""

import pytest


@pytest.mark.parametrize(
    ("variable", "value", "label", "meant", "why"),
    [
        ("near", 2.0, None, (2.0, None), "a code"),
        ("near", "2", None, (2.0, None), "a code as text"),
        ("near", "٣", None, (3.0, None), "an Arabic digit"),
        ("near", "Agree", None, (3.0, None), "a label"),
        ("near", " agree. ", None, (3.0, None), "a label, untidy"),
        ("near", "أوافق", None, (3.0, None), "an Arabic label"),
        ("near", "اوافق بشده", None, (9.0, None), "an Arabic label, other spelling"),
        ("near", "3-Agree", None, (3.0, None), "code and label"),
        ("near", "(3) أوافق", None, (3.0, None), "code and Arabic label"),
        ("near", "3 - Somewhat", None, (3.0, None), "code and a label of another form"),
        ("near", "1-Agree", None, (None, "not_coded"), "the code says one thing, the words another"),
        ("near", "4-Whatever", None, (None, "not_coded"), "no such code"),
        ("near", "perhaps", None, (None, "not_coded"), "words that match nothing are never zero"),
        ("near", "98-Refused", None, (None, "refused"), "a missing code with words"),
        ("near", "98-Whatever", None, (None, "refused"), "a missing code with other words"),
        ("near", "8 - Don't know", None, (None, "dk"), "a code of the form alone, with telling words"),
        ("near", "7. Whatever", None, (None, "not_applicable"), "the variable's own missing code with words"),
        ("near", 4.0, None, (4.0, None), "outside the scale stays visible"),
        ("near", 97.0, None, (None, "dk"), "code declared in the study"),
        ("near", "97.0", None, (None, "dk"), "the same, as text"),
        ("near", 7.0, None, (None, "not_applicable"), "the variable's own code"),
        ("near", 9.0, None, (9.0, None), "a code the scale lists is an answer"),
        ("near", 8.0, "Don't know", (None, "dk"), "a label of the file says why"),
        ("near", 8.0, "Not my business", (None, "refused"), "a label the study declares"),
        ("near", "لا أعرف", None, (None, "dk"), "Arabic words say why"),
        ("near", "", None, (None, "blank"), "an empty cell"),
        ("near", None, None, (None, "blank"), "nothing"),
        ("near", "NA", None, (None, "blank"), "what R writes for nothing"),
        ("near", 5.0, None, (3.0, None), "a recode"),
        ("near", 6.0, None, (None, "refused"), "a recode to a reason"),
        ("near", 1.5, None, (10.0, None), "a recoded value is not recoded again"),
        ("near", "S", "Agree", (3.0, None), "a letter whose label in the file is one of the scale"),
        ("near", "TRUE", None, (None, "not_coded"), "TRUE is 1, but not of any scale"),
        ("place", "amman", None, ("amman", None), "a code that is a word"),
        ("place", "عمان", None, ("amman", None), "an Arabic label without its mark"),
        ("place", 11.0, None, ("amman", None), "a recode by number"),
        ("place", "11.0", None, ("amman", None), "a recode by number as text"),
        ("place", 12.0, None, ("irbid", None), "this wave's recode before the general, to a label"),
        ("place", 33.0, "Capital", ("amman", None), "a recode by the file's label"),
        ("place", 44.0, "Zarqa", ("zarqa", None), "the file's label is one of the scale"),
        ("place", 55.0, None, ("55", None), "an unknown number stays visible"),
        ("place", "Aden", None, (None, "not_coded"), "unknown words do not"),
        ("place", 98.0, None, (None, "refused"), "missing codes hold for categories"),
        ("camp", 3.0, None, ("3", None), "no scale: the value as text"),
        ("camp", "مخيم ٣", None, ("مخيم 3", None), "no scale: tidy text"),
        ("age", 34.5, None, (34.5, None), "a number"),
        ("age", "٣٤", None, (34.0, None), "a number in Arabic digits"),
        ("age", "34,5", None, (34.5, None), "a decimal comma"),
        ("age", 97.0, None, (97.0, None), "codes are not missing in a number"),
        ("age", 999.0, None, (None, "refused"), "but the variable's own are"),
        ("age", "Refused", None, (None, "refused"), "and words are"),
        ("age", "about 30", None, (None, "not_coded"), "not a number"),
        ("age", "12-about", None, (None, "not_coded"), "a number has no coded text"),
        ("age", float("inf"), None, (None, "not_coded"), "no number at all"),
        ("age", "TRUE", None, (1.0, None), "a yes without scale"),
        ("mark", "98", None, (98.0, None), "a mark of a range is an answer"),
        ("mark", "0-Worst", None, (0.0, None), "the end of a range, labelled"),
        ("mark", "101", None, (101.0, None), "outside the range stays visible"),
        ("friend", "True", None, (1.0, None), "Kobo's True where the scale is 0 and 1"),
        ("friend", "FALSE", None, (0.0, None), "R's FALSE"),
        ("friend", "نعم", None, (1.0, None), "yes"),
        ("person", 1001.0, None, ("1001", None), "identifiers are text, without decimals"),
        ("person", "1001.0", None, ("1001", None), "however they were exported"),
        ("person", " ١٠٠١ ", None, ("1001", None), "or typed"),
        ("person", "007", None, ("007", None), "zeros in front are kept"),
        ("person", 97.0, None, ("97", None), "codes are not missing in an identifier"),
        ("person", "R1", None, ("R001", None), "a recode"),
        ("person", "0", None, (None, "not_applicable"), "the variable's own code"),
        ("person", "NA", None, (None, "blank"), "nothing"),
        ("day", "2021-07-05", None, ("2021-07-05", None), "a day"),
        ("day", "2021-07-05T10:58:34.147+03:00", None, ("2021-07-05T10:58:34.147+03:00", None), "a moment"),
        ("day", "05/07/2021", None, (None, "not_coded"), "May or July?"),
        ("day", "they came in June", None, (None, "not_coded"), "free text does not slip in as a date"),
        ("day", "", None, (None, "blank"), "nothing"),
    ],
)
def test_one_answer(typed_one, variable, value, label, meant, why):
    assert typed_one(variable, value, label) == meant, why


@pytest.mark.parametrize(
    ("variable", "declared", "label", "reason", "why"),
    [
        ("near", "a", None, "skipped", "the study's tag"),
        ("near", "z", None, "dk", "the variable's own tag goes first"),
        ("near", "b", "Refused", "refused", "the label of the tag"),
        ("near", "b", None, "declared", "no reason anywhere"),
        ("near", "97", None, "dk", "the study's code"),
        ("near", "99", "لا ينطبق", "not_applicable", "an Arabic label"),
        ("near", "99", "Other", "declared", "a label that gives no reason"),
        ("near", "9", None, "declared", "declared by the file although the scale has it"),
        ("age", "97", None, "dk", "the file says it is missing; the study says why"),
        ("person", "99", None, "declared", "an identifier the file declares missing"),
        ("near", "6", None, "refused", "a recode to a reason"),
    ],
)
def test_declared_missing(typed_one, variable, declared, label, reason, why):
    key = float(declared) if declared.isdigit() else declared
    assert typed_one(variable, None, label, declared, key) == (None, reason), why


def test_a_recode_can_save_a_declared_answer(typed_one):
    answer, reason = typed_one("near", None, declared="55")
    assert (answer, reason) == (1.0, None)
