"""Was the data fit for this: checks, problems, and what was decided about them."""

from transforms.present.context import Context
from transforms.present.document import Block, Callout, Cell, Column, Paragraph, Row, Section, Table, body


def quality_section(context: Context) -> Section:
    """Verdict, problems the worst first, and the signed decisions."""
    say, results = context.say, context.results
    evaluated = int(results.verdicts["expectations"].sum())
    problems = len(results.problems)
    waived = int(results.problems["waived"].notna().sum())
    texts = [say("quality.evaluated", evaluated=evaluated, failed=int(results.verdicts["failed"].sum()))]
    texts.append(say.counted("quality.problems", problems) if problems else say("quality.no_problems"))
    if waived:
        texts.append(say.counted("quality.waived", waived))
    kind = "caution" if problems else "information"
    blocks: list[Block] = [Callout(kind, say("quality.verdict"), tuple(texts)), _checks(context)]
    if problems:
        blocks.append(_problems(context))
    if context.study.settings.waivers:
        blocks.append(_waivers(context))
    blocks.append(Paragraph(say("quality.privacy"), "note"))
    return Section("quality", say("sections.quality"), tuple(blocks))


def _checks(context: Context) -> Table:
    say = context.say
    columns = (
        Column(say("quality.stage")),
        Column(say("quality.expectations"), "number"),
        Column(say("quality.failed"), "number"),
    )
    rows = []
    for verdict in context.results.verdicts.itertuples(index=False):
        named = isinstance(verdict.wave, str) and verdict.wave
        stage = say.name("stages", str(verdict.stage))
        name = say("quality.stage_wave", stage=stage, wave=context.wave(str(verdict.wave))) if named else stage
        rows.append(body(name, context.count(int(verdict.expectations)), context.count(int(verdict.failed))))
    return Table(say("quality.checks"), columns, tuple(rows))


def _problems(context: Context) -> Table:
    say = context.say
    labels = ("severity", "check", "where", "count", "of", "share", "decision")
    columns = tuple(
        Column(say(f"quality.{label}"), "number" if label in {"count", "of", "share"} else "text") for label in labels
    )
    rows = tuple(_problem(context, row) for row in context.results.problems.to_dict("records"))
    return Table(say("quality.list"), columns, rows, (say("quality.list_note"),))


def _problem(context: Context, row: dict[object, object]) -> Row:
    say = context.say
    wave, variable, waived = (value if isinstance(value, str) else "" for value in map(row.get, _TEXTS))
    where = say("quality.separator").join(filter(None, (context.wave(wave) if wave else "", variable)))
    decision = say("quality.open")
    if waived:
        action = say.name("actions", str(row["action"]))
        decision = say("quality.signed", action=action, signed=waived)
    share = float(str(row["share"]))
    return body(
        say.name("severities", str(row["severity"])),
        say.name("checks", str(row["check"])),
        where or say("quality.everywhere"),
        context.count(float(str(row["count"]))),
        context.count(float(str(row["of"]))),
        Cell(say.percent(share, 1), share),
        decision,
    )


_TEXTS = ("wave", "variable", "waived")


def _waivers(context: Context) -> Table:
    say = context.say
    columns = tuple(Column(say(f"quality.{label}")) for label in ("check", "where", "action", "reason", "by"))
    rows = []
    for waiver in context.study.settings.waivers:
        places = (context.wave(waiver.wave) if waiver.wave else "", waiver.variable or "")
        where = say("quality.separator").join(filter(None, places)) or say("quality.everywhere")
        check, action = say.name("checks", waiver.check), say.name("actions", waiver.action)
        rows.append(body(check, where, action, waiver.reason, waiver.signed))
    return Table(say("quality.waivers"), columns, tuple(rows))
