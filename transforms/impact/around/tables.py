"""Everything that is estimated, and everything that is printed around it, as tables."""

from collections.abc import Iterator, Sequence

import pandas as pd

from transforms.impact.around.attrition import attrition_table, attrition_tests, composition_effects
from transforms.impact.around.attrition_answers import lee_table, reweighted_effects
from transforms.impact.around.balance import balance_table
from transforms.impact.around.cluster_changes import cluster_changes
from transforms.impact.around.cluster_variation import power_table
from transforms.impact.around.doubly_robust_effects import doubly_robust_effects
from transforms.impact.around.equivalence import equivalence_table
from transforms.impact.around.sensitivity import breakdown_table, placebo_effects
from transforms.impact.cells.panel import seen_again_table
from transforms.impact.effects.standardised import secondary_outcomes
from transforms.impact.effects.study_effects import estimate_effects
from transforms.impact.estimate import Estimate, is_main, main_first, with_no_unit
from transforms.impact.rows.ordered_effects import ordered_effects
from transforms.impact.rows.row_effects import row_effects
from transforms.study import Study
from transforms.study.columns import WEIGHT


def study_estimates(panel: pd.DataFrame, scores: pd.DataFrame, study: Study) -> tuple[Estimate, ...]:
    """Every row of `estimates.csv`: the study's effects, then what examines them, by `model`.

    panel, scores: as `prepare` and `measure` leave them, with the same rows. Where a weight is missing or negative
    every effect says so, and nothing examines them.
    """
    beside = (*study.secondary_outcomes(), *study.settings.effects.placebo)
    answered = [name for name in beside if panel[name].notna().any()]
    return with_no_unit(_every_row(panel, scores, study), answered)


def _every_row(panel: pd.DataFrame, scores: pd.DataFrame, study: Study) -> tuple[Estimate, ...]:
    effects = estimate_effects(scores, study, secondary_outcomes(panel, study))
    if not (scores[WEIGHT] >= 0).all():
        return main_first(effects)
    return main_first(
        (
            *effects,
            *row_effects(panel, scores, study),
            *ordered_effects(panel, study),
            *doubly_robust_effects(panel, scores, study),
            *reweighted_effects(panel, scores, study),
            *placebo_effects(panel, study),
            *composition_effects(panel, study),
            *attrition_tests(panel, scores, study),
        )
    )


def around_tables(
    panel: pd.DataFrame, scores: pd.DataFrame, study: Study, estimates: Sequence[Estimate]
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each table with its name; one that the design does not allow has its columns and no rows.

    panel, scores: as `prepare` and `measure` leave them, with the same rows. estimates: of `study_estimates`.
    """
    main = [row for row in estimates if is_main(row)]
    placebo = [row for row in estimates if row.model == "placebo"]
    yield "equivalence", equivalence_table(main, study)
    yield "breakdown", breakdown_table(main, placebo, study)
    yield "balance", balance_table(panel, scores, study)
    yield "attrition", attrition_table(scores, study)
    yield "seen_again", seen_again_table(scores, study)
    yield "lee_bounds", lee_table(scores, study)
    yield "power", power_table(scores, study, main)
    yield "clusters", cluster_changes(scores, study)
