"""The recipes of one index before their unit is set: each changes one choice of the headline."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from transforms.measure.alternatives.catalogue import Kind, Scoring
from transforms.measure.alternatives.recipe import Part, Recipe, View
from transforms.measure.combine import needed
from transforms.study.indices import Index
from transforms.study.instrument import Variable
from transforms.study.study import Study

HALF = 0.5  # of all weight that must be there where weights differ [house]


@dataclass(frozen=True, slots=True)
class Draft:
    """One way to score with its recipe; none where `scoring.reason` says why."""

    scoring: Scoring
    recipe: Recipe | None = None


def dimension_of(item: Variable, index: Index) -> str:
    """Name of an item's dimension; the index's where it has none."""
    return item.dimension or index.name


def nested(index: Index, items: Sequence[Variable], view: View = "answer", *, standardised: bool = True) -> Recipe:
    """The index's own rule on some of its items.

    standardised: whether dimensions (rule `summary`) or items (`flat`) count in SD. Items of the rules `mean` and
    `additive` count as shares of their scale.
    """
    if index.rule != "summary":
        own = standardised and index.rule == "flat"
        share = 1.0 if index.complete_cases else index.minimum_item_share
        return _items_alone(items, [1.0] * len(items), needed(len(items), share, index.minimum_items), view, own)
    dimensions = dict.fromkeys(dimension_of(item, index) for item in items)
    inside = [tuple(item.name for item in items if dimension_of(item, index) == name) for name in dimensions]
    parts = tuple(
        Part(names, needed(len(names), index.minimum_item_share, index.minimum_items), view, standardised)
        for names in inside
    )
    return Recipe(parts, (1.0,) * len(parts), needed(len(parts), index.minimum_dimension_share))


def _items_alone(
    items: Sequence[Variable], weights: Sequence[float], minimum: int, view: View = "answer", standardised: bool = True
) -> Recipe:
    parts = tuple(Part((item.name,), 1, view, standardised) for item in items)
    return Recipe(parts, tuple(weights), minimum)


def weighted_items(index: Index, items: Sequence[Variable], weights: Sequence[float]) -> Recipe:
    """Items in SD with a weight each; `minimum_item_share` of them, and half of the weight, must be there."""
    minimum = needed(len(items), index.minimum_item_share, index.minimum_items)
    return replace(_items_alone(items, weights, minimum), least_weight=HALF)


def _without(index: Index, items: Sequence[Variable], gone: Sequence[Variable], kind: Kind) -> Draft:
    """The index without some items."""
    names = {item.name for item in gone}
    kept = [item for item in items if item.name not in names]
    scoring = Scoring(index.name, kind, items=len(kept), left_out=" ".join(item.name for item in gone))
    if not gone or not kept:
        return Draft(replace(scoring, reason="nothing_left" if gone else "nothing_to_leave_out"))
    return Draft(scoring, nested(index, kept))


def _leave_one_out(index: Index, items: Sequence[Variable]) -> Iterator[Draft]:
    if len(items) < 2:
        yield Draft(Scoring(index.name, "without_item", items=len(items), reason="one_item"))
        return
    for item in items:
        draft = _without(index, items, [item], "without_item")
        yield replace(draft, scoring=replace(draft.scoring, detail=item.name))


def fixed_drafts(index: Index, study: Study, not_always: Sequence[Variable]) -> Iterator[Draft]:
    """Every way that needs no weights from the data. not_always: items that some wave has no answer to."""
    items = study.items(index)

    def whole(kind: Kind, recipe: Recipe) -> Draft:
        return Draft(Scoring(index.name, kind, items=len(items)), recipe)

    plain = nested(index, items)
    yield whole("headline", replace(plain, strict=True))
    yield whole("pomp", nested(index, items, standardised=False))
    if index.rule != "flat":
        minimum = needed(len(items), index.minimum_item_share, index.minimum_items)
        yield whole("items_equal", _items_alone(items, [1.0] * len(items), minimum))
    yield whole("top_box", nested(index, items, "top"))
    yield whole("bottom_box", nested(index, items, "bottom"))
    yield from _leave_one_out(index, items)
    yield whole("complete_cases", replace(plain, complete=True))
    formative = [item for item in items if dimension_of(item, index) in index.formative]
    yield _without(index, items, formative, "without_formative")
    yield _without(index, items, [item for item in items if item.sensitive], "without_sensitive")
    if not_always:
        yield _without(index, items, not_always, "every_wave")
