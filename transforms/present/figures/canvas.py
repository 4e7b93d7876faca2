"""From a matplotlib figure to SVG text that is the same every time and refers to nothing outside itself.

matplotlib is imported where it is used: it costs half a second that most of the pipeline need not pay.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 8.6  # inches; a page is 100 units of screen per inch wide
SMALL, NORMAL = 8.0, 9.0
INK, FAINT, GRID = "#1c2530", "#5b6673", "#d9dee4"
TREATED_COLOUR, COMPARISON_COLOUR, PLANTED_COLOUR = "#0072b2", "#d55e00", "#882255"  # Okabe & Ito 2008; Tol 2021
PATTERN_ID = re.compile(r'(\bid="|xlink:href="#|url\(#)')
STYLE = {
    "svg.fonttype": "none",  # text stays text: found, copied and shaped by the browser
    "font.family": ["DejaVu Sans"],
    "font.size": NORMAL,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.unicode_minus": True,
    "text.parse_math": False,  # a dollar sign in a question is a dollar sign
}


class _Page:
    """What matplotlib writes to: text kept in memory."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def write(self, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError("text only")  # how matplotlib asks whether a file takes text
        self.parts.append(text)

    def seek(self, position: int) -> None:
        """matplotlib takes what can seek for a file; it never does."""


@contextmanager
def drawing(salt: str) -> Iterator[None]:
    """Style of every figure; identifiers inside the SVG are derived from `salt` and from what is drawn."""
    import matplotlib

    style: Any = {**STYLE, "svg.hashsalt": salt}  # matplotlib types its keys by a list of every setting there is
    with matplotlib.rc_context(style):
        yield


def new_figure(height: float) -> "Figure":
    """An empty figure of the report's width and of `height` inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH, height), facecolor="none")


def bare(axes: "Axes", *keep: str) -> None:
    """Take the frame away but for the named sides, and the ticks' marks with it."""
    for side, spine in axes.spines.items():
        spine.set_visible(side in keep)
    axes.set_facecolor("none")
    axes.tick_params(length=0, labelsize=SMALL)


def to_svg(figure: "Figure", name: str) -> str:
    """SVG of `figure`; every identifier in it starts with `name`, so that many fit in one page."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    page = _Page()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    canvas: Any = FigureCanvasSVG(figure)  # print_svg has no types
    canvas.print_svg(page, metadata=nothing)
    text = "".join(page.parts)
    svg = text[text.index("<svg") :].strip()
    return PATTERN_ID.sub(lambda match: f"{match[0]}{name}-", svg)
