"""Estimates with their intervals, one below the other."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from transforms.present.figures import canvas
from transforms.present.figures.rows import Entry, RowFrame, line_limits, row_places, rows_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDEST_LABEL = 0.38  # share of the page


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One estimate; `low` and `high` are NaN where there is no interval, infinite where it has no limit.

    `planted` is NaN where nothing was planted.
    """

    label: str
    estimate: float
    low: float
    high: float
    text: str
    summary: bool = False
    planted: float = float("nan")


@dataclass(frozen=True, slots=True)
class ForestWords:
    """Words around a forest plot."""

    axis: str
    planted: str


def _draw(axes: "Axes", rows: tuple[ForestRow, ...], limits: tuple[float, float]) -> None:
    """Marks and intervals; an interval without limit runs to the edge."""
    for place, row in zip(row_places(len(rows)), rows, strict=True):
        colour = canvas.INK if row.summary else canvas.TREATED_COLOUR
        certain = not (np.isnan(row.low) or np.isnan(row.high))
        if certain:
            axes.plot(
                np.clip([row.low, row.high], *limits),
                [place, place],
                color=colour,
                linewidth=1.8,
                solid_capstyle="butt",
            )
        marker = "D" if row.summary else "o"
        axes.plot(row.estimate, place, marker, color=colour, markersize=6.5, markerfacecolor=colour if certain else "w")
        if np.isfinite(row.planted):
            axes.plot(row.planted, place, "x", color=canvas.PLANTED_COLOUR, markersize=7, markeredgewidth=1.6)


def forest_svg(name: str, rows: tuple[ForestRow, ...], words: ForestWords, *, mirrored: bool = False) -> str:
    """A forest plot. Rows with an interval have a filled mark, those without a hollow one."""
    limits = line_limits([[row.estimate, row.low, row.high, row.planted] for row in rows])
    entries = tuple(Entry(row.label, row.text, row.summary) for row in rows)
    frame = RowFrame(entries, limits, words.axis, WIDEST_LABEL, mirrored)

    def draw(axes: "Axes") -> None:
        _draw(axes, rows, limits)
        if any(np.isfinite(row.planted) for row in rows):
            axes.plot([], [], "x", color=canvas.PLANTED_COLOUR, markeredgewidth=1.6, label=words.planted)
            axes.legend(loc="lower right", bbox_to_anchor=(1, 1), frameon=False, fontsize=canvas.SMALL, borderpad=0)

    return rows_svg(name, frame, draw)
