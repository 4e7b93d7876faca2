import hashlib
import hmac

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.prepare.pseudonyms import pseudonymise

KEY = b"a key of enough bytes"


def test_one_person_has_one_pseudonym_in_every_wave():
    first = pseudonymise(pd.DataFrame({"person": ["R1", "R2", None]}, dtype="str"), ["person"], KEY)
    later = pseudonymise(pd.DataFrame({"person": ["R2", "R9"]}, dtype="str"), ["person"], KEY)
    assert later.person[0] == first.person[1]
    assert first.person[:2].str.fullmatch("[0-9a-f]{32}").all()
    assert first.person.isna().tolist() == [False, False, True]


def test_the_argument_is_not_changed():
    frame = pd.DataFrame({"person": ["R1"], "other": [1.0]})
    hashed = pseudonymise(frame, ["person", "absent"], KEY)
    assert frame.person[0] == "R1"
    assert hashed.other.tolist() == [1.0]
    assert list(hashed) == ["person", "other"]


def test_columns_and_keys_do_not_share_pseudonyms():
    frame = pd.DataFrame({"person": ["12"], "interviewer": ["12"]})
    hashed = pseudonymise(frame, ["person", "interviewer"], KEY)
    again = pseudonymise(frame, ["person", "interviewer"], KEY + b"!")
    assert len({*hashed.iloc[0], *again.iloc[0]}) == 4


@given(st.lists(st.text(min_size=1), min_size=1, unique=True))
def test_distinct_people_stay_distinct_and_hashes_are_hmac(people):
    frame = pd.DataFrame({"person": pd.Series(people, dtype="object")})
    hashed = pseudonymise(frame, ["person"], KEY).person
    assert hashed.nunique() == len(people)
    assert hashed[0] == hmac.new(KEY, f"person\x1f{people[0]}".encode(), hashlib.sha256).hexdigest()[:32]


def test_a_short_key_is_refused():
    with pytest.raises(ValueError, match="at least 16 bytes"):
        pseudonymise(pd.DataFrame({"person": ["R1"]}), ["person"], b"short")
