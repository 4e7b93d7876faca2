"""What weights and clusters cost in precision, and how near the weighted sample is to the population."""

import pandas as pd

from transforms.present.context import Context
from transforms.present.document import Block, Cell, Column, Paragraph, Row, Table, body, group
from transforms.present.selection import Record, records
from transforms.study.columns import WAVE

ALL = "all"
RAKED = "raked"
LEAST_DF = 8  # sampling units less strata; with fewer a standard error is itself unsure (Parker and others 2017)


def weight_blocks(context: Context) -> tuple[Block, ...]:
    """Weights and margins where the study has them, then the design effect of each index by wave."""
    blocks: list[Block] = []
    weights = context.results.table("weights")
    if len(weights) and (context.study.design.weight or context.study.settings.raking.margins):
        blocks.append(_weights(context, weights))
    if len(margins := context.results.table("margins")):
        blocks += [Paragraph(context.say("weights.raked"), "aside"), _margins(context, margins)]
    if "design_effect" in context.results.levels:
        blocks.append(_precision(context))
    return tuple(blocks)


def _weights(context: Context, weights: pd.DataFrame) -> Table:
    say = context.say
    heads = ("n", "cv", "design_effect", "n_effective", "lowest", "highest", "trimmed", "left_out")
    names = heads if (weights["weights"] == RAKED).any() else heads[:-2]
    columns = (Column(say("weights.wave")), *(Column(say(f"weights.{name}"), "number") for name in names))
    rows = [body(_label(context, row), *_numbers(context, row, names)) for row in records(weights) if row["n"]]
    return Table(say("weights.table"), columns, tuple(rows), (say("weights.note"),), folded=True)


def _label(context: Context, row: Record) -> str:
    wave = context.wave(row[WAVE])
    return context.say("weights.after_raking", wave=wave) if row["weights"] == RAKED else wave


def _numbers(context: Context, row: Record, names: tuple[str, ...]) -> tuple[Cell, ...]:
    """Counts and measures of the weights; few left out take with them whatever tells how many were not."""
    counts = {"n", "n_effective", "trimmed", "left_out"}
    few = 0 < row["left_out"] < context.hidden.threshold
    hidden = {"n", "n_effective", "left_out"} if few else set()
    written = {name: context.count(round(row[name])) if name in counts else context.cell(row[name]) for name in names}
    return tuple(context.suppressed if name in hidden else cell for name, cell in written.items())


def _margins(context: Context, margins: pd.DataFrame) -> Table:
    """Shares of the population that were declared, and of the sample with the weights before and after raking."""
    say = context.say
    columns = (Column(say("weights.value")),
               *(Column(say(f"weights.{name}"), "number") for name in ("before", "after", "target")))  # fmt: skip
    rows: list[Row] = []
    for (wave, variable), part in margins.groupby(["wave", "variable"], sort=False):
        title = {"wave": context.wave(str(wave)), "variable": context.item(str(variable))}
        rows.append(group(say("weights.margin", **title)))
        small = ((part["n"] > 0) & (part["n"] < context.hidden.threshold)).any()  # one share gives the other away
        for row in records(part):
            before, *known = (Cell(say.percent(row[name]), row[name]) for name in ("before", "after", "target"))
            before = context.suppressed if small else before
            rows.append(body(_value(context, str(variable), str(row["value"])), before, *known))
    sources = [str(source) for source in margins["source"].dropna().unique()]
    notes = (say("weights.source", sources=say.list(tuple(sources))),) if sources else ()
    return Table(say("weights.margins"), columns, tuple(rows), notes, folded=True)


def _value(context: Context, variable: str, key: str) -> str:
    """The label of a margin's value in the report's language, whether the study wrote its code or a label."""
    for code, label in context.study.codebook.values_of(variable).items():
        if key in {f"{code:g}" if isinstance(code, float) else str(code), label.en, label.ar}:
            return label.read(context.say.language)
    return key


def _precision(context: Context) -> Table:
    """Respondents, design effect and effective sample size of every index and wave, everybody together."""
    say, levels = context.say, context.results.levels
    everyone = levels[(levels["governorate"] == ALL) & (levels["arm"] == ALL) & (levels["group"] == ALL)]
    heads = (say(f"weights.{name}") for name in ("n", "design_effect", "n_effective"))
    columns = (Column(say("weights.wave")), *(Column(head, "number") for head in heads))
    rows: list[Row] = []
    for index in context.study.indices:
        rows.append(group(context.index(index)))
        rows += [
            body(context.wave(row[WAVE]), context.count(int(row["n"])), *_cost(context, row))
            for row in records(everyone[everyone["outcome"] == index.name])
        ]
    notes = [say("weights.precision_note")]
    if (everyone["df"] < LEAST_DF).any():
        notes.append(say("weights.few_units", least=LEAST_DF))
    return Table(say("weights.precision"), columns, tuple(rows), tuple(notes), folded=True)


def _cost(context: Context, row: Record) -> tuple[Cell, Cell]:
    """Design effect and what the interviews are worth; a dash where too few sampling units could tell."""
    if not (row["df"] >= LEAST_DF and row["n_effective"] > 0):
        return Cell(context.say("numbers.none")), Cell(context.say("numbers.none"))
    return context.cell(row["design_effect"]), context.count(round(row["n_effective"]))
