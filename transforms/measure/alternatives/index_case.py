"""One index with its answers, and the rows that set its units and weights."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.measure.alternatives.answered import Bools, answered_everything, waves_answered
from transforms.measure.alternatives.recipe import Recipe, Rows, frozen
from transforms.measure.alternatives.shares import Floats, Shares, directed_shares, item_box
from transforms.measure.reference_group import reference_of, reference_rows
from transforms.study.columns import WAVE, WEIGHT
from transforms.study.indices import Index
from transforms.study.instrument import Variable
from transforms.study.study import Study

Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class IndexCase:
    """An index and every row's answers to its items.

    at_reference: positions of the rows that set the unit, `reference` those rows. everyone: all rows of the wave they
    are of. not_always: items to which some wave has no answer.
    """

    index: Index
    study: Study
    rows: Rows
    weights: Floats
    at_reference: Positions
    reference: Rows
    everyone: Bools
    not_always: tuple[Variable, ...]

    @property
    def items(self) -> tuple[Variable, ...]:
        """Items that count in the index."""
        return self.study.items(self.index)

    @property
    def reference_weights(self) -> Floats:
        """Weights of the reference group's rows."""
        return self.weights[self.at_reference]

    def frozen(self, draft: Recipe) -> Recipe | str:
        """A recipe in units of the reference group, or the reason there is none."""
        return frozen(draft, self.reference, self.reference_weights)

    def with_answers(self, shares: Shares) -> "IndexCase":
        """The same rows with other answers, in the same order."""
        rows = Rows(shares, self.rows.boxes, self.rows.complete)
        return replace(self, rows=rows, reference=rows.take(self.at_reference))


def index_case(panel: pd.DataFrame, index: Index, study: Study) -> IndexCase:
    """The answers of a panel to one index.

    An item that fewer than two of the reference group answered counts as unanswered everywhere, as in the scoring key.
    """
    items = study.items(index)
    at_reference = reference_rows(panel, study, index.reference)
    weights = panel[WEIGHT].to_numpy(dtype=np.float64)
    counted = at_reference[weights[at_reference] > 0]
    shares = {
        name: share if np.count_nonzero(~np.isnan(share[counted])) > 1 else np.full(share.shape, np.nan)
        for name, share in directed_shares(panel, study, items).items()
    }
    boxes = {item.name: item_box(item, study) for item in items}
    waves = waves_answered(shares, panel)
    every = frozenset(panel[WAVE].astype("str").unique())
    rows = Rows(shares, boxes, answered_everything(shares, panel))
    return IndexCase(
        index=index,
        study=study,
        rows=rows,
        weights=weights,
        at_reference=at_reference,
        reference=rows.take(at_reference),
        everyone=(panel[WAVE] == reference_of(study, index.reference).wave).to_numpy(dtype=bool),
        not_always=tuple(item for item in items if waves[item.name] != every),
    )
