"""What interviews asked again by somebody else say, in counts and shares; nobody's answer and no interviewer."""

from collections.abc import Iterator

from transforms.present.context import Context
from transforms.present.document import Block, Cell, Column, Row, Table, body
from transforms.present.selection import Record, records

KINDS = ("facts", "harder", "opinions")
HEADS = ("checked", "without", *KINDS, "retrain", "redo")


def back_check_blocks(context: Context) -> list[Block]:
    """A table with a row for each wave that has back-checks; nothing where none has."""
    say, limits = context.say, context.study.settings.limits
    rows = tuple(_row(context, wave) for wave in records(context.results.table("back_checks")))
    if not rows:
        return []
    note = say(
        "back_checks.note", retrain=say.percent(limits.back_check_retrain), redo=say.percent(limits.back_check_redo)
    )
    columns = (Column(say("back_checks.wave")), *(Column(say(f"back_checks.{head}"), "number") for head in HEADS))
    return [Table(say("back_checks.table"), columns, rows, (note,))]


def _row(context: Context, wave: Record) -> Row:
    say = context.say
    checked, interviews = int(wave["checked"]), int(wave["interviews"])
    share = say.percent(checked / interviews if interviews else 0.0, 1)
    return body(
        context.wave(str(wave["wave"])),
        Cell(say("back_checks.share", count=checked, of=interviews, share=share)),
        Cell(say("back_checks.some", count=int(wave["without"]), of=int(wave["interviewers"]))),
        *_differences(context, str(wave["wave"])),
        *(Cell(say("back_checks.some", count=int(wave[name]), of=int(wave["judged"]))) for name in ("retrain", "redo")),
    )


def _differences(context: Context, wave: str) -> Iterator[Cell]:
    """Share of answers of each kind that differ; a dash where too few were given twice to be shown."""
    answers = [row for row in records(context.results.table("back_check_answers")) if row["wave"] == wave]
    for kind in KINDS:
        compared, differ = (
            sum(int(row[name]) for row in answers if row["kind"] == kind) for name in ("compared", "differ")
        )
        shown = compared >= context.study.settings.limits.smallest_shown_cell
        yield Cell(context.say.percent(differ / compared, 1) if shown else context.say("numbers.none"))
