"""How much may be lost before an effect on those found again is doubted: a standard of others, not of this project."""

from typing import Final

CAUTIOUS: Final = (
    *(5.7, 5.8, 5.9, 5.9, 6.0, 6.1, 6.2, 6.3, 6.3, 6.3, 6.3, 6.2, 6.2, 6.1, 6.0, 5.9, 5.9, 5.8, 5.7, 5.5),
    *(5.4, 5.3, 5.2, 5.1, 4.9, 4.8, 4.7, 4.5, 4.4, 4.3, 4.1, 4.0, 3.8, 3.6, 3.5, 3.3, 3.2, 3.1, 2.9, 2.8),
    *(2.6, 2.5, 2.3, 2.1, 2.0, 1.8, 1.6, 1.5, 1.3, 1.2, 1.0, 0.9, 0.7, 0.6, 0.4, 0.3, 0.2, 0.0),
)  # percentage points the arms may differ by, for 0, 1, 2 ... 57 per cent lost of both together
MOST_LOST: Final = 0.20  # without arms to compare


def allowed_difference(lost: float) -> float:
    """Largest difference between the arms' shares lost that the What Works Clearinghouse takes as low, on 0-1.

    lost: share lost of both arms together, on 0-1. NaN where no difference is small enough: too many are lost.

    The cautious boundary (What Works Clearinghouse Standards Handbook, version 4.1, table II.1; kept in the Procedures
    and Standards Handbook, version 5.0), for interventions that may have to do with who is lost. A share between two
    per cents takes the stricter of both.
    """
    below = int(100 * lost + 1e-9)
    above = below + (100 * lost - below > 1e-9)
    if above >= len(CAUTIOUS):
        return float("nan")
    return min(CAUTIOUS[below], CAUTIOUS[above]) / 100


def is_low(lost: float, difference: float | None) -> bool:
    """Whether a loss is low: by the boundary with two arms; without (None), at most a fifth (Schulz & Grimes 2002)."""
    if difference is None:
        return lost <= MOST_LOST
    return abs(difference) <= allowed_difference(lost) + 1e-9
