"""The other ways to score an index, in the order in which they are printed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from transforms.study.records import parse_records, records_table

Kind = Literal[
    "headline",
    "pomp",
    "items_equal",
    "icw",
    "icw_nonnegative",
    "icw_reference",
    "icw_reference_nonnegative",
    "first_component",
    "top_box",
    "bottom_box",
    "without_item",
    "complete_cases",
    "imputed",
    "without_formative",
    "without_sensitive",
    "every_wave",
    "invariant_items",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

# Every key a `reason` here can hold; wording has a sentence for each.
SCORING_REASONS = (
    "one_item",
    "nothing_to_leave_out",
    "nothing_left",
    "few_parts",
    "no_spread",
    "no_weights",
    "nothing_missing",
    "few_to_impute",
    "all_comparable",
    "few_comparable",
    "comparability_not_known",
)


@dataclass(frozen=True, slots=True)
class Scoring:
    """One other way to score one index, and what came of it.

    detail: the item left out, or the number of the imputed data set. items: how many count. left_out: items of the
    index that could not count, or that this way leaves out, separated by spaces. negative: how many have a negative
    weight. explained: share of the items' variance on the first component. singular: whether items follow from each
    other, so that weights came from a pseudo-inverse. reason: a key of `SCORING_REASONS` where there is no score.
    """

    index: str
    alternative: Kind
    detail: str = ""
    items: int = 0
    left_out: str = ""
    negative: int = 0
    explained: float = float("nan")
    singular: bool = False
    reason: str = ""

    @property
    def column(self) -> str:
        """Name of the column of its scores."""
        return "~".join(part for part in (self.index, self.alternative, self.detail) if part)


WEIGHT_COLUMNS = ("index", "alternative", "item", "weight", "negative")


def scorings_table(scorings: Iterable[Scoring]) -> pd.DataFrame:
    """One row for each way."""
    return records_table(Scoring, scorings)


def parse_scorings(table: pd.DataFrame) -> tuple[Scoring, ...]:
    """The ways of a table that `scorings_table` made, also after it was kept as a file."""
    return parse_records(Scoring, table)
