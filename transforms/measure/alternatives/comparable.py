"""The index on the items alone that mean the same in every wave and arm."""

from collections.abc import Collection
from dataclasses import replace

from transforms.measure.alternatives.catalogue import Scoring
from transforms.measure.alternatives.drafts import Draft, dimension_of, nested
from transforms.measure.combine import needed
from transforms.study.indices import Index
from transforms.study.instrument import Variable
from transforms.study.study import Study

ALL_COMPARABLE = "all_comparable"
FEW_COMPARABLE = "few_comparable"
NOT_KNOWN = "comparability_not_known"


def invariant_draft(index: Index, study: Study, invariant: Collection[str] | None) -> Draft:
    """The index's own rule on its invariant items; the reason where that changes nothing or leaves too little.

    invariant: names of the items that a model of invariance keeps equal; None where there is no such model. Items of
    formative dimensions, which no model can test, stay. The index's minimum holds for what remains as it does for a
    respondent's answers: a dimension needs its minimum of items, the index its minimum of dimensions (or of items).
    """
    items = study.items(index)
    scoring = Scoring(index.name, "invariant_items", items=len(items))
    if invariant is None:
        return Draft(replace(scoring, reason=NOT_KNOWN))
    equal = [item for item in items if item.name in invariant or dimension_of(item, index) in index.formative]
    kept = _enough(index, items, equal)
    gone = " ".join(item.name for item in items if item not in kept)
    scoring = replace(scoring, items=len(kept), left_out=gone)
    if not gone:
        return Draft(replace(scoring, reason=ALL_COMPARABLE))
    return Draft(scoring, nested(index, kept)) if kept else Draft(replace(scoring, reason=FEW_COMPARABLE))


def _enough(index: Index, items: tuple[Variable, ...], equal: list[Variable]) -> list[Variable]:
    """The items of dimensions that keep enough of them; none where too few dimensions, or items, do."""
    if index.rule != "summary":
        return equal if len(equal) >= needed(len(items), index.minimum_item_share, index.minimum_items) else []
    sizes: dict[str, int] = {}
    left: dict[str, list[Variable]] = {}
    for item in items:
        name = dimension_of(item, index)
        sizes[name] = sizes.get(name, 0) + 1
        left.setdefault(name, []).extend([item] if item in equal else [])
    whole = {
        name
        for name, mine in left.items()
        if len(mine) >= needed(sizes[name], index.minimum_item_share, index.minimum_items)
    }
    if len(whole) < needed(len(sizes), index.minimum_dimension_share):
        return []
    return [item for item in equal if dimension_of(item, index) in whole]
