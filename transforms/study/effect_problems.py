"""Problems of what effects are estimated on, tested together with, compared with and held constant."""

from collections import Counter
from collections.abc import Iterator

from transforms.study.instrument import Codebook, Variable
from transforms.study.lines import SettingsText
from transforms.study.problems import StudyProblem
from transforms.study.study import StudySettings
from transforms.study.suggest import did_you_mean

SERVES = {"covariates": ("item", "number", "category"), "placebo": ("item", "number"), "ordered": ("item",)}


def effect_problems(settings: StudySettings, codebook: Codebook, source: SettingsText) -> Iterator[StudyProblem]:
    """Covariates and placebo outcomes that cannot serve, families of nothing, a programme that began in no wave."""
    yield from _family_problems(settings, codebook, source)
    yield from _first_wave_problems(settings, source)
    variables = {variable.name: variable for variable in codebook.variables}
    for entry in SERVES:
        for name in getattr(settings.effects, entry):
            variable = variables.get(name)
            if variable is None:
                fix = did_you_mean(name, variables, listed=False) or "Add a row for it, or correct the name."
                yield source.problem(("effects", entry), f"the codebook has no variable {name}.", fix)
            elif (problem := _problem(variable, entry, settings)) is not None:
                yield source.problem(("effects", entry), *problem)


def _outcomes(settings: StudySettings, codebook: Codebook) -> dict[str, None]:
    """Everything a family can hold: indices, dimensions, secondary outcomes."""
    found: dict[str, None] = {}
    for index in settings.indices:
        found[index.name] = None
        items = codebook.items(index.name)
        dimensions = index.dimensions or tuple(dict.fromkeys(item.dimension or index.name for item in items))
        if settings.effects.dimensions and index.rule == "summary" and len(dimensions) > 1:
            found |= dict.fromkeys(f"{index.name}.{dimension}" for dimension in dimensions)
    return found | (dict.fromkeys(v.name for v in codebook.secondary()) if settings.effects.secondary else {})


def _family_problems(settings: StudySettings, codebook: Codebook, source: SettingsText) -> Iterator[StudyProblem]:
    """Members of a family that have no effect, or stand in two: an outcome has one adjusted p-value."""
    families, known = settings.effects.families, _outcomes(settings, codebook)
    for family, members in families.items():
        place = ("effects", "families", family)
        if len(set(members)) < 2:
            yield source.problem(place, f"the family {family} has fewer than two outcomes.", "Add one, or remove it.")
        for name in dict.fromkeys(members):
            if name not in known:
                fix = did_you_mean(name, known) or "Name indices, dimensions (`index.dimension`), secondary outcomes."
                yield source.problem(place, f"there is no outcome {name}.", fix)
    counts = Counter(name for members in families.values() for name in members)
    for name, count in counts.items():
        if count > 1:
            yield source.problem(("effects", "families"), f"{name} stands in two places.", "Keep one.")


def _first_wave_problems(settings: StudySettings, source: SettingsText) -> Iterator[StudyProblem]:
    """A first wave of the programme that is no wave, or the baseline."""
    treatment = settings.design.treatment
    named = treatment.first_wave if treatment is not None else None
    if named is None:
        return
    names, place = [wave.name for wave in settings.waves], ("design", "treatment", "first_wave")
    if named not in names:
        yield source.problem(place, f"there is no wave called {named}.", did_you_mean(named, names))
    elif named == names[0]:
        message = f"{named} is the first wave of all, so nothing is known from before the programme."
        yield source.problem(place, message, "Name the first wave after it began; leave it out if that is the second.")


def _problem(variable: Variable, entry: str, settings: StudySettings) -> tuple[str, str] | None:
    """What is wrong with a variable, and what to do; None if it serves."""
    name, types = variable.name, SERVES[entry]
    if variable.type not in types:
        message = f"{name} is of type {variable.type}, which cannot serve here."
        return message, f"Name a variable of type {' or '.join(types)}."
    part = variable.role == "headline" and variable.index in {index.name for index in settings.indices}
    if entry == "ordered" and not part:
        return f"{name} is a question of no index.", "Name a headline question of an index."
    if entry != "ordered" and part:
        return f"{name} is part of the index {variable.index}.", "Name a variable the effects are not estimated on."
    once = entry == "covariates" and settings.design.kind == "panel"
    needed = settings.waves[:1] if once else settings.waves
    absent = [wave.name for wave in needed if wave.name not in variable.columns]
    if absent:
        return f"{name} has no column in {', '.join(absent)}.", "Fill that wave's column in the codebook, or remove it."
    return None
