"""The p-value of a headline adjusted for the outcomes tested together with it."""

import math

from transforms.impact.estimate import Estimate
from transforms.present.context import Context


def adjusted_note(context: Context, row: Estimate) -> str:
    """The adjusted p-value beneath a number; empty where the outcome is tested alone."""
    if not math.isfinite(row.p_adjusted):
        return ""
    return context.say("summary.adjusted_note", p=context.say.p_phrase(row.p_adjusted))


def adjusted_sentence(context: Context, row: Estimate) -> str:
    """The same in a sentence, with how, and a warning where zero is ruled out before the adjustment alone."""
    if not math.isfinite(row.p_adjusted):
        return ""
    say, level = context.say, round(1 - context.study.settings.effects.confidence, 9)  # not 0.05000000000000004
    values = {"p": say.p_phrase(row.p_adjusted), "how": say.name("adjustments", row.adjustment)}
    parts = [say("summary.adjusted", **values)]
    if row.p_value < level <= row.p_adjusted:
        parts.append(say("summary.adjusted_open", level=say.percent(level)))
    return " ".join(parts)
