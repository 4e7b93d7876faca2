"""A number and its interval together in one cell of a table."""

import math

from transforms.present.context import Context
from transforms.present.document import Cell


def interval_cell(context: Context, estimate: float, low: float, high: float, unit: str = "sd") -> Cell:
    """A signed number with its interval, where it has one; a dash where there is no number."""
    number = context.cell(estimate, unit, signed=True)
    if number.value is None or math.isnan(low):
        return number
    interval = context.interval(low, high, unit, signed=True)
    return Cell(context.say("effects.with_interval", number=number.text, interval=interval.text), estimate)
