"""What this study cannot claim, worked out from its design and from what came back."""

from collections.abc import Iterator

from transforms.measure.reliability import FLAGGED, NO_HEADLINE
from transforms.measure.reliability_verdicts import among_everybody
from transforms.present.context import Context
from transforms.present.disclosure import ALL
from transforms.present.document import Block, Bullets, Paragraph, Section
from transforms.present.return_cells import AGAIN, GONE
from transforms.present.sections.explanations import explanation_claims
from transforms.present.sections.plan import plan_claim
from transforms.study.columns import WAVE

ENOUGH_CLUSTERS = 30  # methods 5: below it, intervals rest on the bootstrap or there is none
TESTED = ("CR2", "bootstrap", "randomisation")
CURFEW_YEAR = "2020"  # curfews were enforced by the police this study asks about


def claims_section(context: Context) -> Section:
    """One sentence for each claim the design does not carry."""
    say = context.say
    claims = (*_of_data(context), *_of_design(context), *_of_numbers(context))
    blocks: tuple[Block, ...] = (Paragraph(say("claims.lead")), Bullets(claims))
    return Section("claims", say("sections.claims"), blocks)


def _of_data(context: Context) -> Iterator[str]:
    say, study = context.say, context.study
    if study.settings.synthetic:
        yield say("claims.synthetic")
    if study.baseline.date and CURFEW_YEAR in study.baseline.date.en:
        yield say("claims.curfew", wave=context.wave(study.baseline.name))
    yield say("claims.self_report")
    if claim := plan_claim(context):
        yield claim
    if study.design.weight is None:
        yield say("claims.unweighted")
    if len(context.results.problems):
        yield say("claims.problems")


def _of_design(context: Context) -> Iterator[str]:
    """Comparison, assignment, waves, and who came back."""
    say, design = context.say, context.study.design
    if context.study.analysis == "levels":
        yield say("claims.one_wave")
        return
    if design.treatment is None:
        yield say("claims.no_comparison")
    else:
        yield say("claims.randomised" if design.treatment.randomised else "claims.not_randomised")
        yield say("claims.two_waves" if len(context.study.waves) == 2 else "claims.more_waves")
        yield say("claims.intention_to_treat")
    if design.governorates_are_clusters:
        yield say("claims.governorates_are_clusters", places=len(context.governorates))
    yield _attrition(context) if design.kind == "panel" else say("claims.fresh_samples")


def _attrition(context: Context) -> str:
    retention, last = context.results.participants.retention, context.study.wave_names[-1]
    first = int(retention.loc[retention[WAVE] == context.study.baseline.name, "n"].sum())
    again = int(retention.loc[retention[WAVE] == last, "again"].sum())
    hidden = any((last, ALL, ALL, what) in context.hidden_returns for what in (GONE, AGAIN))
    share = context.suppressed.text if hidden else context.say.percent(again / first if first else float("nan"))
    return context.say("claims.attrition", share=share, wave=context.wave(last))


def _of_numbers(context: Context) -> Iterator[str]:
    """Few clusters, many tests, unreliable sets of items."""
    say = context.say
    tested = [row for row in context.estimates if row.status == "ok" and row.method in TESTED]
    counted = [row.clusters for row in tested if context.clusters(row) != context.suppressed]
    smallest = min(counted, default=ENOUGH_CLUSTERS)
    if smallest < ENOUGH_CLUSTERS:
        yield say("claims.few_clusters", clusters=smallest)
    design = context.study.design
    if design.treatment and not design.treatment.randomised and any(row.method == "randomisation" for row in tested):
        yield say("claims.no_lottery")
    if len({row.outcome for row in tested}) > 1:
        yield say("claims.many_tests")
    if tested:
        yield say("claims.no_effect")
    yield from explanation_claims(context)
    table = among_everybody(context.results.reliability)
    weak = table.loc[table["verdict"].isin([FLAGGED, NO_HEADLINE]), ["index", "dimension"]].drop_duplicates()
    names = [
        context.outcome(index if dimension == "all" else f"{index}.{dimension}")
        for index, dimension in weak.itertuples(index=False)
    ]
    if names:
        mark = say.number(context.study.settings.measures.good_omega)
        yield say("claims.weak_items", sets=say.list(tuple(dict.fromkeys(names))), mark=mark)
