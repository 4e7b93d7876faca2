"""Which rows of a file are a wave's, and which are of no wave of the study although waves share the file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from transforms.prepare.missing import Lookup, build_lookup
from transforms.prepare.raw import RawTable, find_column
from transforms.prepare.text import value_key
from transforms.prepare.typed import value_matches
from transforms.prepare.unread import NO_WAVE, Unread, near_words
from transforms.study.design import Wave
from transforms.study.settings import Value
from transforms.study.study import Study


@dataclass(frozen=True, slots=True)
class WaveRows:
    """Positions of a wave's rows in its file, and how many of the others are of another wave and of none."""

    rows: np.ndarray
    of_another: int
    of_none: tuple[Unread, ...]


def where_columns(study: Study, wave: Wave) -> tuple[str, ...]:
    """Columns by which the waves in this wave's file are told apart, its own first."""
    return tuple(dict.fromkeys(name for each in (wave, *_sharing(study, wave)) for name in each.where))


def wave_rows(raw: RawTable, study: Study, wave: Wave) -> WaveRows:
    """The rows that `where` gives to `wave`, whose columns the file has.

    Where waves share a file, a row can be of none: it keeps to what they have in common under `where` (a country, say),
    but a value by which they are told apart is no wave's.
    """
    rows = np.flatnonzero(_are(raw, wave))
    sharing = _sharing(study, wave)
    readable = all(find_column(name, raw.names) for each in sharing for name in each.where)
    of_none = tuple(_of_none(raw, sharing)) if len(sharing) > 1 and readable else ()
    return WaveRows(rows, len(raw.frame) - len(rows) - sum(each.count for each in of_none), of_none)


def wanted_values(values: Sequence[Value]) -> Lookup[bool]:
    """Values and labels to look for; `true` also finds 1, `false` also 0."""
    texts = [str(value) for value in values] + [str(int(value)) for value in values if isinstance(value, bool)]
    return build_lookup((text, True) for text in texts)


def _sharing(study: Study, wave: Wave) -> list[Wave]:
    """Waves of the study in this wave's file; none for a file of back-checks."""
    return [each for each in study.waves if (each.file, each.sheet) == (wave.file, wave.sheet)]


def _are(raw: RawTable, wave: Wave) -> np.ndarray:
    """True in the rows that are `wave`."""
    mine = np.ones(len(raw.frame), dtype=bool)
    for name, values in wave.where.items():
        mine &= _have(raw, name, values)
    return mine


def _have(raw: RawTable, column: str, values: Sequence[Value]) -> np.ndarray:
    """True in the rows that have one of the values, or its label."""
    name = str(find_column(column, raw.names))
    return value_matches(raw.frame[name], _labels(raw, name), wanted_values(values))


def _labels(raw: RawTable, name: str) -> dict[str, str]:
    return {value_key(str(code)): label for code, label in raw.value_labels.get(name, {}).items()}


def _of_none(raw: RawTable, sharing: Sequence[Wave]) -> Iterator[Unread]:
    """Rows of no wave, by the first column whose value is nobody's; by the first of all where only the pair is."""
    columns = dict.fromkeys(name for each in sharing for name in each.where)
    telling = [name for name in columns if len({each.where.get(name) for each in sharing}) > 1]
    left = ~np.logical_or.reduce([_are(raw, each) for each in sharing])
    for name in columns:
        if name not in telling:
            left &= _have(raw, name, sharing[0].where[name])
    blamed = np.full(len(left), 0)
    for place, name in reversed(list(enumerate(telling))):
        declared = [value for each in sharing for value in each.where.get(name, ())]
        anything = any(name not in each.where for each in sharing)
        blamed[left & ~_have(raw, name, declared) & (not anything)] = place
    for place, name in enumerate(telling):
        here = left & (blamed == place)
        if here.any():
            yield Unread(name, int(here.sum()), len(left), _close(raw, name, here, sharing), check=NO_WAVE)


def _close(raw: RawTable, column: str, rows: np.ndarray, sharing: Sequence[Wave]) -> dict[str, int]:
    """Words under `where` that the values in `rows`, or their labels, come near to."""
    name = str(find_column(column, raw.names))
    words = [str(value) for each in sharing for value in each.where.get(column, ())]
    given = raw.frame[name].iloc[np.flatnonzero(rows)].dropna()
    labels = _labels(raw, name)
    return near_words(given.map(lambda value: labels.get(value_key(str(value)), value)), words)
