"""Every index scored in every other way: a column each, and what each way rests on."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from transforms.measure.alternatives.catalogue import KINDS, WEIGHT_COLUMNS, Scoring, scorings_table
from transforms.measure.alternatives.comparable import invariant_draft
from transforms.measure.alternatives.data_drafts import data_drafts
from transforms.measure.alternatives.drafts import Draft, fixed_drafts, nested
from transforms.measure.alternatives.imputation import Gaps, gaps, imputed_shares
from transforms.measure.alternatives.index_case import IndexCase, index_case
from transforms.measure.alternatives.recipe import Recipe, recipe_scores
from transforms.measure.alternatives.shares import Floats
from transforms.study.columns import DESIGN_COLUMNS
from transforms.study.study import Study

BLOCK = 1 << 16  # rows scored at a time: small enough for a processor's cache


@dataclass(frozen=True, slots=True)
class AlternativeScores:
    """What the other ways gave.

    scores: the design columns and one column for each way (`Scoring.column`), in SD of the reference group, more is
    more cohesion. scorings: a row for each way. weights: the items' weights, where the data gave them.
    """

    scores: pd.DataFrame
    scorings: pd.DataFrame
    weights: pd.DataFrame


def alternative_scores(
    panel: pd.DataFrame, study: Study, invariant: Mapping[str, Collection[str]] | None = None
) -> AlternativeScores:
    """Score every row of `panel` in every other way.

    invariant: for each index, the items that mean the same in every wave and arm (`invariant_items`); an index that is
    not in it has none that are known. None: nobody looked, and there is no such way.

    Every number a way rests on (means, SDs, weights, loadings) is taken once: from the index's reference group, but for
    the covariance of `icw`, which is that of everyone in the reference group's wave. A way that cannot be had is a row
    of `scorings` with its reason and has no column.
    """
    columns: dict[str, Floats] = {}
    scorings: list[Scoring] = []
    weights: list[list[object]] = []
    for at, index in enumerate(study.indices):
        case = index_case(panel, index, study)
        comparable = [] if invariant is None else [invariant_draft(index, study, invariant.get(index.name))]
        fixed = fixed_drafts(index, study, case.not_always)
        drafts = sorted((*fixed, *data_drafts(case), *comparable), key=_place)
        found, scored = _scored(case, drafts)
        imputed, filled = _imputed(case, panel, study.settings.seed + at)
        scorings += sorted((*found, *imputed), key=lambda scoring: KINDS.index(scoring.alternative))
        columns |= scored | filled
        weights += [row for draft in drafts for row in _weight_rows(draft)]
    return AlternativeScores(
        scores=pd.concat([panel[list(DESIGN_COLUMNS)], pd.DataFrame(columns, index=panel.index, copy=False)], axis=1),
        scorings=scorings_table(scorings),
        weights=pd.DataFrame(weights, columns=list(WEIGHT_COLUMNS)),
    )


def _place(draft: Draft) -> int:
    return KINDS.index(draft.scoring.alternative)


def _scored(case: IndexCase, drafts: Sequence[Draft]) -> tuple[list[Scoring], dict[str, Floats]]:
    """What came of each draft, and the columns of those that could be had."""
    scorings: list[Scoring] = []
    recipes: dict[str, Recipe] = {}
    for draft in drafts:
        recipe = case.frozen(draft.recipe) if draft.recipe else draft.scoring.reason
        if isinstance(recipe, str):
            scorings.append(replace(draft.scoring, reason=recipe))
            continue
        gone = [name for name in draft.recipe.items if name not in recipe.items] if draft.recipe else []
        left_out = " ".join(filter(None, (draft.scoring.left_out, *gone)))
        scorings.append(replace(draft.scoring, items=draft.scoring.items - len(gone), left_out=left_out))
        recipes[draft.scoring.column] = recipe
    return scorings, _columns(case, recipes)


def _columns(case: IndexCase, recipes: dict[str, Recipe]) -> dict[str, Floats]:
    """Scores of all rows, block by block: parts that recipes share are worked out once."""
    n = case.weights.size
    columns = {name: np.empty(n) for name in recipes}
    for start in range(0, n, BLOCK):
        block = case.rows.take(slice(start, start + BLOCK))
        for name, recipe in recipes.items():
            columns[name][start : start + BLOCK] = recipe_scores(block, recipe)
    return columns


def _imputed(case: IndexCase, panel: pd.DataFrame, seed: int) -> tuple[list[Scoring], dict[str, Floats]]:
    """The headline's rule on filled answers, once for each imputed data set; units are those of its reference group."""
    count = case.study.settings.measures.imputations
    scoring = Scoring(case.index.name, "imputed", items=len(case.items))
    found = gaps(panel, case.rows.shares)
    if isinstance(found, str):
        return [replace(scoring, reason=found)], {}
    scorings: list[Scoring] = []
    columns: dict[str, Floats] = {}
    for number, own in enumerate(_filled_cases(case, found, count, seed), start=1):
        named = replace(scoring, detail=f"set{number:0{len(str(count))}}")
        draft = Draft(named, replace(nested(case.index, case.items), strict=True))
        mine, column = _scored(own, [draft])
        scorings += mine
        columns |= column
    return scorings, columns


def _filled_cases(case: IndexCase, found: Gaps, count: int, seed: int) -> Iterator[IndexCase]:
    for shares in imputed_shares(case.rows.shares, found, count, seed):
        yield case.with_answers(shares)


def _weight_rows(draft: Draft) -> list[list[object]]:
    """The items' weights of a way whose weights the data gave."""
    if draft.recipe is None or len(set(draft.recipe.weights)) < 2:
        return []
    scoring = draft.scoring
    return [
        [scoring.index, scoring.alternative, name, weight, weight < 0]
        for name, weight in zip(draft.recipe.items, draft.recipe.weights, strict=True)
    ]
