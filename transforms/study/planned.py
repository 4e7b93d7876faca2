"""What of a study is its plan: every setting that can move a number, flat, under the name a person would give it."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import BaseModel

from transforms.study.instrument import Choice, Codebook, Recode, Variable
from transforms.study.study import Study
from transforms.study.suggest import spelling, spellings

Plain: TypeAlias = str | int | float | bool | list[str | int | float | bool] | None
EVERY_WAVE = "every wave"
NUMERAL = re.compile(r"[-+]?\d{1,5}([.,]\d+)?")  # a longer one may be a telephone's
ABSENT = object()  # the default of what must be given

# What is no plan, by place in the model. Words for readers, files and their form, formats, alerts, what runs are kept;
# waivers, deviations and corrections, each signed and in the report; the accepted key, which the data make.
# A setting that is not named here is plan, so that one added later cannot be forgotten.
NOT_PLAN = frozenset(
    {
        *("id", "title", "question.ar", "programme", "funder", "synthetic", "languages", "formats"),
        *(
            "codebook",
            "scales",
            "recodes",
            "groups",
            "form",
            "scoring_key",
            "alerts",
            "deviations",
            "waivers",
            "corrections",
            "back_checks",
        ),
        *("waves.name", "waves.file", "waves.label", "waves.date", "waves.sheet", "waves.encoding", "waves.form"),
        *("design.age", "design.date", "design.interviewer", "design.duration", "limits.keep_runs"),
        *("indices.name", "indices.label", "indices.dimension_labels"),
        *("raking.margins.variable", "raking.margins.wave", "raking.margins.source"),
    }
)
NOT_INSTRUMENT = frozenset(
    {
        *("codebook.name", "codebook.label", "codebook.sensitive", "codebook.source", "codebook.columns"),
        "codebook.wordings",  # its text holds them all
        *("scales.name", "scales.choices.code", "scales.choices.name"),
    }
)
NOT_SCORED = ("date", "text")  # types of variables nothing is computed from

PARTS = ("instrument", "scoring", "models", "families", "thresholds")
PART_OF = {
    "codebook": "instrument",
    "scales": "instrument",
    "recodes": "instrument",
    "missing": "instrument",
    "indices": "scoring",
    "measures": "scoring",
    "effects.families": "families",
    "effects.minimum_cell": "thresholds",
    "effects.confidence": "thresholds",
    "effects.equality_alpha": "thresholds",
    "effects.smallest_effect": "thresholds",
    "limits": "thresholds",
    "power": "thresholds",
}


@dataclass(frozen=True, slots=True)
class PlannedSetting:
    """A setting as JSON writes it, and whether it is what it would be if the study said nothing."""

    value: Plain
    is_default: bool


def part_of(name: str) -> str:
    """Which of `PARTS` a setting belongs to; `models` where nothing else is said."""
    first = ".".join(name.split(".")[:2])
    return PART_OF.get(first) or PART_OF.get(name.split(".")[0]) or "models"


def planned_settings(study: Study) -> dict[str, PlannedSetting]:
    """Every setting of the plan by its dotted name, in the order of the study; lists are sorted but that of waves.

    A part of a collection stands under its own name: `indices.vertical.rule`, `codebook.V1_02.direction`.
    """
    found = {"waves": PlannedSetting(list(study.wave_names), False)}
    found |= _settings(study.settings, "", "", NOT_PLAN)
    return found | dict(_instrument(study.codebook))


def _settings(model: BaseModel, name: str, kind: str, left_out: frozenset[str]) -> dict[str, PlannedSetting]:
    found: dict[str, PlannedSetting] = {}
    for field, details in type(model).model_fields.items():
        here = f"{kind}.{field}" if kind else field
        if here in left_out:
            continue
        default = ABSENT if details.is_required() else details.get_default(call_default_factory=True, validated_data={})
        whole = f"{name}.{field}" if name else field
        found |= dict(_value(getattr(model, field), default, (whole, here), left_out))
    return found


def _value(
    value: Any, default: object, place: tuple[str, str], left_out: frozenset[str]
) -> Iterator[tuple[str, PlannedSetting]]:
    name, kind = place
    if isinstance(value, BaseModel):
        yield from _settings(value, name, kind, left_out).items()
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _value(part, ABSENT, (f"{name}.{key}", f"{kind}.*"), left_out)
    elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        for part in value:
            yield from _settings(part, f"{name}.{_member(part)}", kind, left_out).items()
    else:
        yield name, PlannedSetting(_plain(value), value == default)


def _member(part: Any) -> str:
    """Name of one of several: its own, its code, or its variable and wave."""
    if isinstance(part, Choice):
        return str(_number(part.code))
    wave = getattr(part, "wave", None) or EVERY_WAVE
    return part.name if hasattr(part, "name") else f"{part.variable}.{wave}"


def _number(code: float | str) -> str:
    return f"{code:g}" if isinstance(code, float) else code


def _plain(value: Any) -> Plain:
    return sorted(value, key=lambda part: (str(type(part)), part)) if isinstance(value, tuple) else value


def _instrument(codebook: Codebook) -> Iterator[tuple[str, PlannedSetting]]:
    """Variables, scales and recodes; what a variable does not have is left out."""
    for variable in codebook.variables:
        if variable.type not in NOT_SCORED:
            yield from _variable(variable)
    for scale in codebook.scales:
        yield from _filled(_settings(scale, f"scales.{scale.name}", "scales", NOT_INSTRUMENT))
    for recode in codebook.recodes:
        yield _recode(recode, codebook)


def _variable(variable: Variable) -> Iterator[tuple[str, PlannedSetting]]:
    name = f"codebook.{variable.name}"
    yield from _filled(_settings(variable, name, "codebook", NOT_INSTRUMENT))
    yield f"{name}.asked_in", PlannedSetting(sorted(variable.columns), False)


def _filled(settings: dict[str, PlannedSetting]) -> Iterator[tuple[str, PlannedSetting]]:
    return ((name, setting) for name, setting in settings.items() if setting.value not in (None, [], ""))


def _recode(recode: Recode, codebook: Codebook) -> tuple[str, PlannedSetting]:
    """A word that is neither a number nor one of the scale's may be somebody's own: its fingerprint stands for it."""
    own = spelling(recode.old) not in spellings(codebook.values_of(recode.variable).items())
    old = _fingerprint(recode.old) if own and not NUMERAL.fullmatch(recode.old) else recode.old
    return f"recodes.{recode.variable}.{recode.wave or EVERY_WAVE}.{old}", PlannedSetting(recode.new, False)


def _fingerprint(word: str) -> str:
    return f"word-{hashlib.sha256(word.encode()).hexdigest()[:8]}"


def shown(value: Plain, other: Plain = None) -> str:
    """A value as a table shows it; of a long list only what `other` does not have, and a mark for the rest."""
    if isinstance(value, list):
        common = [part for part in value if part in other] if isinstance(other, list) and len(value) > 3 else []
        own = [shown(part) for part in value if part not in common]
        return ", ".join((["…"] if common else []) + own)
    if isinstance(value, bool):
        return json.dumps(value)
    return f"{value:.10g}" if isinstance(value, float) else "" if value is None else str(value)
