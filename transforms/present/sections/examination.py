"""How the effects were examined: what else was estimated, where the method departs from the usual, what codes mean."""

from collections.abc import Iterator

from transforms.impact.estimate import MAIN_MODELS, Estimate
from transforms.present.context import Context
from transforms.present.document import Block, Bullets, Column, Heading, Row, Table, body, group
from transforms.present.surroundings import table_rows

SOURCES = {
    "equivalence": ("schuirmann1987", "lakens2018"),
    "breakdown": ("rambachan2023",),
    "balance": ("imbens2015", "wwc2022"),
    "lee_bounds": ("lee2009", "imbens2004"),
    "attrition": ("wwc2022", "schulz2002"),
    "index_robustness": ("anderson2008", "rubin1987", "barnard1999", "schafer1997"),
    "gap_adjusted_levels": ("langer2017",),
    "power": ("bloom1995", "donner1986", "teerenstra2012", "eldridge2006"),
}
MODEL_SOURCES = {"doubly robust": "santanna2020", "ancova": "mckenzie2012", "loss weights": "wooldridge2002"}


def examination_blocks(context: Context) -> Iterator[Block]:
    """Departures of the ladder, the other estimates and tables of this run, and the codes of the table in full."""
    say = context.say
    if context.study.analysis == "levels":
        return
    yield Heading("methods-departures", say("methods.departures"))
    names = ("jackknife", "signs", *(("mirrored",) if context.study.analysis == "did" else ()))
    yield Bullets(tuple(say(f"methods.departure_{name}", draws=context.study.settings.effects.draws) for name in names))
    if texts := tuple(_texts(context)):
        yield Heading("methods-examined", say("methods.examined"))
        yield Bullets(texts)
    yield _codes(context)


def _others(context: Context) -> list[str]:
    """Models of this run beside those that answer the question, in their order."""
    return list(dict.fromkeys(row.model for row in context.every_estimate if row.model not in MAIN_MODELS))


def _texts(context: Context) -> Iterator[str]:
    say, power = context.say, context.study.settings.power
    for model in _others(context):
        yield say("otherwise.explained", way=say(f"models.{model}"), what=say(f"models_explained.{model}"))
    values = {
        "margin": say("units.sd_amount", number=say.number(context.study.settings.effects.smallest_effect)),
        "power": say.percent(power.power),
        "alpha": say.percent(power.alpha),
    }
    for name in SOURCES:
        if table_rows(context, name) and not (name == "breakdown" and context.study.analysis != "did"):
            yield say(f"methods.examined_{name}", **values)


def examined_sources(context: Context) -> tuple[str, ...]:
    """Works behind the other estimates and tables of this run."""
    models = [MODEL_SOURCES[model] for model in _others(context) if model in MODEL_SOURCES]
    tables = [source for name in SOURCES if table_rows(context, name) for source in SOURCES[name]]
    return (*models, *tables)


def _codes(context: Context) -> Table:
    """What stands for what in the columns `model`, `contrast` and `method` of every estimate, as far as it occurs."""
    say, found = context.say, context.every_estimate
    rows: list[Row] = []
    for column, kind in (("model", "models_explained"), ("contrast", "contrasts"), ("method", "methods_explained")):
        lines = [body(code, text) for code, text in _explained(context, found, column, kind)]
        if lines:
            rows += [group(column), *lines]
    columns = (Column(say("methods.code"), "code"), Column(say("methods.meaning")))
    return Table(say("methods.codes"), columns, tuple(rows), folded=True)


def _explained(context: Context, found: tuple[Estimate, ...], column: str, kind: str) -> Iterator[tuple[str, str]]:
    """Codes that occur, with their sentence; a code made of the study's own names explains itself."""
    for code in dict.fromkeys(str(getattr(row, column)) for row in found):
        text = context.say.find(f"{kind}.{code}")
        if text is not None:
            yield code, text
