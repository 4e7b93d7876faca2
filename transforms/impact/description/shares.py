"""How many gave each answer, as the sampling design gives it, with limits that stay between 0 and 1."""

from collections.abc import Iterator
from math import nan

import numpy as np
import pandas as pd
from scipy import special

from transforms.impact.cells.compression import CellSums, Floats, Ints, cell_codes
from transforms.impact.description.linearisation import DomainMeans, SamplingUnits, domain_means, sampling_units
from transforms.study import Study, Variable
from transforms.study.columns import ARM, COMPARISON, FPC, GOVERNORATE, PSU, STRATA, TREATED, WAVE, WEIGHT

EVERY = "all"
SHARE_COLUMNS = (
    "item", "wave", "arm", "code", "n", "answers", "share", "std_error", "df", "conf_low", "conf_high", "method",
)  # fmt: skip
LOGIT, EXACT, NONE = "logit", "Clopper-Pearson", "none"
DESCRIBED = ("headline", "secondary")


def logit_limits(share: Floats, std_error: Floats, df: Ints, confidence: float) -> tuple[Floats, Floats]:
    """Limits of shares [m] by t intervals of their log odds (Korn & Graubard 1999, sec. 5.6; R's `svyciprop`)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        half = special.stdtrit(df, (1 + confidence) / 2) * std_error / (share * (1 - share))
        odds = special.logit(share)
    return special.expit(odds - half), special.expit(odds + half)


def exact_limits(share: Floats, n: Ints, confidence: float) -> tuple[Floats, Floats]:
    """Limits of shares [m] that are 0 or 1 among `n` [m] independent answers (Clopper & Pearson 1934)."""
    furthest = 1 - ((1 - confidence) / 2) ** (1 / np.maximum(n, 1))
    return np.where(share < 0.5, 0.0, 1 - furthest), np.where(share < 0.5, furthest, 1.0)


def _limits(means: DomainMeans, confidence: float) -> tuple[Floats, Floats, list[str]]:
    """Limits and their method: where everybody or nobody gave an answer the design has no error, and n decides."""
    low, high = logit_limits(means.mean, means.std_error, means.df, confidence)
    end_low, end_high = exact_limits(means.mean, means.rows, confidence)
    end, known = (means.mean <= 0) | (means.mean >= 1), np.isfinite(low) & np.isfinite(high)
    method = np.where(end, EXACT, np.where(known, LOGIT, NONE))
    nothing = method == NONE
    low, high = np.where(end, end_low, low), np.where(end, end_high, high)
    return np.where(nothing, nan, low), np.where(nothing, nan, high), method.tolist()


def _codes(item: Variable, study: Study) -> tuple[float, ...]:
    """Codes of the answers an item lists, in the order of its scale; none for a range."""
    scale = study.codebook.scale(item)
    listed = scale.codes if scale is not None else ()
    return tuple(code for code in listed if isinstance(code, float))


def _cell_sums(cell: Ints, cells: int, answers: Floats, weight: Floats, codes: tuple[float, ...]) -> CellSums:
    """Sums within cells for as many outcomes as codes: whether an answer is that code."""
    shape, order = (cells, len(codes)), np.argsort(codes)
    answered = np.isin(answers, codes)
    place = order[np.searchsorted(codes, answers[answered], sorter=order)]
    slot = cell[answered] * len(codes) + place
    size = cells * len(codes)
    total: Floats = np.bincount(slot, weight[answered], size).reshape(shape).astype(np.float64)
    given = np.bincount(slot, minlength=size).reshape(shape)
    rows = np.broadcast_to(given.sum(axis=1, keepdims=True), shape)
    weights: Floats = np.broadcast_to(total.sum(axis=1, keepdims=True), shape)
    plain = given.astype(np.float64)
    return CellSums(rows.astype(np.int64), weights, total, total, weights, plain)


def _wave_shares(panel: pd.DataFrame, study: Study, items: tuple[Variable, ...], wave: str) -> Iterator[list[object]]:
    """Shares of one wave, which is one survey with its own sampling units."""
    keep = (panel[WAVE] == wave).to_numpy() & (panel[WEIGHT].to_numpy(dtype=np.float64) > 0)
    people = panel.loc[keep]
    place = [STRATA, GOVERNORATE, PSU]
    if people.empty:
        return
    cell, first = cell_codes(people, [*place, ARM, FPC])
    keys = people.iloc[first]
    units, unit = sampling_units(keys, place, keys[FPC].to_numpy(dtype=np.float64))
    weight = people[WEIGHT].to_numpy(dtype=np.float64)
    arms = [EVERY, *(arm for arm in (TREATED, COMPARISON) if (keys[ARM] == arm).any())]
    for item in items:
        codes = _codes(item, study)
        sums = _cell_sums(cell, first.size, people[item.name].to_numpy(dtype=np.float64), weight, codes)
        for arm in arms:
            inside = np.ones(first.size, dtype=bool) if arm == EVERY else (keys[ARM] == arm).to_numpy()
            for row in _rows(sums.take(inside), unit[inside], units, (codes, study.settings.effects.confidence)):
                yield [item.name, wave, arm, *row]


def _rows(
    sums: CellSums, unit: Ints, units: SamplingUnits, how: tuple[tuple[float, ...], float]
) -> Iterator[list[object]]:
    codes, confidence = how
    if not sums.rows.sum():
        return
    means = domain_means(sums, unit, units)
    low, high, method = _limits(means, confidence)
    given = sums.plain.sum(axis=0).astype(np.int64)
    for at, code in enumerate(codes):
        numbers = [means.mean[at], means.std_error[at], int(means.df[at]), low[at], high[at]]
        yield [code, int(given[at]), int(means.rows[at]), *numbers, method[at]]


def shares_table(panel: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Share of every answer to every headline and secondary item that lists its answers, by wave and arm.

    `n` respondents gave the answer `code`, of `answers` to that item; `share` is weighted. `std_error` is by Taylor
    linearisation with strata, PSUs, weights and finite population correction. The limits are those of the log odds;
    where everybody or nobody gave the answer, those of Clopper & Pearson for as many independent answers; none where a
    single PSU answers.
    """
    items = tuple(item for item in study.codebook.variables if item.type == "item" and item.role in DESCRIBED)
    listed = tuple(item for item in items if item.name in panel and _codes(item, study))
    rows = [row for wave in study.wave_names for row in _wave_shares(panel, study, listed, wave)]
    place = {item.name: position for position, item in enumerate(listed)}
    rows.sort(key=lambda row: place[str(row[0])])
    return pd.DataFrame(rows, columns=list(SHARE_COLUMNS))
