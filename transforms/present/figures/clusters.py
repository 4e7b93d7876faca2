"""One dot for every cluster: what is shown where clusters are too few for a p-value."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from transforms.present.figures import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW_HEIGHT, FRAME = 0.3, 0.75  # inches
LETTER = 0.066  # width of a letter in inches, on the generous side


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """The changes of one arm's clusters in one place."""

    label: str
    changes: tuple[float, ...]
    comparison: bool = False


def _draw(axes: "Axes", rows: tuple[ClusterRow, ...], mirrored: bool) -> None:
    place, side = (1.02, "left") if mirrored else (-0.02, "right")
    style: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center", "fontsize": canvas.SMALL}
    for height, row in zip(np.arange(len(rows))[::-1], rows, strict=True):
        colour = canvas.COMPARISON_COLOUR if row.comparison else canvas.TREATED_COLOUR
        axes.axhline(height, color=canvas.GRID, linewidth=0.6)
        axes.plot(
            row.changes,
            np.full(len(row.changes), height),
            "s" if row.comparison else "o",
            color=colour,
            markersize=6.5,
            markerfacecolor="w" if row.comparison else colour,
            alpha=0.85,
            linestyle="none",
        )
        if row.changes:
            axes.plot([np.mean(row.changes)] * 2, [height - 0.32, height + 0.32], color=canvas.INK, linewidth=1.6)
        axes.text(place, height, row.label, ha=side, **style)


def clusters_svg(name: str, rows: tuple[ClusterRow, ...], axis: str, *, mirrored: bool = False) -> str:
    """Dots with a bar at their mean, row by row; `mirrored` puts the names of the rows at the right."""
    height = FRAME + ROW_HEIGHT * len(rows)
    before = min(0.45, LETTER * max(len(row.label) for row in rows) / canvas.WIDTH + 0.03)
    first, last = (0.03, before) if mirrored else (before, 0.03)
    values = np.array([0.0, *(change for row in rows for change in row.changes)])
    margin = 0.06 * (float(np.ptp(values)) or 1.0)
    with canvas.drawing(name):
        figure = canvas.new_figure(height)
        axes = figure.add_axes((first, 0.5 / height, 1 - first - last, 1 - FRAME / height))
        canvas.bare(axes, "bottom")
        axes.axvline(0, color=canvas.FAINT, linewidth=0.9)
        axes.set_axisbelow(True)
        _draw(axes, rows, mirrored)
        axes.set_xlim(values.min() - margin, values.max() + margin)
        axes.set_ylim(-0.7, len(rows) - 0.3)
        axes.set_yticks([])
        axes.set_xlabel(axis, fontsize=canvas.SMALL)
        return canvas.to_svg(figure, name)
