"""A study: the whole typed specification, known before the first answer is read."""

from pydantic import Field

from transforms.study.back_checks import BackCheck
from transforms.study.corrections import Corrections
from transforms.study.design import Design, Missing, Wave
from transforms.study.indices import Index
from transforms.study.instrument import Codebook, Variable
from transforms.study.measures import Measures
from transforms.study.models import Alerts, Effects, Limits, Waiver
from transforms.study.plan import Deviation, Power
from transforms.study.settings import Language, Name, ReportFormat, Settings, Value, Words
from transforms.study.weighting import Raking


class StudySettings(Settings):
    """`study.toml`."""

    id: Name = Field(description="Short name of the study; also the folder of its results.")
    title: Words = Field(description="Title of the report.")
    question: Words = Field(description="What the evaluation asks, in a sentence.")
    programme: Words | None = Field(None, description="What was done, for whom, in a few sentences.")
    funder: str | None = Field(None, description="Who pays for the evaluation.")
    synthetic: bool = Field(False, description="True for invented data: every page then says so.")
    languages: tuple[Language, ...] = Field(("en",), min_length=1, description="Languages of the report.")
    formats: tuple[ReportFormat, ...] = Field(
        ("pdf", "docx", "xlsx"), description="Formats of the report beside the web page, which is always written."
    )
    seed: int = Field(20260101, ge=0, description="Seed of everything random.")
    codebook: str = Field("codebook.csv", description="Table of the variables, CSV or XLSX.")
    scales: str = Field("scales.csv", description="Table of the scales. May be absent if every scale is a range.")
    recodes: str = Field("recodes.csv", description="Table of values to replace. May be absent.")
    groups: str = Field("groups.csv", description="Table of words that differ by who is asked. May be absent.")
    form: str | None = Field(
        None, description="XLSForm (Kobo, ODK) that gives the wording of questions and answers the tables leave empty."
    )
    waves: tuple[Wave, ...] = Field(min_length=1, description="In the order of time; the first is the baseline.")
    keep: dict[Name, tuple[Value, ...]] = Field(
        default_factory=dict, description="Keep only these values (after recoding) of these variables."
    )
    design: Design = Field(description="Sampling and comparison.")
    missing: Missing = Field(default_factory=Missing, description="How missing answers are written.")
    indices: tuple[Index, ...] = Field(min_length=1, description="What is measured.")
    measures: Measures = Field(default_factory=Measures, description="What an index must show.")
    raking: Raking = Field(default_factory=Raking, description="Weights made to agree with the population.")
    scoring_key: str | None = Field(
        None,
        pattern="^[0-9a-f]{64}$",
        description="SHA-256 of the one scoring key that is accepted, when it may differ from that of the last run.",
    )
    effects: Effects = Field(default_factory=Effects, description="What is estimated.")
    limits: Limits = Field(default_factory=Limits, description="Thresholds.")
    alerts: Alerts = Field(default_factory=Alerts, description="Whom a run tells.")
    power: Power = Field(default_factory=Power, description="What the design is expected to meet.")
    deviations: tuple[Deviation, ...] = Field((), description="Declared changes of the locked plan.")
    back_checks: tuple[BackCheck, ...] = Field((), description="Interviews that were asked again by somebody else.")
    corrections: Corrections = Field(default_factory=Corrections, description="What is wrong in the files.")
    waivers: tuple[Waiver, ...] = Field((), description="Signed decisions about problems.")


class Study(Settings):
    """Settings and codebook together, checked against each other."""

    settings: StudySettings
    codebook: Codebook

    @property
    def id(self) -> str:
        return self.settings.id

    @property
    def design(self) -> Design:
        return self.settings.design

    @property
    def waves(self) -> tuple[Wave, ...]:
        return self.settings.waves

    @property
    def baseline(self) -> Wave:
        return self.settings.waves[0]

    @property
    def wave_names(self) -> tuple[str, ...]:
        return tuple(wave.name for wave in self.settings.waves)

    @property
    def first_wave(self) -> int:
        """Position of the first wave after the programme began: 1, unless the study says it began later."""
        named = self.design.treatment.first_wave if self.design.treatment else None
        return self.wave_names.index(named) if named in self.wave_names else 1

    @property
    def later_waves(self) -> tuple[str, ...]:
        """Waves that have effects; those before them, but for the baseline, have pre-trends."""
        return self.wave_names[self.first_wave :]

    @property
    def indices(self) -> tuple[Index, ...]:
        return self.settings.indices

    @property
    def analysis(self) -> str:
        """`levels` (one wave), `change` (no comparison arm) or `did`: the most this design allows."""
        if len(self.waves) == 1:
            return "levels"
        return "did" if self.design.treatment else "change"

    def dimensions(self, index: Index) -> tuple[str, ...]:
        """Dimensions of `index`: as declared, else those of its headline items in codebook order."""
        declared = index.dimensions
        found = dict.fromkeys(item.dimension or index.name for item in self.codebook.items(index.name))
        return declared or tuple(found)

    def items(self, index: Index, dimension: str | None = None) -> tuple[Variable, ...]:
        """Headline items that count in `index`, or in one dimension of it, in codebook order."""
        wanted = self.dimensions(index) if dimension is None else (dimension,)
        items = self.codebook.items(index.name)
        return tuple(item for item in items if (item.dimension or index.name) in wanted)

    def limits(self, item: Variable) -> tuple[float, float]:
        """Lowest and highest code of an item's scale; KeyError where it has no scale of numbers."""
        scale = self.codebook.scale(item)
        if scale is None or scale.limits is None:
            raise KeyError(item.name)
        return scale.limits

    def waiver(self, check: str, wave: str | None = None, variable: str | None = None) -> Waiver | None:
        """The first waiver that speaks of what `check` found in this wave and variable; None where none does."""
        for waiver in self.settings.waivers:
            of_wave = waiver.wave is None or waiver.wave == wave
            of_variable = waiver.variable is None or waiver.variable == variable
            if waiver.check == check and of_wave and of_variable:
                return waiver
        return None

    def secondary_outcomes(self) -> tuple[str, ...]:
        """Secondary outcomes effects are asked for, in codebook order."""
        return tuple(v.name for v in self.codebook.secondary()) if self.settings.effects.secondary else ()

    def outcomes(self) -> tuple[str, ...]:
        """Names of the score columns: each index, then its dimensions as `index.dimension`."""
        names: list[str] = []
        for index in self.indices:
            names.append(index.name)
            dimensions = self.dimensions(index)
            if index.rule == "summary" and len(dimensions) > 1:
                names += [f"{index.name}.{dimension}" for dimension in dimensions]
        return tuple(names)
