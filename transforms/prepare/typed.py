"""One column of a file becomes one variable of the study. Work is done on distinct values, so rows cost little."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from transforms.prepare.answers import Answer, Meaning, read_answer, read_declared
from transforms.prepare.missing import BLANKS, REASON_TYPE, REASONS, Lookup
from transforms.prepare.text import LARGEST_WHOLE, number_text, parse_numbers, plain_decimals, tidy_text, value_key

ANSWERED = -1  # code of a categorical without value: there is no reason because there is an answer
BLANK = REASONS.index("blank")
NOT_CODED = REASONS.index("not_coded")
# ISO 8601: a day, a moment with or without zone, or a time of day.
DATE = r"(?:\d{4}-\d{2}-\d{2}(?:[T ]|$))?(?:\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
WHOLE_NUMBER = r"^([+-]?\d+)\.0+$"


@dataclass(frozen=True)
class TypedColumn:
    """Values (float64 or str, NaN where missing) and, per row, the position in REASONS of why there is none."""

    values: pd.Series
    reasons: np.ndarray

    @property
    def missing(self) -> pd.Series | None:
        """Reasons as a categorical column; None where everyone answered."""
        if (self.reasons == ANSWERED).all():
            return None
        return pd.Series(pd.Categorical.from_codes(self.reasons, dtype=REASON_TYPE), index=self.values.index)

    @property
    def not_coded(self) -> np.ndarray:
        """True in the rows whose answer matched no code or label."""
        unread: np.ndarray = self.reasons == NOT_CODED
        return unread


@dataclass(frozen=True)
class _Answers:
    """What the distinct values of a column are worth (float64 or str), and why some are missing."""

    values: pd.Series
    reasons: np.ndarray


def type_column(raw: pd.Series, declared: pd.Series | None, meaning: Meaning) -> TypedColumn:
    """`raw` and the answers its file declares missing, read by the rules of `meaning`."""
    places, distinct = pd.factorize(raw)
    parts = [_type_distinct(pd.Series(distinct), meaning)]
    if declared is not None and declared.notna().any():
        codes, tags = pd.factorize(declared)
        parts.append(_loop(_as_text(pd.Series(tags)), meaning, read_declared))
        places = np.where(codes >= 0, codes + len(distinct), places)
    nothing = pd.Series([None], dtype=_dtype(meaning))
    # Place -1, an empty cell, takes the last of them.
    values = pd.concat([*(part.values for part in parts), nothing], ignore_index=True)
    reasons = np.concatenate([*(part.reasons for part in parts), np.array([BLANK], dtype="int8")])
    places = np.where(places < 0, len(reasons) - 1, places)
    return TypedColumn(values.take(places).set_axis(raw.index), reasons[places])


def _dtype(meaning: Meaning) -> Literal["float64", "str"]:
    return "float64" if meaning.kind == "number" else "str"


def _as_text(distinct: pd.Series) -> pd.Series:
    """Distinct values as text, whole numbers without decimals."""
    if not pd.api.types.is_numeric_dtype(distinct.dtype):
        return distinct.astype("str")
    numbers = distinct.to_numpy(dtype="float64")
    whole = np.isfinite(numbers) & (numbers == np.floor(numbers)) & (np.abs(numbers) < LARGEST_WHOLE)
    if whole.all():
        return pd.Series(numbers.astype("int64")).astype("str")
    return pd.Series([number_text(number) for number in numbers.tolist()], dtype="str")


def _type_distinct(distinct: pd.Series, meaning: Meaning) -> _Answers:
    if meaning.kind == "number":
        return _type_numbers(distinct, meaning)
    if meaning.kind in {"identifier", "date"}:
        return _type_names(_as_text(distinct), meaning)
    return _loop(_as_text(distinct), meaning, read_answer)


def _type_numbers(distinct: pd.Series, meaning: Meaning) -> _Answers:
    """Plain numbers at once; only values with a meaning of their own are looked at one by one."""
    if pd.api.types.is_numeric_dtype(distinct.dtype):
        numbers = distinct.to_numpy(dtype="float64", copy=True)
    else:
        distinct = plain_decimals(distinct)
        numbers = parse_numbers(distinct)
    special = parse_numbers(sorted(meaning.special))
    slow = ~np.isfinite(numbers) | np.isin(numbers, special)
    reasons = np.full(len(numbers), ANSWERED, dtype="int8")
    one_by_one = _loop(_as_text(distinct[slow]), meaning, read_answer)
    numbers[slow], reasons[slow] = one_by_one.values.to_numpy(), one_by_one.reasons
    return _Answers(pd.Series(numbers), reasons)


def _type_names(texts: pd.Series, meaning: Meaning) -> _Answers:
    """Identifiers and dates stay text; spaces, digits and a decimal zero are tidied so that waves can be linked."""
    tidy = texts.str.strip()
    untidy = tidy.str.contains(r"[^\x21-\x7e]").to_numpy(dtype=bool)
    if untidy.any():
        tidy = tidy.mask(untidy, tidy[untidy].map(tidy_text).astype("str"))
    tidy = tidy.str.replace(WHOLE_NUMBER, r"\1", regex=True)
    known = {key for lookup in (meaning.recodes, meaning.own_missing) for key in lookup.exact}
    slow = tidy.isin(sorted(known | BLANKS)).to_numpy()
    if meaning.kind == "date":
        slow = slow | ~tidy.str.fullmatch(DATE).to_numpy(dtype=bool)
    reasons = np.full(len(tidy), ANSWERED, dtype="int8")
    if slow.any():
        one_by_one = _loop(tidy[slow], meaning, _read_name)
        tidy = tidy.mask(slow, one_by_one.values.set_axis(tidy.index[slow]))
        reasons[slow] = one_by_one.reasons
    return _Answers(tidy, reasons)


def _read_name(text: str, meaning: Meaning) -> Answer:
    recoded = meaning.recodes.find(text)
    text = text if recoded is None else tidy_text(recoded)
    reason = meaning.own_missing.find(text) or ("blank" if text in BLANKS else None)
    if reason is None and meaning.kind == "date" and not re.fullmatch(DATE, text):
        reason = "not_coded"  # 05/07/2021 is a day in May to some and in July to others
    return Answer(None if reason else text, reason)


def _loop(texts: pd.Series, meaning: Meaning, read: Callable[[str, Meaning], Answer]) -> _Answers:
    answers = [read(text, meaning) for text in texts.tolist()]
    values = pd.Series([answer.value for answer in answers], dtype=_dtype(meaning))
    reasons = [ANSWERED if answer.reason is None else REASONS.index(answer.reason) for answer in answers]
    return _Answers(values, np.array(reasons, dtype="int8"))


def value_matches(column: pd.Series, labels: Mapping[str, str], wanted: Lookup[bool]) -> np.ndarray:
    """Rows of `column` whose value, or whose label in `labels` (by the key of the value), is wanted."""
    codes, distinct = pd.factorize(column)
    texts = _as_text(pd.Series(distinct)).tolist()
    hits = [wanted.find(text, labels.get(value_key(text))) is not None for text in texts]
    return np.append(np.array(hits, dtype=bool), False)[codes]
