"""Whom a comparison of models is between, in the words of the study's design."""

from types import SimpleNamespace

import pytest

from transforms.present.comparisons import WAVE_ARM, comparison_name


@pytest.mark.parametrize(
    ("arms", "waves", "key", "why"),
    [
        (2, 2, f"comparisons.{WAVE_ARM}", "waves and arms"),
        (1, 2, "comparisons.wave", "a study without a comparison arm"),
        (2, 1, "comparisons.arm", "a study of one wave"),
    ],
)
def test_a_study_is_not_said_to_have_what_it_lacks(arms, waves, key, why):
    study = SimpleNamespace(waves=("w",) * waves)
    context = SimpleNamespace(arms=("a",) * arms, study=study, say=lambda name: name)
    assert comparison_name(context, WAVE_ARM) == key, why
