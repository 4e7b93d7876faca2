"""Whether the items of an index show the dimensions they are sorted into: fit, loadings, correlations."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from transforms.measure.factors.comparisons import TOGETHER
from transforms.present.comparisons import (
    LINEAR,
    ORDINAL,
    FittedStep,
    drawn_note,
    fitted_steps,
    left_out_notes,
    structure,
)
from transforms.present.context import Context
from transforms.present.document import Block, Cell, Column, Heading, Paragraph, Row, Table, body, group, total
from transforms.present.surroundings import known, table_rows
from transforms.study import Index

DECIMALS = 3
WIDTH = 1.96  # standard errors to either side of a loading or correlation, which rests on a large sample
PLAIN = ("chi2", "cfi", "tli", "rmsea")
UNKNOWN = {"p_value": math.nan, "rmsea_low": math.nan}  # of plain statistics, which are there to compare with
IMPROPER = ("negative_loadings", "negative_variances", "factors_alike")


def factor_blocks(context: Context, index: Index) -> Iterator[Block]:
    """What the model is, how it fits beside the marks; loadings and correlations folded. Nothing in a fast run."""
    say = context.say
    model = structure(fitted_steps(context, index))
    if model is None:
        return
    yield Heading(f"factors-{index.name}", say("factors.heading"))
    yield Paragraph(say("factors.lead"))
    formative = [name for name in context.study.dimensions(index) if name in index.formative]
    if formative:
        names = say.list(tuple(context.dimension(index, name) for name in formative))
        yield Paragraph(say("factors.formative", dimensions=names))
    yield _fit_table(context, index, model)
    yield from filter(None, (_loadings(context, index), _correlations(context, index)))


def fit_sentence(context: Context, model: FittedStep) -> str:
    """Whether the model of everyone meets the study's marks, with its numbers."""
    say, marks = context.say, context.study.settings.measures
    if not model.estimated:
        return say("factors.not_estimated", reason=say.name("reasons", model.reason))
    found = {name: say.number(getattr(model, name), DECIMALS) for name in ("cfi", "rmsea", "srmr")}
    limits = {f"{name}_mark": say.number(getattr(marks, f"good_{name}")) for name in found}
    return say("factors.fits" if model.holds else "factors.fits_not", **found, **limits)


def _fit_table(context: Context, index: Index, model: FittedStep) -> Table:
    """Answers as numbers, the same by plain statistics, answers as ordered steps; then the marks."""
    say = context.say
    rows: list[Row] = []
    notes = [say("factors.fit_note"), *_people_notes(context, model)]
    for name in (LINEAR, ORDINAL):
        for row in table_rows(context, name, index=index.name, comparison=TOGETHER):
            rows.append(body(say(f"factors.model_{name}"), *_measures(context, row)))
            if name == LINEAR and row["status"] != "not_estimated":
                plain: dict[Any, Any] = {**row, **{name: row[f"{name}_plain"] for name in PLAIN}, **UNKNOWN}
                rows.append(body(say("factors.model_plain"), *_measures(context, plain)))
            notes += _doubts(context, index, row, say(f"factors.model_{name}"))
    notes += left_out_notes(context, index, TOGETHER)
    chi2, cfi, tli, rmsea, srmr = (say(f"fit_measures.{name}") for name in ("chi2", "cfi", "tli", "rmsea", "srmr"))
    rmsea = say("factors.with_limits", name=rmsea)
    heads = (say("factors.n"), chi2, say("effects.df"), say("effects.p"), cfi, tli, rmsea, srmr)
    columns = (Column(say("factors.model")), *(Column(head, "number") for head in heads))
    caption = say("factors.fit_table", index=context.index(index))
    return Table(caption, columns, (*rows, _marks(context)), tuple(dict.fromkeys(notes)))


def _people_notes(context: Context, model: FittedStep) -> Iterator[str]:
    """How many left out no answer, if neither they nor the others are few; whether weights and clusters count."""
    if min(model.complete, model.n - model.complete) >= context.hidden.threshold:
        counts = {"complete": context.say.count(model.complete), "people": context.say.count(model.n)}
        yield context.say("factors.complete_note", **counts)
    yield from drawn_note(context, model)


def _measures(context: Context, row: Mapping[Any, Any]) -> tuple[Cell, ...]:
    say, few = context.say, 0 < row["n"] < context.hidden.threshold
    n = context.suppressed if few else context.count(int(row["n"]))
    chi2 = Cell(say.number(row["chi2"], 1), row["chi2"] if known(row["chi2"]) else None)
    df = Cell(say.number(row["df"], 0), row["df"] if known(row["df"]) else None)
    cfi, tli, srmr = (context.cell(float(row[name]), "points") for name in ("cfi", "tli", "srmr"))
    return n, chi2, df, Cell(say.p_value(row["p_value"])), cfi, tli, _rmsea(context, row), srmr


def _rmsea(context: Context, row: Mapping[Any, Any]) -> Cell:
    if not known(row["rmsea_low"]):
        return context.cell(float(row["rmsea"]), "points")
    number = context.say.number(row["rmsea"], DECIMALS)
    interval = context.say.interval(row["rmsea_low"], row["rmsea_high"], DECIMALS)
    return Cell(context.say("effects.with_interval", number=number, interval=interval))


def _marks(context: Context) -> Row:
    say, marks = context.say, context.study.settings.measures
    least = say("factors.least", number=say.number(marks.good_cfi))
    rmsea, srmr = (say("factors.most", number=say.number(mark)) for mark in (marks.good_rmsea, marks.good_srmr))
    return total(say("factors.marks"), "", "", "", "", least, least, rmsea, srmr)


def _doubts(context: Context, index: Index, row: Mapping[Any, Any], model: str) -> Iterator[str]:
    """Why a model has no estimates, or what in them cannot be."""
    say = context.say
    if row["status"] == "not_estimated":
        yield say("factors.model_missing", model=model, reason=say.name("reasons", str(row["reason"])))
    elif row["status"] == "doubtful":
        kinds = [str(row[kind]) for kind in IMPROPER if known(row[kind])]
        names = [_named(context, index, name) for names in kinds for name in names.split(", ")]
        reason = say.name("reasons", str(row["reason"]))
        yield say("factors.model_doubtful", model=model, reason=reason, names=say("numbers.comma").join(names))


def _named(context: Context, index: Index, name: str) -> str:
    """An item, or two dimensions written as `one & other`."""
    first, _, second = name.partition(" & ")
    if not second:
        return context.item(first)
    return context.say.list((context.dimension(index, first), context.dimension(index, second)))


def _loadings(context: Context, index: Index) -> Table | None:
    """Standardised loading of every item on its dimension, folded."""
    say, rows = context.say, list[Row]()
    found = table_rows(context, "factors", index=index.name, comparison=TOGETHER)
    for dimension in dict.fromkeys(str(row["factor"]) for row in found):
        rows.append(group(context.dimension(index, dimension)))
        rows += [
            body(
                context.item(str(row["item"])),
                *_with_limits(context, row["standardised"], row["standardised_std_error"]),
                Cell(say.percent(row["unexplained"]), row["unexplained"]),
            )
            for row in found
            if row["factor"] == dimension
        ]
    heads = (say("factors.loading"), say("factors.limits"), say("factors.unexplained"))
    columns = (Column(say("factors.item")), *(Column(head, "number") for head in heads))
    caption = say("factors.loadings_table", index=context.index(index))
    return Table(caption, columns, tuple(rows), (say("factors.loadings_note"),), folded=True) if rows else None


def _correlations(context: Context, index: Index) -> Table | None:
    """How far the dimensions go together, folded; None for an index of one dimension."""
    say = context.say
    rows = tuple(
        body(
            say.list(tuple(context.dimension(index, str(row[end])) for end in ("first", "second"))),
            *_with_limits(context, row["correlation"], row["std_error"]),
        )
        for row in table_rows(context, "factor_correlations", index=index.name, comparison=TOGETHER)
    )
    heads = (say("factors.correlation"), say("factors.limits"))
    columns = (Column(say("factors.pair")), *(Column(head, "number") for head in heads))
    caption = say("factors.correlations_table", index=context.index(index))
    return Table(caption, columns, rows, (say("factors.correlations_note"),), folded=True) if rows else None


def _with_limits(context: Context, value: float, std_error: float) -> tuple[Cell, Cell]:
    return context.cell(value), context.interval(value - WIDTH * std_error, value + WIDTH * std_error)
