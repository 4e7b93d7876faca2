"""The rules the scores must keep, from the study."""

from collections.abc import Iterator
from functools import partial

import pandas as pd

from transforms.quality.reference import beyond, mean_not_zero, no_score, not_finite, sd_not_one
from transforms.quality.rules import Finding, Rule, below
from transforms.study.columns import ARM, WAVE, WEIGHT, pomp_column
from transforms.study.study import Study


def score_rules(study: Study, *, pinned: bool = False) -> tuple[Rule, ...]:
    """Every rule of the scores, outcome by outcome.

    Scores by a pinned key are in the units of whoever made it, so nothing is expected of this study's reference group.
    """
    return tuple(rule for outcome in study.outcomes() for rule in _outcome_rules(outcome, study, pinned))


def _outcome_rules(outcome: str, study: Study, pinned: bool) -> Iterator[Rule]:
    mostly = below(study.settings.limits.item_missing_share)
    for wave in study.wave_names:
        find = partial(no_score, outcome=outcome, wave=wave)
        yield Rule("score_present", find, (outcome, WAVE), outcome, mostly, wave)
    yield Rule("score_finite", partial(_not_finite, outcome=outcome), (outcome,), outcome)
    yield Rule("score_range", partial(_beyond_pomp, outcome=outcome), (pomp_column(outcome),), outcome)
    name, _, dimension = outcome.partition(".")
    index = next(index for index in study.indices if index.name == name)
    needs = (outcome, WAVE, ARM, WEIGHT)
    own_unit = index.standardised and index.reference is None and not pinned
    if own_unit and (dimension or index.rescale):
        yield Rule("reference_mean", partial(mean_not_zero, outcome=outcome, study=study), needs, outcome)
        if not dimension:
            yield Rule("reference_sd", partial(sd_not_one, outcome=outcome, study=study), needs, outcome)


def _not_finite(frame: pd.DataFrame, outcome: str) -> Finding:
    return not_finite(frame[outcome])


def _beyond_pomp(frame: pd.DataFrame, outcome: str) -> Finding:
    return beyond(frame[pomp_column(outcome)], 0.0, 100.0)
