"""Means with their intervals over the waves, arms side by side, one panel for each place."""

from dataclasses import dataclass
from math import ceil
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from transforms.present.figures import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PANEL_HEIGHT, FRAME = 2.3, 0.35  # inches
LETTER = 0.066  # width of a small letter in inches, on the generous side
MANY_WAVES = 2  # from here on a panel needs half the width
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


def _wrapped(waves: tuple[str, ...], width: float) -> list[str]:
    """Names of the waves in lines that do not run into each other; `width` in inches for all of them."""
    letters = max(4, int(width / len(waves) / LETTER) - 1)
    return [fill(wave, letters, break_long_words=False) for wave in waves]


def _axes(axes: "Axes", panel: Panel, waves: list[str], mirrored: bool) -> None:
    _draw(axes, panel, len(waves))
    canvas.bare(axes, "bottom")
    axes.grid(axis="y", color=canvas.GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_title(panel.title, fontsize=canvas.NORMAL)
    axes.set_xticks(np.arange(len(waves)), waves, fontsize=canvas.SMALL)
    axes.set_xlim((len(waves) - 0.5, -0.5) if mirrored else (-0.5, len(waves) - 0.5))


def levels_svg(name: str, panels: tuple[Panel, ...], words: LevelWords, *, mirrored: bool = False) -> str:
    """Panels on one scale, up to four beside each other; `mirrored` lets time run from right to left."""
    across = min(2 if len(words.waves) > MANY_WAVES else 4, len(panels))
    down = ceil(len(panels) / across)
    waves = _wrapped(words.waves, 0.85 * canvas.WIDTH / across)
    lines = max(wave.count("\n") for wave in waves)
    height = (PANEL_HEIGHT + 0.14 * lines) * down + FRAME
    with canvas.drawing(name):
        figure = canvas.new_figure(height)
        grid = figure.subplots(down, across, sharey=True, squeeze=False)
        bottom = (FRAME + 0.14 * lines) / height
        figure.subplots_adjust(0.09, bottom, 0.99, 1 - 0.62 / height, wspace=0.12, hspace=0.42 + 0.1 * lines)
        order = grid[:, ::-1].ravel() if mirrored else grid.ravel()
        for axes, panel in zip(order, panels, strict=False):
            _axes(axes, panel, waves, mirrored)
        for axes in order[len(panels) :]:
            axes.set_axis_off()
        for axes in grid[:, 0]:
            axes.set_ylabel(words.axis, fontsize=canvas.SMALL)
        handles, labels = order[0].get_legend_handles_labels()
        if len(labels) > 1:
            figure.legend(handles, labels, loc="upper right", ncols=2, frameon=False, fontsize=canvas.SMALL)
        return canvas.to_svg(figure, name)
