"""How survey weights are made to agree with what is known of the population."""

from pydantic import Field

from transforms.study.settings import Name, Settings, Share


class Margin(Settings):
    """What is known of the population: how it divides by one variable."""

    variable: Name = Field(description="Category of the codebook, answered by everyone who is to be weighted.")
    shares: dict[str, float] = Field(
        min_length=2,
        description="Value (code or label, after recoding) = its share or its number in the population; "
        "they are divided by their sum.",
    )
    wave: Name | None = Field(None, description="One wave; every wave where it is not given.")
    source: str | None = Field(None, description="Where the figures come from.")


class Raking(Settings):
    """Weights raked to margins, wave by wave, and trimmed."""

    margins: tuple[Margin, ...] = Field((), description="Margins the weights are raked to. No raking where empty.")
    lowest: Share = Field(0.3, description="Smallest weight after trimming, as a share of the mean weight. [house]")
    highest: float = Field(
        3.0, gt=1, description="Largest weight after trimming, as a multiple of the mean weight. [house]"
    )
    tolerance: float = Field(1e-6, gt=0, lt=0.1, description="Largest distance from a share that counts as reached.")
