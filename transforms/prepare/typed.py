"""One column of a file becomes one variable of the study. Work is done on distinct values, so rows cost little."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from transforms.prepare.answers import Answer, Meaning, read_answer, read_declared
from transforms.prepare.missing import BLANKS, REASON_TYPE, REASONS
from transforms.prepare.text import number_text, parse_numbers, tidy_text, value_key

ANSWERED = -1  # code of a categorical without value: there is no reason because there is an answer
BLANK = REASONS.index("blank")
NOT_CODED = REASONS.index("not_coded")
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
    def not_coded(self) -> int:
        return int((self.reasons == NOT_CODED).sum())


@dataclass(frozen=True)
class _Answers:
    """Answers to the distinct values of a column: what they are worth, and why they are missing."""

    values: np.ndarray
    reasons: np.ndarray


def type_column(raw: pd.Series, declared: pd.Series | None, meaning: Meaning) -> TypedColumn:
    """`raw` and the answers its file declares missing, read by the rules of `meaning`."""
    codes, distinct = pd.factorize(raw)
    answers = _type_distinct(_as_text(distinct), meaning)
    values = np.append(answers.values, np.array([np.nan], dtype=answers.values.dtype))[codes]
    reasons = np.append(answers.reasons, BLANK).astype("int8")[codes]
    if declared is not None and declared.notna().any():
        codes, distinct = pd.factorize(declared)
        answers = _loop(_as_text(distinct), meaning, read_declared)
        rows = codes >= 0
        values[rows], reasons[rows] = answers.values[codes[rows]], answers.reasons[codes[rows]]
    dtype = "float64" if meaning.kind == "number" else "str"
    return TypedColumn(pd.Series(values, index=raw.index, dtype=dtype), reasons)


def _as_text(distinct: pd.Index | np.ndarray) -> pd.Series:
    """Distinct values as text, whole numbers without decimals."""
    column = pd.Series(distinct)
    if not pd.api.types.is_numeric_dtype(column.dtype):
        return column.astype("str")
    numbers = column.to_numpy(dtype="float64")
    whole = np.isfinite(numbers) & (numbers == np.floor(numbers)) & (np.abs(numbers) < 1e15)
    if whole.all():
        return pd.Series(numbers.astype("int64")).astype("str")
    return pd.Series([number_text(number) for number in numbers.tolist()], dtype="str")


def _type_distinct(texts: pd.Series, meaning: Meaning) -> _Answers:
    if meaning.kind == "number":
        return _type_numbers(texts, meaning)
    if meaning.kind in {"identifier", "date"}:
        return _type_names(texts, meaning)
    return _loop(texts, meaning, read_answer)


def _type_numbers(texts: pd.Series, meaning: Meaning) -> _Answers:
    """Plain numbers at once; only values with a meaning of their own are looked at one by one."""
    values = parse_numbers(texts)
    special = parse_numbers(pd.Index(sorted(meaning.special), dtype="str"))
    slow = np.isnan(values) | np.isin(values, special)
    reasons = np.full(len(values), ANSWERED, dtype="int8")
    one_by_one = _loop(texts[slow], meaning, read_answer)
    values[slow], reasons[slow] = one_by_one.values, one_by_one.reasons
    return _Answers(values, reasons)


def _type_names(texts: pd.Series, meaning: Meaning) -> _Answers:
    """Identifiers and dates stay text; spaces, digits and a decimal zero are tidied so that waves can be linked."""
    tidy = texts.str.strip()
    untidy = tidy.str.contains(r"[^\x21-\x7e]").to_numpy(dtype=bool)
    tidy = tidy.mask(untidy, tidy[untidy].map(tidy_text).astype("str"))
    tidy = tidy.str.replace(WHOLE_NUMBER, r"\1", regex=True)
    values = tidy.to_numpy(dtype=object)
    reasons = np.full(len(values), ANSWERED, dtype="int8")
    known = {key for lookup in (meaning.recodes, meaning.own_missing) for key in lookup.exact}
    slow = tidy.isin(sorted(known | BLANKS)).to_numpy()
    one_by_one = _loop(tidy[slow], meaning, _read_name)
    values[slow], reasons[slow] = one_by_one.values, one_by_one.reasons
    return _Answers(values, reasons)


def _read_name(text: str, meaning: Meaning) -> Answer:
    recoded = meaning.recodes.find(text)
    text = text if recoded is None else tidy_text(recoded)
    reason = meaning.own_missing.find(text) or ("blank" if text in BLANKS else None)
    return Answer(None if reason else text, reason)


def _loop(texts: pd.Series, meaning: Meaning, read: Callable[[str, Meaning], Answer]) -> _Answers:
    answers = [read(text, meaning) for text in texts.tolist()]
    values = np.array([answer.value for answer in answers], dtype=float if meaning.kind == "number" else object)
    reasons = [ANSWERED if answer.reason is None else REASONS.index(answer.reason) for answer in answers]
    return _Answers(values, np.array(reasons, dtype="int8"))


def value_matches(column: pd.Series, labels: dict[str, str], wanted: frozenset[str]) -> np.ndarray:
    """Rows of `column` whose value, or whose label in `labels`, is one of the keys in `wanted`."""
    codes, distinct = pd.factorize(column)
    keys = [value_key(text) for text in _as_text(distinct).tolist()]
    hits = [key in wanted or value_key(labels.get(key, "")) in wanted - {""} for key in keys]
    return np.append(np.array(hits, dtype=bool), False)[codes]
