"""Which effects are asked for, what stops a run, whom it tells."""

from typing import Literal

from pydantic import Field

from transforms.study.settings import Name, Settings, Share

Event = Literal["refused", "problems", "failed", "done"]


class Effects(Settings):
    """What is estimated."""

    dimensions: bool = Field(True, description="Also estimate every dimension of every index.")
    groups: tuple[Literal["group", "sex"], ...] = Field(
        ("group",), description="Groups to compare: `group` is host and displaced."
    )
    minimum_cell: int = Field(30, ge=1, description="Respondents an arm needs in a wave for a group's effect.")
    confidence: float = Field(0.95, gt=0.5, lt=1, description="Confidence level of the intervals.")
    draws: int = Field(
        9999, ge=999, description="Samples of the bootstrap, and assignments drawn where there are more than these."
    )
    equality_alpha: float = Field(0.05, gt=0, lt=1, description="Level of the test that governorates are equal.")
    pairs_up_to: int = Field(
        30,
        ge=2,
        description="Governorates up to which each pair is compared; with more, only the test that all are equal says "
        "whether they differ. [house]",
    )
    smallest_effect: float = Field(
        0.15, gt=0, description="Smallest effect that would matter, in SD, decided before the data are seen. [house]"
    )
    covariates: tuple[Name, ...] = Field(
        (),
        description="Background variables held constant in the rows `covariates` and `doubly robust`, "
        "decided beforehand.",
    )
    placebo: tuple[Name, ...] = Field(
        (), description="Items or numbers the programme did not target; an effect on them warns of other trends."
    )
    secondary: bool = Field(
        True, description="Also estimate every item and number of the codebook that has the role `secondary`."
    )
    families: dict[Name, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Outcomes tested together: name of the family = outcomes (`vertical`, `vertical.trust`, an item). "
        "Where not given: the indices, the dimensions of each index, the secondary outcomes.",
    )
    ordered: tuple[Name, ...] = Field(
        (),
        description="Headline items, answered near the top of their scale, that also get an ordered logit. "
        "Where not given: the item of each index with the most answers at its top, from `measures.ceiling_warn` on.",
    )


class Limits(Settings):
    """Thresholds of the checks."""

    item_missing_share: Share = Field(0.10, description="Share of missing answers from which an item is reported.")
    straight_line_items: int = Field(
        8, ge=2, description="Answers to the items of an index, all the same, that make a straight line."
    )
    interviewer_sd: float = Field(2.0, gt=0, description="SD above the others from which an interviewer is reported.")
    interviewer_effect_warn: Share = Field(
        0.03, description="Share of an answer's variance between interviewers above which it is warned of."
    )
    interviewer_effect_critical: Share = Field(
        0.10, description="Share of an index's variance between interviewers above which the study stops."
    )
    interviewer_effect_p: float = Field(
        0.01, gt=0, lt=1, description="Chance of such a share without any difference below which it counts. [house]"
    )
    back_check_share: Share = Field(0.10, description="Share of a wave's interviews that should be asked again.")
    back_check_retrain: Share = Field(
        0.10, description="Share of facts that differ from the back-check above which that is a warning: retrain."
    )
    back_check_redo: Share = Field(
        0.40, description="Share of facts that differ above which an interviewer's interviews refuse the wave: redo."
    )
    near_duplicate_p: float = Field(
        0.01, gt=0, lt=1, description="Chance below which an interview is too much like another one of its stratum."
    )
    near_duplicate_share: Share = Field(
        0.85, description="Share of answers equal to another interview's from which it is counted."
    )
    near_duplicate_warn: Share = Field(
        0.05, description="Share of interviews that reach `near_duplicate_share` from which that is a warning."
    )
    near_duplicate_answers: int = Field(
        20, ge=5, description="Answers two interviews must have in common to be compared. [house]"
    )
    outlier_iqr: float = Field(
        1.5, gt=0, description="Interquartile ranges beyond the quartiles from which a number is an outlier."
    )
    outlier_sd: float = Field(3.0, gt=0, description="SD from the mean from which a number is an outlier.")
    duration_share: Share = Field(0.60, description="Share of the median length below which an interview is short.")
    duration_warn: Share = Field(
        0.05, description="Share of interviews of unusual length from which that is a warning. [house]"
    )
    panel_age_warn: Share = Field(
        0.05,
        description="Share of linked respondents whose age does not fit from which that is a warning. [house]",
    )
    contradiction_warn: Share = Field(
        0.05, description="Share of interviews that contradict themselves from which that is a warning. [house]"
    )
    refuse_out_of_range_share: Share = Field(
        0.0, description="Share of answers outside the scale from which a wave is refused."
    )
    refuse_not_coded_share: Share = Field(
        0.0, description="Share of answers that match no code or label from which a wave is refused."
    )
    refuse_duplicate_share: Share = Field(0.0, description="Share of duplicate identifiers that refuses a wave.")
    minimum_rows: int = Field(1, ge=1, description="Respondents a wave needs.")
    smallest_shown_cell: int = Field(10, ge=5, description="Cells with fewer respondents are hidden in the report.")
    keep_runs: int = Field(10, ge=1, description="Older runs are deleted.")


class Alerts(Settings):
    """Whom a run tells, and of what. Counts and names of rules only."""

    secret: str | None = Field(
        None,
        description="Name of the environment variable, or of the Prefect secret, that holds the addresses "
        "(Apprise form, one per line). The addresses themselves never stand in the study.",
    )
    on: tuple[Event, ...] = Field(("refused", "problems", "failed"), description="What sends an alert.")


class Waiver(Settings):
    """A signed decision to go on although a check found something."""

    check: Name = Field(description="Name of the check, as in problems.csv.")
    wave: Name | None = Field(None, description="One wave; every wave where it is not given.")
    variable: Name | None = Field(None, description="One variable or index; every one where it is not given.")
    action: Literal["accept", "set_missing", "keep_first", "remove"] = Field(
        "accept",
        description="`accept`: go on as it is. `set_missing`: the answer becomes missing. `keep_first`: of duplicates, "
        "the first in the file stays. `remove`: the rows go. All are counted in the report.",
    )
    reason: str = Field(min_length=5, description="Why this is right.")
    signed: str = Field(min_length=2, description="Who decided, and when. The report prints it.")
