"""What was asked, and the answer in plain sentences."""

import math
from collections.abc import Iterator

from transforms.impact.estimate import Estimate
from transforms.present.context import DECIMALS, Context
from transforms.present.disclosure import ALL
from transforms.present.document import Block, Bullets, Callout, Heading, Highlight, Highlights, Paragraph, Section
from transforms.present.sections.adjusted import adjusted_note, adjusted_sentence
from transforms.present.sections.ceilings import lower_bound_sentence
from transforms.present.sections.explanations import explained_away
from transforms.present.sections.index_verdict import in_short
from transforms.present.sections.plan import plan_note, plan_warning
from transforms.present.sections.reliability import unreliable_highlight, unreliable_sentence
from transforms.present.sections.ruled_out import ruled_out_sentence
from transforms.present.sections.without_unit import has_unit, unit_note
from transforms.present.selection import TOGETHER, Level, effects, equality, headline, later_waves, level_cells
from transforms.study import Index
from transforms.study.columns import ONE_PLACE, WAVE, pomp_column


def summary_section(context: Context) -> Section:
    """Question, programme, a verdict on each index to quote, places one by one, and how to read it."""
    say, settings = context.say, context.study.settings
    blocks: list[Block] = [Paragraph(settings.question.read(say.language), "lead")]
    if settings.programme:
        blocks.append(Paragraph(settings.programme.read(say.language)))
    blocks.append(Paragraph(say(f"summary.design_{context.study.analysis}", **_design(context))))
    blocks += plan_warning(context)
    if highlights := tuple(_highlights(context)):
        blocks.append(Highlights(highlights))
    blocks += unit_note(context, context.study.indices)
    blocks += filter(None, (_verdict(context, index) for index in context.study.indices))
    for index in context.study.indices:
        blocks += _by_place(context, index)
    blocks += _no_evidence(context)
    blocks += explained_away(context)
    blocks += plan_note(context)
    units = ["pomp"] if context.study.analysis == "levels" else dict.fromkeys(map(context.unit, context.study.indices))
    reading = (say(f"summary.unit_{unit}") for unit in units)
    blocks.append(Callout("information", say("summary.reading"), (*reading, say("summary.no_stars"))))
    return Section("summary", say("sections.summary"), tuple(blocks))


def _design(context: Context) -> dict[str, str | int]:
    """Values for the sentence that says what kind of study this is."""
    say, waves = context.say, context.study.waves
    counts = context.results.participants.respondents.groupby(WAVE)["n"].sum()
    found = {wave.name: int(counts.get(wave.name, 0)) for wave in waves}
    listed = (say("summary.wave_n", wave=context.wave(name), n=n) for name, n in found.items())
    return {
        "first": context.wave(waves[0].name),
        "first_n": found[waves[0].name],
        "waves": len(waves),
        "listed": say("trust.separator").join(listed),
        "places": _places(context),
        "clusters": int(context.results.participants.clusters["clusters"].sum()),
    }


def _places(context: Context) -> str:
    """The governorates within a sentence, or words for a study that names none."""
    if context.governorates == (ONE_PLACE,):
        return context.say("summary.whole_area")
    return context.say.list(tuple(map(context.governorate, context.governorates)))


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
        notes += filter(None, [context.say.p_phrase(row.p_value), adjusted_note(context, row)])
    name = context.index(index)
    if len(later_waves(context)) > 1:
        name = context.say("effects.index_wave", index=name, wave=context.wave(row.wave))
    label = context.say(f"summary.highlight_{context.study.analysis}", index=name)
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
    hidden = context.hidden_levels
    shown = (pair for pair in places if pair[1] in cells and (pomp_column(index.name), *pair[1]) not in hidden)
    return {place: cells[cell] for place, cell in shown}


def _level_highlight(context: Context, index: Index) -> Iterator[Highlight]:
    """Where an index stands on 0-100, everywhere together."""
    for level in filter(None, [_standing(context, index).get(ALL)]):
        words = _on_100(context, level)
        yield Highlight(
            context.index(index), context.say("units.pomp_amount", number=words["mean"]), (words["interval"],)
        )


def _verdict(context: Context, index: Index) -> Callout | None:
    """What was found of an index, what is ruled out, and whether it can be trusted; None where nothing was found."""
    kind, trust = in_short(context, index) if has_unit(context, index) else ("caution", "")
    found = _level_found(context, index) if context.study.analysis == "levels" else _found(context, index)
    if not found:
        return None
    doubt = unreliable_sentence(context, index) if has_unit(context, index) else ""
    return Callout(kind, context.index(index), tuple(filter(None, (doubt, *found, trust))))


def _level_found(context: Context, index: Index) -> list[str]:
    standing = _standing(context, index)
    if ALL not in standing:
        return []
    values = {"index": context.index(index), "first": context.wave(context.study.baseline.name)}
    return [context.say("summary.level", **values, **_on_100(context, standing[ALL]))]


def _found(context: Context, index: Index) -> list[str]:
    """For each later wave: the number for everybody, what is ruled out, and whether it is a lower bound."""
    texts = []
    for wave in later_waves(context):
        row = headline(context, index.name, wave)
        if row is None:
            continue
        ruled_out = ruled_out_sentence(context, index, wave) if row.status == "ok" else ""
        sentences = (
            _together(context, index, row),
            ruled_out or _reading(context, row),
            adjusted_sentence(context, row),
        )
        texts.append(" ".join(filter(None, (*sentences, lower_bound_sentence(context, index, row)))))
    return texts


def _by_place(context: Context, index: Index) -> list[Block]:
    """Place by place, and whether the places differ."""
    if context.study.analysis == "levels":
        return _level_places(context, index)
    waves = later_waves(context)
    blocks: list[Block] = []
    for wave in waves:
        places = [place for place in effects(context, index.name, wave) if place.governorate not in TOGETHER]
        if len(places) < 2:
            continue
        title = context.say("summary.by_place", index=context.index(index))
        if len(waves) > 1:
            title = context.say("effects.index_wave", index=title, wave=context.wave(wave))
        blocks.append(Heading(f"answer-{index.name}-{wave}", title))
        blocks.append(Bullets(tuple(_place(context, place) for place in places)))
        if test := equality(context, index.name, wave):
            blocks.append(Paragraph(_difference(context, test)))
    return blocks


def _no_evidence(context: Context) -> list[Block]:
    """A warning, once, where governorates were found alike and a reader might still compare their intervals."""
    tests = (equality(context, index.name, wave) for index in context.study.indices for wave in later_waves(context))
    alpha = context.study.settings.effects.equality_alpha
    alike = any(test is not None and test.p_value >= alpha for test in tests)
    return [Paragraph(context.say("summary.equal_note"), "note")] if alike else []


def _level_places(context: Context, index: Index) -> list[Block]:
    say, standing = context.say, _standing(context, index)
    places = [(context.governorate(place), level) for place, level in standing.items() if place != ALL]
    if len(places) < 2:
        return []
    lines = (say("summary.level_place", place=place, **_on_100(context, level)) for place, level in places)
    title = say("summary.by_place", index=context.index(index))
    return [Heading(f"answer-{index.name}", title), Bullets(tuple(lines))]


def _together(context: Context, index: Index, row: Estimate) -> str:
    say, kind = context.say, context.study.analysis
    waves = {
        "first": context.wave(context.study.baseline.name),
        "last": context.wave(row.wave),
        "where": _everywhere(context),
    }
    if row.status == "not_estimated":
        reason = say.name("reasons", row.reason)
        return say(f"summary.{kind}_not_estimated", index=context.index(index), reason=reason, **waves)
    values = {"index": context.index(index), "amount": context.amount(row.estimate, row.unit), **waves}
    if row.status == "ok" and math.isnan(row.conf_low):
        return say("summary.did_p_only", **_p_only(context, row), **values)
    if row.status == "no_p_value":
        return say(f"summary.{kind}_no_p_value", reason=say.name("reasons", row.reason), **values)
    interval = _interval_words(context, row)
    return say(f"summary.{kind}_together", interval=interval, p=say.p_phrase(row.p_value), **values)


def _everywhere(context: Context) -> str:
    """Where the number for everybody comes from, as a sentence begins."""
    if len(context.governorates) > 1:
        return context.say("summary.where_all")
    [place] = context.governorates
    if place == ONE_PLACE:
        return context.say("summary.where_whole")
    return context.say("summary.where_one", place=context.governorate(place))


def _p_only(context: Context, row: Estimate) -> dict[str, str]:
    """The p-value of randomisation inference, which has no interval, and the smallest one it could have been."""
    return {"p": context.say.p_phrase(row.p_value), "smallest": context.say.p_value(row.p_smallest)}


def _reading(context: Context, row: Estimate) -> str:
    """What the interval says: an increase, a decrease, or both remain possible; or that it has no limit.

    Nothing where there is no interval.
    """
    if row.status != "ok" or math.isnan(row.conf_low):
        return ""
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
