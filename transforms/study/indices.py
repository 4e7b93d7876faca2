"""Which items make which index, and by which rule."""

from typing import Literal

from pydantic import Field

from transforms.study.settings import Name, Settings, Share, Value, Words


class ReferenceGroup(Settings):
    """Whose mean and SD are the unit of a published index."""

    wave: Name | None = Field(None, description="Wave; the baseline where it is not given.")
    arm: Literal["treated", "comparison"] | None = Field(None, description="Arm; both where it is not given.")
    where: dict[Name, tuple[Value, ...]] = Field(
        default_factory=dict, description="Values (after recoding) of variables that the group has."
    )


class Index(Settings):
    """One index of cohesion."""

    name: Name = Field(description="As in the codebook's `index` column.")
    label: Words | None = Field(None, description="Name for readers.")
    rule: Literal["summary", "flat", "mean", "additive"] = Field(
        "summary",
        description="`summary`: mean of dimension z-scores (Kling, Liebman & Katz 2007). "
        "`flat`: mean of item z-scores. "
        "`mean`: mean of the items in the units of their scale. "
        "`additive`: mean of the items, each from 0 to 1.",
    )
    reference: ReferenceGroup | None = Field(
        None,
        description="Group that sets the unit, to reproduce a published index. "
        "The comparison arm at baseline where it is not given.",
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
    formative: tuple[Name, ...] = Field(
        ("contact",),
        description="Dimensions that add up experiences rather than show an attitude, such as contact: no omega is "
        "asked of them, and a robustness row leaves them out. A name that is no dimension of the index means nothing.",
    )
    complete_cases: bool = Field(
        False, description="Index only for those who answered every item; not for the rule `summary`."
    )
    rescale: bool = Field(
        True,
        description="Rescale the mean of z-scores so that the reference group has SD 1. False leaves it as it is, "
        "as many published indices do.",
    )

    @property
    def standardised(self) -> bool:
        """True where scores are in standard deviations of a reference group, false where in points of a scale."""
        return self.rule in {"summary", "flat"}
