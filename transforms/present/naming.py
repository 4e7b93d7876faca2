"""How readers know outcomes and characteristics: by the labels of the study, where it has them."""

from transforms.present.context import Context
from transforms.study.columns import GOVERNORATE, GROUP, SEX


def _variable(context: Context, column: str) -> str:
    """The study's variable behind a column of the panel that has a name of its own."""
    design = context.study.design
    return {SEX: design.sex, GROUP: design.group, GOVERNORATE: design.governorate}.get(column) or column


def characteristic_name(context: Context, variable: str, value: str = "") -> str:
    """Name of a background variable, or of one value of it."""
    codebook, language = context.study.codebook, context.say.language
    named = _variable(context, variable)
    name = codebook.variable(named).label.read(language)
    if not value:
        return name
    labels = {label.en: label.read(language) for label in codebook.values_of(named).values()}
    return context.say("names.value", variable=name, value=labels.get(value, value))


def _dimensions(context: Context) -> list[str]:
    """Names of the dimensions of all indices."""
    study = context.study
    return [context.dimension(index, name) for index in study.indices for name in study.dimensions(index)]


def outcome_name(context: Context, outcome: str) -> str:
    """Name of an index, a dimension (with its index where another has one of that name), a variable, or (as `sex=Male`)
    of a value of one."""
    indices = {index.name for index in context.study.indices}
    index, _, dimension = outcome.partition(".")
    if index in indices:
        name = context.outcome(outcome)
        if not dimension or _dimensions(context).count(name) < 2:
            return name
        return context.say("names.of_index", name=name, index=context.outcome(index))
    variable, _, value = outcome.partition("=")
    return characteristic_name(context, variable, value)
