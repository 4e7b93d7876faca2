"""What was asked, and the answer in plain sentences."""

import math
from collections.abc import Iterator

from transforms.impact.estimate import Estimate
from transforms.present.context import DECIMALS, Context
from transforms.present.disclosure import ALL
from transforms.present.document import Block, Bullets, Callout, Heading, Highlight, Highlights, Paragraph, Section
from transforms.present.sections.ceilings import lower_bound_sentence
from transforms.present.sections.explanations import explained_away
from transforms.present.sections.plan import plan_note, plan_warning
from transforms.present.sections.reliability import unreliable_highlight, unreliable_sentence
from transforms.present.sections.ruled_out import ruled_out_sentence
from transforms.present.sections.without_unit import has_unit, unit_note
from transforms.present.selection import TOGETHER, Level, effects, equality, headline, later_waves, level_cells
from transforms.study import Index
from transforms.study.columns import WAVE, pomp_column


def summary_section(context: Context) -> Section:
    """Question, programme, one highlight and a few sentences for each index, and how to read them."""
    say, settings = context.say, context.study.settings
    blocks: list[Block] = [Paragraph(settings.question.read(say.language), "lead")]
    if settings.programme:
        blocks.append(Paragraph(settings.programme.read(say.language)))
    blocks.append(Paragraph(say(f"summary.design_{context.study.analysis}", **_design(context))))
    blocks += plan_warning(context)
    if highlights := tuple(_highlights(context)):
        blocks.append(Highlights(highlights))
    blocks += unit_note(context, context.study.indices)
    for index in context.study.indices:
        blocks += _answer(context, index)
    blocks += explained_away(context)
    blocks += plan_note(context)
    reading = (say(f"summary.unit_{unit}") for unit in dict.fromkeys(map(context.unit, context.study.indices)))
    blocks.append(Callout("information", say("summary.reading"), (*reading, say("summary.no_stars"))))
    return Section("summary", say("sections.summary"), tuple(blocks))


def _design(context: Context) -> dict[str, str | int]:
    """Values for the sentence that says what kind of study this is."""
    first, last = context.study.waves[0], context.study.waves[-1]
    respondents = context.results.participants.respondents
    counts = respondents.groupby(WAVE)["n"].sum()
    return {
        "first": context.wave(first.name),
        "last": context.wave(last.name),
        "waves": len(context.study.waves),
        "first_n": int(counts.get(first.name, 0)),
        "last_n": int(counts.get(last.name, 0)),
        "places": context.say.list(tuple(map(context.governorate, context.governorates))),
        "clusters": int(context.results.participants.clusters["clusters"].sum()),
    }


def _interval_words(context: Context, row: Estimate) -> str:
    written = context.say.interval(row.conf_low, row.conf_high, DECIMALS[row.unit], signed=True)
    return _written_interval(context, row.conf_low, row.conf_high, written)


def _written_interval(context: Context, low: float, high: float, written: str) -> str:
    if math.isnan(low) or math.isnan(high):
        return context.say("summary.no_interval")
    return context.say("summary.interval", confidence=context.confidence, interval=written)


def _highlights(context: Context) -> Iterator[Highlight]:
    for index in context.study.indices:
        if not has_unit(context, index):
            continue
        if unreliable := unreliable_highlight(context, index):
            yield unreliable
            continue
        if context.study.analysis == "levels":
            yield from _level_highlight(context, index)
            continue
        for wave in later_waves(context)[-1:]:
            row = headline(context, index.name, wave)
            if row is not None and row.status != "not_estimated":
                yield _effect_highlight(context, index, row)


def _effect_highlight(context: Context, index: Index, row: Estimate) -> Highlight:
    notes = [_interval_words(context, row)]
    if math.isfinite(row.p_value):
        notes.append(context.say.p_phrase(row.p_value))
    label = context.say(f"summary.highlight_{context.study.analysis}", index=context.index(index))
    return Highlight(label, context.amount(row.estimate, row.unit), tuple(notes))


def _on_100(context: Context, level: Level) -> dict[str, str]:
    """Mean and interval on 0-100, in words."""
    say, decimals = context.say, DECIMALS["pomp"]
    interval = _written_interval(
        context, level.conf_low, level.conf_high, say.interval(level.conf_low, level.conf_high, decimals)
    )
    return {"mean": say.number(level.mean, decimals), "interval": interval}


def _standing(context: Context, index: Index) -> dict[str, Level]:
    """Levels on 0-100 of a study with one wave: everywhere, then each governorate, as far as they may be shown."""
    wave, cells = context.study.baseline.name, level_cells(context, pomp_column(index.name))
    places = [(place, (wave, place, ALL, ALL)) for place in (ALL, *context.governorates)]
    return {
        place: cells[cell] for place, cell in places if cell in cells and not context.hidden.hides(cell, cells[cell].n)
    }


def _level_highlight(context: Context, index: Index) -> Iterator[Highlight]:
    """Where an index stands on 0-100, everywhere together."""
    for level in filter(None, [_standing(context, index).get(ALL)]):
        words = _on_100(context, level)
        yield Highlight(
            context.index(index), context.say("units.pomp_amount", number=words["mean"]), (words["interval"],)
        )


def _level_answer(context: Context, index: Index) -> list[Block]:
    say, standing = context.say, _standing(context, index)
    if ALL not in standing:
        return []
    values = {"index": context.index(index), "first": context.wave(context.study.baseline.name)}
    blocks: list[Block] = [Paragraph(say("summary.level", **values, **_on_100(context, standing[ALL])))]
    places = [(context.governorate(place), level) for place, level in standing.items() if place != ALL]
    if len(places) > 1:
        lines = (say("summary.level_place", place=place, **_on_100(context, level)) for place, level in places)
        blocks.append(Bullets(tuple(lines)))
    return blocks


def _answer(context: Context, index: Index) -> list[Block]:
    """Sentences on one index: together, by governorate, and whether governorates differ."""
    blocks = _level_answer(context, index) if context.study.analysis == "levels" else []
    for wave in later_waves(context):
        row = headline(context, index.name, wave)
        if row is None:
            continue
        blocks.append(Paragraph(_together(context, index, row)))
        if sentence := lower_bound_sentence(context, index, row):
            blocks.append(Paragraph(sentence))
        if row.status == "ok" and (sentence := ruled_out_sentence(context, index, wave)):
            blocks.append(Paragraph(sentence))
        places = [place for place in effects(context, index.name, wave) if place.governorate not in TOGETHER]
        if len(places) > 1:
            blocks.append(Bullets(tuple(_place(context, place) for place in places)))
        if test := equality(context, index.name, wave):
            blocks.append(Paragraph(_difference(context, test)))
    doubt = unreliable_sentence(context, index) if has_unit(context, index) else ""
    before = [Paragraph(doubt)] if doubt else []
    return [Heading(f"answer-{index.name}", context.index(index)), *before, *blocks] if blocks else []


def _together(context: Context, index: Index, row: Estimate) -> str:
    say, kind = context.say, context.study.analysis
    waves = {"first": context.wave(context.study.baseline.name), "last": context.wave(row.wave)}
    if row.status == "not_estimated":
        reason = say.name("reasons", row.reason)
        return say(f"summary.{kind}_not_estimated", index=context.index(index), reason=reason, **waves)
    values = {"index": context.index(index), "amount": context.amount(row.estimate, row.unit), **waves}
    if row.status == "ok" and math.isnan(row.conf_low):
        return say("summary.did_p_only", **_p_only(context, row), **values)
    if row.status == "no_p_value":
        return say(f"summary.{kind}_no_p_value", reason=say.name("reasons", row.reason), **values)
    sentence = say(
        f"summary.{kind}_together", interval=_interval_words(context, row), p=say.p_phrase(row.p_value), **values
    )
    return f"{sentence} {_reading(context, row)}"


def _p_only(context: Context, row: Estimate) -> dict[str, str]:
    """The p-value of randomisation inference, which has no interval, and the smallest one it could have been."""
    return {"p": context.say.p_phrase(row.p_value), "smallest": context.say.p_value(row.p_smallest)}


def _reading(context: Context, row: Estimate) -> str:
    """What the interval says: an increase, a decrease, or both remain possible; or that it has no limit."""
    low, high = context.amount(row.conf_low, row.unit), context.amount(row.conf_high, row.unit)
    if math.isinf(row.conf_low) and math.isinf(row.conf_high):
        return context.say("summary.no_limits")
    if math.isinf(row.conf_low):
        return context.say("summary.no_lower_limit", high=high)
    if math.isinf(row.conf_high):
        return context.say("summary.no_upper_limit", low=low)
    sign = "increase" if row.conf_low > 0 else "decrease" if row.conf_high < 0 else "either"
    return context.say(f"summary.{sign}", low=low, high=high)


def _place(context: Context, row: Estimate) -> str:
    say, place = context.say, context.governorate(row.governorate)
    if row.status == "not_estimated":
        return say("summary.place_not_estimated", place=place, reason=say.name("reasons", row.reason))
    amount = context.amount(row.estimate, row.unit)
    if row.status == "no_p_value":
        return say("summary.place_no_p_value", place=place, amount=amount, reason=say.name("reasons", row.reason))
    if math.isnan(row.conf_low):
        return say("summary.place_p_only", place=place, amount=amount, **_p_only(context, row))
    return say("summary.place", place=place, amount=amount, interval=_interval_words(context, row))


def _difference(context: Context, test: Estimate) -> str:
    say = context.say
    if not math.isfinite(test.p_value):
        return say("summary.equality_not_tested", reason=say.name("reasons", test.reason))
    differ = test.p_value < context.study.settings.effects.equality_alpha
    values = {"statistic": say.number(test.statistic), "p": say.p_phrase(test.p_value)}
    return say("summary.unequal" if differ else "summary.equal", **values)
