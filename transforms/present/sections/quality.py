"""Was the data fit for this: checks, problems, and what was decided about them."""

from collections.abc import Sequence

from transforms.present.context import Context
from transforms.present.document import Block, Callout, Cell, Column, Paragraph, Row, Section, Severity, Table, body
from transforms.present.sections.back_checks import back_check_blocks
from transforms.present.sections.corrections import correction_blocks
from transforms.present.sections.interviewers import interviewer_blocks
from transforms.present.selection import Record, records

MOST_PROBLEMS = 15  # lines of the main part; more are folded


def quality_section(context: Context) -> Section:
    """Verdict, problems the worst first, and the signed decisions."""
    say, results = context.say, context.results
    evaluated = int(results.verdicts["expectations"].sum())
    problems = len(results.problems)
    waived = int(results.problems["waived"].notna().sum())
    failed = int(results.verdicts["failed"].sum())
    texts = [f"{say('quality.evaluated', evaluated=evaluated)} {say.counted('quality.unmet', failed)}"]
    texts.append(say.counted("quality.problems", problems) if problems else say("quality.no_problems"))
    if waived:
        texts.append(say.counted("quality.waived", waived))
    kind: Severity = "caution" if problems else "information"
    blocks: list[Block] = [Callout(kind, say("quality.verdict"), tuple(texts))]
    if problems:
        blocks.append(_problems(context))
    blocks += interviewer_blocks(context)
    blocks += back_check_blocks(context)
    blocks += correction_blocks(context)
    if context.study.settings.waivers:
        blocks.append(_waivers(context))
    blocks += [_checks(context), Paragraph(say("quality.privacy"), "note")]
    return Section("quality", say("sections.quality"), tuple(blocks))


def _checks(context: Context) -> Table:
    say = context.say
    columns = (
        Column(say("quality.stage")),
        Column(say("quality.expectations"), "number"),
        Column(say("quality.failed"), "number"),
    )
    rows = []
    for verdict in records(context.results.verdicts):
        name = say.name("stages", verdict["stage"])
        if isinstance(verdict["wave"], str):
            name = say("quality.stage_wave", stage=name, wave=context.wave(verdict["wave"]))
        rows.append(body(name, context.count(int(verdict["expectations"])), context.count(int(verdict["failed"]))))
    return Table(say("quality.checks"), columns, tuple(rows), folded=True)


def _problems(context: Context) -> Table:
    say = context.say
    labels = ("severity", "check", "where", "count", "of", "share", "decision")
    columns = tuple(
        Column(say(f"quality.{label}"), "number" if label in {"count", "of", "share"} else "text") for label in labels
    )
    rows = tuple(_problem(context, rows) for rows in _alike(records(context.results.problems)))
    return Table(say("quality.list"), columns, rows, (say("quality.list_note"),), folded=len(rows) > MOST_PROBLEMS)


def _alike(problems: list[Record]) -> list[list[Record]]:
    """Problems that differ in nothing but the question, together."""
    alike: dict[tuple[object, ...], list[Record]] = {}
    for problem in problems:
        key = tuple(str(problem[name]) for name in ("severity", "check", "stage", "wave", "waived", "action"))
        alike.setdefault(key, []).append(problem)
    return list(alike.values())


def _problem(context: Context, rows: list[Record]) -> Row:
    """One line for problems that differ in nothing but the question; counts are added up."""
    say, row = context.say, rows[0]
    decision = say("quality.open")
    if isinstance(row["waived"], str):
        decision = say("quality.signed", action=say.name("actions", row["action"]), signed=row["waived"])
    count, of = (sum(int(problem[name]) for problem in rows) for name in ("count", "of"))
    return body(
        say.name("severities", row["severity"]),
        say.name("checks", row["check"]),
        _place(context, row["wave"], [problem["variable"] for problem in rows]),
        context.count(count),
        context.count(of),
        Cell(say.percent(count / of if of else 0.0, 1)),
        decision,
    )


def _place(context: Context, wave: object, variables: Sequence[object]) -> str:
    """Wave and variables in one phrase; the whole study where none is named."""
    say = context.say
    named = say("numbers.comma").join(name for name in variables if isinstance(name, str))
    if isinstance(wave, str) and named:
        return say("quality.place", wave=context.wave(wave), variables=named)
    return (context.wave(wave) if isinstance(wave, str) else named) or say("quality.everywhere")


def _waivers(context: Context) -> Table:
    say = context.say
    columns = tuple(Column(say(f"quality.{label}")) for label in ("check", "where", "action", "reason", "by"))
    rows = tuple(
        body(
            say.name("checks", waiver.check),
            _place(context, waiver.wave, [waiver.variable]),
            say.name("actions", waiver.action),
            waiver.reason,
            waiver.signed,
        )
        for waiver in context.study.settings.waivers
    )
    return Table(say("quality.waivers"), columns, rows)
