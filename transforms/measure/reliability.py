"""How reliable each index, and each of its dimensions, is: in every wave, arm and group of respondents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import nan

import numpy as np
import pandas as pd

from transforms.measure.consistency import Floats, cronbach_alpha, item_rest_correlations, omega_total
from transforms.measure.factors.doubts import NEGATIVE_LOADING, NEGATIVE_VARIANCE
from transforms.measure.factors.one_factor_each import one_factor_each
from transforms.measure.item_sets import (
    APART,
    FEW_ITEMS,
    FEW_RESPONDENTS,
    SUM_CONSTANT,
    ItemSet,
    Usable,
    directed_items,
    item_sets,
)
from transforms.measure.margins import Key, margins
from transforms.measure.ordinal_reliability import OrdinalAlphas, ordinal_alphas
from transforms.study.measures import Measures
from transforms.study.records import records_table
from transforms.study.study import Study

GOOD, FLAGGED, NO_HEADLINE, FORMATIVE, UNKNOWN = "good", "flagged", "no_headline", "formative", "unknown"
VERDICTS = (GOOD, FLAGGED, NO_HEADLINE, FORMATIVE, UNKNOWN)

TWO_ITEMS = "two_items_taken_as_alike"
CONSTANT_LEFT_OUT = "constant_items_left_out"
NOT_EXAMINED = "left_out_of_a_fast_run"
RELIABILITY_REASONS = (FEW_ITEMS, FEW_RESPONDENTS, APART, SUM_CONSTANT, TWO_ITEMS, CONSTANT_LEFT_OUT, NOT_EXAMINED)


@dataclass(frozen=True, slots=True)
class Reliability:
    """One set of items among some respondents.

    dimension: "all" for the whole index, of which formative dimensions are no part (unless it has no others). wave,
    arm, group: also "all". n: respondents who answered any of the items. items: those that count; `left_out` names
    those that everybody answered alike, separated by spaces.

    alpha: Cronbach's. omega: total, of one factor by maximum likelihood. ordinal_alpha: alpha of the variables behind
    ordered answers; where it is missing `ordinal_reason` says why. item_rest_min: the lowest correlation of an item
    with the sum of the others, that of `item_rest_item`.

    verdict: by omega, or by alpha where omega is missing or doubtful: "good", "flagged", "no_headline"; "formative" for
    a dimension of which none is asked; "unknown". status: "ok"; "doubtful": there is no proper omega, and `reason` says
    why; "not_estimated": there is nothing, and `reason` says why. With "ok" a reason is a remark.
    """

    index: str
    dimension: str
    wave: str
    arm: str
    group: str
    n: int
    items: int
    alpha: float = nan
    omega: float = nan
    ordinal_alpha: float = nan
    item_rest_min: float = nan
    item_rest_item: str = ""
    verdict: str = UNKNOWN
    status: str = "not_estimated"
    reason: str = ""
    ordinal_reason: str = ""
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Omega:
    """Omega of some items, or why there is none or none to be trusted."""

    value: float
    status: str = "ok"
    reason: str = ""


def reliability_table(panel: pd.DataFrame, study: Study, *, ordinal: bool = True) -> pd.DataFrame:
    """One row for each index (dimension `all`) and dimension in each wave, arm and group, and in all of each.

    Items are taken on 0-1 by their scale's range and in the direction of cohesion; covariances are pairwise and
    unweighted, as is usual for alpha. An item that nobody of a margin answered is left out of its row. `ordinal` asks
    for ordinal alpha, which takes most of the time.
    """
    found = margins(panel, study)
    rows: list[Reliability] = []
    for index in study.indices:
        answers = directed_items(panel, index, study)
        alphas = ordinal_alphas(answers, found) if ordinal else None
        for each in item_sets(index, study, answers, found):
            rows += _rows(each, found.keys, alphas, study.settings.measures)
    return records_table(Reliability, rows)


def _rows(
    each: ItemSet, keys: Sequence[Key], alphas: OrdinalAlphas | None, measures: Measures
) -> Iterator[Reliability]:
    """One set of items in every margin in which anybody answered any of them."""
    usable = [each.usable(margin) for margin in range(len(keys))]
    omegas = _omegas(usable)
    for margin, (key, mine) in enumerate(zip(keys, usable, strict=True)):
        if not mine.n:
            continue
        row = Reliability(each.index, each.dimension, *key, mine.n, len(mine.items), left_out=" ".join(mine.constant))
        row = replace(row, verdict=FORMATIVE if each.formative else UNKNOWN, reason=mine.problem)
        if not mine.problem:
            row = _with_numbers(row, mine, omegas[margin], measures)
            alpha, reason = alphas.alpha(margin, mine.items) if alphas else (nan, NOT_EXAMINED)
            row = replace(row, ordinal_alpha=alpha, ordinal_reason=reason)
        yield row


def _with_numbers(row: Reliability, mine: Usable, omega: Omega, measures: Measures) -> Reliability:
    alpha = cronbach_alpha(mine.covariance)
    item_rest = item_rest_correlations(mine.covariance)
    weakest = int(np.argmin(item_rest))
    judged = omega.value if omega.status == "ok" else alpha
    return replace(
        row,
        alpha=alpha,
        omega=omega.value,
        item_rest_min=float(item_rest[weakest]),
        item_rest_item=mine.items[weakest],
        verdict=row.verdict if row.verdict == FORMATIVE else verdict_of(judged, measures),
        status=omega.status,
        reason=omega.reason or (CONSTANT_LEFT_OUT if mine.constant else ""),
    )


def verdict_of(reliability: float, measures: Measures) -> str:
    """What the study's thresholds make of an omega (or alpha)."""
    if reliability >= measures.good_omega:
        return GOOD
    return FLAGGED if reliability >= measures.least_omega else NO_HEADLINE


def _omegas(usable: Sequence[Usable]) -> dict[int, Omega]:
    """Omega in every margin that has one; margins with the same items in one go."""
    alike: dict[tuple[str, ...], list[int]] = {}
    for margin, mine in enumerate(usable):
        if not mine.problem:
            alike.setdefault(mine.items, []).append(margin)
    found: dict[int, Omega] = {}
    for items, places in alike.items():
        covariances = np.array([usable[margin].covariance for margin in places])
        several = _of_two if len(items) == 2 else _of_several
        found |= dict(zip(places, several(covariances), strict=True))
    return found


def _of_two(covariances: Floats) -> list[Omega]:
    """Two items show one factor only if their loadings are taken as equal: omega is then alpha."""
    return [Omega(cronbach_alpha(covariance), reason=TWO_ITEMS) for covariance in covariances]


def _of_several(covariances: Floats) -> list[Omega]:
    variances = np.einsum("gii->gi", covariances)
    sd = np.sqrt(variances)
    fitted = one_factor_each(covariances / (sd[:, :, None] * sd[:, None, :]))
    own = fitted.unexplained * variances
    parts = zip(covariances, own, fitted.loadings, fitted.problems, strict=True)
    return [_omega(*part) for part in parts]


def _omega(covariance: Floats, own: Floats, loadings: Floats, problem: str) -> Omega:
    """Omega from the items' covariance, the variance `own` to each, their loadings, or what kept those from being."""
    if problem:
        return Omega(nan, "doubtful", problem)
    doubt = NEGATIVE_VARIANCE if (own < 0).any() else NEGATIVE_LOADING if (loadings < 0).any() else ""
    return Omega(omega_total(covariance, own), "doubtful" if doubt else "ok", doubt)
