"""Estimates with their intervals, one below the other."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from transforms.present.figures import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW_HEIGHT, FRAME = 0.27, 0.75  # inches
LETTER = 0.068  # width of a letter in inches, on the generous side


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


def _limits(rows: tuple[ForestRow, ...]) -> tuple[float, float]:
    values = np.array([[row.estimate, row.low, row.high, row.planted] for row in rows])
    known = values[np.isfinite(values)]
    low, high = min(0.0, float(known.min())), max(0.0, float(known.max()))
    margin = 0.06 * ((high - low) or 1.0)
    return low - margin, high + margin


def _write(axes: "Axes", rows: tuple[ForestRow, ...], mirrored: bool) -> None:
    """Names before the plot, numbers behind it; text is cheaper than ticks."""
    before, behind = (1.02, -0.02) if mirrored else (-0.02, 1.02)
    near, far = ("right", "left") if mirrored else ("left", "right")
    for place, row in zip(np.arange(len(rows))[::-1], rows, strict=True):
        style: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center"}
        axes.text(before, place, row.label, ha=far, fontweight="bold" if row.summary else "normal", **style)
        axes.text(behind, place, row.text, ha=near, fontsize=canvas.SMALL, **style)


def _draw(axes: "Axes", rows: tuple[ForestRow, ...], limits: tuple[float, float]) -> None:
    """Marks and intervals; an interval without limit runs to the edge."""
    places = np.arange(len(rows))[::-1]
    for place, row in zip(places, rows, strict=True):
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
    """A forest plot. Rows with an interval have a filled mark, those without a hollow one.

    `mirrored` puts the labels at the right for languages read from there; the number line keeps its direction.
    """
    height = FRAME + ROW_HEIGHT * len(rows)
    label_width = min(0.38, LETTER * max(len(row.label) for row in rows) / canvas.WIDTH + 0.03)
    text_width = LETTER * max(len(row.text) for row in rows) / canvas.WIDTH + 0.02
    first, last = (text_width, label_width) if mirrored else (label_width, text_width)
    with canvas.drawing(name):
        figure = canvas.new_figure(height)
        axes = figure.add_axes((first, 0.5 / height, 1 - first - last, 1 - FRAME / height))
        canvas.bare(axes, "bottom")
        axes.axvline(0, color=canvas.FAINT, linewidth=0.9)
        axes.grid(axis="x", color=canvas.GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        limits = _limits(rows)
        _draw(axes, rows, limits)
        _write(axes, rows, mirrored)
        axes.set_xlim(*limits)
        axes.set_ylim(-0.7, len(rows) - 0.3)
        axes.set_yticks([])
        axes.set_xlabel(words.axis, fontsize=canvas.SMALL)
        if any(np.isfinite(row.planted) for row in rows):
            axes.plot([], [], "x", color=canvas.PLANTED_COLOUR, markeredgewidth=1.6, label=words.planted)
            axes.legend(loc="lower right", bbox_to_anchor=(1, 1), frameon=False, fontsize=canvas.SMALL, borderpad=0)
        return canvas.to_svg(figure, name)
