"""docs/validation.md says of every check what the program does."""

from pathlib import Path

import pytest

from transforms.quality.checks import CHECKS

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "validation.md"


@pytest.mark.parametrize("check", CHECKS.values(), ids=list(CHECKS))
def test_the_guide_has_this_row(check):
    actions = ", ".join(f"`{action}`" for action in check.actions) or "-"
    cells = (
        f"`{check.name}`",
        check.severity,
        ", ".join(check.stages),
        check.expects,
        check.counts,
        actions,
        check.advice,
    )
    assert f"| {' | '.join(cells)} |" in GUIDE.read_text(encoding="utf-8").splitlines()


def test_the_guide_has_no_check_that_is_gone():
    lines = GUIDE.read_text(encoding="utf-8").partition("## Checks")[2].splitlines()
    assert {line.split("`")[1] for line in lines if line.startswith("| `")} == set(CHECKS)
