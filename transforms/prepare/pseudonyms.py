"""Identifiers become pseudonyms before anything is written."""

import hmac
from collections.abc import Sequence

import pandas as pd

PSEUDONYM_BYTES = 16
SHORTEST_KEY = 16


def pseudonymise(frame: pd.DataFrame, columns: Sequence[str], key: bytes) -> pd.DataFrame:
    """New frame in which each identifier is a keyed hash: 32 hexadecimal characters, missing stays missing.

    HMAC-SHA-256 (RFC 2104; FIPS 198-1), cut to 128 bits. The name of the column is part of the message: one person has
    one pseudonym in every wave, and interviewer 12 and respondent 12 have different ones.

    Raises
    ------
    ValueError
        Where the key is shorter than 16 bytes.
    """
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"The pseudonym key needs at least {SHORTEST_KEY} bytes.")
    return frame.assign(**{column: _hashed(frame[column], key) for column in columns if column in frame})


def _hashed(identifiers: pd.Series, key: bytes) -> pd.Series:
    codes, uniques = pd.factorize(identifiers)
    prefix = f"{identifiers.name}\x1f"
    hashes = [hmac.digest(key, f"{prefix}{value}".encode(), "sha256")[:PSEUDONYM_BYTES].hex() for value in uniques]
    values = pd.Series([*hashes, None], dtype="str").take(codes)
    return values.set_axis(identifiers.index)
