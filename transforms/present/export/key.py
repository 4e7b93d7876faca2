"""The scoring key as it may be handed on."""

from typing import Any

from transforms.measure.scoring_key import OF_WHOLE_KEY, ScoringKey
from transforms.present.context import Context
from transforms.present.disclosure import ALL
from transforms.study.columns import EVERYONE

UNIT = ("mean", "sd")


def exported_key(context: Context) -> tuple[dict[str, Any] | None, int]:
    """The key without the means and standard deviations that the report hides, and how many numbers are left out.

    None where nothing has to be: the key then leaves as it is, with its fingerprint. Left out is an item of which an
    answer of the reference group is hidden, a dimension or an index of nothing but such items, and everything where
    the reference group is small.
    """
    key, threshold = context.results.key, context.hidden.threshold
    content, hidden = key.content, 0
    telling = _telling(context, key)
    small = key.reference.n < threshold
    for item in content["items"]:
        hidden += _without_unit(item, small or item["name"] in telling)
    for index, typed in zip(content["indices"], key.indices, strict=True):
        few = small or (typed.reference is not None and typed.reference.n < threshold)
        items = {name for dimension in typed.dimensions for name in dimension.items}
        hidden += _without_unit(index, few or items <= telling)
        for dimension in index["dimensions"]:
            hidden += _without_unit(dimension, few or {*dimension["items"]} <= telling)
    return ({OF_WHOLE_KEY: key.sha256, **content} if hidden else None), hidden


def _telling(context: Context, key: ScoringKey) -> set[str]:
    """Items of which an answer of a reference group is hidden: mean and SD could give it away."""
    groups = [key.reference, *(index.reference for index in key.indices if index.reference)]
    where = {(group.wave, ALL if group.arm == EVERYONE else group.arm) for group in groups}
    cells = context.answers.cells
    return {item for _, wave, item, answer, arm, _ in cells if answer.isdecimal() and (wave, arm) in where}


def _without_unit(part: dict[str, Any], hide: bool) -> int:
    """Take mean and SD out of one part of the key."""
    if not hide:
        return 0
    part |= dict.fromkeys(UNIT)
    return len(UNIT)
