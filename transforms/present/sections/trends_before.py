"""Whether the arms moved alike before the programme began, in a sentence for each index."""

import math
from collections.abc import Iterator

from transforms.impact.estimate import EVERY_GROUP, NO_PRE_TREND, POOLED, Estimate
from transforms.present.context import Context
from transforms.study import Index


def _joint_tests(context: Context) -> Iterator[tuple[Index, Estimate]]:
    """The test of every index, all places together, of all waves before the programme."""
    for index in context.study.indices:
        for row in context.every_estimate:
            mine = (row.outcome, row.governorate, row.group) == (index.name, POOLED, EVERY_GROUP)
            if mine and row.contrast == NO_PRE_TREND:
                yield index, row


def _moved_apart(context: Context, row: Estimate) -> bool:
    """True where the test refuses, at the level of the study's intervals, that the arms moved alike."""
    return row.p_value < 1 - context.study.settings.effects.confidence


def before_sentences(context: Context) -> Iterator[str]:
    """What the waves before the programme say of each index; nothing in a study that has none."""
    say = context.say
    for index, row in _joint_tests(context):
        name = context.index(index)
        if math.isnan(row.p_value):
            yield say("trends_before.untested", index=name, reason=say.name("reasons", row.reason))
            continue
        key = "apart" if _moved_apart(context, row) else "alike"
        yield say(f"trends_before.{key}", index=name, statistic=say.number(row.statistic), p=say.p_phrase(row.p_value))


def indices_apart(context: Context) -> tuple[Index, ...]:
    """Indices on which the arms had moved apart before the programme began."""
    return tuple(index for index, row in _joint_tests(context) if _moved_apart(context, row))
