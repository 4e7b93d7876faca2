"""Where the numbers come from: files, hashes, versions, seed."""

from transforms.present.context import Context
from transforms.present.document import Block, Column, Fact, Facts, Paragraph, Section, Table, body
from transforms.present.selection import records


def provenance_section(context: Context) -> Section:
    """Files as received, the study, and what computed it."""
    say = context.say
    blocks: tuple[Block, ...] = (
        Paragraph(say("provenance.lead")),
        _files(context),
        _facts(context),
        _packages(context),
    )
    return Section("provenance", say("sections.provenance"), blocks, annex=True)


def _files(context: Context) -> Table:
    say = context.say
    columns = (
        Column(say("provenance.wave")),
        Column(say("provenance.file"), "code"),
        Column(say("provenance.rows"), "number"),
        Column(say("provenance.columns"), "number"),
        Column(say("provenance.reader"), "code"),
        Column(say("provenance.sha"), "code"),
    )
    rows = tuple(
        body(
            context.wave(file["wave"]),
            file["file"],
            context.count(int(file["rows"])),
            context.count(int(file["columns"])),
            file["reader"],
            file["sha256"],
        )
        for file in records(context.results.provenance.files)
    )
    return Table(say("provenance.files"), columns, rows)


def _facts(context: Context) -> Facts:
    say, provenance = context.say, context.results.provenance
    facts = [
        Fact(say("provenance.study"), context.study.id, "code"),
        Fact(say("provenance.settings_sha"), provenance.settings_sha256, "code"),
        Fact(say("provenance.key_sha"), context.results.key.sha256, "code"),
        Fact(say("provenance.seed"), str(provenance.seed), "code"),
    ]
    if provenance.pseudonym_key:
        facts.append(Fact(say("provenance.pseudonym_key"), provenance.pseudonym_key, "code"))
    return Facts(tuple(facts))


def _packages(context: Context) -> Table:
    say = context.say
    columns = (Column(say("provenance.package"), "code"), Column(say("provenance.version"), "code"))
    rows = tuple(body(name, number) for name, number in context.results.provenance.packages.items())
    return Table(say("provenance.packages"), columns, rows, folded=True)
