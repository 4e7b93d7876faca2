"""Problems of the margins the weights are raked to."""

from collections.abc import Iterator

from transforms.study.design_problems import impossible_value
from transforms.study.instrument import Codebook, Variable
from transforms.study.lines import SettingsText
from transforms.study.problems import StudyProblem
from transforms.study.study import StudySettings
from transforms.study.suggest import did_you_mean
from transforms.study.weighting import Margin


def raking_problems(settings: StudySettings, codebook: Codebook, source: SettingsText) -> Iterator[StudyProblem]:
    """Margins of waves that are not there or did not ask, given twice, or with shares that can be none."""
    variables = {variable.name: variable for variable in codebook.variables}
    waves = [wave.name for wave in settings.waves]
    seen: set[tuple[str, str]] = set()
    for position, margin in enumerate(settings.raking.margins):
        place = ("raking", "margins", position)
        if margin.wave is not None and margin.wave not in waves:
            fix = did_you_mean(margin.wave, waves)
            yield source.problem((*place, "wave"), f"there is no wave called {margin.wave}.", fix)
            continue
        if min(margin.shares.values()) < 0 or max(margin.shares.values()) <= 0:
            message = "a share is negative, or none is above zero."
            yield source.problem((*place, "shares"), message, "Give each value its share or its number.")
        asked = [margin.wave] if margin.wave else waves
        twice = [wave for wave in asked if (margin.variable, wave) in seen]
        if twice:
            message = f"{margin.variable} has two margins in {', '.join(twice)}."
            yield source.problem((*place, "variable"), message, "Keep one.")
        seen.update((margin.variable, wave) for wave in asked)
        if (variable := variables.get(margin.variable)) is not None:  # else `reference_problems` says so
            found = _variable_problems(variable, margin, asked, codebook)
            yield from (source.problem((*place, setting), message, fix) for setting, message, fix in found)


def _variable_problems(
    variable: Variable, margin: Margin, asked: list[str], codebook: Codebook
) -> Iterator[tuple[str, str, str]]:
    """Setting, message and remedy of what the codebook says against a margin."""
    absent = [wave for wave in asked if wave not in variable.columns]
    if absent:
        message = f"{variable.name} has no column in {', '.join(absent)}."
        yield "variable", message, "Fill that wave's column in the codebook, or give the margin a wave."
    for value in margin.shares:
        fix = impossible_value(value, variable, codebook)
        if fix is not None:
            yield "shares", f"{variable.name} never has the value {value}.", fix
