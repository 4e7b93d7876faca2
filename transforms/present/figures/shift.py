"""How far an estimate moves: the headline as a band, every other way as a mark with its interval."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from transforms.present.figures import canvas
from transforms.present.figures.rows import Entry, RowFrame, line_limits, row_places, rows_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDEST_LABEL = 0.42  # share of the page
BAND = "#e6eef5"


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """One way: its estimate and interval, or for a `range` the ends of several estimates.

    `low` and `high` are NaN where there is no interval, infinite where it has no limit; `estimate` is NaN for a range.
    """

    label: str
    estimate: float
    low: float
    high: float
    text: str
    kind: Literal["headline", "way", "range"] = "way"


def _band(axes: "Axes", rows: tuple[ShiftRow, ...], limits: tuple[float, float]) -> None:
    """The headline's interval behind everything, its estimate as a line."""
    for row in rows:
        if row.kind == "headline":
            if not np.isnan(row.low):
                low, high = np.clip([row.low, row.high], *limits)
                axes.axvspan(low, high, color=BAND, linewidth=0, zorder=0)
            axes.axvline(row.estimate, color=canvas.INK, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)


def _draw(axes: "Axes", rows: tuple[ShiftRow, ...], limits: tuple[float, float]) -> None:
    """Marks and intervals; an interval without limit runs to the edge, a range has a thick bar and no mark."""
    for place, row in zip(row_places(len(rows)), rows, strict=True):
        colour = canvas.INK if row.kind == "headline" else canvas.TREATED_COLOUR
        certain = not np.isnan(row.low)
        if certain:
            thick = 6.0 if row.kind == "range" else 1.8
            ends = np.clip([row.low, row.high], *limits)
            axes.plot(ends, [place, place], color=colour, linewidth=thick, solid_capstyle="butt")
        if row.kind != "range":
            marker = "D" if row.kind == "headline" else "o"
            face = colour if certain else "w"
            axes.plot(row.estimate, place, marker, color=colour, markersize=6, markerfacecolor=face)


def shift_svg(name: str, rows: tuple[ShiftRow, ...], axis: str, *, mirrored: bool = False) -> str:
    """A figure of ways below one another over the headline's band; without an interval a mark is hollow.

    `mirrored` puts the labels at the right for languages read from there; the number line keeps its direction.
    """
    limits = line_limits([[row.estimate, row.low, row.high] for row in rows])
    entries = tuple(Entry(row.label, row.text, row.kind == "headline") for row in rows)
    frame = RowFrame(entries, limits, axis, WIDEST_LABEL, mirrored)

    def draw(axes: "Axes") -> None:
        _band(axes, rows, limits)
        _draw(axes, rows, limits)

    return rows_svg(name, frame, draw)
