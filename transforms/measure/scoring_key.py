"""The scoring key: everything that turns answers into scores, made once from the baseline and never again."""

import hashlib
import json
from typing import Any, Literal, Self

from pydantic import model_validator

from transforms.study.problems import DataRefusedError
from transforms.study.settings import Settings, Value

FINGERPRINT = "sha256"
OF_WHOLE_KEY = "sha256_of_whole_key"  # in a key that is handed on with numbers left out
Rule = Literal["summary", "flat", "mean", "additive"]
NoUnit = Literal["not_answered", "no_variation", "few_parts"]
"""Why a part of a key has no unit: fewer than two of the reference group have a value, all of them have the same, or
too few of its own parts have a unit."""


class ItemKey(Settings):
    """One item: its range, the direction of cohesion, and its mean and SD (0-1, directed) in the reference group.

    An item `without_unit` counts as unanswered in every wave; so do a dimension and an index. Its SD is then 1.
    """

    name: str
    direction: Literal["+", "-"]
    low: float
    high: float
    mean: float
    sd: float
    without_unit: NoUnit | None = None


class DimensionKey(Settings):
    """One dimension: how many of its items must be answered, and its mean and SD (0-1) in the reference group."""

    name: str
    items: tuple[str, ...]
    minimum_items: int
    mean: float
    sd: float
    without_unit: NoUnit | None = None


class ReferenceKey(Settings):
    """Whose mean is 0 and whose standard deviation is 1; `where` holds the values of variables the group has."""

    wave: str
    arm: str
    weighted: bool
    n: int
    where: dict[str, tuple[Value, ...]] | None = None


class IndexKey(Settings):
    """One index: its parts with their weights, how many it needs, and the mean and SD that set its unit.

    `parts` are dimensions for the rule `summary`, items for the others. `reference` is the index's own group; None
    where it is the key's.
    """

    name: str
    rule: Rule
    dimensions: tuple[DimensionKey, ...]
    parts: tuple[str, ...]
    weights: tuple[float, ...]
    minimum_parts: int
    mean: float
    sd: float
    reference: ReferenceKey | None = None
    without_unit: NoUnit | None = None


class ScoringKey(Settings):
    """Scores any wave of a study in the units of its baseline."""

    version: Literal[1] = 1
    reference: ReferenceKey
    items: tuple[ItemKey, ...]
    indices: tuple[IndexKey, ...]

    @property
    def sha256(self) -> str:
        """Fingerprint of the key: SHA-256 of its canonical JSON (sorted names, no spaces, UTF-8)."""
        text = json.dumps(self.content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def content(self) -> dict[str, Any]:
        """The key as JSON holds it; what is not set is left out, so that a new setting changes no old fingerprint."""
        return self.model_dump(mode="json", exclude_none=True)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        known = {item.name for item in self.items}
        for index in self.indices:
            if len(index.parts) != len(index.weights):
                raise ValueError(f"index {index.name} has {len(index.parts)} parts and {len(index.weights)} weights")
            lost = [name for dimension in index.dimensions for name in dimension.items if name not in known]
            if lost:
                raise ValueError(f"index {index.name} uses items without a key: {', '.join(lost)}")
        return self


def key_text(key: ScoringKey) -> str:
    """The key as JSON a person can read: its fingerprint first, then one line for each item, dimension and index.

    The same key always gives the same text.
    """
    lines = [f"{_json(name)}: {_lines(value)}" for name, value in {FINGERPRINT: key.sha256, **key.content}.items()]
    return "{\n" + ",\n".join(f"  {line}" for line in lines) + "\n}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _lines(value: object) -> str:
    """A list with one entry a line; the dimensions of an index each on a line of their own."""
    if not isinstance(value, list) or not value:
        return _json(value)
    return "[\n" + ",\n".join(f"    {_entry(entry)}" for entry in value) + "\n  ]"


def _entry(entry: dict[str, Any]) -> str:
    dimensions = entry.get("dimensions")
    if not dimensions:
        return _json(entry)
    parts = [f"{_json(name)}: {_json(value)}" for name, value in entry.items() if name != "dimensions"]
    inner = ",\n".join(f"      {_json(dimension)}" for dimension in dimensions)
    return "{" + ", ".join(parts) + f', "dimensions": [\n{inner}\n    ]}}'


def parse_key(text: str) -> ScoringKey:
    """The key that `key_text` wrote.

    Raises
    ------
    DataRefusedError
        Where the text is no key, or is not what its fingerprint says.
    """
    try:
        content = json.loads(text)
        fingerprint = content.pop(FINGERPRINT, None)
        key = ScoringKey.model_validate(content)
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        if f'"{OF_WHOLE_KEY}"' in text:
            raise DataRefusedError(
                "The scoring key is one that was handed on: numbers of few respondents are left out of it, so that it "
                "scores nothing. Take it out of the folder, or take the key of the run itself."
            ) from error
        raise DataRefusedError("The scoring key cannot be read: it is not the JSON that a run writes.") from error
    if fingerprint != key.sha256:
        raise DataRefusedError(
            "The scoring key is not the one that was written: its fingerprint does not fit its numbers. "
            "Take the file of the run that made it; a key is not edited by hand."
        )
    return key
