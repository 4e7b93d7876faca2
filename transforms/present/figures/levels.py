"""Means with their intervals over the waves, arms side by side, one panel for each place."""

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from transforms.present.figures import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ACROSS, PANEL_HEIGHT = 4, 2.3
OFFSET = 0.09  # of the distance between two waves, so that intervals of two arms do not cover each other


@dataclass(frozen=True, slots=True)
class Series:
    """Means of one arm over the waves; NaN where there is none to show."""

    label: str
    means: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    comparison: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """One place."""

    title: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class LevelWords:
    """Words around the panels."""

    waves: tuple[str, ...]
    axis: str


def _draw(axes: "Axes", panel: Panel, count: int) -> None:
    for position, series in enumerate(panel.series):
        shift = OFFSET * (position - (len(panel.series) - 1) / 2) * 2 if len(panel.series) > 1 else 0.0
        places = np.arange(count) + shift
        means, lows, highs = (np.array(values) for values in (series.means, series.lows, series.highs))
        colour = canvas.COMPARISON_COLOUR if series.comparison else canvas.TREATED_COLOUR
        known = np.isfinite(lows) & np.isfinite(highs)
        axes.vlines(places[known], lows[known], highs[known], color=colour, linewidth=1.6)
        axes.plot(
            places,
            means,
            marker="s" if series.comparison else "o",
            linestyle="--" if series.comparison else "-",
            color=colour,
            markersize=5.5,
            linewidth=1.1,
            markerfacecolor="w" if series.comparison else colour,
            label=series.label,
        )


def levels_svg(name: str, panels: tuple[Panel, ...], words: LevelWords, *, mirrored: bool = False) -> str:
    """Panels in rows of four on one scale; `mirrored` lets time run from right to left."""
    across = min(ACROSS, len(panels))
    down = ceil(len(panels) / across)
    count = len(words.waves)
    with canvas.drawing(name):
        figure = canvas.new_figure(PANEL_HEIGHT * down + 0.35)
        grid = figure.subplots(down, across, sharey=True, squeeze=False)
        height = PANEL_HEIGHT * down + 0.35
        figure.subplots_adjust(
            left=0.09, right=0.99, wspace=0.12, hspace=0.42, top=1 - 0.62 / height, bottom=0.35 / height
        )
        for axes, panel in zip(grid.flat, panels, strict=False):
            _draw(axes, panel, count)
            canvas.bare(axes, "bottom")
            axes.grid(axis="y", color=canvas.GRID, linewidth=0.6)
            axes.set_axisbelow(True)
            axes.set_title(panel.title, fontsize=canvas.NORMAL)
            axes.set_xticks(np.arange(count), words.waves, fontsize=canvas.SMALL)
            axes.set_xlim((count - 0.5, -0.5) if mirrored else (-0.5, count - 0.5))
        for axes in grid.flat[len(panels) :]:
            axes.set_visible(False)
        for axes in grid[:, 0]:
            axes.set_ylabel(words.axis, fontsize=canvas.SMALL)
        handles, labels = grid.flat[0].get_legend_handles_labels()
        if len(labels) > 1:
            figure.legend(handles, labels, loc="upper right", ncols=2, frameon=False, fontsize=canvas.SMALL)
        return canvas.to_svg(figure, name)
