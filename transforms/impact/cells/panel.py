"""Who is who in a panel: every respondent's rows of all waves, and the cells of those seen twice or more."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.impact.cells.compression import Floats, Ints, cell_codes
from transforms.impact.cells.design import Cells
from transforms.impact.cells.pairs import usable_rows
from transforms.impact.cells.panel_cells import Answers, PanelCells, respondent_sums
from transforms.impact.cells.sample import declared_groups, ordered_values, place_codes
from transforms.impact.estimate import estimated_outcomes
from transforms.study import Study
from transforms.study.columns import ARM, CLUSTER, COMPARISON, GOVERNORATE, RESPONDENT, STRATA, TREATED, WAVE, WEIGHT

NOBODY_TWICE = "nobody_twice"  # reason: there are answers, but of nobody in two waves


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel's respondents with a row in two waves or more, where they lived in the first.

    keys: one row for each base (governorate x arm x stratum x cluster x groups). torn: for each, whether its cluster
    stands in both arms in the study's waves, which no respondent's own arm may hide. base: [n]. rows: [n, T] positions
    in the frame. weight: [n, T], 0 where there is no row. outcomes, columns: names and answers. governorates, groups:
    of everybody, also of those seen once.
    """

    keys: pd.DataFrame
    torn: NDArray[np.bool_]
    base: Ints
    rows: Ints
    weight: Floats
    outcomes: tuple[str, ...]
    columns: tuple[Floats, ...]
    governorates: tuple[str, ...]
    groups: dict[str, tuple[str, ...]]
    weights_valid: bool

    def patterns(self) -> list[list[int]]:
        """Positions of outcomes that the same respondents answered in the same waves."""
        found: dict[bytes, list[int]] = {}
        for position, column in enumerate(self.columns):
            found.setdefault(np.packbits(self._answered(column)).tobytes(), []).append(position)
        return list(found.values())

    def _answered(self, column: Floats) -> NDArray[np.bool_]:
        answered: NDArray[np.bool_] = (self.weight > 0) & ~np.isnan(column[self.rows])
        return answered

    def cells(self, study: Study, outcomes: Sequence[int]) -> Cells | str:
        """Cells of some outcomes (positions of one pattern), or the reason there are none."""
        if not self.weights_valid:
            return "weights_not_positive"
        columns = tuple(self.columns[at] for at in outcomes)
        if all(np.isnan(column).all() for column in columns):
            return "no_answers"
        everyone = np.ones((len(self.keys), self.rows.shape[1]), dtype=bool)
        weight = np.where(self._answered(columns[0]), self.weight, 0.0)
        answers = Answers(self.base, len(self.keys), self.rows, weight, columns).keep(everyone)
        return self._cells(study, answers) if answers.base.size else NOBODY_TWICE

    def _cells(self, study: Study, answers: Answers) -> PanelCells:
        sums, products = respondent_sums(answers)
        filled = np.flatnonzero(sums.rows[:, 0] > 0)
        base, codes = filled // answers.waves, place_codes(self.keys, self, study)
        return PanelCells(
            unit=codes.unit[base],
            wave=filled % answers.waves,
            treated=codes.treated[base],
            stratum=codes.stratum[base],
            cluster=codes.cluster[base],
            groups=codes.groups[base],
            sums=sums.take(filled),
            comparison=study.design.treatment is not None,
            base=base,
            torn=self.torn[base],
            products=products.take(filled),
            answers=answers,
        )


def _torn(frame: pd.DataFrame, usable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """[rows] whether the row's cluster stands in both arms among the usable rows."""
    cluster, first = cell_codes(frame, [GOVERNORATE, CLUSTER])
    arms = [
        np.bincount(cluster[usable & (frame[ARM] == arm).to_numpy()], minlength=first.size)
        for arm in (TREATED, COMPARISON)
    ]
    torn: NDArray[np.bool_] = ((arms[0] > 0) & (arms[1] > 0))[cluster]
    return torn


def _wave_rows(frame: pd.DataFrame, study: Study) -> Ints:
    """[n, T] position of every respondent's row in each wave (the first, should there be several), -1 without one."""
    wave = pd.Categorical(frame[WAVE], categories=study.wave_names).codes.astype(np.int64)
    codes, names = pd.factorize(frame[RESPONDENT])
    known = np.flatnonzero((wave >= 0) & (codes >= 0) & (frame[WEIGHT] > 0).to_numpy())[::-1]
    rows = np.full((len(names), len(study.wave_names)), -1, dtype=np.int64)
    rows[codes[known], wave[known]] = known
    return rows


def panel_of(frame: pd.DataFrame, study: Study, outcomes: Sequence[str]) -> Panel:
    """Everyone with a positive weight in two waves or more, whose place, cluster and arm are known in one of them.

    Place, arm, stratum and groups are those of the first such wave, so that moving away changes no arm.
    """
    usable, groups = usable_rows(frame, study), declared_groups(study)
    rows = _wave_rows(frame, study)
    rows = rows[np.count_nonzero(rows >= 0, axis=1) > 1]
    placed = (rows >= 0) & usable[rows]
    rows, placed = rows[placed.any(axis=1)], placed[placed.any(axis=1)]
    first = rows[np.arange(len(rows)), placed.argmax(axis=1)]
    by = [GOVERNORATE, ARM, STRATA, CLUSTER, *groups]
    keys = pd.DataFrame({name: frame[name].iloc[first].reset_index(drop=True) for name in by})
    base, of_base = cell_codes(keys, by)
    weight = frame[WEIGHT].to_numpy(dtype=np.float64)
    named = {GOVERNORATE: study.design.governorate, **groups}
    values = {name: ordered_values(study, variable, frame.loc[usable, name]) for name, variable in named.items()}
    return Panel(
        keys=keys.iloc[of_base].reset_index(drop=True),
        torn=_torn(frame, usable)[first][of_base],
        base=base,
        rows=rows,
        weight=np.where(rows >= 0, weight[rows], 0.0),
        outcomes=tuple(outcomes),
        columns=tuple(frame[name].to_numpy(dtype=np.float64) for name in outcomes),
        governorates=values.pop(GOVERNORATE),
        groups=values,
        weights_valid=bool((weight >= 0).all()),
    )


def carried_answers(scores: pd.DataFrame, study: Study, outcomes: Sequence[str]) -> pd.DataFrame:
    """The scores with the answers alone that the study's effects rest on: in a panel of those seen twice or more."""
    if study.design.kind != "panel":
        return scores
    rows = _wave_rows(scores, study)
    found = {}
    for outcome in outcomes:
        values = scores[outcome].to_numpy(dtype=np.float64)
        known = (rows >= 0) & ~np.isnan(values[rows])
        kept = np.zeros(values.size, dtype=bool)
        kept[rows[known & (np.count_nonzero(known, axis=1) > 1)[:, None]]] = True
        found[outcome] = np.where(kept, values, np.nan)
    return scores.assign(**found)


SEEN_COLUMNS = ("outcome", "respondents", "seen_twice", "seen_once", "interviews")


def seen_again_table(scores: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Of every outcome of a panel: who answered, who did in two waves or more, who in one; interviews of the former.

    Those seen once carry no change: the study's effects do not rest on them. No rows for other designs.
    """
    if study.analysis == "levels" or study.design.kind != "panel":
        return pd.DataFrame(columns=list(SEEN_COLUMNS))
    rows = _wave_rows(scores, study)
    rows = rows[((rows >= 0) & usable_rows(scores, study)[rows]).any(axis=1)]
    found = []
    for outcome in estimated_outcomes(study):
        known = (rows >= 0) & scores[outcome].notna().to_numpy()[rows]
        times = np.count_nonzero(known, axis=1)
        twice = times > 1
        found.append(
            [outcome, int((times > 0).sum()), int(twice.sum()), int((times == 1).sum()), int(times[twice].sum())]
        )
    return pd.DataFrame(found, columns=list(SEEN_COLUMNS))
