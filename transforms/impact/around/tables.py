"""Everything that is printed around the estimates, as tables."""

from collections.abc import Iterator, Sequence

import pandas as pd

from transforms.impact.around.attrition import attrition_table, attrition_tests, composition_effects
from transforms.impact.around.attrition_answers import lee_table, reweighted_effects
from transforms.impact.around.balance import balance_table
from transforms.impact.around.cluster_variation import power_table
from transforms.impact.around.doubly_robust_effects import doubly_robust_effects
from transforms.impact.around.equivalence import equivalence_table
from transforms.impact.around.sensitivity import breakdown_table, placebo_effects
from transforms.impact.estimate import Estimate, estimates_table
from transforms.study import Study

# Every key a `reason` here can hold beside those of estimates; wording has a sentence for each.
AROUND_REASONS = ("perfect_prediction", "no_loss_model")


def around_tables(
    panel: pd.DataFrame, scores: pd.DataFrame, study: Study, estimates: Sequence[Estimate]
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each table with its name; one that the design does not allow has its columns and no rows.

    panel, scores: as `prepare` and `measure` leave them, with the same rows. estimates: of `estimate_effects`.
    robustness: rows in the shape of `estimates_table` about placebo outcomes, doubly robust and reweighted effects,
    loss between waves, and composition; their `contrast` says which.
    """
    placebo = placebo_effects(panel, study)
    yield "equivalence", equivalence_table(estimates, study)
    yield "breakdown", breakdown_table(estimates, placebo, study)
    yield "balance", balance_table(panel, scores, study)
    yield "attrition", attrition_table(scores, study)
    yield "lee_bounds", lee_table(scores, study)
    yield "power", power_table(scores, study, estimates)
    adjusted = (*doubly_robust_effects(panel, scores, study), *reweighted_effects(panel, scores, study))
    changes = (*attrition_tests(panel, scores, study), *composition_effects(panel, study))
    yield "robustness", estimates_table((*adjusted, *placebo, *changes))
