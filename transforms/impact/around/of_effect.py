"""Which effect a row of a table beside the effects speaks of."""

from dataclasses import dataclass

from transforms.impact.estimate import Estimate


@dataclass(frozen=True, slots=True)
class OfEffect:
    """Names and unit of one `Estimate`, first in every row that is about it."""

    outcome: str
    contrast: str
    wave: str
    governorate: str
    group: str
    unit: str


def names_of(row: Estimate) -> tuple[str, str, str, str, str, str]:
    """The fields of `OfEffect`, in their order."""
    return row.outcome, row.contrast, row.wave, row.governorate, row.group, row.unit
