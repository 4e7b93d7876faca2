"""Numbers one below the other on a line with zero: their names before them, the numbers in writing behind them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from transforms.present.figures import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW_HEIGHT, FRAME = 0.27, 0.75  # inches
LETTER = 0.068  # width of a letter in inches, on the generous side


@dataclass(frozen=True, slots=True)
class Entry:
    """What is written beside one row."""

    label: str
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class RowFrame:
    """Everything around the marks: what is written, the ends of the number line, and the share names have of the width.

    `mirrored` puts the labels at the right for languages read from there; the number line keeps its direction.
    """

    entries: tuple[Entry, ...]
    limits: tuple[float, float]
    axis: str
    widest_label: float
    mirrored: bool


def line_limits(values: ArrayLike) -> tuple[float, float]:
    """Ends of a number line that shows zero and every finite value, with a margin."""
    numbers = np.asarray(values, dtype=np.float64)
    known = numbers[np.isfinite(numbers)]
    low, high = min(0.0, float(known.min())), max(0.0, float(known.max()))
    margin = 0.06 * ((high - low) or 1.0)
    return low - margin, high + margin


def row_places(count: int) -> np.ndarray:
    """Heights of the rows on the drawing, the first one on top."""
    return np.arange(count)[::-1]


def rows_svg(name: str, frame: RowFrame, draw: Callable[["Axes"], None]) -> str:
    """The drawing, with what `draw` puts on the number line."""
    entries, count = frame.entries, len(frame.entries)
    height = FRAME + ROW_HEIGHT * count
    label_width = min(frame.widest_label, LETTER * max(len(row.label) for row in entries) / canvas.WIDTH + 0.03)
    text_width = LETTER * max(len(row.text) for row in entries) / canvas.WIDTH + 0.02
    first, last = (text_width, label_width) if frame.mirrored else (label_width, text_width)
    with canvas.drawing(name):
        figure = canvas.new_figure(height)
        axes = figure.add_axes((first, 0.5 / height, 1 - first - last, 1 - FRAME / height))
        canvas.bare(axes, "bottom")
        axes.axvline(0, color=canvas.FAINT, linewidth=0.9, zorder=1)
        axes.grid(axis="x", color=canvas.GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        draw(axes)
        _write(axes, frame)
        axes.set_xlim(*frame.limits)
        axes.set_ylim(-0.7, count - 0.3)
        axes.set_yticks([])
        axes.set_xlabel(frame.axis, fontsize=canvas.SMALL)
        return canvas.to_svg(figure, name)


def _write(axes: "Axes", frame: RowFrame) -> None:
    """Names before the plot, numbers behind it; text is cheaper than ticks."""
    before, behind = (1.02, -0.02) if frame.mirrored else (-0.02, 1.02)
    near, far = ("right", "left") if frame.mirrored else ("left", "right")
    for place, row in zip(row_places(len(frame.entries)), frame.entries, strict=True):
        style: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center"}
        axes.text(before, place, row.label, ha=far, fontweight="bold" if row.strong else "normal", **style)
        axes.text(behind, place, row.text, ha=near, fontsize=canvas.SMALL, **style)
