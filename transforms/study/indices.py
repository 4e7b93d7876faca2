"""Which items make which index, and by which rule."""

from typing import Literal

from pydantic import Field

from transforms.study.settings import Name, Settings, Share, Words


class Index(Settings):
    """One index of cohesion."""

    name: Name = Field(description="As in the codebook's `index` column.")
    label: Words | None = Field(None, description="Name for readers.")
    rule: Literal["summary", "flat", "mean"] = Field(
        "summary",
        description="`summary`: mean of dimension z-scores (Kling, Liebman & Katz 2007). "
        "`flat`: mean of item z-scores. "
        "`mean`: mean of the items in the units of their scale.",
    )
    dimensions: tuple[Name, ...] = Field(
        (), description="Dimensions that count. All of the codebook's for this index where it is not given."
    )
    dimension_labels: dict[Name, Words] = Field(
        default_factory=dict, description="Names of its dimensions for readers. The short names where not given."
    )
    minimum_items: int = Field(2, ge=1, description="Answers a dimension needs (or all its items, if it has fewer).")
    minimum_item_share: Share = Field(2 / 3, description="Share of its items a dimension, or a flat index, needs.")
    minimum_dimension_share: Share = Field(3 / 4, description="Share of its dimensions an index needs.")
    complete_cases: bool = Field(False, description="Flat index only for those who answered every item.")
