"""How much of the answers depends on who asked, and what that does to the standard errors; counts and shares only."""

from collections.abc import Iterator
from math import isfinite, nan, sqrt

from transforms.present.context import Context
from transforms.present.document import Block, Cell, Column, Paragraph, Row, Table, body
from transforms.present.selection import Record, records

UNKNOWN = "unknown"
OF_SEX = "_sex"  # end of `within` where those who asked women, or men, are compared with each other


def interviewer_blocks(context: Context) -> list[Block]:
    """A table with a row for each wave and sentences; nothing where the study names no interviewer."""
    found = records(context.results.table("interviewer_effects"))
    by_wave = {name: [row for row in found if row["wave"] == name] for name in context.study.wave_names}
    compared = {name: rows for name, rows in by_wave.items() if any(isinstance(row["within"], str) for row in rows)}
    blocks: list[Block] = []
    if compared:
        rows = [row for rows in compared.values() for row in rows]
        blocks += [
            Paragraph(_lead(context, rows)),
            *_by_sex(context, compared),
            _table(context, compared),
            *_errors(context, rows),
        ]
    blocks += [
        Paragraph(context.say(f"interviewers.{rows[0]['reason']}", wave=context.wave(name)))
        for name, rows in by_wave.items()
        if rows and name not in compared
    ]
    return blocks


def _lead(context: Context, rows: list[Record]) -> str:
    say, limits = context.say, context.study.settings.limits
    return say(
        "interviewers.lead",
        within=_places(context, rows),
        limit=say.percent(limits.interviewer_effect_warn, 1),
        p=say.percent(limits.interviewer_effect_p, 1),
    )


def _by_sex(context: Context, by_wave: dict[str, list[Record]]) -> Iterator[Paragraph]:
    """A sentence for the waves in which interviewers were sent to respondents of one sex."""
    waves = [name for name, rows in by_wave.items() if str(rows[0]["within"]).endswith(OF_SEX)]
    if waves:
        yield Paragraph(context.say("interviewers.by_sex", waves=context.say.list(tuple(map(context.wave, waves)))))


def _places(context: Context, rows: list[Record]) -> str:
    found = dict.fromkeys(str(row["within"]).removesuffix(OF_SEX) for row in rows)
    return context.say.list(tuple(context.say(f"interviewers.{within}") for within in found))


def _table(context: Context, by_wave: dict[str, list[Record]]) -> Table:
    say = context.say
    indices = tuple(
        Column(say("interviewers.index", index=context.index(index)), "number") for index in context.study.indices
    )
    heads = tuple(Column(say(f"interviewers.{name}"), "number") for name in ("interviewers", "each"))
    last = tuple(Column(say(f"interviewers.{name}"), "number") for name in ("effect", "questions"))
    rows = tuple(_row(context, name, rows) for name, rows in by_wave.items())
    columns = (Column(say("interviewers.wave")), *heads, *indices, *last)
    return Table(say("interviewers.table"), columns, rows, (say("interviewers.each_note"),))


def _row(context: Context, wave: str, rows: list[Record]) -> Row:
    say = context.say
    indices = {str(row["outcome"]): row for row in rows if row["kind"] == "index"}
    items = [row for row in rows if row["kind"] == "item" and row["level"] != UNKNOWN]
    above = sum(row["level"] != "small" for row in items)
    shares = (indices.get(index.name, {}).get("rho", nan) for index in context.study.indices)
    return body(
        context.wave(wave),
        context.count(max(int(row["interviewers"]) for row in rows)),
        Cell(say.number(max(_finite(rows, "per_interviewer"), default=nan), 0)),
        *(Cell(say.percent(float(share), 1)) for share in shares),
        Cell(say.number(max(_finite(list(indices.values()), "design_effect"), default=nan), 1)),
        Cell(say("interviewers.some", count=above, of=len(items))),
    )


def _errors(context: Context, rows: list[Record]) -> Iterator[Paragraph]:
    """What the indices' shares do to the errors, said of waves whose interviewers shared places and of the others."""
    say = context.say
    for key in ("shared", "apart"):
        here = [
            row
            for row in rows
            if row["kind"] == "index" and str(row["within"]).startswith("strata") == (key == "apart")
        ]
        if effects := _finite(here, "design_effect"):
            effect = max(effects)
            numbers = {"effect": say.number(effect, 1), "wider": say.number(sqrt(effect), 1)}
            yield Paragraph(say(f"interviewers.errors_{key}", within=_places(context, here), **numbers))


def _finite(rows: list[Record], column: str) -> list[float]:
    return [float(row[column]) for row in rows if isfinite(float(row[column]))]
