"""Problems of the waves and the design: names that are not there, kinds that do not serve, values that cannot occur."""

from collections.abc import Iterator, Sequence

from transforms.study.columns import DESIGN_COLUMNS
from transforms.study.instrument import Codebook, Variable
from transforms.study.lines import SettingsText
from transforms.study.problems import StudyProblem
from transforms.study.settings import Value
from transforms.study.study import StudySettings
from transforms.study.suggest import did_you_mean, is_slip, spelling, spellings
from transforms.study.tables import CODEBOOK_COLUMNS

# Types of variable that serve an entry of the design. Identifiers are hashed and text is dropped at the door.
PLACES = ("category", "number", "identifier")
SERVES: dict[str, tuple[str, ...]] = {
    "respondent": ("identifier",),
    "governorate": ("category", "number"),
    "community": PLACES,
    "cluster": PLACES,
    "strata": PLACES,
    "psu": PLACES,
    "weight": ("number",),
    "fpc": ("number",),
    "group": ("category",),
    "sex": ("category",),
    "age": ("number",),
    "date": ("date",),
    "interviewer": PLACES,
    "duration": ("number",),
    "consent": ("category", "number", "item"),
}
DECIDES = ("category", "number", "item")


def wave_problems(settings: StudySettings, source: SettingsText) -> Iterator[StudyProblem]:
    """Waves that share a name, or a file without saying which rows are whose."""
    for position, wave in enumerate(settings.waves):
        before = settings.waves[:position]
        if wave.name in {other.name for other in before}:
            yield source.problem(
                ("waves", position, "name"), f"wave {wave.name} stands twice.", "Give each its own name."
            )
        if wave.name in CODEBOOK_COLUMNS:
            message = f"a wave cannot be called {wave.name}, which is a column of the codebook."
            yield source.problem(("waves", position, "name"), message, "Give it another name.")
        twin = next((o for o in before if (o.file, o.sheet, o.where) == (wave.file, wave.sheet, wave.where)), None)
        if twin is not None:
            message = f"waves {twin.name} and {wave.name} are the same rows of {wave.file}."
            fix = "Say under `where` which rows are which wave's, as where = { round = [1] }."
            yield source.problem(("waves", position, "file"), message, fix)


def reference_problems(settings: StudySettings, codebook: Codebook, source: SettingsText) -> Iterator[StudyProblem]:
    """Settings that name a variable the codebook does not have, or one of a type that cannot serve."""
    variables = {variable.name: variable for variable in codebook.variables}
    for place, name, types in _references(settings):
        variable = variables.get(name)
        if variable is None:
            fix = did_you_mean(name, variables, listed=False) or "Add a row for it, or correct the name."
            yield source.problem(place, f"the codebook has no variable {name}.", fix)
        elif variable.type not in types:
            message = f"{name} is of type {variable.type}, which cannot serve here."
            yield source.problem(place, message, f"Give it the type {' or '.join(types)} in the codebook.")


def _references(settings: StudySettings) -> Iterator[tuple[tuple[str | int, ...], str, Sequence[str]]]:
    for entry, types in SERVES.items():
        name = getattr(settings.design, entry)
        if name is not None:
            yield ("design", entry), name, types
    yield from ((("design", "assent"), name, DECIDES) for name in settings.design.assent)
    treatment = settings.design.treatment
    if treatment is not None:
        yield ("design", "treatment", "variable"), treatment.variable, DECIDES
        if treatment.assigned_by:
            yield ("design", "treatment", "assigned_by"), treatment.assigned_by, PLACES
    yield from ((("keep", name), name, DECIDES) for name in settings.keep)
    for position, margin in enumerate(settings.raking.margins):
        yield ("raking", "margins", position, "variable"), margin.variable, DECIDES
    for position, index in enumerate(settings.indices):
        for name in index.reference.where if index.reference else ():
            yield ("indices", position, "reference", "where", name), name, DECIDES
    yield from ((("effects", "covariates"), name, DECIDES) for name in settings.effects.covariates)
    yield from ((("effects", "placebo"), name, ("item", "number")) for name in settings.effects.placebo)


def comparison_problems(settings: StudySettings, source: SettingsText) -> Iterator[StudyProblem]:
    """What a panel, a comparison or a comparison of groups needs the design to name."""
    design = settings.design
    if design.kind == "panel" and design.respondent is None:
        message = "a panel needs the variable that identifies a respondent."
        yield source.problem(("design", "respondent"), message, "Name it.")
    if design.treatment is not None and design.cluster_variable is None:
        message = "a comparison needs the unit that received the programme together."
        fix = "Name cluster, community or psu; the governorate if whole governorates were compared."
        yield source.problem(("design", "cluster"), message, fix)
    if "groups" in settings.effects.model_fields_set:
        for group in settings.effects.groups:
            if getattr(design, group) is None:
                message = f"there is no group to compare: the design does not name {group}."
                yield source.problem(("effects", "groups"), message, f"Name it under [design], or remove {group}.")


def asked_problems(settings: StudySettings, codebook: Codebook, source: SettingsText) -> Iterator[StudyProblem]:
    """Variables of the design that a wave needs and does not ask."""
    design = settings.design
    panel = design.kind == "panel"
    needed = {"respondent": design.respondent} if panel else {}
    if not panel:
        needed = {"governorate": design.governorate, "cluster": design.cluster_variable}
    if design.treatment is not None and not panel:
        needed |= {"treatment": design.assignment_variable}
    variables = {variable.name: variable for variable in codebook.variables}
    seen: set[str] = set()
    for entry, name in needed.items():
        if name is None or name not in variables or name in seen:
            continue
        seen.add(name)
        absent = [wave.name for wave in settings.waves if wave.name not in variables[name].columns]
        if absent:
            message = f"{name} has no column in {', '.join(absent)}, and is needed in every wave."
            yield source.problem(("design", entry), message, "Fill that wave's column in the codebook.")


def value_problems(settings: StudySettings, codebook: Codebook, source: SettingsText) -> Iterator[StudyProblem]:
    """Values of `keep`, of the treatment and of reference groups that the variable can never have."""
    asked = [(("keep", name), name, values) for name, values in settings.keep.items()]
    treatment = settings.design.treatment
    lists: list[tuple[tuple[str | int, ...], str, Sequence[Value]]] = [*asked]
    if treatment is not None:
        lists.append((("design", "treatment", "values"), treatment.variable, treatment.values))
    for position, index in enumerate(settings.indices):
        for name, wanted in index.reference.where.items() if index.reference else ():
            lists.append((("indices", position, "reference", "where", name), name, wanted))
    variables = {variable.name: variable for variable in codebook.variables}
    for place, name, values in lists:
        variable = variables.get(name)
        for value in values if variable is not None else ():
            assert variable is not None
            if (fix := impossible_value(value, variable, codebook)) is not None:
                yield source.problem(place, f"{name} never has the value {value}.", fix)


def impossible_value(value: Value, variable: Variable, codebook: Codebook) -> str | None:
    """What to do about a value that `variable` cannot have; None where it can, or nobody can know."""
    scale = codebook.scale(variable)
    if scale is None:  # only a near miss of a recoded value is surely a slip
        recoded = [recode.new for recode in codebook.recodes if recode.variable == variable.name]
        return did_you_mean(str(value), recoded, listed=False) if is_slip(str(value), recoded) else None
    if scale.choices:
        known = spellings((choice.code, choice.label) for choice in scale.choices)
        words = [choice.label.en for choice in scale.choices]
        return None if spelling(value) in known else did_you_mean(str(value), words) or "Correct it, or the scale."
    low, high = scale.limits or (float("-inf"), float("inf"))
    try:
        inside = low <= float(value) <= high
    except ValueError:
        inside = False
    return None if inside else f"Its range is {low:g} to {high:g}."


def kept_name_problems(settings: StudySettings, codebook: Codebook, rows: dict[str, int]) -> Iterator[StudyProblem]:
    """Variables whose name belongs to a column of the design that another variable fills."""
    for variable in codebook.variables:
        name = variable.name
        if name in DESIGN_COLUMNS and getattr(settings.design, name, None) != name:
            known = name in SERVES
            fix = f'Rename it, or write {name} = "{name}" under [design].' if known else "Rename it."
            yield StudyProblem(settings.codebook, rows.get(name), name, "this name is kept for the design.", fix)
