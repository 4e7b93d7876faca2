"""Background variables as columns of numbers, for comparing arms and holding constant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from transforms.impact.cells.compression import Floats, Ints
from transforms.study import Study, Variable
from transforms.study.columns import DESIGN_COLUMNS, GROUP, SEX

ROWS_AT_ONCE = 1 << 13
MOST_VALUES = 12  # a category with more values is a list, not a characteristic [house]


@dataclass(frozen=True, slots=True)
class Covariate:
    """One column of numbers: a number as it is, or whether a category has one value (0 or 1), NaN where not known.

    value: label of that value; "" for a number.
    """

    variable: str
    value: str
    values: Floats


def design_variables(study: Study) -> set[str]:
    """Variables that describe the sample and the assignment, or are compared by themselves: no background."""
    design = study.design
    named = design.model_dump(exclude={"kind", "treatment"}).values()
    treatment = {design.treatment.variable, design.treatment.assigned_by} if design.treatment else set()
    return {name for name in (*named, *treatment) if name}


def background_variables(study: Study) -> tuple[Variable, ...]:
    """Background variables asked at baseline that can be compared: items, numbers and categories with a scale."""
    taken = design_variables(study)
    return tuple(
        variable
        for variable in study.codebook.asked_in(study.baseline.name)
        if variable.role == "background" and variable.name not in taken and _comparable(variable, study)
    )


def _comparable(variable: Variable, study: Study) -> bool:
    if variable.type in ("item", "number"):
        return True
    return variable.type == "category" and 0 < len(study.codebook.values_of(variable.name)) <= MOST_VALUES


def listed_values(name: str, study: Study) -> dict[object, str]:
    """Label of every value of a category as the panel holds it: a column of the design holds the labels themselves."""
    labels = study.codebook.values_of(name) if study.codebook.variable(name).type == "category" else {}
    return {label.en if name in DESIGN_COLUMNS else code: label.en for code, label in labels.items()}


def _values(name: str, codes: pd.Series, labels: dict[object, str]) -> Iterator[Covariate]:
    """One column for each value, in the order of `labels`; an answer outside it is in none."""
    known = codes.notna().to_numpy()
    for code, label in labels.items():
        yield Covariate(name, label, np.where(known, (codes == code).to_numpy(dtype=np.float64, na_value=0.0), np.nan))


def _sample_covariates(panel: pd.DataFrame, study: Study) -> Iterator[Covariate]:
    """Sex and group, whose values stand in the panel as labels."""
    for column, variable in ((SEX, study.design.sex), (GROUP, study.design.group)):
        if variable is not None:
            scale = [label.en for label in study.codebook.values_of(variable).values()]
            present = panel[column].dropna().astype(str)
            labels = dict.fromkeys([*scale, *sorted(set(present.unique()) - set(scale))])
            yield from _values(column, panel[column].astype("object"), {label: label for label in labels})


def covariates(panel: pd.DataFrame, study: Study, names: Sequence[str] | None = None) -> Iterator[Covariate]:
    """Sex, group, then background variables in codebook order (or those in `names`), a column of numbers at a time."""
    yield from _sample_covariates(panel, study)
    chosen = background_variables(study) if names is None else tuple(study.codebook.variable(name) for name in names)
    for variable in chosen:
        if variable.name in {study.design.sex, study.design.group}:
            continue  # they are there already
        labels = listed_values(variable.name, study)
        if labels:
            yield from _values(variable.name, panel[variable.name], labels)
        else:
            yield Covariate(variable.name, "", panel[variable.name].to_numpy(dtype=np.float64))


def covariate_columns(study: Study) -> list[str]:
    """Columns of the panel that `covariates` reads for the declared ones."""
    sample = ((SEX, study.design.sex), (GROUP, study.design.group))
    named = [column for column, variable in sample if variable is not None]
    return list(dict.fromkeys([*named, *study.settings.effects.covariates]))


def adjustment_matrix(
    parts: Sequence[Covariate], weight: Floats, fewest: int, rows: Ints | None = None
) -> tuple[Floats, tuple[str, ...]]:
    """Regressors [n, k] of covariates, and their names: linearly independent, none constant, nothing missing.

    A missing value becomes the weighted mean, and a column says where that happened. An indicator that sets fewer than
    `fewest` rows apart is left out, for it would predict them by chance. So is a column that the constant and those
    before it explain: the value of a category that is named last is its reference. Columns are centred at their
    weighted mean and have SD 1, which changes no estimate and keeps the sums exact whatever the units. rows: [n] how
    many respondents each row stands for; one where not given.
    """
    rows = np.ones(weight.size, dtype=np.int64) if rows is None else rows
    columns: dict[str, Floats] = {}
    for part in parts:
        name = f"{part.variable}={part.value}" if part.value else part.variable
        known = ~np.isnan(part.values)
        if weight[known].sum() > 0:
            mean = float(np.average(part.values[known], weights=weight[known]))
            columns[name] = np.where(known, part.values, mean)
            columns[f"{part.variable}=missing"] = (~known).astype(np.float64)
    names = [name for name, column in columns.items() if not _rare(column, rows, fewest)]
    x = np.column_stack([np.ones(weight.size), *(columns[name] for name in names)])
    kept = independent(x, weight)[1:]
    centre = np.average(x[:, kept], axis=0, weights=weight)
    spread = np.sqrt(np.average((x[:, kept] - centre) ** 2, axis=0, weights=rows))
    return (x[:, kept] - centre) / spread, tuple(names[at - 1] for at in kept)


def _rare(column: Floats, rows: Ints, fewest: int) -> bool:
    """Whether a column only sets a few rows apart from all others, which share one value."""
    at_low, at_high = rows[column == column.min()].sum(), rows[column == column.max()].sum()
    return bool(max(at_low, at_high) > rows.sum() - fewest)


def independent(x: Floats, weight: Floats, tolerance: float = 1e-9) -> list[int]:
    """Columns of `x` [n, p] that are not explained by those before them."""
    return independent_columns(weighted_products(x, weight), tolerance)


def weighted_products(x: Floats, weight: Floats) -> Floats:
    """X'WX [p, p] of `x` [n, p], in blocks of rows that the processor's cache holds: no copy of `x` is made."""
    products = np.zeros((x.shape[1], x.shape[1]))
    for start in range(0, len(x), ROWS_AT_ONCE):
        part = x[start : start + ROWS_AT_ONCE]
        products += (part * weight[start : start + ROWS_AT_ONCE, None]).T @ part
    return products


def independent_columns(gram: Floats, tolerance: float = 1e-9) -> list[int]:
    """Columns not explained by those before them, from their weighted products X'WX [p, p] (Gram-Schmidt)."""
    scale = np.sqrt(np.diag(gram))
    gram = gram / np.outer(np.where(scale > 0, scale, 1.0), np.where(scale > 0, scale, 1.0))
    kept: list[int] = []
    for at in range(len(gram)):
        left = gram[at, at]
        if kept:
            explained = np.linalg.lstsq(gram[np.ix_(kept, kept)], gram[kept, at], rcond=None)[0]
            left -= gram[kept, at] @ explained
        if left > tolerance:
            kept.append(at)
    return kept
