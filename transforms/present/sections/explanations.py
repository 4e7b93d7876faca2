"""Could something else explain it: unlike arms, people lost, another mix of people, other trends."""

import math
from collections.abc import Iterator

import pandas as pd

from transforms.impact.around.sensitivity import Breakdown
from transforms.impact.estimate import POOLED
from transforms.present.context import Context
from transforms.present.document import Block, Bullets, Callout, Paragraph, Section, Severity
from transforms.present.sections.balance import balance_blocks, balance_sentence, far_apart
from transforms.present.sections.losses import bound_sentences, loss_blocks, loss_sentences, lost_many
from transforms.present.sections.mix import mix_blocks, mix_sentences, placebo_sentences
from transforms.present.sections.ruled_out import outwards, size, vanishes
from transforms.present.sections.trends_before import before_sentences, indices_apart
from transforms.present.selection import later_waves
from transforms.present.surroundings import breakdowns, equivalences
from transforms.study import Index


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
    return context.study.analysis != "levels" and (tables or bool(models & {"composition", "placebo", "pre-trend"}))


def _whole_places(context: Context) -> Iterator[str]:
    """Where whole places are compared, whatever else set them apart explains as much."""
    if context.study.design.governorates_are_clusters:
        yield context.say("claims.governorates_are_clusters", places=len(context.governorates))


def _sentences(context: Context) -> Iterator[str]:
    yield from _whole_places(context)
    yield balance_sentence(context)
    yield from loss_sentences(context)
    yield from bound_sentences(context)
    yield from mix_sentences(context)
    if context.study.analysis == "did":
        yield from before_sentences(context)
        yield from placebo_sentences(context)


def explained_away(context: Context) -> Iterator[Callout]:
    """For the summary: the rival explanations in a few words; a caution where one of them is a match for an effect."""
    if not has_explanations(context):
        return
    say = context.say
    if context.study.analysis != "did":
        yield from _change_doubted(context)
        return
    texts = (
        *_whole_places(context),
        balance_sentence(context),
        *loss_sentences(context, tests=False),
        *before_sentences(context),
        *_drifts(context),
    )
    matched = any(_matched(row) for _, row in _trends(context))
    whole = context.study.design.governorates_are_clusters
    doubtful = whole or matched or far_apart(context) or indices_apart(context) or lost_many(context)
    kind: Severity = "caution" if doubtful else "information"
    more = say("explanations.more", section=say("sections.explanations"))
    yield Callout(kind, say("sections.explanations"), (*filter(None, texts), more))


def _change_doubted(context: Context) -> Iterator[Callout]:
    """Of a change without comparison nothing can be ruled out; only a great loss has to be said in the summary."""
    if lost_many(context):
        yield Callout("caution", context.say("losses.heading"), tuple(loss_sentences(context, great=True)))


def _trends(context: Context) -> Iterator[tuple[Index, Breakdown]]:
    """The pooled breakdown of every index in the last wave."""
    for index in context.study.indices:
        for wave in later_waves(context)[-1:]:
            found = breakdowns(context, index.name, wave).get(POOLED)
            if found is not None:
                yield index, found


def _matched(row: Breakdown) -> bool:
    """True where the arms drifted as far apart on something the programme did not target."""
    return not pd.isna(row.holds) and not row.holds and row.touches_zero != 0


def _drifts(context: Context) -> Iterator[str]:
    """What difference in trends would make each effect uncertain that is not so already."""
    for index, row in _trends(context):
        if math.isfinite(row.touches_zero) and row.touches_zero != 0:
            values = {"index": context.index(index), "erased": size(context, abs(row.erased), row.unit)}
            if vanishes(row.touches_zero, row.unit):
                yield context.say("explanations.drift_any", **values)
            else:
                values["size"] = size(context, abs(row.touches_zero), row.unit)
                yield context.say("explanations.drift", **values)


def explanation_claims(context: Context) -> Iterator[str]:
    """What may not be claimed because of what is not ruled out, of unlike arms, and of other trends."""
    say, kind = context.say, context.study.analysis
    for index in context.study.indices:
        for wave in later_waves(context)[-1:]:
            row = equivalences(context, index.name, wave).get(POOLED)
            if row is not None and row.verdict in ("undecided", "negligible"):
                values = {"margin": size(context, row.margin, row.unit), "index": context.index(index)}
                values["ruled_out"] = size(context, outwards(row.ruled_out, row.unit, 1), row.unit)
                yield say(f"claims.{row.verdict}_{kind}", **values)
    if names := far_apart(context):
        yield say("claims.not_comparable", names=say.list(names))
    for index in indices_apart(context):
        yield say("claims.apart_before", index=context.index(index))
    for index, trend in _trends(context):
        if kind == "did" and _matched(trend):
            yield say("claims.other_trends", index=context.index(index))
