"""A factor model of ordered answers: thresholds and scales beside the cells of `FactorModel`, and what it implies.

Behind item i stands a normal variable y*, cut at thresholds tau. Delta parameterisation (lavaan's default; Muthen &
Asparouhov 2002, "Latent variable analysis with categorical outcomes", eq. 9-13): the scale delta_i = 1 / SD(y*_i) is a
number of the model, and the residual variance what it leaves, 1 / delta_i^2 - (Lambda Psi Lambda')_ii. Then

    threshold    kappa_it = delta_i (tau_it - mu_i),                   mu = nu + Lambda alpha
    correlation  rho_ij   = delta_i delta_j (Lambda Psi Lambda')_ij

Scales are 1 in the first group, and in the others unless thresholds are equal across groups: they are known only then.
"""

from collections.abc import Collection

import numpy as np

from transforms.measure.factors.implied import NOWHERE, derivatives, implied
from transforms.measure.factors.model import (
    FACTOR_COVARIANCE,
    FACTOR_MEAN,
    INTERCEPT,
    LOADING,
    Cell,
    FactorModel,
    Floats,
    Identification,
    Structure,
    specify,
)

THRESHOLD = "threshold"  # row: item, column: 0, 1, ... among the item's thresholds
SCALE = "scale"  # row: item


def specify_ordinal(
    structure: Structure,
    groups: tuple[str, ...],
    counts: tuple[int, ...],
    *,
    equal: Collection[str] = (),
    freed: Collection[tuple[str, str]] = (),
    identification: Identification = "standardised",
) -> FactorModel:
    """The model in which the kinds `equal` (loading, threshold, factor_mean) are equal across groups.

    `counts` are the categories of each item. `freed` holds (kind, item) that are not equal, all the same; an item both
    of whose loading and thresholds are freed keeps the scale 1. With equal thresholds the scales, and the factors'
    means, are free in all groups but the first, as with lavaan's `group.equal`. Identification as in `specify`.
    """
    with_means = {*equal, INTERCEPT} if THRESHOLD in equal else {*equal}
    line = specify(structure, groups, equal=with_means, freed=freed, identification=identification)
    kept = [cell for cell in line.cells if cell.kind in (LOADING, FACTOR_COVARIANCE, FACTOR_MEAN)]
    for group in range(len(groups)):
        for item, name in enumerate(structure.items):
            shared = THRESHOLD in equal and (THRESHOLD, name) not in freed
            tail = "" if shared else f":{group}"
            kept += [
                Cell(THRESHOLD, group, item, at, f"{THRESHOLD}:{name}:{at + 1}{tail}") for at in range(counts[item] - 1)
            ]
            known = shared or (LOADING in equal and (LOADING, name) not in freed)
            free = group > 0 and THRESHOLD in equal and known
            kept.append(Cell(SCALE, group, item, 0, f"{SCALE}:{name}:{group}" if free else None, 1.0))
    return FactorModel(structure, groups, tuple(kept))


def ordinal_moments(model: FactorModel, values: Floats, group: int) -> tuple[Floats, Floats]:
    """What the cells' `values` imply for one group: its thresholds then correlations in the order of
    `Polychorics.estimates`; and the derivative of each, [moments, cells of the model]."""
    k = len(model.structure.items)
    first, second = np.triu_indices(k, 1)
    cut, scale = model.places[(THRESHOLD, group)], model.places[(SCALE, group)]
    matrices = implied(model, values, group)
    covariance, mean = matrices.covariance, matrices.mean
    scales = np.empty(k)
    scales[scale.rows] = values[scale.at]
    item, distance = cut.rows, values[cut.at] - mean[cut.rows]
    both = scales[first] * scales[second]
    moments = np.concatenate([scales[item] * distance, both * covariance[first, second]])

    jacobian = np.zeros((len(moments), len(model.cells)))
    found = derivatives(model, group, matrices)
    cuts = len(item)
    jacobian[:cuts, found.at] = -scales[item, None] * found.mean[item]
    by_cell = found.u[first] * found.v[second] + found.v[first] * found.u[second]
    jacobian[cuts:, found.at] = both[:, None] * found.c * by_cell
    jacobian[np.arange(cuts), cut.at] = scales[item]
    at_scale = np.empty(k, dtype=np.intp)
    at_scale[scale.rows] = scale.at
    pairs = cuts + np.arange(len(first))
    jacobian[np.arange(cuts), at_scale[item]] = distance
    jacobian[pairs, at_scale[first]] = scales[second] * covariance[first, second]
    jacobian[pairs, at_scale[second]] = scales[first] * covariance[first, second]
    return moments, jacobian


def residual_variances(model: FactorModel, values: Floats, group: int) -> Floats:
    """What the factors leave of each variable behind an item: 1 / delta^2 - (Lambda Psi Lambda')_ii."""
    scale = model.places.get((SCALE, group), NOWHERE)
    left: Floats = np.empty(len(model.structure.items))
    left[scale.rows] = 1 / values[scale.at] ** 2
    return left - np.diag(implied(model, values, group).covariance)
