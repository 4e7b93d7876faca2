"""The type of a setting in plain words, and its default as one would write it."""

from fractions import Fraction
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from transforms.study.settings import MissingReason, Name, Settings, Share, Text, Value, Words

NAMED: tuple[tuple[Any, str], ...] = (
    (Name, "short name"),
    (Words, "text, or `{ en = ..., ar = ... }`"),
    (Share, "share, 0 to 1"),
    (Value, "text or number"),
    (MissingReason, "reason (see the end)"),
    (str, "text"),
    (bool, "`true` or `false`"),
    (int, "whole number"),
    (float, "number"),
)
BOUNDS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
SHARE_BOUNDS = FieldInfo.from_annotation(Share).metadata
COMMON = 12  # a share such as 2/3 is shown as a fraction with a denominator up to this


def plain_type(hint: Any) -> str:
    """What a setting is: "whole number", "list of short names", "one of `a`, `b`"."""
    for named, words in NAMED:
        if hint == named:
            return words
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return plain_type(parts[0])
    if origin is Literal:
        return f"one of {', '.join(f'`{part}`' for part in parts)}"
    if origin is tuple:
        return f"list of {_plural(plain_type(parts[0]))}"
    if origin is dict:
        return f"table: {plain_type(parts[0])} = {plain_type(parts[1])}"
    if origin in {Union, UnionType}:
        return plain_type(next(part for part in parts if part is not NoneType))
    raise TypeError(f"no plain words for {hint}")  # a new kind of setting needs words here


def _plural(words: str) -> str:
    if words.startswith("one of "):
        return words.removeprefix("one of ")
    singular = {"short name": "short names", "text": "texts", "text or number": "texts or numbers"}
    return singular.get(words, words)


def bounds(field: FieldInfo) -> str:
    """Limits of a setting, as ", at least 1"; empty where it has none or its type says them."""
    if field.annotation is float and field.metadata == SHARE_BOUNDS:
        return ""  # the words of a share say them
    found = []
    for rule in field.metadata:
        for name, words in BOUNDS.items():
            if (limit := getattr(rule, name, None)) is not None:
                found.append(f"{words} {limit:g}")
    return f", {' and '.join(found)}" if found else ""


def plain_default(field: FieldInfo) -> str:
    """The default as TOML writes it; "needed" where there is none to fall back on, a dash where nothing is set."""
    if field.is_required():
        return "**needed**"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None or value in ((), {}):
        return "–"
    return f"`{_toml(value)}`"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, float):
        fraction = Fraction(value).limit_denominator(COMMON)
        return f"{value:g}" if float(fraction) != value or fraction.denominator in {1, 2, 4, 5, 10} else str(fraction)
    return f'"{value}"' if isinstance(value, str) else str(value)


def section_model(hint: Any) -> tuple[type[Settings], bool] | None:
    """The settings a section holds, and whether there can be several; None where the setting is no section."""
    if isinstance(hint, type) and issubclass(hint, Settings) and hint is not Text:
        return hint, False
    for part in get_args(hint) if get_origin(hint) in {tuple, Union, UnionType} else ():
        if (found := section_model(part)) is not None:
            return found[0], found[1] or get_origin(hint) is tuple
    return None
