"""Whether the analysis keeps to the plan that was locked beforehand, and every setting that departs from it."""

from transforms.present.context import Context
from transforms.present.document import (
    Block,
    Callout,
    Column,
    Fact,
    Facts,
    Heading,
    Paragraph,
    Row,
    Table,
    body,
)
from transforms.study.kept_plan import Departure, Locking


def plan_blocks(context: Context) -> list[Block]:
    """The plan's date and fingerprint, departures with their reasons, and earlier or later locks."""
    say, kept = context.say, context.results.plan
    blocks: list[Block] = [Heading("methods-plan", say("plan.title")), Paragraph(_standing(context))]
    binding = kept.binding
    if binding is not None:
        blocks.append(Paragraph(say("plan.covers")))
        blocks.append(Facts((Fact(say("plan.date"), binding.locked), Fact(say("plan.sha"), binding.sha256, "code"))))
    if kept.departures:
        blocks.append(_departures(context))
    if kept.idle:
        names = say.list(tuple(idle.setting for idle in kept.idle))
        blocks.append(Paragraph(say("plan.idle" if binding else "plan.idle_unlocked", settings=names), "note"))
    if len(kept.lockings) > 1:
        blocks.append(_lockings(context))
    return blocks


def plan_warning(context: Context) -> list[Block]:
    """A warning where something departs from the plan and nobody said why; nothing else."""
    if not context.results.plan.undeclared:
        return []
    return [Callout("warning", context.say("plan.warning"), (_standing(context),))]


def plan_note(context: Context) -> list[Block]:
    """How the analysis stands to its plan, in small print, where there is no need to warn."""
    return [] if context.results.plan.undeclared else [Paragraph(_standing(context), "note")]


def plan_claim(context: Context) -> str | None:
    """What cannot be claimed because of when the plan was locked; None where it was in time."""
    binding = context.results.plan.binding
    if binding is None:
        return context.say("claims.no_plan")
    return None if binding.beforehand else context.say("claims.late_plan", date=binding.locked)


def _standing(context: Context) -> str:
    say, kept = context.say, context.results.plan
    binding = kept.binding
    if binding is None:
        return say("plan.unlocked")
    wave = context.wave(context.study.wave_names[-1])
    since = say("plan.before" if binding.beforehand else "plan.after", date=binding.locked, wave=wave)
    if not kept.departures:
        return f"{since} {say('plan.kept')}"
    sentences = [since, say("plan.departures", count=len(kept.departures))]
    if kept.undeclared:
        sentences.append(say("plan.undeclared", count=len(kept.undeclared)))
    return " ".join(sentences)


def _departures(context: Context) -> Table:
    say = context.say
    columns = (
        Column(say("plan.setting")),
        Column(say("plan.locked")),
        Column(say("plan.now")),
        Column(say("plan.reason"), "wording"),
        Column(say("plan.signed")),
    )
    rows = tuple(_departure(context, departure) for departure in context.results.plan.departures)
    return Table(say("plan.table"), columns, rows, (say("plan.note"),))


def _departure(context: Context, one: Departure) -> Row:
    say = context.say
    nothing = say("numbers.none")
    now = one.now or (nothing if one.locked else say(f"plan.{one.change}"))
    return body(one.setting, one.locked or nothing, now, one.reason or say("plan.no_reason"), one.signed or nothing)


def _lockings(context: Context) -> Table:
    say = context.say
    names = ("date", "there", "amended", "used")
    rows = tuple(_locking(context, locking) for locking in context.results.plan.lockings)
    return Table(say("plan.locks"), tuple(Column(say(f"plan.{name}")) for name in names), rows, (say("plan.rule"),))


def _locking(context: Context, locking: Locking) -> Row:
    say = context.say
    there = say.list(tuple(map(context.wave, locking.there))) or say("plan.nothing_there")
    amended = say("numbers.comma").join(locking.amended) or say("numbers.none")
    return body(locking.locked, there, amended, say("plan.binding" if locking.binding else "numbers.none"))
