"""Who was asked, when, where and under which design."""

from typing import Literal

from pydantic import Field

from transforms.study.settings import MissingReason, Name, Settings, Value, Words


class Wave(Settings):
    """One round of interviews."""

    name: Name = Field(description="Short name; also the heading of this wave's column in the codebook.")
    file: str = Field(description="File as received, in the study's folder or below it, or a path relative to it.")
    label: Words | None = Field(None, description="Name for readers. The short name where it is not given.")
    date: Words | None = Field(None, description="When the interviews took place, as the report should say it.")
    sheet: str | None = Field(None, description="Sheet of a workbook. The first sheet where it is not given.")
    encoding: str | None = Field(None, description="Encoding of a text file or old SPSS file, when it is not detected.")
    form: str | None = Field(
        None,
        description="XLSForm (Kobo, ODK) this wave was asked with. Its wording and answers are compared with the "
        "codebook's and with other waves'.",
    )
    where: dict[str, tuple[Value, ...]] = Field(
        default_factory=dict,
        description="Rows of the file that are this wave: column of the file = values. For waves that share one file.",
    )


class Treatment(Settings):
    """Which respondents live where the programme worked."""

    variable: Name = Field(description="Variable that decides: the governorate, the community, or a column of arms.")
    values: tuple[Value, ...] = Field(min_length=1, description="Its values (after recoding) that mean treated.")
    assigned_by: Name | None = Field(
        None,
        description="Variable whose values were assigned to an arm together. "
        "The governorate if that is what decides; otherwise the cluster.",
    )
    randomised: bool = Field(False, description="True if arms were drawn by lot.")
    first_wave: Name | None = Field(
        None,
        description="First wave after the programme began; the second one where it is not given. Waves before it test "
        "whether the arms moved alike; effects, and these tests, are against the first wave of all.",
    )


class Design(Settings):
    """The sampling and comparison design; every entry names a variable of the codebook."""

    kind: Literal["panel", "cross-sections"] = Field(
        "cross-sections",
        description="`panel`: the same people in every wave. `cross-sections`: fresh people each wave.",
    )
    respondent: Name | None = Field(None, description="Identifier of a respondent. Needed in a panel.")
    governorate: Name | None = Field(
        None, description="Where effects are estimated one by one. One place where it is not given."
    )
    community: Name | None = Field(None, description="Community, camp, neighbourhood or school.")
    cluster: Name | None = Field(
        None,
        description="Unit that received the programme together. Where not given: what the treatment was assigned by, "
        "else the community, else the PSU.",
    )
    strata: Name | None = Field(None, description="Sampling strata.")
    psu: Name | None = Field(None, description="Primary sampling unit. The cluster where it is not given.")
    weight: Name | None = Field(None, description="Survey weight. Everyone counts once where it is not given.")
    fpc: Name | None = Field(None, description="Number of PSUs in the stratum's population.")
    group: Name | None = Field(None, description="Host or displaced.")
    sex: Name | None = Field(None, description="Sex of the respondent.")
    age: Name | None = Field(None, description="Age of the respondent in years; a panel's links are checked with it.")
    date: Name | None = Field(
        None, description="Day of the interview. Years between waves are taken from `waves.date` where it is not given."
    )
    interviewer: Name | None = Field(None, description="Who held the interview.")
    duration: Name | None = Field(None, description="Length of the interview, in minutes or any other unit.")
    consent: Name | None = Field(None, description="1 = agreed. Everyone else's row is removed and only counted.")
    assent: tuple[Name, ...] = Field(
        (),
        description="Of children: the guardian's consent and the child's own assent, 1 = agreed. Who has not agreed in "
        "each is removed and only counted; `not_applicable` is no refusal, as where adults stand in the same file.",
    )
    treatment: Treatment | None = Field(None, description="The comparison. Leave out if there is no comparison arm.")

    @property
    def cluster_variable(self) -> str | None:
        """Variable that identifies the clusters; the governorate where whole governorates were treated."""
        assigned_by = self.treatment.assigned_by if self.treatment else None
        named = self.cluster or assigned_by or self.community or self.psu
        if named is None and self.treatment is not None and self.treatment.variable == self.governorate:
            return self.governorate
        return named

    @property
    def treatment_variable(self) -> str | None:
        """Variable that decides the arm; None where there is no comparison arm."""
        return self.treatment.variable if self.treatment else None

    @property
    def assignment_variable(self) -> str | None:
        """Variable whose values were assigned to an arm together; None where there is no comparison arm."""
        if self.treatment is None:
            return None
        if self.treatment.assigned_by:
            return self.treatment.assigned_by
        if self.treatment.variable == self.governorate:
            return self.governorate
        return self.cluster_variable

    @property
    def governorates_are_clusters(self) -> bool:
        """True where whole governorates were assigned to an arm: no within-governorate comparison exists."""
        return self.treatment is not None and self.assignment_variable == self.governorate


class Missing(Settings):
    """How the study's files write an answer that is missing. Never zero, and the reason is kept."""

    codes: dict[str, MissingReason] = Field(
        default_factory=dict,
        description='Codes that are missing in every variable with a scale that does not list them, as `97 = "dk"`.',
    )
    tags: dict[str, MissingReason] = Field(
        default_factory=dict, description='Stata tags, as `a = "dk"`. A label such as "Refused" is understood anyway.'
    )
    labels: dict[str, MissingReason] = Field(
        default_factory=dict, description="Answer labels that are missing, beside the common English and Arabic ones."
    )
