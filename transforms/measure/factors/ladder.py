"""Measurement invariance, step by step: the same structure, the same loadings, the same intercepts or thresholds.

A step fails when CFI drops or RMSEA rises by more than the study allows against the step before. Chen (2007) found the
marks with plain maximum likelihood of normal answers, each drawn alone. Verdicts go by the scaled measures, for plain
ones take skewed answers and clusters for misfit; where plain ones say otherwise, the verdict is borderline. Plain least
squares of ordinal models follow no chi-square and say nothing. Where a step fails, one item after the other, by the
largest score test, is set free until the step holds or as many are free as the study allows (partial invariance: Byrne,
Shavelson & Muthen 1989). An item whose loading is free has a free intercept, or thresholds, too.
"""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from transforms.measure.factors.doubts import Doubts
from transforms.measure.factors.fit_measures import StepMeasures
from transforms.measure.factors.model import LOADING, FactorModel, Floats, Structure
from transforms.measure.factors.score_tests import ScoreTest
from transforms.study.measures import Measures

CONFIGURAL, METRIC, SCALAR = "configural", "metric", "scalar"
PARTIAL_METRIC, PARTIAL = "partial metric", "partial"
STEPS = (CONFIGURAL, METRIC, SCALAR)
PARTIAL_OF = {METRIC: PARTIAL_METRIC, SCALAR: PARTIAL}
LEAST_EQUAL = 2  # items of a factor that stay equal in every group: the factor is compared by them
SLACK = 1e-9

Freed = tuple[tuple[str, str], ...]  # kind and item of what is not equal although its step is about its being so


class Fitted(Protocol):
    """Estimates of one model, or the `problem` why there are none; it is empty where there are."""

    @property
    def model(self) -> FactorModel: ...
    @property
    def cells(self) -> Floats: ...
    @property
    def problem(self) -> str: ...


F = TypeVar("F", bound=Fitted)


class Estimator(Protocol[F]):
    """How models of one structure and some groups are fitted, measured and tested.

    `levels` is the kind of cell that the scalar step makes equal: intercepts, or thresholds. `plain_counts` says
    whether the plain statistic follows a chi-square where answers are normal and each was drawn alone.
    """

    @property
    def structure(self) -> Structure: ...
    @property
    def groups(self) -> tuple[str, ...]: ...
    @property
    def levels(self) -> str: ...
    @property
    def plain_counts(self) -> bool: ...

    def fitted(self, equal: tuple[str, ...], freed: Freed, near: F | None) -> F:
        """The model with these kinds of cells equal but for those `freed`, sought from the estimates of `near`."""
        ...

    def measures(self, fit: F) -> StepMeasures:
        """How well a model fits that has estimates."""
        ...

    def doubts(self, fit: F) -> Doubts:
        """What is improper in estimates."""
        ...

    def tests(self, fit: F, kind: str) -> list[ScoreTest]:
        """Score tests of all cells of a kind that the model holds equal, the largest first."""
        ...


@dataclass(frozen=True, slots=True)
class Step(Generic[F]):
    """One model of the ladder, how it fits, and whether it `holds` against `reference`, the step before.

    `measures` and `doubts` are None where the model has no estimates (see `fit.problem`), `reference` for the first
    step, which holds where it meets the study's marks of good fit. `freed` are the cells that are not equal although
    the step is about their being so; `tests` are the score tests of those that are. Where a step is `borderline`, the
    plain measures say otherwise than `holds`.
    """

    name: str
    fit: F
    measures: StepMeasures | None
    doubts: Doubts | None
    reference: StepMeasures | None
    holds: bool
    freed: Freed = ()
    tests: tuple[ScoreTest, ...] = ()
    borderline: bool = False

    @property
    def freed_items(self) -> tuple[str, ...]:
        """Items that are free in this step, in the order in which they were set free."""
        return tuple(dict.fromkeys(item for _, item in self.freed))


def climb(estimator: Estimator[F], settings: Measures) -> list[Step[F]]:
    """The steps of one comparison, up to the first without estimates; one step for a single group."""
    ladder = _Ladder(estimator, settings)
    steps = [ladder.step(CONFIGURAL, (), None)]
    if len(estimator.groups) > 1:
        for name in (METRIC, SCALAR):
            if steps[-1].measures is not None:
                steps += ladder.climbed(name, steps[-1])
    return steps


@dataclass(frozen=True, slots=True)
class _Ladder(Generic[F]):
    estimator: Estimator[F]
    settings: Measures

    def climbed(self, name: str, below: Step[F]) -> list[Step[F]]:
        """The step `name` above `below` and, where it fails, what partial invariance makes of it."""
        step = self.step(name, below.freed, below)
        current = step
        released = (LOADING, self.estimator.levels) if name == METRIC else (self.estimator.levels,)
        while current.measures is not None and not current.holds:
            item = self._next(current)
            if item is None:
                break
            freed = (*current.freed, *((kind, item) for kind in released))
            found = self.step(PARTIAL_OF[name], freed, below, current)
            if found.measures is None:
                break
            current = found
        return [step] if current is step else [step, current]

    def step(self, name: str, freed: Freed, below: Step[F] | None, near: Step[F] | None = None) -> Step[F]:
        """The model of one step, compared with the step `below` and searched from the estimates of `near` or that."""
        equal = {CONFIGURAL: (), METRIC: (LOADING,), PARTIAL_METRIC: (LOADING,)}.get(
            name, (LOADING, self.estimator.levels)
        )
        start = near or below
        found = self.estimator.fitted(equal, freed, start.fit if start else None)
        if found.problem and start:
            found = self.estimator.fitted(equal, freed, None)
        reference = below.measures if below else None
        if found.problem:
            return Step(name, found, None, None, reference, holds=False, freed=freed)
        measures = self.estimator.measures(found)
        tests = tuple(self.estimator.tests(found, equal[-1])) if equal else ()
        doubts = self.estimator.doubts(found)
        if reference is None:
            return Step(name, found, measures, doubts, None, good_fit(measures, self.settings), freed, tests)
        holds = self._allowed(reference.cfi - measures.cfi, measures.rmsea - reference.rmsea)
        plain = self._allowed(reference.cfi_plain - measures.cfi_plain, measures.rmsea_plain - reference.rmsea_plain)
        borderline = self.estimator.plain_counts and plain != holds
        return Step(name, found, measures, doubts, reference, holds, freed, tests, borderline)

    def _allowed(self, drop: float, rise: float) -> bool:
        """Whether a step holds in which CFI drops and RMSEA rises by so much."""
        return drop <= self.settings.cfi_drop + SLACK and rise <= self.settings.rmsea_rise + SLACK

    def _next(self, step: Step[F]) -> str | None:
        """The item to set free next: of the largest score test, where the study and its factor allow one more."""
        structure = self.estimator.structure
        if len(step.freed_items) + 1 > self.settings.freed_share * len(structure.items) + SLACK:
            return None
        for test in step.tests:
            factor = structure.factor_of[structure.items.index(test.item)]
            items = [structure.items[at] for at in structure.shown_by(factor)]
            if len(set(items) - {*step.freed_items, test.item}) >= LEAST_EQUAL:
                return test.item
        return None


def good_fit(measures: StepMeasures, marks: Measures) -> bool:
    """True where CFI and TLI, RMSEA and SRMR meet the study's marks."""
    return (
        min(measures.cfi, measures.tli) >= marks.good_cfi
        and measures.rmsea <= marks.good_rmsea
        and measures.srmr <= marks.good_srmr
    )
