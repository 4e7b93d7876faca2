"""Measurement invariance of ordered answers, step by step: the same structure, the same loadings, the same thresholds.

The steps are lavaan's `group.equal = "loadings"` and `c("thresholds", "loadings")`. A step fails when the scaled CFI
drops or the scaled RMSEA rises by more than the study allows (Chen 2007 found the marks for maximum likelihood; there
are none better kept for ordinal models). Then items are set free as in `ladder.py`. Loadings that are equal while
thresholds differ say little by themselves (Wu & Estabrook 2016): the last step is the one that carries comparisons.
"""

from dataclasses import dataclass

from transforms.measure.factors.ladder import (
    CONFIGURAL,
    LEAST_EQUAL,
    METRIC,
    PARTIAL,
    PARTIAL_METRIC,
    PARTIAL_OF,
    SCALAR,
    SLACK,
)
from transforms.measure.factors.model import LOADING, Structure
from transforms.measure.factors.ordinal_fit import FITTED, OrdinalFit, fit_ordinal
from transforms.measure.factors.ordinal_model import THRESHOLD, specify_ordinal
from transforms.measure.factors.ordinal_score_tests import ordinal_score_tests
from transforms.measure.factors.ordinal_selection import OrdinalSelection
from transforms.measure.factors.ordinal_statistics import OrdinalStatistics
from transforms.measure.factors.score_tests import ScoreTest
from transforms.study.measures import Measures

EQUAL: dict[str, tuple[str, ...]] = {
    CONFIGURAL: (),
    METRIC: (LOADING,),
    PARTIAL_METRIC: (LOADING,),
    SCALAR: (LOADING, THRESHOLD),
    PARTIAL: (LOADING, THRESHOLD),
}
RELEASED = {METRIC: (LOADING, THRESHOLD), SCALAR: (THRESHOLD,)}


@dataclass(frozen=True, slots=True)
class OrdinalStep:
    """One model of the ladder, and whether it `holds` against `reference`, the step before (None for the first).

    `freed` are the (kind, item) that are not equal; `tests`, of a step that fails, the score tests of those that are.
    """

    name: str
    fit: OrdinalFit
    reference: OrdinalStatistics | None
    holds: bool
    freed: tuple[tuple[str, str], ...] = ()
    tests: tuple[ScoreTest, ...] = ()

    @property
    def freed_items(self) -> tuple[str, ...]:
        """Items that are free in this step, in the order in which they were set free."""
        return tuple(dict.fromkeys(item for _, item in self.freed))


def climb_ordinal(selection: OrdinalSelection, settings: Measures) -> list[OrdinalStep]:
    """The steps of one comparison, up to the first without estimates; one step for a single group."""
    if selection.structure is None:
        return []
    ladder = _Ladder(selection, selection.structure, settings)
    steps = [ladder.step(CONFIGURAL, (), None)]
    if len(selection.groups) > 1:
        for name in (METRIC, SCALAR):
            if steps[-1].fit.status == FITTED:
                steps += ladder.climbed(name, steps[-1])
    return steps


@dataclass(frozen=True, slots=True)
class _Ladder:
    selection: OrdinalSelection
    structure: Structure
    settings: Measures

    def climbed(self, name: str, below: OrdinalStep) -> list[OrdinalStep]:
        """The step `name` above `below` and, where it fails, what partial invariance makes of it."""
        step = self.step(name, below.freed, below)
        current = step
        while current.fit.status == FITTED and not current.holds:
            item = self._next(current)
            if item is None:
                break
            freed = (*current.freed, *((kind, item) for kind in RELEASED[name]))
            found = self.step(PARTIAL_OF[name], freed, below)
            if found.fit.status != FITTED:
                break
            current = found
        return [step] if current is step else [step, current]

    def step(self, name: str, freed: tuple[tuple[str, str], ...], below: OrdinalStep | None) -> OrdinalStep:
        """The model of one step, compared with the step `below`."""
        samples, equal = self.selection.samples, EQUAL[name]
        counts = samples[0].categories.counts
        fit = fit_ordinal(
            specify_ordinal(self.structure, self.selection.groups, counts, equal=equal, freed=freed), samples
        )
        reference = below.fit.statistics if below else None
        holds = fit.statistics is not None and self._holds(fit.statistics, reference)
        wanted = fit.status == FITTED and reference is not None and not holds
        tests = tuple(ordinal_score_tests(fit, samples, equal[-1:])) if wanted else ()
        return OrdinalStep(name, fit, reference, holds, freed, tests)

    def _holds(self, found: OrdinalStatistics, reference: OrdinalStatistics | None) -> bool:
        marks = self.settings
        if reference is None:
            good = min(found.cfi, found.tli) >= marks.good_cfi
            return good and found.rmsea <= marks.good_rmsea and found.srmr <= marks.good_srmr
        drop, rise = reference.cfi - found.cfi, found.rmsea - reference.rmsea
        return drop <= marks.cfi_drop + SLACK and rise <= marks.rmsea_rise + SLACK

    def _next(self, step: OrdinalStep) -> str | None:
        """The item to set free next: of the largest score test, where the study and its factor allow one more."""
        if len(step.freed_items) + 1 > self.settings.freed_share * len(self.structure.items) + SLACK:
            return None
        for test in step.tests:
            factor = self.structure.factor_of[self.structure.items.index(test.item)]
            items = {self.structure.items[at] for at in self.structure.shown_by(factor)}
            if len(items - {*step.freed_items, test.item}) >= LEAST_EQUAL:
                return test.item
        return None
