"""What every part of a study's specification has in common."""

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Language = Literal["en", "ar"]
ReportFormat = Literal["pdf", "docx", "xlsx"]
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=60)]
Share = Annotated[float, Field(ge=0, le=1)]
Value = str | int | float | bool

MissingReason = Literal[
    "dk", "refused", "skipped", "not_applicable", "declared", "blank", "not_asked", "not_coded", "out_of_range"
]
REASONS: tuple[MissingReason, ...] = get_args(MissingReason)


class Settings(BaseModel):
    """Frozen settings in which an unknown key is an error, so that a typo is never silently ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


class Text(Settings):
    """A sentence in each of the report's languages; Arabic falls back to English where it is not given."""

    en: str
    ar: str | None = None

    def read(self, language: Language) -> str:
        """The sentence in `language`, in English where there is no translation."""
        return (self.ar if language == "ar" else None) or self.en


def _text(value: object) -> object:
    return {"en": value} if isinstance(value, str) else value


Words = Annotated[Text, BeforeValidator(_text)]
