"""Cells of a panel whose respondents are each compared with themselves: sums after a weighted within transform.

With a constant for every respondent i, weights w_i and T_i answers, least squares is that of the transformed answers
(Frisch & Waugh 1933): its moments are sums of X_i'K_i X_i, X_i'K_i y_i and y_i'K_i y_i with

    K_i = diag(w_i) - w_i w_i' / sum(w_i),     Q_i = I - 1 1' / T_i.

Regressors are alike for all respondents of a base (cluster x arm x stratum x groups), so the K_i of a base add up,
wave by wave, and one small table holds them all. Let F_i be T_i - 1 orthonormal contrasts of the answers (F_i F_i' = I,
F_i 1 = 0): the fit is that of F_i y_i on F_i X_i with weights F_i K_i F_i', for K_i = F_i'(F_i K_i F_i')F_i. CR2's
working model is that of any other model here, answers that are independent with one variance; the contrasts then have
it too, and what CR2 asks of them are Q_i = F_i'F_i, K_i and K_i^2. With two waves this is the regression of changes
with weights 2 / (1/w + 1/w'); with weights that do not change between waves it is the regression with a dummy for every
respondent (Pustejovsky & Tipton 2018, theorem 2). Rows after the transform are sum(T_i - 1): N less the constants.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.impact.cells.compression import CellSums, Floats, Ints
from transforms.impact.cells.design import Cells, Mask


@dataclass(frozen=True, slots=True)
class Products:
    """Of C cells, each a base in one wave: sums over its respondents, with the same base's T waves.

    plain, weighted, squared: [C, T] rows of Q, K and K^2. square, total: [C, m] weighted squares of the answers
    themselves, and their weighted sums.
    """

    plain: Floats
    weighted: Floats
    squared: Floats
    square: Floats
    total: Floats

    def take(self, cells: Mask | Ints) -> "Products":
        """Those of some of the cells (mask or positions)."""
        kernels = self.plain[cells], self.weighted[cells], self.squared[cells]
        return Products(*kernels, self.square[cells], self.total[cells])


@dataclass(frozen=True, slots=True)
class Answers:
    """n respondents' answers of T waves side by side, as positions in the columns of m outcomes.

    base: [n], below `bases`. rows: [n, T] positions. weight: [n, T], 0 where there is no answer. columns: m of them.
    """

    base: Ints
    bases: int
    rows: Ints
    weight: Floats
    columns: tuple[Floats, ...]

    @property
    def waves(self) -> int:
        """T."""
        return int(self.weight.shape[1])

    def keep(self, kept: NDArray[np.bool_]) -> "Answers":
        """Answers in some of the waves of each base (mask [bases, T]), of respondents who have two of them or more."""
        weight = np.where(kept[self.base], self.weight, 0.0)
        twice = np.count_nonzero(weight, axis=1) > 1
        return Answers(self.base[twice], self.bases, self.rows[twice], weight[twice], self.columns)


def _kernels(answers: Answers) -> tuple[Floats, Floats, Floats]:
    """[bases, T, T] sums of Q, K and K^2: their rows add up to zero, so what is not on the diagonal gives the rest."""
    weight, bases, waves = answers.weight, answers.bases, answers.waves
    total, squares, answered = weight.sum(axis=1), (weight**2).sum(axis=1), np.count_nonzero(weight, axis=1)
    found = tuple(np.zeros((bases, waves, waves)) for _ in range(3))
    for one in range(waves):
        for other in range(one + 1, waves):
            product = weight[:, one] * weight[:, other]
            parts = (
                np.where(product > 0, 1 / answered, 0.0),
                product / total,
                product * (weight[:, one] + weight[:, other] - squares / total) / total,
            )
            for kernel, part in zip(found, parts, strict=True):
                kernel[:, one, other] = kernel[:, other, one] = -np.bincount(answers.base, part, bases)
    for kernel in found:
        diagonal = np.arange(waves)
        kernel[:, diagonal, diagonal] = -kernel.sum(axis=2)
    return found[0], found[1], found[2]


def _outcome_sums(answers: Answers, column: Floats) -> dict[str, Floats]:
    """[bases, T] sums of one outcome: K y, Q y, y'K y, and of the answers as they are."""
    weight, seen = answers.weight, answers.weight > 0
    value = np.where(seen, column[answers.rows], 0.0)
    mean = value.sum(axis=1, keepdims=True) / np.count_nonzero(seen, axis=1)[:, None]
    centre = (weight * value).sum(axis=1, keepdims=True) / weight.sum(axis=1, keepdims=True)
    change = value - centre
    parts = {
        "total": weight * change,
        "plain": np.where(seen, value - mean, 0.0),
        "square": weight * change**2,
        "answers": weight * value,
        "squares": weight * value**2,
    }
    return {name: _by_wave(answers, part) for name, part in parts.items()}


def _by_wave(answers: Answers, values: Floats) -> Floats:
    """[bases, T] sums of values [n, T]."""
    return np.stack([np.bincount(answers.base, column, answers.bases) for column in values.T], axis=1)


def respondent_sums(answers: Answers) -> tuple[CellSums, Products]:
    """Sums in the cells base x wave, base after base. rows and weights of `CellSums` are those of the answers."""
    seen = answers.weight > 0
    kernels = _kernels(answers)
    outcomes = [_outcome_sums(answers, column) for column in answers.columns]
    size, m = answers.bases * answers.waves, len(answers.columns)

    def alike(values: Floats) -> Floats:
        return np.repeat(_by_wave(answers, values).reshape(size, 1), m, axis=1)

    def apart(name: str) -> Floats:
        return np.stack([sums[name].reshape(size) for sums in outcomes], axis=1)

    sums = CellSums(
        rows=alike(seen.astype(np.float64)).astype(np.int64),
        weight=alike(answers.weight),
        total=apart("total"),
        square=apart("square"),
        weight_square=alike(answers.weight**2),
        plain=apart("plain"),
    )
    plain, weighted, squared = (kernel.reshape(size, -1) for kernel in kernels)
    return sums, Products(plain, weighted, squared, apart("squares"), apart("answers"))


@dataclass(frozen=True, slots=True)
class PanelCells(Cells):
    """Cells of respondents seen twice or more; each is a base in one wave. sums: after the within transform.

    base: [C]. torn: [C] whether the cell's cluster stands in both arms anywhere in the study's waves. products: of the
    same cells. answers: what was summed, for where a wave is left out of a base its respondents are compared over the
    waves they have left.
    """

    base: Ints
    torn: Mask
    products: Products
    answers: Answers

    def select(self, cells: Mask) -> "PanelCells":
        """Some of the cells, and in them those who have two waves or more left."""
        kept = np.zeros((self.answers.bases, self.answers.waves), dtype=bool)
        kept[self.base[cells], self.wave[cells]] = True
        at, answers = np.flatnonzero(cells), self.answers
        if kept[self.base[~cells]].any():
            answers = answers.keep(kept)
            sums, products = respondent_sums(answers)
            place = self.base[at] * answers.waves + self.wave[at]
            left = sums.rows[place, 0] > 0
            at, place = at[left], place[left]
            sums, products = sums.take(place), products.take(place)
        else:
            sums, products = self.sums.take(at), self.products.take(at)
        codes = (self.unit, self.wave, self.treated, self.stratum, self.cluster, self.groups)
        unit, wave, treated, stratum, cluster, groups = (code[at] for code in codes)
        return PanelCells(
            *(unit, wave, treated, stratum, cluster, groups),
            sums=sums,
            comparison=self.comparison,
            base=self.base[at],
            torn=self.torn[at],
            products=products,
            answers=answers,
        )
