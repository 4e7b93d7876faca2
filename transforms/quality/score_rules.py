"""The rules the scores must keep, from the study."""

from collections.abc import Collection, Iterator
from functools import partial

import pandas as pd

from transforms.quality.reference import beyond, mean_not_zero, no_score, no_unit, not_finite, sd_not_one
from transforms.quality.rules import Finding, Rule, below
from transforms.study.columns import ARM, WAVE, WEIGHT, pomp_column
from transforms.study.study import Study


def score_rules(study: Study, *, pinned: bool = False, without_unit: Collection[str] = ()) -> tuple[Rule, ...]:
    """Every rule of the scores, outcome by outcome; then the items that `without_unit` names.

    without_unit: outcomes and items that the scoring key cannot score. Nobody is expected to have such a score.
    Scores by a pinned key are in the units of whoever made it, so nothing is expected of this study's reference group.
    """
    outcomes = study.outcomes()
    items = dict.fromkeys(item.name for index in study.indices for item in study.items(index))
    rules = []
    for outcome in outcomes:
        rules.append(_unit_rule(outcome, without_unit))
        rules += [] if outcome in without_unit else _present_rules(outcome, study)
        rules += _outcome_rules(outcome, study, pinned)
    rules += [_unit_rule(item, without_unit) for item in items if item in without_unit and item not in outcomes]
    return tuple(rules)


def _unit_rule(part: str, without_unit: Collection[str]) -> Rule:
    return Rule("unit_known", partial(no_unit, lacking=part in without_unit), (WAVE,), part)


def _present_rules(outcome: str, study: Study) -> Iterator[Rule]:
    mostly = below(study.settings.limits.item_missing_share)
    for wave in study.wave_names:
        find = partial(no_score, outcome=outcome, wave=wave)
        yield Rule("score_present", find, (outcome, WAVE), outcome, mostly, wave)


def _outcome_rules(outcome: str, study: Study, pinned: bool) -> Iterator[Rule]:
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
