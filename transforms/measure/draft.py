"""A scoring key without its numbers: what a study alone says about how its answers become scores."""

from transforms.measure.combine import needed
from transforms.measure.reference_group import reference_of
from transforms.measure.scoring_key import DimensionKey, IndexKey, ItemKey, ScoringKey
from transforms.study.indices import Index
from transforms.study.instrument import Variable
from transforms.study.study import Study


def draft_key(study: Study) -> ScoringKey:
    """The key of `study` with every mean 0, every SD 1 and reference groups of nobody."""
    return ScoringKey(
        reference=reference_of(study, None),
        items=tuple(_item(item, study) for index in study.indices for item in study.items(index)),
        indices=tuple(_index(index, study) for index in study.indices),
    )


def _item(item: Variable, study: Study) -> ItemKey:
    low, high = study.limits(item)
    return ItemKey(name=item.name, direction=item.direction, low=low, high=high, mean=0, sd=1)


def _index(index: Index, study: Study) -> IndexKey:
    dimensions: tuple[DimensionKey, ...] = ()
    if index.rule == "summary":
        dimensions = tuple(_dimension(index, name, study) for name in study.dimensions(index))
        parts = tuple(dimension.name for dimension in dimensions)
        minimum = needed(len(parts), index.minimum_dimension_share)
    else:
        parts = tuple(item.name for item in study.items(index))
        share = 1.0 if index.complete_cases else index.minimum_item_share
        minimum = needed(len(parts), share, index.minimum_items)
    return IndexKey(
        name=index.name,
        rule=index.rule,
        dimensions=dimensions,
        parts=parts,
        weights=(1.0,) * len(parts),
        minimum_parts=minimum,
        mean=0,
        sd=1,
        reference=reference_of(study, index.reference) if index.reference and index.standardised else None,
    )


def _dimension(index: Index, name: str, study: Study) -> DimensionKey:
    names = tuple(item.name for item in study.items(index, name))
    minimum = needed(len(names), index.minimum_item_share, index.minimum_items)
    return DimensionKey(name=name, items=names, minimum_items=minimum, mean=0, sd=1)
