"""One page for each index: where it stands, and whether it can be trusted."""

from collections.abc import Iterator
from dataclasses import replace

from transforms.present.context import Context
from transforms.present.document import Block, Heading, Paragraph, Section, Table
from transforms.present.sections.ceilings import ceiling_blocks
from transforms.present.sections.factor_model import factor_blocks
from transforms.present.sections.group_gap import gap_table
from transforms.present.sections.index_robustness import robustness_panel
from transforms.present.sections.index_verdict import verdict
from transforms.present.sections.invariance import invariance_blocks
from transforms.present.sections.levels import level_blocks
from transforms.present.sections.reliability import reliability_blocks
from transforms.present.sections.without_unit import has_unit, unit_note
from transforms.present.selection import later_waves
from transforms.study import Index


def index_sections(context: Context) -> tuple[Section, ...]:
    """A section for each index, in the order of the study."""
    return tuple(
        Section(
            f"index-{index.name}",
            context.say("sections.index", index=context.index(index)),
            (*unit_note(context, [index]), *_page(context, index)),
            own_page=True,
        )
        for index in context.study.indices
    )


def _page(context: Context, index: Index) -> Iterator[Block]:
    """The verdict and what it rests on; of an index that could not be scored, where its answers are."""
    if has_unit(context, index):
        yield verdict(context, index)
        yield from _blocks(context, index)
    else:
        yield Paragraph(context.say("without_unit.page"))


def _blocks(context: Context, index: Index) -> Iterator[Block]:
    """Levels, what makes them trustworthy, and whether effects depend on how the index is built."""
    yield from level_blocks(context, index)
    yield from reliability_blocks(context, index)
    yield from ceiling_blocks(context, index)
    yield from map(_behind, factor_blocks(context, index))
    yield from map(_explained, invariance_blocks(context, index))
    yield from _robustness(context, index)


def _explained(block: Block) -> Block:
    """A paragraph that explains what the verdict has told becomes an aside."""
    return replace(block, kind="aside") if isinstance(block, Paragraph) else block


def _behind(block: Block) -> Block:
    """The same, and every table folded: the verdict has told what stands there."""
    return replace(block, folded=True) if isinstance(block, Table) else _explained(block)


def _robustness(context: Context, index: Index) -> Iterator[Block]:
    """The panel of each later wave, and the levels less the gap between groups."""
    waves = later_waves(context)
    for wave in waves or context.study.wave_names[:1]:
        panel = robustness_panel(context, index, wave)
        title = context.say("scorings.heading")
        if len(waves) > 1:
            title = context.say("scorings.heading_wave", wave=context.wave(wave))
        yield from (Heading(f"scorings-{index.name}-{wave}", title), *panel) if panel else ()
    if gap := gap_table(context, index):
        yield gap
