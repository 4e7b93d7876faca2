"""How far an estimate moves: the headline as a band, every other way as a mark with its interval."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from transforms.present.figures import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW_HEIGHT, FRAME = 0.27, 0.75  # inches
LETTER = 0.068  # width of a letter in inches, on the generous side
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


def _limits(rows: tuple[ShiftRow, ...]) -> tuple[float, float]:
    values = np.array([[row.estimate, row.low, row.high] for row in rows])
    known = values[np.isfinite(values)]
    low, high = min(0.0, float(known.min())), max(0.0, float(known.max()))
    margin = 0.06 * ((high - low) or 1.0)
    return low - margin, high + margin


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
    for place, row in zip(np.arange(len(rows))[::-1], rows, strict=True):
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


def _write(axes: "Axes", rows: tuple[ShiftRow, ...], mirrored: bool) -> None:
    """Names before the plot, numbers behind it."""
    before, behind = (1.02, -0.02) if mirrored else (-0.02, 1.02)
    near, far = ("right", "left") if mirrored else ("left", "right")
    for place, row in zip(np.arange(len(rows))[::-1], rows, strict=True):
        style: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center"}
        weight = "bold" if row.kind == "headline" else "normal"
        axes.text(before, place, row.label, ha=far, fontweight=weight, **style)
        axes.text(behind, place, row.text, ha=near, fontsize=canvas.SMALL, **style)


def shift_svg(name: str, rows: tuple[ShiftRow, ...], axis: str, *, mirrored: bool = False) -> str:
    """A figure of ways below one another over the headline's band; without an interval a mark is hollow.

    `mirrored` puts the labels at the right for languages read from there; the number line keeps its direction.
    """
    height = FRAME + ROW_HEIGHT * len(rows)
    label_width = min(WIDEST_LABEL, LETTER * max(len(row.label) for row in rows) / canvas.WIDTH + 0.03)
    text_width = LETTER * max(len(row.text) for row in rows) / canvas.WIDTH + 0.02
    first, last = (text_width, label_width) if mirrored else (label_width, text_width)
    with canvas.drawing(name):
        figure = canvas.new_figure(height)
        axes = figure.add_axes((first, 0.5 / height, 1 - first - last, 1 - FRAME / height))
        canvas.bare(axes, "bottom")
        limits = _limits(rows)
        _band(axes, rows, limits)
        axes.axvline(0, color=canvas.FAINT, linewidth=0.9, zorder=1)
        axes.grid(axis="x", color=canvas.GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        _draw(axes, rows, limits)
        _write(axes, rows, mirrored)
        axes.set_xlim(*limits)
        axes.set_ylim(-0.7, len(rows) - 0.3)
        axes.set_yticks([])
        axes.set_xlabel(axis, fontsize=canvas.SMALL)
        return canvas.to_svg(figure, name)
