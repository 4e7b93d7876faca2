"""What was decided before the data were seen, and what was decided differently afterwards."""

from pydantic import Field

from transforms.study.settings import Settings, Share


class Power(Settings):
    """What the design is expected to meet, before there are data. The defaults are [house]."""

    clusters_treated: int | None = Field(
        None, ge=1, description="Treated clusters planned. Those the study's treatment names where it is not given."
    )
    clusters_comparison: int | None = Field(
        None, ge=1, description="Comparison clusters planned. As many as treated ones where it is not given."
    )
    per_cluster: float = Field(30, gt=0, description="Respondents of a cluster in a wave.")
    icc: Share = Field(0.05, description="Share of an outcome's variance that lies between clusters of an arm.")
    cluster_correlation: float = Field(
        0.7, ge=-1, le=1, description="Correlation of a cluster's true means in two waves."
    )
    respondent_correlation: float = Field(
        0.5, ge=-1, le=1, description="Correlation of a respondent's answers in two waves within clusters. Panels only."
    )
    size_variation: float = Field(0.0, ge=0, description="SD of the cluster sizes divided by their mean.")
    weight_effect: float = Field(1.0, ge=1, description="Design effect of the weights: 1 + CV^2 (Kish 1965).")
    alpha: float = Field(0.05, gt=0, lt=1, description="Level of the test.")
    power: float = Field(0.80, gt=0, lt=1, description="Chance of finding an effect that is there.")


class Deviation(Settings):
    """A change of the locked plan, with its reason. `tamasuk run` says what changed where none is declared."""

    setting: str = Field(
        min_length=2, description="What changed, in the words of the report's table: `effects.minimum_cell`, say."
    )
    reason: str = Field(min_length=5, description="Why it was changed, and whether the data had been seen.")
    signed: str = Field(min_length=2, description="Who decided, and when.")
