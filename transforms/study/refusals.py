"""What pydantic refuses, said in the words of the person who wrote the file."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from transforms.study.suggest import did_you_mean

NAME_RULE = "must start with a letter and hold only letters, digits and underscores."
VALUE_TYPES = frozenset({"str", "int", "float", "bool"})  # the alternatives of a value; they end the place of an error
TOO_SHORT = "needs at least"
FINGERPRINT_RULE = "must be a whole SHA-256: 64 characters, 0 to 9 and a to f."
FINGERPRINT_FIX = "`tamasuk run` prints the one to write where it refuses a key; it also stands in the report."
PLAIN = {
    "bool_parsing": "must be true or false.",
    "bool_type": "must be true or false.",
    "dict_type": "must be a table of names and values.",
    "finite_number": "must be an ordinary number.",
    "float_parsing": "must be a number.",
    "float_type": "must be a number.",
    "int_from_float": "must be a whole number.",
    "int_parsing": "must be a whole number.",
    "int_type": "must be a whole number.",
    "model_type": "must be text, or a table of names and values.",
    "string_pattern_mismatch": NAME_RULE,
    "string_type": "must be text, in quotes.",
    "tuple_type": "must be a list.",
}
FIXES = {"tuple_type": "Write it in square brackets.", "string_type": 'Write "...".', "missing": "Add it."}


def refusals(error: ValidationError, model: type[BaseModel]) -> list[tuple[tuple[str | int, ...], str, str]]:
    """Place, message and fix of everything that was refused; each place once, in the order of the model."""
    found: dict[tuple[str | int, ...], tuple[str, str]] = {}
    for detail in error.errors(include_url=False):
        place = tuple(part for part in detail["loc"] if part not in VALUE_TYPES)
        found.setdefault(place, _say(detail, place, model))
    # pydantic also says that a list is too short when its only entry is wrong.
    inside = {place[:depth] for place in found for depth in range(1, len(place))}
    return [
        (place, *words) for place, words in found.items() if not (place in inside and words[0].startswith(TOO_SHORT))
    ]


def _say(detail: Mapping[str, Any], place: tuple[str | int, ...], model: type[BaseModel]) -> tuple[str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    if detail["loc"] and detail["loc"][-1] in VALUE_TYPES:
        return "must be text, a number, or true or false.", ""
    if kind == "extra_forbidden":
        return "there is no such setting.", did_you_mean(str(place[-1]), settings_at(model, place[:-1]))
    if kind == "missing":
        return "is needed and not given.", FIXES[kind]
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", context["expected"])
        return f"must be {_or(allowed)}.", did_you_mean(str(detail["input"]), allowed, listed=False)
    if kind in {"too_short", "string_too_short"}:
        entries = "entry" if context["min_length"] == 1 else "entries"
        what = "letters" if kind == "string_too_short" else entries
        return f"{TOO_SHORT} {context['min_length']} {what}.", ""
    if kind == "string_pattern_mismatch" and "{64}" in context["pattern"]:
        return FINGERPRINT_RULE, FINGERPRINT_FIX
    message = PLAIN.get(kind) or f"{detail['msg'].removeprefix('Input ').replace('should', 'must')}."
    return message, FIXES.get(kind, "")


def _or(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def settings_at(model: type[BaseModel], place: Iterable[str | int]) -> list[str]:
    """Names of the settings there are at a place of the model; none where the place holds no settings."""
    here: type[BaseModel] | None = model
    for part in place:
        if isinstance(part, int) or here is None:
            continue
        field = here.model_fields.get(part)
        here = _model_in(field.annotation) if field else None
    return list(here.model_fields) if here else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model_in(part))), None)
