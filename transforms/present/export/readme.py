"""What stands in a bundle, what was hidden in it and why: a page of plain text (Markdown) in one language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from transforms.impact.estimate import MAIN_MODELS
from transforms.present.context import Context
from transforms.present.export.anonymity import LEAST, Anonymity, identifying


@dataclass(frozen=True, slots=True)
class BundleFile:
    """A file of the bundle: what it is and how its numbers are hidden (keys of wording), and how many are."""

    name: str
    about: str
    rule: str = "none"
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class Contents:
    """What a bundle holds and leaves out.

    left_out: the key of the reason for every table; changed: files that are not as in the original.
    """

    run: str
    files: Sequence[BundleFile]
    left_out: Mapping[str, str]
    anonymity: Sequence[Anonymity]
    changed: Sequence[str] = ()


def readme_text(context: Context, contents: Contents) -> str:
    """The page, in the language of the context's wording."""
    say, settings = context.say, context.study.settings
    title = settings.title.read(say.language)
    parts = [
        f"# {say('export.title', title=title)}",
        *([say("report.synthetic")] if settings.synthetic else []),
        say("export.lead", study=context.study.id, run=contents.run),
        f"## {say('export.files')}",
        "\n".join(_files(context, contents.files)),
        f"## {say('export.reading')}",
        "\n".join(f"- {line}" for line in _reading(context)),
        f"## {say('export.hidden')}",
        say("export.hidden_lead", threshold=context.hidden.threshold, hidden=sum(f.hidden for f in contents.files)),
        "\n".join(f"- {say(f'export.rule_{rule}')}" for rule in dict.fromkeys(f.rule for f in contents.files)),
        say("export.marked"),
        f"## {say('export.left_out')}",
        say("export.left_out_lead"),
        "\n".join(_left_out(context, contents.left_out)),
        f"## {say('export.anonymity')}",
        "\n".join(_anonymity(context, contents.anonymity)),
        f"## {say('export.verify')}",
        "\n".join(f"- {line}" for line in _verifying(context, contents.changed)),
        f"## {say('export.terms')}",
        say("export.terms_lead"),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _files(context: Context, files: Sequence[BundleFile]) -> Iterator[str]:
    say = context.say
    heads = (say(f"export.head_{name}") for name in ("file", "about", "hidden"))
    yield f"| {' | '.join(heads)} |"
    yield "|---|---|---|"
    for file in files:
        hidden = say.count(file.hidden) if file.rule != "none" else say("numbers.none")
        yield f"| `{file.name}` | {say(f'export.about_{file.about}')} | {hidden} |"


def _reading(context: Context) -> Iterator[str]:
    """How the tables belong to the report, and what their columns say."""
    say, found = context.say, {*context.results.estimates["model"]}
    models = say.list(tuple(f"`{model}`" for model in MAIN_MODELS if model in found))
    yield say("export.reading_report")
    if models:
        yield say("export.reading_main", models=models)
    yield say("export.reading_keys")
    yield say("export.reading_units", confidence=context.confidence)
    yield say("export.reading_empty")


def _verifying(context: Context, changed: Sequence[str]) -> Iterator[str]:
    say = context.say
    yield say("export.verify_sums")
    yield say("export.verify_made")
    yield say("export.verify_again")
    if changed:
        yield say("export.verify_changed", names=say.list(tuple(f"`{name}`" for name in changed)))


def _left_out(context: Context, left_out: Mapping[str, str]) -> Iterator[str]:
    """Tables by the reason for leaving them out."""
    for reason in dict.fromkeys(left_out.values()):
        names = ", ".join(f"`{name}.csv`" for name, why in left_out.items() if why == reason)
        yield f"- {names}: {context.say(f'export.why_{reason}')}"
    yield f"- {context.say('export.never')}"
    yield f"- {context.say('export.named')}"


def _anonymity(context: Context, found: Sequence[Anonymity]) -> Iterator[str]:
    say = context.say
    by = say.list(tuple(say(f"export.by_{name}") for name in identifying(context.study)))
    yield say("export.anonymity_lead", by=by, least=LEAST)
    yield ""
    for one in found:
        values = {"respondents": one.respondents, "smallest": one.smallest, "below": one.below, "least": LEAST}
        yield f"- {say('export.anonymity_wave', wave=context.wave(one.wave), **values)}"
