"""Who was lost between waves, or who answered; and what that could have done to the effects."""

import math
from collections.abc import Iterator

from transforms.impact.around.attrition import DIFFERENCE, JOINT
from transforms.impact.around.attrition_standard import MOST_LOST, allowed_difference, is_low
from transforms.impact.estimate import POOLED
from transforms.present.context import DECIMALS, Context
from transforms.present.disclosure import ALL
from transforms.present.document import Block, Cell, Column, Heading, Paragraph, Row, Table, body, group, total
from transforms.present.return_cells import FOUND, LOST
from transforms.present.selection import Record
from transforms.present.surroundings import known, other_rows, table_rows
from transforms.study import Index
from transforms.study.columns import COMPARISON, TREATED

Losses = dict[tuple[str, str], Record]  # by place and arm, `all` for the sum over one of them


def _share(row: Record) -> float:
    return float(row["share_lost"])


def _losses(context: Context, wave: str) -> Losses:
    """What may be told of a wave's losses."""
    found: Losses = {}
    for row in table_rows(context, "attrition", wave=wave):
        place, arm = str(row["governorate"]), str(row["arm"])
        hidden = any((wave, place, arm, what) in context.hidden_returns for what in (LOST, FOUND))
        if known(row["share_lost"]) and not hidden:
            found[place, arm] = row
    return found


def _by_arm(rows: Losses) -> bool:
    """True where there are arms, and what each lost may be told."""
    return (ALL, TREATED) in rows and (ALL, COMPARISON) in rows


def loss_sentences(context: Context, *, tests: bool = True, great: bool = False) -> Iterator[str]:
    """For every later wave of a panel: how many were lost in each arm, and whether the arms lost different people.

    tests: whether the tests of the difference follow. great: only of waves whose losses are not taken as low.
    """
    say = context.say
    for wave in context.study.wave_names[1:]:
        rows = _losses(context, wave)
        if (ALL, ALL) not in rows or (great and not _great(rows)):
            continue
        if _share(rows[ALL, ALL]) == 0:
            yield say("losses.nobody", wave=context.wave(wave))
            continue
        sentences = [say("losses.lost", share=say.percent(_share(rows[ALL, ALL]), 1), wave=context.wave(wave))]
        if _by_arm(rows):
            shares = {arm: say.percent(_share(rows[ALL, arm]), 1) for arm in (TREATED, COMPARISON)}
            sentences.append(say("losses.by_arm", **shares))
        sentences.append(_judged(context, rows))
        yield " ".join(sentences) + (_tested(context, wave) if tests and _by_arm(rows) else "")


def _difference(rows: Losses) -> float | None:
    """Difference of the arms' shares lost; None where there are no arms, or it may not be told."""
    return _share(rows[ALL, TREATED]) - _share(rows[ALL, COMPARISON]) if _by_arm(rows) else None


def _judged(context: Context, rows: Losses) -> str:
    """Whether so great a loss, so unequal, is taken as low."""
    say, lost, difference = context.say, _share(rows[ALL, ALL]), _difference(rows)
    key = "high" if _great(rows) else "low"
    if difference is None:
        return say(f"losses.{key}_alone", limit=say.percent(MOST_LOST))
    allowed = allowed_difference(lost)
    if math.isnan(allowed):
        return say("losses.high_any")
    values = {"difference": abs(difference), "allowed": allowed}
    return say(f"losses.{key}", **{name: say.number(100 * value, 1) for name, value in values.items()})


def lost_many(context: Context) -> bool:
    """Whether in some later wave of a panel more are lost, or less equally, than is taken as low."""
    found = (_losses(context, wave) for wave in context.study.wave_names[1:])
    return any(_great(rows) for rows in found if (ALL, ALL) in rows)


def _great(rows: Losses) -> bool:
    return not is_low(_share(rows[ALL, ALL]), _difference(rows))


def _tested(context: Context, wave: str) -> str:
    """The tests of the arms' difference and of who was lost, as far as they were made; a blank before each."""
    say, found = context.say, list[str]()
    tests = {row.contrast: row for row in other_rows(context, "attrition", wave)}
    difference, joint = tests.get(DIFFERENCE), tests.get(JOINT)
    if difference is not None and math.isfinite(difference.p_value):
        found.append(
            say(
                "losses.difference",
                difference=say.number(100 * difference.estimate, 1, signed=True),
                confidence=context.confidence,
                interval=say.interval(100 * difference.conf_low, 100 * difference.conf_high, 1, signed=True),
            )
        )
    if joint is not None and math.isfinite(joint.p_value):
        found.append(say("losses.joint", p=say.p_phrase(joint.p_value)))
    return "".join(f" {sentence}" for sentence in found)


def loss_blocks(context: Context) -> Iterator[Block]:
    """In a panel: losses by place and arm, the tests, and the bounds of each effect."""
    if context.study.design.kind != "panel" or not table_rows(context, "attrition"):
        return
    yield Heading("losses", context.say("losses.heading"))
    yield Paragraph(context.say("losses.lead"), "aside")
    yield _loss_table(context)
    yield from _bounds(context)


def _loss_table(context: Context) -> Table:
    """Lost by place and arm, wave by wave."""
    say = context.say
    arms = (*(arm for arm in context.arms if arm in (TREATED, COMPARISON)), ALL)
    places = (*(context.governorates if len(context.governorates) > 1 else ()), ALL)
    rows: list[Row] = []
    for wave in context.study.wave_names[1:]:
        found = _losses(context, wave)
        rows.append(group(context.wave(wave)))
        for place in places:
            line = total if place == ALL else body
            rows.append(line(context.governorate(place), *(_lost(context, found.get((place, arm))) for arm in arms)))
        rows += _test_rows(context, wave, len(arms)) if _by_arm(found) else ()
    heads = tuple(Column(say("losses.column", arm=context.arm(arm)), "number") for arm in arms)
    notes = [say("losses.note")]
    if any(cell == context.suppressed for row in rows for cell in row.cells):
        notes.append(say("disclosure.note", threshold=context.hidden.threshold))
    return Table(say("losses.table"), (Column(say("effects.where")), *heads), tuple(rows), tuple(notes), folded=True)


def _lost(context: Context, row: Record | None) -> Cell:
    if row is None:
        return context.suppressed
    share = context.say.percent(_share(row), 1)
    return Cell(context.say("losses.cell", lost=int(row["lost"]), of=int(row["of_baseline"]), share=share), _share(row))


def _test_rows(context: Context, wave: str, columns: int) -> Iterator[Row]:
    """Nothing but the tests' lines, in the last column."""
    say = context.say
    for row in other_rows(context, "attrition", wave):
        if row.contrast == DIFFERENCE and row.status == "ok":
            number = say.number(100 * row.estimate, 1, signed=True)
            interval = say.interval(100 * row.conf_low, 100 * row.conf_high, 1, signed=True)
            text = say("effects.with_interval", number=number, interval=interval)
            yield body(say("losses.difference_row"), *_last(context, text, columns))
        elif row.contrast == JOINT and row.status == "ok":
            yield body(say("losses.joint_row"), *_last(context, say.p_phrase(row.p_value), columns))


def _last(context: Context, text: str, columns: int) -> tuple[Cell, ...]:
    return (*(Cell("") for _ in range(columns - 1)), Cell(text))


def bound_sentences(context: Context) -> Iterator[str]:
    """For every index and later wave: between which numbers the effect lies, whoever was lost."""
    say = context.say
    for index in context.study.indices:
        for wave in context.study.wave_names[1:]:
            for row in table_rows(context, "lee_bounds", outcome=index.name, wave=wave, governorate=POOLED):
                if known(row["low"]) and _many(context, row):
                    values = {"index": context.index(index), "wave": context.wave(wave)}
                    yield say("losses.bounded", low=_amount(context, row, "low"), high=_amount(context, row, "high"),
                              **values)  # fmt: skip


def _amount(context: Context, row: Record, name: str) -> str:
    return context.amount(float(row[name]), str(row["unit"]))


def _many(context: Context, row: Record) -> bool:
    return int(row["n"]) >= context.hidden.threshold


def _bounds(context: Context) -> Iterator[Block]:
    """Lee bounds by index and place, folded."""
    say, rows = context.say, list[Row]()
    for index in context.study.indices:
        for wave in context.study.wave_names[1:]:
            lines = list(_bound_lines(context, index, wave))
            if lines:
                title = say("effects.index_wave", index=context.index(index), wave=context.wave(wave))
                rows += [group(title), *lines]
    if rows:
        heads = [say(f"losses.{name}") for name in ("found", "lower", "upper")]
        heads.append(say("effects.interval", confidence=context.confidence))
        columns = (Column(say("effects.where")), *(Column(head, "number") for head in heads))
        yield Table(say("losses.bounds"), columns, tuple(rows), (say("losses.bounds_note"),), folded=True)


def _bound_lines(context: Context, index: Index, wave: str) -> Iterator[Row]:
    for row in table_rows(context, "lee_bounds", outcome=index.name, wave=wave):
        if not known(row["low"]) or not _many(context, row):
            continue
        line, unit = (total if row["governorate"] == POOLED else body), str(row["unit"])
        numbers = (context.cell(float(row[name]), unit, signed=True) for name in ("estimate", "low", "high"))
        interval = context.say.interval(float(row["conf_low"]), float(row["conf_high"]), DECIMALS[unit], signed=True)
        yield line(context.governorate(str(row["governorate"])), *numbers, Cell(interval))
