"""The two ways in which the steps of invariance are fitted: answers as numbers, and as ordered categories."""

from dataclasses import dataclass

from transforms.measure.factors.doubts import Doubts, doubts
from transforms.measure.factors.fit_measures import StepMeasures, fit_measures, rmsea_interval
from transforms.measure.factors.ladder import Freed
from transforms.measure.factors.likelihood import Fit, fit
from transforms.measure.factors.model import INTERCEPT, Structure, specify
from transforms.measure.factors.moments import Moments
from transforms.measure.factors.ordinal_fit import OrdinalFit, fit_ordinal, ordinal_doubts
from transforms.measure.factors.ordinal_model import THRESHOLD, specify_ordinal
from transforms.measure.factors.ordinal_score_tests import ordinal_score_tests
from transforms.measure.factors.polychoric import Polychorics
from transforms.measure.factors.robust import robust_measures
from transforms.measure.factors.score_tests import ScoreTest, score_tests
from transforms.measure.factors.start import start_from


@dataclass(frozen=True, slots=True)
class Linear:
    """Maximum likelihood of all answers there are, with robust statistics (MLR)."""

    structure: Structure
    groups: tuple[str, ...]
    samples: tuple[Moments, ...]
    levels: str = INTERCEPT
    plain_counts: bool = True

    def fitted(self, equal: tuple[str, ...], freed: Freed, near: Fit | None) -> Fit:
        model = specify(self.structure, self.groups, equal=equal, freed=freed)
        return fit(model, self.samples, start_from(model, near.cells) if near else None)

    def measures(self, fit: Fit) -> StepMeasures:
        plain, robust = fit_measures(fit), robust_measures(fit)
        low, high = rmsea_interval(robust.chi2_scaled, fit.df, fit.n, len(self.groups))
        return StepMeasures(
            *(robust.chi2_scaled, fit.df, robust.p_scaled, robust.cfi_scaled, robust.tli_scaled, robust.rmsea_scaled),
            *(low, high, plain.srmr, robust.scaling, plain.chi2, plain.cfi, plain.tli, plain.rmsea),
        )

    def doubts(self, fit: Fit) -> Doubts:
        return doubts(fit)

    def tests(self, fit: Fit, kind: str) -> list[ScoreTest]:
        return score_tests(fit, [kind])


@dataclass(frozen=True, slots=True)
class Ordinal:
    """Diagonally weighted least squares of polychoric correlations, with scaled and shifted statistics (WLSMV)."""

    structure: Structure
    groups: tuple[str, ...]
    samples: tuple[Polychorics, ...]
    levels: str = THRESHOLD
    plain_counts: bool = False

    def fitted(self, equal: tuple[str, ...], freed: Freed, near: OrdinalFit | None) -> OrdinalFit:
        counts = self.samples[0].categories.counts
        model = specify_ordinal(self.structure, self.groups, counts, equal=equal, freed=freed)
        return fit_ordinal(model, self.samples, start_from(model, near.cells) if near else None)

    def measures(self, fit: OrdinalFit) -> StepMeasures:
        found = fit.statistics
        if found is None:
            raise ValueError("A model without estimates has no measures.")
        test = found.test
        return StepMeasures(
            *(test.chi2_scaled, test.df, test.p_scaled, found.cfi, found.tli, found.rmsea),
            *(found.rmsea_low, found.rmsea_high, found.srmr, test.scaling),
            *(test.chi2, found.cfi_plain, found.tli_plain, found.rmsea_plain),
        )

    def doubts(self, fit: OrdinalFit) -> Doubts:
        return ordinal_doubts(fit)

    def tests(self, fit: OrdinalFit, kind: str) -> list[ScoreTest]:
        return ordinal_score_tests(fit, self.samples, [kind])
