"""What was asked: variables, their scales, and the name each has in each wave's file."""

from typing import Literal

from pydantic import Field

from transforms.study.settings import MissingReason, Name, Settings, Text, Value

CHILD = "child"  # of `asked_of`


class Choice(Settings):
    """One answer of a scale."""

    code: float | str
    label: Text
    name: str | None = None  # how a form (Kobo, ODK) writes it in its export

    @property
    def words(self) -> tuple[str, ...]:
        """What a file may write for it, beside its code."""
        return tuple(word for word in (self.name, self.label.en, self.label.ar) if word)


class Scale(Settings):
    """The answers a question allows."""

    name: str
    choices: tuple[Choice, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def codes(self) -> tuple[float | str, ...]:
        """The allowed codes, in the order of the table; empty for a range such as 0-100."""
        return tuple(choice.code for choice in self.choices)

    @property
    def limits(self) -> tuple[float, float] | None:
        """Lowest and highest code; None for a scale of words."""
        if self.low is not None and self.high is not None:
            return self.low, self.high
        numbers = [code for code in self.codes if isinstance(code, float)]
        return (min(numbers), max(numbers)) if numbers and len(numbers) == len(self.codes) else None


class Recode(Settings):
    """Replace a value of one wave's file by the study's value."""

    variable: Name
    wave: Name | None = None
    old: str
    new: str


class GroupWording(Settings):
    """A question as one group of respondents hears it."""

    group: Text
    text: Text


class Variable(Settings):
    """One row of the codebook."""

    name: Name
    type: Literal["item", "category", "number", "identifier", "date", "text"]
    label: Text
    text: Text
    scale: str | None = None
    direction: Literal["+", "-"] = "+"
    index: Name | None = None
    dimension: Name | None = None
    role: Literal["headline", "secondary", "exposure", "quality", "background"] = "background"
    asked_of: str = "both"
    sensitive: bool = False
    missing: dict[str, MissingReason] = Field(default_factory=dict)
    source: str = ""
    wordings: tuple[GroupWording, ...] = ()  # where the words differ by who is asked; `text` then holds all of them
    columns: dict[str, str] = Field(description="Name in each wave's file; a wave that did not ask it is absent.")

    @property
    def only_printed(self) -> bool:
        """True for a question put to children that no wave asked: of the questionnaire, and never scored."""
        return self.type == "item" and self.asked_of.casefold() == CHILD and not self.columns


class Codebook(Settings):
    """Every variable a study uses; whatever a file holds beyond these is dropped at the door."""

    variables: tuple[Variable, ...]
    scales: tuple[Scale, ...] = ()
    recodes: tuple[Recode, ...] = ()
    of_children: tuple[Variable, ...] = ()  # their questions where no wave asked any: printed, and none of `variables`

    def variable(self, name: str) -> Variable:
        """The variable called `name`; KeyError where there is none."""
        for variable in self.variables:
            if variable.name == name:
                return variable
        raise KeyError(name)

    def scale(self, variable: Variable) -> Scale | None:
        """The scale of `variable`; None where it has none."""
        return next((scale for scale in self.scales if scale.name == variable.scale), None)

    def asked_in(self, wave: str) -> tuple[Variable, ...]:
        """Variables that wave's file holds, in codebook order."""
        return tuple(variable for variable in self.variables if wave in variable.columns)

    def items(self, index: str, dimension: str | None = None) -> tuple[Variable, ...]:
        """Headline items of an index, or of one dimension of it, in codebook order."""
        return tuple(
            variable
            for variable in self.variables
            if variable.type == "item"
            and variable.role == "headline"
            and variable.index == index
            and dimension in (None, variable.dimension)
        )

    def secondary(self) -> tuple[Variable, ...]:
        """Variables of the role `secondary` whose answers are numbers, in codebook order."""
        return tuple(
            variable
            for variable in self.variables
            if variable.role == "secondary"
            and variable.type in ("item", "number")
            and ((scale := self.scale(variable)) is None or scale.limits is not None)
        )

    def values_of(self, name: str) -> dict[Value, Text]:
        """Label of every code of a variable's scale; empty where it has no listed choices."""
        scale = self.scale(self.variable(name))
        return {choice.code: choice.label for choice in scale.choices} if scale else {}
