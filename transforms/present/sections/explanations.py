"""Could something else explain it: unlike arms, people lost, another mix of people, other trends."""

from collections.abc import Iterator

from transforms.present.context import Context
from transforms.present.document import Block, Bullets, Paragraph, Section
from transforms.present.sections.balance import balance_blocks, balance_sentence
from transforms.present.sections.losses import bound_sentences, loss_blocks, loss_sentences
from transforms.present.sections.mix import mix_blocks, mix_sentences, placebo_sentences


def explanations_section(context: Context) -> Section:
    """First one sentence for each rival explanation, then what stands behind them."""
    say, kind = context.say, context.study.analysis
    sentences = tuple(filter(None, _sentences(context)))
    blocks: list[Block] = [Paragraph(say(f"explanations.lead_{kind}"))]
    if sentences:
        blocks.append(Bullets(sentences))
    blocks += [*balance_blocks(context), *loss_blocks(context), *mix_blocks(context)]
    return Section("explanations", say("sections.explanations"), tuple(blocks))


def has_explanations(context: Context) -> bool:
    """True where the run examined any rival explanation."""
    tables = any(len(context.results.table(name)) for name in ("balance", "attrition"))
    models = {row.model for row in context.every_estimate}
    return context.study.analysis != "levels" and (tables or bool(models & {"composition", "placebo"}))


def _sentences(context: Context) -> Iterator[str]:
    yield balance_sentence(context)
    yield from loss_sentences(context)
    yield from bound_sentences(context)
    yield from mix_sentences(context)
    if context.study.analysis == "did":
        yield from placebo_sentences(context)
