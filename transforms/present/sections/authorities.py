"""Where the thresholds of measuring come from, and the works behind reliability, factor models, shares and weights."""

from collections.abc import Iterator

from transforms.impact.description.shares import EXACT
from transforms.present.comparisons import LINEAR, ORDINAL
from transforms.present.context import Context

FACTOR_MODELS = ("joreskog1971", "arbuckle1996", "yuan2000", "savalei2010", "hu1999", "chen2007", "byrne1989")
DRAWN = "asparouhov2005"  # where the study has weights or clusters
DRAWN_TOGETHER = ("muthen1995", "zhou2017")  # where some model allows for clusters
ORDINAL_MODELS = ("muthen1984", "muthen1997", "asparouhov2010", "wu2016")
SHARES = ("good_omega", "least_omega", "least_item_rest", "good_cfi", "good_rmsea", "good_srmr")
CHANGES = ("cfi_drop", "rmsea_rise")
PERCENTAGES = ("freed_share", "ceiling_note", "ceiling_warn")
COUNTS = ("sparse_category", "imputations")


def measure_thresholds(context: Context) -> dict[str, str]:
    """Thresholds an index is judged by, as far as this run judged: value of each by the name of its setting."""
    say, marks = context.say, context.study.settings.measures
    written = (
        *((name, say.number(getattr(marks, name))) for name in SHARES),
        *((name, say.number(getattr(marks, name), 3)) for name in CHANGES),
        *((name, say.percent(getattr(marks, name))) for name in PERCENTAGES),
        *((name, say.count(getattr(marks, name))) for name in COUNTS),
    )
    found = dict(written)
    for name in _unused(context):
        del found[name]
    return found


def _unused(context: Context) -> Iterator[str]:
    """Thresholds of what the run left out."""
    if context.results.table(LINEAR).empty:
        yield from ("good_cfi", "good_rmsea", "good_srmr", *CHANGES, "freed_share")
    if context.results.table("ceilings").empty:
        yield from ("ceiling_note", "ceiling_warn", "sparse_category")
    if context.results.table("alternative_scorings").empty:
        yield "imputations"


def measure_sources(context: Context) -> Iterator[str]:
    """Works behind what this run did to answers, indices and weights, by their key in the wording."""
    reliability = context.results.reliability
    yield from ("cronbach1951", "mcdonald1999")
    if reliability["ordinal_alpha"].notna().any():
        yield "zumbo2007"
    yield from _factor_models(context)
    if not context.results.table("ceilings").empty:
        yield "terwee2007"
    yield from ("lumley2010", "kish1965", "parker2017")
    if context.study.settings.raking.margins:
        yield "deming1940"
    shares = context.results.table("shares")
    if not shares.empty:
        yield "korn1999"
        if (shares["method"] == EXACT).any():
            yield "clopper1934"


def _factor_models(context: Context) -> Iterator[str]:
    design = context.study.design
    if not context.results.table(LINEAR).empty:
        yield from FACTOR_MODELS
        if design.weight or design.cluster_variable:
            yield DRAWN
    ordinal = context.results.table(ORDINAL)
    if not ordinal.empty:
        yield from ORDINAL_MODELS
        if (ordinal["clusters"] > 0).any():
            yield from DRAWN_TOGETHER
