"""How much of the variance of an answer lies between interviewers who asked in the same places."""

from dataclasses import dataclass
from math import nan

import numpy as np
import numpy.typing as npt
from scipy import sparse, special
from scipy.sparse import csgraph
from scipy.sparse import linalg as sparse_linalg

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
ENOUGH = 2  # interviews of an interviewer in a place, and such interviewers in a place, that allow a comparison
NOTHING = 1e-12  # share of the variance below which what is left within interviewers is rounding


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """Who asked where: `cell` is each row's pair of place and interviewer, -1 where the row is not compared.

    place, interviewer: of each cell. asked_by: each row's interviewer, -1 where unknown, compared or not.
    """

    cell: Integers
    place: Integers
    interviewer: Integers
    asked_by: Integers

    @property
    def compared(self) -> float:
        """Share of the rows with a known interviewer that are compared."""
        known = int((self.asked_by >= 0).sum())
        return float((self.cell >= 0).sum() / known) if known else 0.0


@dataclass(frozen=True, slots=True)
class InterviewerVariance:
    """Share of variance between interviewers within places; NaN where it cannot be told.

    rho_raw can be below 0 where interviewers are more alike than chance makes them; rho is clipped at 0.
    per_interviewer is sum(m^2) / sum(m) over the interviewers' loads m, which is their mean where all are equal and
    what enters the variance of a mean where they are not (Holt 1980). statistic: F of no difference between them.
    """

    interviewers: int
    interviews: int
    per_interviewer: float = nan
    rho_raw: float = nan
    statistic: float = nan
    df_between: int = 0
    df_within: int = 0
    p_value: float = nan

    @property
    def rho(self) -> float:
        """Intraclass correlation, at least 0."""
        return max(self.rho_raw, 0.0) if self.rho_raw == self.rho_raw else nan

    @property
    def design_effect(self) -> float:
        """1 + rho (m - 1): by how much interviewers multiply the variance of a mean (Kish 1962)."""
        return 1 + self.rho * (self.per_interviewer - 1)


def assign(place: Integers, interviewer: Integers) -> Assignment:
    """Cells of place and interviewer from codes of each row, -1 where unknown.

    A place is compared where at least two interviewers held two interviews each; in others nobody can be told apart.
    """
    known = (place >= 0) & (interviewer >= 0)
    width = int(interviewer.max(initial=0)) + 1
    pairs, inverse = np.unique(place[known] * width + interviewer[known], return_inverse=True)
    places, who = pairs // width, pairs % width
    several = np.bincount(inverse, minlength=pairs.size) >= ENOUGH
    enough = np.bincount(places, several, minlength=int(places.max(initial=0)) + 1) >= ENOUGH
    kept = enough[places]
    numbered = np.where(kept, np.cumsum(kept) - 1, -1)
    cell = np.full(place.size, -1, dtype=np.int64)
    cell[known] = numbered[inverse]
    return Assignment(cell, places[kept], who[kept], interviewer)


def interviewer_variance(answers: Floats, assignment: Assignment) -> InterviewerVariance:
    """Variance between interviewers as a share of the variance within places; `answers` may hold NaN.

    Places are fixed, interviewers random, and one may work in several places: Henderson's method 3, that is expected
    mean squares of interviewers after places (Searle, Casella & McCulloch 1992, ch. 5), with N - sum(n^2 / n_place)
    in place of n0 times its degrees of freedom. In one place it is the one-way analysis of variance for unequal
    numbers. Unweighted: it is about what interviewers do, not about a population. F is exact for normal answers;
    loads of dozens of interviews make means of any scale normal enough.
    """
    used = (assignment.cell >= 0) & ~np.isnan(answers)
    cell, y = assignment.cell[used], answers[used]
    y = y - (y.mean() if y.size else 0.0)
    count = np.bincount(cell, minlength=assignment.place.size).astype(np.float64)
    total = np.bincount(cell, y, minlength=assignment.place.size).astype(np.float64)
    held = count > 0
    place = np.unique(assignment.place[held], return_inverse=True)[1]
    who = np.unique(assignment.interviewer[held], return_inverse=True)[1]
    interviewers = int(who.max(initial=-1)) + 1
    if interviewers < ENOUGH:
        return InterviewerVariance(interviewers, y.size)
    between = _between(count[held], total[held], place, who)
    df_within = y.size - between.places - between.df
    within = float(y @ y) - between.of_places - between.squares
    if between.df < 1 or df_within < 1 or within <= NOTHING * float(y @ y):
        return InterviewerVariance(interviewers, y.size)
    error = within / df_within
    variance = (between.squares - between.df * error) / between.trace
    statistic = between.squares / between.df / error
    return InterviewerVariance(
        interviewers,
        y.size,
        _load(assignment, answers),
        variance / (variance + error),
        statistic,
        between.df,
        df_within,
        float(special.fdtrc(between.df, df_within, statistic)),
    )


@dataclass(frozen=True, slots=True)
class _Between:
    """Sums of squares of places and of interviewers after places."""

    places: int
    of_places: float
    squares: float
    df: int
    trace: float  # of Z'MZ, Z the interviewers and M what takes the places' means out


def _between(count: Floats, total: Floats, place: Integers, who: Integers) -> _Between:
    """From the numbers and sums of the cells. Interviewers who share no place, nor others in between, are apart."""
    in_place, of_place = np.bincount(place, count), np.bincount(place, total)
    left = np.bincount(who, total - count * (of_place / in_place)[place])
    cells = sparse.csr_array((count, (who, place)))
    shares = sparse.csr_array((count / in_place[place], (who, place)))
    met = sparse.csr_array(shares @ cells.T)
    loads = sparse.diags_array(np.bincount(who, count))
    crossed = sparse.csr_array(loads - met)
    groups, group = csgraph.connected_components(met, directed=False)
    free = np.ones(left.size, dtype=bool)
    free[np.unique(group, return_index=True)[1]] = False  # one of each group is what the others are compared with
    squares = 0.0
    if free.any():
        squares = float(left[free] @ sparse_linalg.spsolve(crossed[free][:, free].tocsc(), left[free]))
    of_places = float((of_place**2 / in_place).sum())
    return _Between(in_place.size, of_places, squares, left.size - int(groups), float(crossed.diagonal().sum()))


def _load(assignment: Assignment, answers: Floats) -> float:
    asked_by = assignment.asked_by[(assignment.asked_by >= 0) & ~np.isnan(answers)]
    loads = np.bincount(asked_by).astype(np.float64)
    return float((loads**2).sum() / loads.sum())
