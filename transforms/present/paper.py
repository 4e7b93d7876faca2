"""How the parts of a document follow one another on paper: what everybody reads first, annexes behind it.

Tables and figures of the annexes are counted apart (`Table A1.`), and so are tables that are folded on a screen: a
number means the same table in every format.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from transforms.present.document import Block, Document, Figure, Heading, Paragraph, Section, Table
from transforms.present.wording import Wording


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with its number, `1` or `A2`, and the words with it, `Table A2.`; empty for what has none."""

    block: Block
    number: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A section as it stands on paper; `behind` says which tables follow in the annexes, and where is `behind_id`."""

    id: str
    title: str
    blocks: tuple[Placed, ...]
    own_page: bool = False
    behind: str = ""
    behind_id: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """The main part and the annexes, in their order."""

    main: tuple[Part, ...]
    annexes: tuple[Part, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every block in its order on paper."""
        return tuple(placed.block for part in (*self.main, *self.annexes) for placed in part.blocks)


def numbered(document: Document, wording: Wording) -> Iterator[Placed]:
    """Every block in the document's order."""
    for section in _numbered(document, wording):
        yield from section


def _numbered(document: Document, wording: Wording) -> tuple[tuple[Placed, ...], ...]:
    """Blocks of each section with their numbers."""
    counts = Counter[tuple[str, bool]]()

    def placed(block: Block, section: Section) -> Placed:
        if not isinstance(block, Table | Figure):
            return Placed(block)
        kind, annex = ("table" if isinstance(block, Table) else "figure"), section.annex or _is_folded(block)
        counts[kind, annex] += 1
        number = wording.count(counts[kind, annex])
        number = wording("page.annex_number", number=number) if annex else number
        return Placed(block, number, wording(f"page.{kind}", number=number))

    return tuple(tuple(placed(block, section) for block in section.blocks) for section in document.sections)


def _is_folded(block: Block) -> bool:
    return isinstance(block, Table) and block.folded


def on_paper(document: Document, wording: Wording) -> Paper:
    """The document with its folded tables, and the words that explain them, moved behind the main part.

    Every section that has any leaves a sentence that says where they are.
    """
    main: list[Part] = []
    tables: list[Part] = []
    annexes: list[Part] = []
    for section, blocks in zip(document.sections, _numbered(document, wording), strict=True):
        if section.annex:
            annexes.append(Part(section.id, section.title, blocks, section.own_page))
            continue
        number = len(main) + 1
        title = wording("page.numbered", number=number, title=section.title)
        kept, behind = _divided(blocks)
        part = Part(section.id, title, kept, section.own_page)
        if behind:
            detail = Part(f"{section.id}-tables", wording("page.behind", title=title), behind)
            tables.append(detail)
            part = replace(part, behind=_where(behind, wording), behind_id=detail.id)
        main.append(part)
    return Paper(tuple(main), (*tables, *annexes))


def _divided(blocks: tuple[Placed, ...]) -> tuple[tuple[Placed, ...], tuple[Placed, ...]]:
    """What stays, and what goes behind: folded tables with their headings and asides.

    A heading under which nothing would stay goes too; without folded tables everything stays.
    """
    if not any(_is_folded(placed.block) for placed in blocks):
        return blocks, ()
    kept: list[Placed] = []
    behind: list[Placed] = []
    for group in _under_headings(blocks):
        head = [placed for placed in group if isinstance(placed.block, Heading)]
        rest = [placed for placed in group if not isinstance(placed.block, Heading)]
        folded = [placed for placed in rest if _is_folded(placed.block)]
        going = [placed for placed in rest if _is_folded(placed.block) or _is_aside(placed.block)] if folded else []
        staying = [placed for placed in rest if placed not in going]
        kept += [*head, *staying] if staying else []
        behind += [*head, *going] if going else []
    return tuple(kept), tuple(behind)


def _is_aside(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.kind == "aside"


def _under_headings(blocks: tuple[Placed, ...]) -> Iterator[list[Placed]]:
    """Blocks in groups, each but the first beginning with a heading."""
    group: list[Placed] = []
    for placed in blocks:
        if isinstance(placed.block, Heading) and group:
            yield group
            group = []
        group.append(placed)
    yield group


def _where(behind: tuple[Placed, ...], wording: Wording) -> str:
    """Which tables went behind."""
    numbers = [placed.number for placed in behind if placed.number]
    if len(numbers) == 1:
        return wording("page.behind_one", table=wording("data.table", number=numbers[0]))
    return wording("page.behind_many", first=numbers[0], last=numbers[-1])
