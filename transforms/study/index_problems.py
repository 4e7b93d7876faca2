"""Problems of the indices, their items, and the waivers."""

from collections.abc import Collection, Iterator, Mapping

from transforms.study.columns import DESIGN_COLUMNS, MISSING_SUFFIX, POMP_SUFFIX
from transforms.study.indices import Index
from transforms.study.instrument import Codebook, Scale, Variable
from transforms.study.lines import SettingsText
from transforms.study.problems import StudyProblem
from transforms.study.study import StudySettings
from transforms.study.suggest import did_you_mean

Checks = Mapping[str, Collection[str]]  # name of a check -> actions a waiver for it can have


def index_problems(settings: StudySettings, codebook: Codebook, source: SettingsText) -> Iterator[StudyProblem]:
    """Indices that nothing is measured by, or whose settings contradict each other or the codebook."""
    names = [index.name for index in settings.indices]
    for position, index in enumerate(settings.indices):
        place = ("indices", position, "name")
        if index.name in names[:position]:
            yield source.problem(place, f"index {index.name} stands twice.", "Keep one.")
        if index.name in DESIGN_COLUMNS or index.name.endswith(POMP_SUFFIX):
            yield source.problem(place, f"an index cannot be called {index.name}.", "Give it another name.")
        items = codebook.items(index.name)
        if not items:
            near = did_you_mean(index.name, filter(None, (v.index for v in codebook.variables)), listed=False)
            fix = near or "Fill its index column for the items that count, with role headline."
            yield source.problem(place, f"the codebook has no headline item for {index.name}.", fix)
            continue
        yield from _dimension_problems(position, index, items, source)
        yield from _rule_problems(position, index, items, (codebook, source))


def _dimension_problems(
    position: int, index: Index, items: tuple[Variable, ...], source: SettingsText
) -> Iterator[StudyProblem]:
    found = list(dict.fromkeys(item.dimension or index.name for item in items))
    named = {"dimensions": index.dimensions, "dimension_labels": tuple(index.dimension_labels)}
    for setting, dimensions in named.items():
        for dimension in dict.fromkeys(dimensions):
            if dimension not in found:
                message = f"no headline item of {index.name} has the dimension {dimension}."
                yield source.problem(("indices", position, setting), message, did_you_mean(dimension, found))
    if len(set(index.dimensions)) < len(index.dimensions):
        yield source.problem(("indices", position, "dimensions"), "a dimension stands twice.", "Keep one.")


def _rule_problems(
    position: int, index: Index, items: tuple[Variable, ...], files: tuple[Codebook, SettingsText]
) -> Iterator[StudyProblem]:
    codebook, source = files
    if index.complete_cases and index.rule == "summary":
        message = "complete_cases is for the rules flat, mean and additive."
        fix = "Set minimum_item_share and minimum_dimension_share to 1, or change the rule."
        yield source.problem(("indices", position, "complete_cases"), message, fix)
    counted = [item for item in items if not index.dimensions or (item.dimension or index.name) in index.dimensions]
    ranges = {scale.limits for item in counted if (scale := codebook.scale(item)) is not None and scale.limits}
    if index.rule == "mean" and len(ranges) > 1:
        shown = ", ".join(f"{low:g} to {high:g}" for low, high in sorted(ranges))
        message = f"items of different scales ({shown}) have no mean in the units of a scale."
        yield source.problem(("indices", position, "rule"), message, "Use the rule summary or flat.")


def item_problems(settings: StudySettings, codebook: Codebook, rows: Mapping[str, int]) -> Iterator[StudyProblem]:
    """Rows of the codebook that would not count as they look, or that cannot be scored."""
    file, indices = settings.codebook, {index.name: index for index in settings.indices}
    with_dimension = {variable.index for variable in codebook.variables if _headline(variable) and variable.dimension}
    for variable in codebook.variables:
        row, name = rows.get(variable.name), variable.name
        if name.endswith((MISSING_SUFFIX, POMP_SUFFIX)):
            suffix = MISSING_SUFFIX if name.endswith(MISSING_SUFFIX) else POMP_SUFFIX
            yield StudyProblem(file, row, name, f"a name cannot end in {suffix}.", "Rename it.")
        if not _headline(variable):
            continue
        if variable.index not in indices:
            message = f"it is a headline item of {variable.index or 'no index'}, which study.toml does not list."
            fix = did_you_mean(variable.index or "", indices) + " Or give it another role."
            yield StudyProblem(file, row, name, message, fix.strip())
            continue
        if not variable.dimension and variable.index in with_dimension:
            message = f"it has no dimension, unlike other items of {variable.index}."
            yield StudyProblem(file, row, name, message, "Fill its dimension.")
        if settings.waves[0].name not in variable.columns:
            message = f"a headline item must be asked in {settings.waves[0].name}, which sets the scale of the index."
            yield StudyProblem(file, row, name, message, "Give it another role, or fill that wave's column.")
        yield from _scale_problems(variable, codebook.scale(variable), file, row)


def _headline(variable: Variable) -> bool:
    return variable.role == "headline"


def _scale_problems(variable: Variable, scale: Scale | None, file: str, row: int | None) -> Iterator[StudyProblem]:
    if variable.type != "item":
        message = f"only an item can be a headline item, not a {variable.type}."
        yield StudyProblem(file, row, variable.name, message, "Give it the type item, or another role.")
    elif scale is not None and scale.limits is None:
        yield StudyProblem(file, row, variable.name, "a headline item needs a scale of numbers.", "Code its answers.")
    elif scale is not None and scale.limits is not None and scale.limits[0] == scale.limits[1]:
        message = f"its scale {scale.name} has only one answer."
        yield StudyProblem(file, row, variable.name, message, "Add the others to the scales table.")


def waiver_problems(
    settings: StudySettings, codebook: Codebook, checks: Checks | None, source: SettingsText
) -> Iterator[StudyProblem]:
    """Waivers that speak of no check, wave or variable there is, or ask for what cannot be done about it."""
    variables = [variable.name for variable in codebook.variables] + [index.name for index in settings.indices]
    waves = [wave.name for wave in settings.waves]
    for position, waiver in enumerate(settings.waivers):
        place = ("waivers", position)
        if waiver.variable and waiver.variable not in variables:
            fix = did_you_mean(waiver.variable, variables, listed=False) or "Correct the name."
            yield source.problem((*place, "variable"), f"there is no variable {waiver.variable}.", fix)
        if waiver.wave and waiver.wave not in waves:
            fix = did_you_mean(waiver.wave, waves)
            yield source.problem((*place, "wave"), f"there is no wave called {waiver.wave}.", fix)
        if checks is None:
            continue
        if waiver.check not in checks:
            fix = did_you_mean(waiver.check, checks) or f"There are: {', '.join(sorted(checks))}."
            yield source.problem((*place, "check"), f"there is no check called {waiver.check}.", fix)
        elif not checks[waiver.check]:
            yield source.problem((*place, "check"), f"{waiver.check} cannot be waived.", "Mend what it found.")
        elif waiver.action not in checks[waiver.check]:
            allowed = ", ".join(checks[waiver.check])
            message = f"{waiver.action} is nothing that can be done about {waiver.check}."
            yield source.problem((*place, "action"), message, f"It can be: {allowed}.")
