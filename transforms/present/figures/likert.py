"""Bars of answers: how many chose each answer of a scale, by item, arm and wave."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from transforms.present.disclosure import Segment
from transforms.present.figures import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW = 0.17  # inches
ENDS = ("#8c510a", "#dfc27d", "#eef0f1", "#80cdc1", "#01665e")  # brown to teal (ColorBrewer BrBG), colour-blind safe
POOLED = "#b3b8be"
BAR = 0.82  # of a row
LETTER = 0.06  # width of a small letter in inches, on the generous side
BEHIND = 0.07  # share of the width for the numbers behind the bars


@dataclass(frozen=True, slots=True)
class Bar:
    """Answers of one arm in one wave; no segments where they must not be shown."""

    label: str
    segments: tuple[Segment, ...]
    text: str


@dataclass(frozen=True, slots=True)
class ItemBars:
    """One item: its name, how many answers its scale has, its bars; `reversed` if a high answer is less cohesion."""

    label: str
    answers: int
    bars: tuple[Bar, ...]
    reversed: bool = False


@dataclass(frozen=True, slots=True)
class LikertWords:
    """Words of the legend."""

    low: str
    high: str
    pooled: str
    share: str


def answer_colours(answers: int) -> tuple[str, ...]:
    """One colour for each answer of a scale, the least cohesive first."""
    anchors = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in ENDS])
    places = np.linspace(0, len(ENDS) - 1, answers) if answers > 1 else np.array([len(ENDS) - 1.0])
    mixed = np.stack([np.interp(places, np.arange(len(ENDS)), anchors[:, channel]) for channel in range(3)], axis=1)
    return tuple(f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in mixed.round().astype(int))


def _rectangles(items: Sequence[ItemBars]) -> tuple[list[np.ndarray], list[str]]:
    corners: list[np.ndarray] = []
    fills: list[str] = []
    row = 0
    for item in items:
        step = -1 if item.reversed else 1
        colours = answer_colours(item.answers)[::step]
        for number, bar in enumerate(item.bars, start=1):
            start, top, bottom = 0.0, row + number - BAR / 2, row + number + BAR / 2
            for segment in bar.segments[::step]:
                end = start + segment.share
                corners.append(np.array([[start, top], [end, top], [end, bottom], [start, bottom]]))
                fills.append(colours[segment.first] if segment.first == segment.last else POOLED)
                start = end
        row += len(item.bars) + 1
    return corners, fills


def _write(axes: "Axes", items: Sequence[ItemBars], words: LikertWords, mirrored: bool) -> None:
    """Names of items above their bars, of bars before them, shares behind them; text is cheaper than ticks."""
    start, end, behind = (1.0, 0.0, -0.01) if mirrored else (0.0, 1.0, 1.01)
    before = start + (end - behind)
    near, far = ("right", "left") if mirrored else ("left", "right")
    style: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center"}
    axes.text(behind, -0.15, words.share, ha=near, fontsize=7, **style)
    row = 0
    for item in items:
        axes.text(start, row, item.label, ha=near, fontweight="bold", **style)
        for number, bar in enumerate(item.bars, start=row + 1):
            axes.text(before, number, bar.label, ha=far, fontsize=7.5, **style)
            axes.text(behind, number, bar.text, ha=near, fontsize=canvas.SMALL, **style)
        row += len(item.bars) + 1
    axes.set_ylim(row - 0.3, -0.7)


def _legend(axes: "Axes", words: LikertWords, pooled: bool, height: float) -> None:
    from matplotlib.patches import Patch

    colours = answer_colours(5)
    handles = [Patch(facecolor=colour, edgecolor="w") for colour in colours]
    labels = [words.low, "", "", "", words.high]
    if pooled:
        handles.append(Patch(facecolor=POOLED, edgecolor="w"))
        labels.append(words.pooled)
    axes.legend(
        handles,
        labels,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.05 / height),
        ncols=len(labels),
        frameon=False,
        fontsize=canvas.SMALL,
        columnspacing=0.6,
        handletextpad=0.4,
    )


def likert_svg(name: str, items: Sequence[ItemBars], words: LikertWords, *, mirrored: bool = False) -> str:
    """Stacked bars of 100 %, the least cohesive answer first; `mirrored` lets them start at the right."""
    from matplotlib.collections import PolyCollection

    rows = sum(len(item.bars) + 1 for item in items)
    height = ROW * rows + 0.6
    inner = ROW * rows
    before = LETTER * max(len(bar.label) for item in items for bar in item.bars) / canvas.WIDTH + 0.015
    margins = (BEHIND, before) if mirrored else (before, BEHIND)
    with canvas.drawing(name):
        figure = canvas.new_figure(height)
        axes = figure.add_axes((margins[0], 0.5 / height, 1 - sum(margins), inner / height))
        axes.set_axis_off()
        corners, fills = _rectangles(items)
        axes.add_collection(PolyCollection(corners, facecolors=fills, edgecolors="w", linewidths=0.6))
        axes.set_xlim((1, 0) if mirrored else (0, 1))
        _write(axes, items, words, mirrored)
        pooled = any(part.first != part.last for item in items for bar in item.bars for part in bar.segments)
        _legend(axes, words, pooled, inner)
        return canvas.to_svg(figure, name)
