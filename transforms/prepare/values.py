"""Values of the study's variables as text and as labels, without a loop over respondents."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from pandas.api.types import is_float_dtype

from transforms.prepare.text import label_key, number_text, value_key
from transforms.study.instrument import Variable
from transforms.study.settings import Text, Value
from transforms.study.study import Study


def value_text(value: Value) -> str:
    """A value as a person would write it: 3.0 is "3", true is "1"."""
    return value_key(value) if isinstance(value, str) else number_text(float(value))


def as_text(values: pd.Series) -> pd.Series:
    """Each value as text, missing where it is missing; the same index."""
    codes, distinct = pd.factorize(values)
    return _take([value_text(value) for value in distinct], codes, values.index)


def as_labels(values: pd.Series, labels: Mapping[Value, Text]) -> pd.Series:
    """Each value by its English label, as text where it has none; missing where it is missing."""
    by_text = {value_text(code): label.en for code, label in labels.items()}
    codes, distinct = pd.factorize(values)
    texts = [value_text(value) for value in distinct]
    return _take([by_text.get(text, text) for text in texts], codes, values.index)


def is_one_of(values: pd.Series, wanted: tuple[Value, ...], labels: Mapping[Value, Text]) -> pd.Series:
    """True where a value, or its label in any language, is among `wanted`; False where it is missing."""
    texts = {value_text(value) for value in wanted}
    words = {label_key(text) for text in texts}
    labelled = {
        value_text(code)
        for code, label in labels.items()
        if label_key(label.en) in words or (label.ar and label_key(label.ar) in words)
    }
    codes, distinct = pd.factorize(values)
    hits = [value_text(value) in texts | labelled for value in distinct]
    return pd.Series(np.array([*hits, False], dtype=bool)[codes], index=values.index)


def outside_scale(values: pd.Series, variable: Variable, study: Study) -> pd.Series:
    """True where an answer is none of its scale's codes, or beyond its scale's range; False where it is missing."""
    scale = study.codebook.scale(variable)
    if scale is None:
        return pd.Series(False, index=values.index)
    if scale.codes and scale.limits and is_float_dtype(values.dtype):
        return values.notna() & ~values.isin(scale.codes)  # the same, faster
    if scale.codes:
        return values.notna() & ~is_one_of(values, scale.codes, {})
    assert scale.limits is not None  # a scale has choices or a range
    low, high = scale.limits
    return (values < low) | (values > high)


def _take(texts: list[str], codes: np.ndarray, index: pd.Index) -> pd.Series:
    words = pd.array(texts, dtype="str")
    return pd.Series(words.take(codes, allow_fill=True), index=index, dtype="str")
