"""Values of the study's variables as text and as labels, without a loop over respondents."""

from collections import Counter
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
    return as_labels(values, {})


def as_labels(values: pd.Series, labels: Mapping[Value, Text]) -> pd.Series:
    """Each value by its English label, as text where it has none; missing where it is missing.

    A label that two values share is followed by the value, as "Zaytoun (12)": two towns of one name stay two.
    """
    counts = Counter(label.en for label in labels.values())
    words = {
        value_text(code): label.en if counts[label.en] == 1 else f"{label.en} ({value_text(code)})"
        for code, label in labels.items()
    }
    codes, distinct = pd.factorize(values)
    texts = [value_text(value) for value in distinct]
    named = pd.array([words.get(text, text) for text in texts], dtype="str")
    return pd.Series(named.take(codes, allow_fill=True), index=values.index, dtype="str")


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
