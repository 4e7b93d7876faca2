"""Measurement invariance, step by step: the same structure, the same loadings, the same intercepts.

A step fails when CFI drops or RMSEA rises by more than the study allows against the step before (Chen 2007). Then one
item after the other, by the largest score test, is set free until the step holds or as many are free as the study
allows (partial invariance: Byrne, Shavelson & Muthen 1989). An item whose loading is free has a free intercept too.
"""

from dataclasses import dataclass

from transforms.measure.factors.fit_measures import FitMeasures, fit_measures
from transforms.measure.factors.likelihood import Fit, fit
from transforms.measure.factors.model import INTERCEPT, LOADING, Structure, specify
from transforms.measure.factors.score_tests import ScoreTest, score_tests
from transforms.measure.factors.selection import Selection
from transforms.measure.factors.start import start_from
from transforms.study.measures import Measures

CONFIGURAL, METRIC, SCALAR = "configural", "metric", "scalar"
PARTIAL_METRIC, PARTIAL = "partial metric", "partial"
STEPS = (CONFIGURAL, METRIC, SCALAR)
EQUAL: dict[str, tuple[str, ...]] = {
    CONFIGURAL: (),
    METRIC: (LOADING,),
    PARTIAL_METRIC: (LOADING,),
    SCALAR: (LOADING, INTERCEPT),
    PARTIAL: (LOADING, INTERCEPT),
}
PARTIAL_OF = {METRIC: PARTIAL_METRIC, SCALAR: PARTIAL}
RELEASED = {METRIC: (LOADING, INTERCEPT), SCALAR: (INTERCEPT,)}
LEAST_EQUAL = 2  # items of a factor that stay equal in every group: the factor is compared by them
SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Step:
    """One model of the ladder, how it fits, and whether it `holds` against `reference`, the step before.

    `measures` are None where the model has no estimates (see `fit.problem`), `reference` for the first step, which
    holds where it meets the study's marks of good fit. `freed` are the (kind, item) that are not equal although the
    step is about their being so; `tests` are the score tests of those that are.
    """

    name: str
    fit: Fit
    measures: FitMeasures | None
    reference: FitMeasures | None
    holds: bool
    freed: tuple[tuple[str, str], ...] = ()
    tests: tuple[ScoreTest, ...] = ()

    @property
    def freed_items(self) -> tuple[str, ...]:
        """Items that are free in this step, in the order in which they were set free."""
        return tuple(dict.fromkeys(item for _, item in self.freed))


def climb(selection: Selection, settings: Measures) -> list[Step]:
    """The steps of one comparison, up to the first without estimates; one step for a single group."""
    if selection.structure is None:
        return []
    ladder = _Ladder(selection, selection.structure, settings)
    steps = [ladder.step(CONFIGURAL, (), None)]
    if len(selection.groups) > 1:
        for name in (METRIC, SCALAR):
            if steps[-1].measures is not None:
                steps += ladder.climbed(name, steps[-1])
    return steps


@dataclass(frozen=True, slots=True)
class _Ladder:
    selection: Selection
    structure: Structure
    settings: Measures

    def climbed(self, name: str, below: Step) -> list[Step]:
        """The step `name` above `below` and, where it fails, what partial invariance makes of it."""
        step = self.step(name, below.freed, below)
        current = step
        while current.measures is not None and not current.holds:
            item = self._next(current)
            if item is None:
                break
            freed = (*current.freed, *((kind, item) for kind in RELEASED[name]))
            found = self.step(PARTIAL_OF[name], freed, below, current)
            if found.measures is None:
                break
            current = found
        return [step] if current is step else [step, current]

    def step(self, name: str, freed: tuple[tuple[str, str], ...], below: Step | None, near: Step | None = None) -> Step:
        """The model of one step, compared with the step `below` and searched from the estimates of `near` or that."""
        equal = EQUAL[name]
        model = specify(self.structure, self.selection.groups, equal=equal, freed=freed)
        start = near or below
        found = fit(model, self.selection.moments, start_from(model, start.fit.cells) if start else None)
        if found.problem and start:
            found = fit(model, self.selection.moments)
        reference = below.measures if below else None
        if found.problem:
            return Step(name, found, None, reference, holds=False, freed=freed)
        measures = fit_measures(found)
        tests = tuple(score_tests(found, equal[-1:])) if equal else ()
        return Step(name, found, measures, reference, self._holds(measures, reference), freed, tests)

    def _holds(self, measures: FitMeasures, reference: FitMeasures | None) -> bool:
        marks = self.settings
        if reference is None:
            return good_fit(measures, marks)
        drop, rise = reference.cfi - measures.cfi, measures.rmsea - reference.rmsea
        return drop <= marks.cfi_drop + SLACK and rise <= marks.rmsea_rise + SLACK

    def _next(self, step: Step) -> str | None:
        """The item to set free next: of the largest score test, where the study and its factor allow one more."""
        if len(step.freed_items) + 1 > self.settings.freed_share * len(self.structure.items) + SLACK:
            return None
        for test in step.tests:
            factor = self.structure.factor_of[self.structure.items.index(test.item)]
            items = [self.structure.items[at] for at in self.structure.shown_by(factor)]
            if len(set(items) - {*step.freed_items, test.item}) >= LEAST_EQUAL:
                return test.item
        return None


def good_fit(measures: FitMeasures, marks: Measures) -> bool:
    """True where CFI and TLI, RMSEA and SRMR meet the study's marks."""
    return (
        min(measures.cfi, measures.tli) >= marks.good_cfi
        and measures.rmsea <= marks.good_rmsea
        and measures.srmr <= marks.good_srmr
    )
