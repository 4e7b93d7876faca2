"""Whether the questions of an index mean the same in both waves and arms, to every group and in every place."""

import math
from collections.abc import Iterator

from transforms.present.comparisons import (
    BETWEEN,
    LINEAR,
    ORDINAL,
    Equality,
    FittedStep,
    comparison_name,
    drawn_note,
    equalities,
    fitted_steps,
    hides_people,
    left_out_notes,
)
from transforms.present.context import Context
from transforms.present.document import Block, Cell, Column, Heading, Paragraph, Row, Table, body, group
from transforms.present.surroundings import known, table_rows
from transforms.study import Index

DECIMALS = 3


def invariance_blocks(context: Context, index: Index) -> Iterator[Block]:
    """The verdict of every comparison; folded, its steps: of answers as numbers, then as ordered steps.

    Nothing in a fast run.
    """
    say, marks = context.say, context.study.settings.measures
    if not equalities(fitted_steps(context, index)):
        return
    yield Heading(f"invariance-{index.name}", say("invariance.heading"))
    limits = {"cfi_drop": say.number(marks.cfi_drop, DECIMALS), "rmsea_rise": say.number(marks.rmsea_rise, DECIMALS)}
    yield Paragraph(say("invariance.lead", **limits))
    yield _verdicts(context, index)
    yield from filter(None, (_table(context, index, name) for name in (LINEAR, ORDINAL)))


def _verdicts(context: Context, index: Index) -> Table:
    """Whom was compared, and what models of answers as numbers and as ordered steps say of it."""
    say = context.say
    linear, ordinal = (equalities(fitted_steps(context, index, name)) for name in (LINEAR, ORDINAL))
    ordered = {found.comparison: _verdict(context, found) for found in ordinal}
    rows = tuple(
        body(
            comparison_name(context, found.comparison),
            _verdict(context, found),
            ordered.get(found.comparison, say("invariance.verdict_not_tested")),
        )
        for found in linear
    )
    heads = ("compared", "as_numbers", "as_steps")
    columns = tuple(Column(say(f"invariance.{head}")) for head in heads)
    return Table(say("invariance.table", index=context.index(index)), columns, rows)


def _verdict(context: Context, found: Equality) -> str:
    said = context.say(f"invariance.verdict_{found.verdict}", count=len(found.items))
    return context.say("invariance.borderline", verdict=said) if found.borderline else said


def _table(context: Context, index: Index, name: str) -> Table | None:
    say, steps = context.say, [step for step in fitted_steps(context, index, name) if step.comparison in BETWEEN]
    rows: list[Row] = []
    notes = [say(f"invariance.note_{name}"), say(f"invariance.marks_{name}")]
    for comparison in dict.fromkeys(step.comparison for step in steps):
        mine = [step for step in steps if step.comparison == comparison]
        rows += [group(_heading(context, index, mine[0])), *(_row(context, step, name) for step in mine)]
        notes += [note for step in mine for note in _notes(context, index, step, name)]
        notes += left_out_notes(context, index, comparison) if name == LINEAR else ()
        notes += drawn_note(context, mine[0])
    chi2, cfi, rmsea = (say(f"fit_measures.{measure}") for measure in ("chi2", "cfi", "rmsea"))
    heads = (chi2, say("effects.df"), cfi, rmsea, say("invariance.cfi_change"), say("invariance.rmsea_change"))
    columns = (
        Column(say("invariance.step")),
        *(Column(head, "number") for head in heads),
        Column(say("invariance.holds")),
    )
    caption = say(f"invariance.table_{name}", index=context.index(index))
    return Table(caption, columns, tuple(rows), tuple(dict.fromkeys(notes)), folded=True) if rows else None


def _heading(context: Context, index: Index, step: FittedStep) -> str:
    """Whom a comparison is between, with its counts, as far as they may be told."""
    say = context.say
    people = context.suppressed.text if hides_people(context, index, step) else say.count(step.n)
    name = comparison_name(context, step.comparison)
    return say("invariance.group", comparison=name, groups=step.groups, people=people, items=step.items)


def _row(context: Context, step: FittedStep, table: str) -> Row:
    say = context.say
    df = Cell(say.number(step.df, 0), step.df if known(step.df) else None)
    measures = (
        Cell(say.number(step.chi2, 1), step.chi2 if known(step.chi2) else None),
        df,
        *(context.cell(value, "points") for value in (step.cfi, step.rmsea)),
        _change(context, step.cfi_change, step.cfi_change_plain if table == LINEAR else math.nan),
        _change(context, step.rmsea_change, step.rmsea_change_plain if table == LINEAR else math.nan),
    )
    kind = "fit" if not known(step.cfi_change) and step.estimated else "step"
    verdict = say("effects.not_estimated" if step.holds is None else f"invariance.{kind}_{step.holds}".lower())
    verdict = say("invariance.borderline", verdict=verdict) if step.borderline else verdict
    return body(_step_name(context, step, table), *measures, verdict)


def _change(context: Context, scaled: float, plain: float) -> Cell:
    """A change by scaled statistics, beside it the one by plain ones."""
    if not known(plain):
        return context.cell(scaled, "points", signed=True)
    number, beside = (context.say.number(value, DECIMALS, signed=True) for value in (scaled, plain))
    return Cell(context.say("invariance.with_plain", number=number, plain=beside), scaled)


def _step_name(context: Context, step: FittedStep, table: str) -> str:
    key = step.step.replace(" ", "_")
    return context.say.find(f"steps_of_equality.{key}_{table}") or context.say(f"steps_of_equality.{key}")


def _notes(context: Context, index: Index, step: FittedStep, table: str) -> Iterator[str]:
    """Why a step is not there or in doubt, the items set free, and those that fit worst where it fails."""
    say = context.say
    place = {"comparison": comparison_name(context, step.comparison), "step": _step_name(context, step, table)}
    if not step.estimated or step.status == "doubtful":
        key = "doubtful" if step.estimated else "missing"
        yield say(f"invariance.{key}", reason=say.name("reasons", step.reason), **place)
    if step.freed and step.holds is not None:
        sizes = _differences(context, index, step) if table == LINEAR else {}
        items = [_freed(context, item, sizes.get(item)) for item in step.freed]
        yield say("invariance.freed", items=say.list(tuple(items)), **place)
    if step.misfits and step.holds is False:
        yield say("invariance.misfits", items=say.list(tuple(map(context.item, step.misfits))), **place)


def _freed(context: Context, item: str, difference: float | None) -> str:
    name = context.item(item)
    if difference is None:
        return name
    return context.say("invariance.by", item=name, difference=context.say.percent(difference))


def _differences(context: Context, index: Index, step: FittedStep) -> dict[str, float]:
    """By how much the groups' intercepts of the items set free differ, in shares of the item's range."""
    rows = table_rows(context, "invariance_tests", index=index.name, comparison=step.comparison, parameter="intercept")
    return {str(row["item"]): float(row["difference"]) for row in rows if known(row["difference"])}
