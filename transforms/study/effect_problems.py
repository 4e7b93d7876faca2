"""Problems of what is held constant, and of what the programme is said not to have touched."""

from collections.abc import Iterator

from transforms.study.instrument import Codebook, Variable
from transforms.study.lines import SettingsText
from transforms.study.problems import StudyProblem
from transforms.study.study import StudySettings
from transforms.study.suggest import did_you_mean

SERVES = {"covariates": ("item", "number", "category"), "placebo": ("item", "number")}


def effect_problems(settings: StudySettings, codebook: Codebook, source: SettingsText) -> Iterator[StudyProblem]:
    """Covariates and placebo outcomes that are not there, cannot serve, or are part of an index."""
    variables = {variable.name: variable for variable in codebook.variables}
    for entry in SERVES:
        for name in getattr(settings.effects, entry):
            variable = variables.get(name)
            if variable is None:
                fix = did_you_mean(name, variables, listed=False) or "Add a row for it, or correct the name."
                yield source.problem(("effects", entry), f"the codebook has no variable {name}.", fix)
            elif (problem := _problem(variable, entry, settings)) is not None:
                yield source.problem(("effects", entry), *problem)


def _problem(variable: Variable, entry: str, settings: StudySettings) -> tuple[str, str] | None:
    """What is wrong with a variable, and what to do; None if it serves."""
    name, types = variable.name, SERVES[entry]
    if variable.type not in types:
        message = f"{name} is of type {variable.type}, which cannot serve here."
        return message, f"Name a variable of type {' or '.join(types)}."
    if variable.role == "headline" and variable.index in {index.name for index in settings.indices}:
        return f"{name} is part of the index {variable.index}.", "Name a variable the effects are not estimated on."
    once = entry == "covariates" and settings.design.kind == "panel"
    needed = settings.waves[:1] if once else settings.waves
    absent = [wave.name for wave in needed if wave.name not in variable.columns]
    if absent:
        return f"{name} has no column in {', '.join(absent)}.", "Fill that wave's column in the codebook, or remove it."
    return None
