"""A design fitted to cells with covariates beside it: read by the same ladder as the model of the cells alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from transforms.impact.cells.clusters import count_clusters
from transforms.impact.cells.compression import Floats
from transforms.impact.cells.covariates import independent_columns
from transforms.impact.cells.design import Cells, DesignMatrix
from transforms.impact.cells.working_model import WorkingMoments
from transforms.impact.effects.fitted_model import FittedModel, degenerate
from transforms.impact.inference.least_squares import RankDeficientError, fit
from transforms.impact.inference.randomisation import ArmMoments
from transforms.impact.rows.grams import Grams, gram_moments


@dataclass(frozen=True)
class RowModel(FittedModel):
    """A fit whose regressors are the design's columns, then covariates. covariates: positions of those that entered."""

    grams: Grams
    covariates: tuple[int, ...]

    @cached_property
    def working(self) -> WorkingMoments:
        """Moments without weights and with squared weights."""
        return gram_moments(self.design.x, self.cells.cluster, self.grams)[1]

    @cached_property
    def arms(self) -> ArmMoments:
        """What another assignment of arms needs; covariates are the same under all of them."""
        moments, _ = gram_moments(self.design.if_treated, self.cells.cluster, self.grams)
        switched = np.append(self.design.switched, np.zeros(self.grams.covariates, dtype=bool))
        treated = np.isin(self.clusters, self.cells.cluster[self.cells.treated == 1])
        return ArmMoments(moments, switched, treated)


def _determined(xwx: Floats, effects: Sequence[int], covariates: int) -> list[int]:
    """Positions of the covariates that the rest of the design does not explain.

    Raises
    ------
    RankDeficientError
        If the design and the covariates explain an effect, or the design itself is collinear.
    """
    designed = xwx.shape[0] - covariates
    before = [at for at in range(designed) if at not in effects]
    order = [*before, *range(designed, designed + covariates), *effects]
    kept = {order[at] for at in independent_columns(xwx[np.ix_(order, order)])}
    if not kept.issuperset(range(designed)):
        raise RankDeficientError
    return [at for at in range(covariates) if designed + at in kept]


def fit_rows(cells: Cells, grams: Grams, design: DesignMatrix) -> RowModel | str:
    """The design and the covariates fitted together; the reason if that cannot be done.

    A covariate that the others explain, or that does not vary, adds nothing to what is held constant and is left out.
    cells: with the outcomes' sums. grams: of the same cells.
    """
    try:
        moments, _ = gram_moments(design.x, cells.cluster, grams)
        kept = _determined(moments.xwx.sum(axis=0), sorted(design.effects.values()), grams.covariates)
        grams = grams.with_covariates(kept)
        moments, _ = gram_moments(design.x, cells.cluster, grams)
        fitted = fit(moments)
    except RankDeficientError:
        return "rank_deficient"
    constant, exact = degenerate(cells, fitted)
    counts = count_clusters(cells)
    return RowModel(fitted, design, cells, moments, counts, constant, exact, grams=grams, covariates=tuple(kept))
