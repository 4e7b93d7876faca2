"""Survey weights raked to what is known of the population, wave by wave, and trimmed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from transforms.prepare.text import label_key
from transforms.prepare.values import as_labels, value_text
from transforms.study.columns import WAVE, WEIGHT
from transforms.study.problems import DataRefusedError
from transforms.study.settings import Text, Value
from transforms.study.study import Study
from transforms.study.weighting import Margin

Floats = npt.NDArray[np.float64]
WEIGHT_COLUMNS = (
    "wave", "weights", "n", "left_out", "cv", "design_effect", "n_effective", "lowest", "highest", "trimmed",
)  # fmt: skip
MARGIN_COLUMNS = ("wave", "variable", "value", "n", "before", "after", "target", "source")
DESIGN, RAKED = "design", "raked"  # values of `weights`
CYCLES = 200  # of trimming and raking again


@dataclass(frozen=True, slots=True)
class Raked:
    """A panel whose weights agree with the margins.

    weights: one row for each wave and kind of weight: respondents that count, those without an answer to a margin, CV,
    design effect 1 + CV^2 and effective sample size n / (1 + CV^2) (Kish 1965, sec. 11.7), smallest and largest weight
    as a multiple of the mean, and how many stand at a limit of trimming. margins: for each value its share with the
    weights before and after, and its target.
    """

    frame: pd.DataFrame
    weights: pd.DataFrame
    margins: pd.DataFrame


def rake_weights(panel: pd.DataFrame, study: Study) -> Raked:
    """The panel with raked weights in its weight column, and what raking did; unchanged where no margin is declared.

    In every wave the weights are raked to that wave's margins (Deming & Stephan 1940) and trimmed to the study's
    limits, in turn until both hold, by the library svy. Their sum stays what it was. Respondents without an answer to
    a margin keep their weight.

    Raises
    ------
    DataRefusedError
        Where a margin's values are not those of the respondents, or margins and limits cannot both be met.
    """
    weights = panel[WEIGHT].to_numpy(dtype=np.float64).copy()
    described, margins = [], []
    for wave in study.wave_names:
        rows = np.flatnonzero((panel[WAVE] == wave).to_numpy() & (weights > 0))
        before = weights[rows]
        described.append([wave, DESIGN, *_describe(before, 0, 0)])
        asked = [margin for margin in study.settings.raking.margins if margin.wave in (None, wave)]
        if not asked or not rows.size:
            continue
        values = {margin.variable: _levels(panel[margin.variable].iloc[rows], margin, study) for margin in asked}
        _check(values, asked, wave)
        answered = np.logical_and.reduce([level.notna().to_numpy() for level in values.values()])
        after = before.copy()
        after[answered] = _rake(before[answered], {k: v[answered] for k, v in values.items()}, asked, study, wave)
        weights[rows] = after
        limits = _at_limits(after[answered], study)
        described.append([wave, RAKED, *_describe(after, int((~answered).sum()), limits)])
        margins += list(_margin_rows(wave, asked, values, (before, after, answered)))
    raked = pd.DataFrame(margins, columns=list(MARGIN_COLUMNS))
    return Raked(panel.assign(**{WEIGHT: weights}), pd.DataFrame(described, columns=list(WEIGHT_COLUMNS)), raked)


def _describe(weights: Floats, left_out: int, trimmed: int) -> list[float]:
    n = weights.size
    if not n:
        return [0, 0, np.nan, np.nan, 0, np.nan, np.nan, 0]
    mean = weights.mean()
    cv = weights.std() / mean
    return [n, left_out, cv, 1 + cv**2, n / (1 + cv**2), weights.min() / mean, weights.max() / mean, trimmed]


def _levels(values: pd.Series, margin: Margin, study: Study) -> pd.Series:
    """The key of the margin each respondent belongs to; the label itself where no key fits; missing where missing."""
    labels = study.codebook.values_of(margin.variable)
    named = as_labels(values, labels).reset_index(drop=True)
    return named.replace({_name(key, labels): key for key in margin.shares})


def _name(key: str, labels: dict[Value, Text]) -> str:
    """The English label of the value that `key` means, by code or label; the key where there is none."""
    for code, label in labels.items():
        spelt = {label_key(value_text(code)), label_key(label.en), label_key(label.ar or label.en)}
        if label_key(value_text(key)) in spelt:
            return label.en
    return value_text(key)


def _check(values: dict[str, pd.Series], margins: Sequence[Margin], wave: str) -> None:
    problems = []
    for margin in margins:
        found = values[margin.variable].dropna()
        without = found[~found.isin(list(margin.shares))]
        if without.size:
            problems.append(f"{without.size} respondents have a value of {margin.variable} without a share.")
        empty = sum(share > 0 for key, share in margin.shares.items() if key not in set(found))
        if empty:
            problems.append(f"{empty} values of {margin.variable} have a share and no respondent.")
    if problems:
        lines = "\n".join(f"  - {problem}" for problem in problems)
        raise DataRefusedError(
            f"Wave {wave}: the weights cannot be raked to the margins of study.toml ([raking]):\n{lines}\n"
            "  Give every value its share, and join values that nobody has with others by a recode."
        )


def _rake(weights: Floats, values: dict[str, pd.Series], margins: Sequence[Margin], study: Study, wave: str) -> Floats:
    import polars as pl  # heavy, and only where a study declares margins
    from svy import Design, Sample, Threshold, TrimConfig
    from svy.errors import SvyError

    raking = study.settings.raking
    columns = {name: pl.Series(name, level.to_list(), dtype=pl.String) for name, level in values.items()}
    sample = Sample(pl.DataFrame({"base weight": weights, **columns}), Design(wgt="base weight"))
    shares: dict[str, dict[Value, int | float]] = {
        margin.variable: {key: s for key, s in margin.shares.items() if s > 0} for margin in margins
    }
    lowest = Threshold("mean", raking.lowest) if raking.lowest else None  # svy has no bound of zero
    trimming = TrimConfig(upper=Threshold("mean", raking.highest), lower=lowest, max_iter=CYCLES)
    try:
        made = sample.weighting.rake(
            shares=shares, tol=raking.tolerance, trimming=trimming, max_iter=CYCLES, wgt_name="raked weight"
        )
    except SvyError as error:
        raise DataRefusedError(
            f"Wave {wave}: no weights between {raking.lowest:g} and {raking.highest:g} times their mean reach the "
            f"margins of {', '.join(values)}. Widen `lowest` and `highest` under [raking], join small values by a "
            "recode, or look whether the shares are right."
        ) from error
    found: Floats = made.data.lazy().collect()["raked weight"].to_numpy().astype(np.float64)
    return found


def _at_limits(weights: Floats, study: Study) -> int:
    """How many weights stand at a limit of trimming, within the tolerance of raking."""
    raking, share = study.settings.raking, weights / weights.mean()
    slack = 10 * raking.tolerance
    return int(((share <= raking.lowest * (1 + slack)) | (share >= raking.highest * (1 - slack))).sum())


def _margin_rows(
    wave: str,
    margins: Sequence[Margin],
    values: dict[str, pd.Series],
    weights: tuple[Floats, Floats, npt.NDArray[np.bool_]],
) -> Iterator[list[object]]:
    before, after, answered = weights
    for margin in margins:
        total = sum(margin.shares.values())
        for key, share in margin.shares.items():
            here = (values[margin.variable] == key).to_numpy(dtype=bool) & answered
            shares = [kind[here].sum() / kind[answered].sum() for kind in (before, after)]
            yield [wave, margin.variable, key, int(here.sum()), *shares, share / total, margin.source]
