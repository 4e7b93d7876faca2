"""How a document is fitted onto a page of paper or into a cell: numbers, widths of columns, directions of text.

Everything is in letters of average width, so that PDF, Word and workbook share it.
"""

import re
from dataclasses import dataclass
from math import isclose
from typing import Literal

from transforms.present.document import Cell, Table
from transforms.present.wording import CLOSE, FIRST_STRONG, LEFT_TO_RIGHT, MINUS, SPACE

Direction = Literal["ltr", "rtl"]
ISOLATES = str.maketrans("", "", LEFT_TO_RIGHT + FIRST_STRONG + CLOSE)
RIGHT_TO_LEFT_LETTER = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
LETTER = re.compile(r"[^\W\d_]")
NUMERAL = re.compile(rf"([+{MINUS}]?)([\d,]+)(\.\d+)?({SPACE}?%)?")
SMALL_P = re.compile(rf"<{SPACE}(0\.0*1)")
WIDEST_WISH = 48  # letters; a column of long sentences wishes for no more
EDGE = 2.4  # letters a cell keeps free, both sides together
NUMBERS = {"number", "code"}
MARKS = re.compile(f"({CLOSE}|[{LEFT_TO_RIGHT}{FIRST_STRONG}][^{LEFT_TO_RIGHT}-{CLOSE}]*)")
LONGEST_MARKED = 40  # letters
WORDS = re.compile(r"[^\W\d_]{3,} [^\W\d_]{3,}")
ISOLATE = (LEFT_TO_RIGHT, CLOSE)
MARK = ("\u200e", "\u200e")  # left-to-right mark


def bare(text: str) -> str:
    """Text without the marks that isolate directions."""
    return text.translate(ISOLATES)


def direction_of(text: str, otherwise: Direction) -> Direction:
    """Direction of the first letter; `otherwise` where there is no letter."""
    letter = LETTER.search(text)
    if letter is None:
        return otherwise
    return "rtl" if RIGHT_TO_LEFT_LETTER.match(letter[0]) else "ltr"


def directed_runs(text: str, direction: Direction) -> tuple[tuple[str, Direction], ...]:
    """Pieces of a sentence without its isolates, each with the direction of the innermost one it stood in."""
    runs: list[tuple[str, Direction]] = []
    open_ones: list[Direction] = [direction]
    for piece in filter(None, MARKS.split(text)):
        if piece.startswith(LEFT_TO_RIGHT):
            open_ones.append("ltr")
        elif piece.startswith(FIRST_STRONG):
            open_ones.append(direction_of(piece, "ltr"))
        elif piece == CLOSE:
            open_ones = open_ones[:-1] or [direction]
            continue
        words, own = bare(piece), open_ones[-1]
        if runs and runs[-1][1] == own:
            runs[-1] = (runs[-1][0] + words, own)
        elif words:
            runs.append((words, own))
    return tuple(runs)


def remark(text: str, direction: Direction, marks: tuple[str, str] = ISOLATE) -> str:
    """Text whose short pieces against the direction stand between `marks`, and which has no other marks.

    Those pieces, numbers as a rule, stay on one line, but words may part; a long piece has to break, and needs no
    marks. `MARK` is for programs that do not know isolates.
    """
    opening, closing = marks
    return "".join(
        f"{opening}{words if WORDS.search(words) else words.replace(' ', SPACE)}{closing}"
        if own != direction and len(words) <= LONGEST_MARKED
        else words
        for words, own in directed_runs(text, direction)
    )


def number_format(cell: Cell) -> str | None:
    """Format that shows `cell.value` as `cell.text` in a spreadsheet; None if the text is not just the number."""
    text = bare(cell.text)
    if cell.value is None:
        return None
    if small := SMALL_P.fullmatch(text):
        limit = small[1]
        return f'[<{limit}]"< {limit}";{limit.replace("1", "0")}' if cell.value < float(limit) else None
    numeral = NUMERAL.fullmatch(text)
    if numeral is None:
        return None
    sign, whole, decimals, percent = (part or "" for part in numeral.groups())
    shown = float(f"{sign.replace(MINUS, '-')}{whole.replace(',', '')}{decimals}") / (100 if percent else 1)
    places = max(len(decimals) - 1, 0)
    if not isclose(shown, cell.value, abs_tol=0.5000001 * 10.0 ** -(places + (2 if percent else 0))):
        return None
    digits = f"#,##0{'.' if places else ''}{'0' * places}{'%' if percent else ''}"
    return f"{'+' if sign == '+' else ''}{digits};{MINUS}{digits};{digits}"


@dataclass(frozen=True, slots=True)
class Need:
    """Width of a column in letters: the least without breaking a word, and what it would like."""

    least: float
    wish: float


def column_needs(table: Table) -> tuple[Need, ...]:
    """What every column needs, its heading included; rows that head others count for nothing."""
    needs = []
    for place, column in enumerate(table.columns):
        texts = [bare(row.cells[place].text) for row in table.rows if row.kind != "group"]
        whole = column.kind in NUMBERS
        words = [text if whole else max(re.split(r"[\s/-]", text), key=len) for text in texts]
        head = bare(column.label)
        least = max((1.1 * max(map(len, head.split()), default=0), *map(len, words))) + EDGE
        wish = max((min(float(len(head)), 14.0), *(min(float(len(text)), WIDEST_WISH) for text in texts))) + EDGE
        needs.append(Need(least, max(least, wish)))
    return tuple(needs)


def column_widths(needs: tuple[Need, ...], line: float) -> tuple[float, ...]:
    """Shares of a line of `line` letters (they add up to 1): everyone the least, then as they wish."""
    least, wish = sum(need.least for need in needs), sum(need.wish for need in needs)
    if least >= line:
        return tuple(need.least / least for need in needs)
    if wish <= line:
        return tuple(need.wish / wish for need in needs)
    share = (line - least) / (wish - least)
    return tuple((need.least + share * (need.wish - need.least)) / line for need in needs)
