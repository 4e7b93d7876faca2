"""How alike the arms were at baseline: one line for each characteristic, the limits of what is alike behind them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from transforms.present.figures import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW_HEIGHT, FRAME = 0.22, 0.85  # inches
LETTER = 0.066  # width of a letter in inches, on the generous side
BANDS = ("#d5e8df", "#eef4f1")  # behind differences that are fine, and behind those to adjust for


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One characteristic: the normalised difference of all places together, and of each; NaN is not drawn."""

    label: str
    difference: float
    places: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class BalanceWords:
    """Words around the plot."""

    axis: str
    together: str
    places: str


def _reach(rows: tuple[BalanceRow, ...], limit: float) -> float:
    """Where the axis ends, as far on either side of zero."""
    values = np.array([value for row in rows for value in (row.difference, *row.places)])
    return 1.1 * max(limit, float(np.abs(values[np.isfinite(values)]).max(initial=0.0)))


def _draw(axes: "Axes", rows: tuple[BalanceRow, ...], words: BalanceWords) -> None:
    heights = np.arange(len(rows))[::-1]
    spread = [(value, height) for row, height in zip(rows, heights, strict=True) for value in row.places]
    if spread:
        places, lines = zip(*spread, strict=True)
        axes.plot(
            places, lines, "o", color=canvas.FAINT, markersize=3.8, markerfacecolor="none", alpha=0.8,
            label=words.places,
        )  # fmt: skip
    together = [row.difference for row in rows]
    axes.plot(together, heights, "D", color=canvas.TREATED_COLOUR, markersize=5.5, label=words.together)


def _frame(axes: "Axes", rows: tuple[BalanceRow, ...], limits: tuple[float, float], mirrored: bool) -> None:
    """Bands, zero, and the names of the lines before the plot."""
    canvas.bare(axes, "bottom")
    reach = _reach(rows, limits[1])
    for limit, colour in ((limits[1], BANDS[1]), (limits[0], BANDS[0])):
        axes.axvspan(-limit, limit, color=colour, linewidth=0)
    axes.axvline(0, color=canvas.FAINT, linewidth=0.9)
    axes.set_axisbelow(True)
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.set_yticks([])
    axes.set_xticks([-limits[1], -limits[0], 0, limits[0], limits[1]])
    place, side = (1.02, "left") if mirrored else (-0.02, "right")
    style: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center", "fontsize": canvas.SMALL}
    for row, height in zip(rows, np.arange(len(rows))[::-1], strict=True):
        axes.text(place, height, row.label, ha=side, **style)


def balance_svg(
    name: str,
    rows: tuple[BalanceRow, ...],
    words: BalanceWords,
    limits: tuple[float, float],
    *,
    mirrored: bool = False,
) -> str:
    """Normalised differences before bands that end at `limits`; `mirrored` puts the names at the right."""
    height = FRAME + ROW_HEIGHT * len(rows)
    before = min(0.45, LETTER * max(len(row.label) for row in rows) / canvas.WIDTH + 0.03)
    first, last = (0.02, before) if mirrored else (before, 0.02)
    with canvas.drawing(name):
        figure = canvas.new_figure(height)
        axes = figure.add_axes((first, 0.5 / height, 1 - first - last, 1 - FRAME / height))
        _frame(axes, rows, limits, mirrored)
        _draw(axes, rows, words)
        axes.set_xlabel(words.axis, fontsize=canvas.SMALL)
        axes.legend(
            loc="lower right", bbox_to_anchor=(1, 1), frameon=False, fontsize=canvas.SMALL, borderpad=0, ncols=2
        )
        return canvas.to_svg(figure, name)
