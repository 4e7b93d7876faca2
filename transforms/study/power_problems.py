"""Problems of what the design is expected to meet: numbers no design can have, or not this one."""

from collections.abc import Iterator

from transforms.study.instrument import Codebook
from transforms.study.lines import SettingsText
from transforms.study.problems import StudyProblem
from transforms.study.study import StudySettings


def power_problems(settings: StudySettings, codebook: Codebook, source: SettingsText) -> Iterator[StudyProblem]:
    """Power that chance alone has, clusters without arms, and more clusters than the design names."""
    expected, treatment = settings.power, settings.design.treatment
    if expected.power <= expected.alpha:
        message = f"power {expected.power:g} is not above alpha {expected.alpha:g}: chance alone has that much."
        yield source.problem(("power", "power"), message, "Usual are power 0.8 and alpha 0.05.")
    planned = {name: getattr(expected, name) for name in ("clusters_treated", "clusters_comparison")}
    if treatment is None:
        for name in (name for name, number in planned.items() if number is not None):
            message = "there is no comparison of arms to plan clusters for."
            yield source.problem(("power", name), message, "Describe it under [design.treatment], or remove this.")
        return
    yield from _beyond_treatment(settings, source)
    yield from _beyond_scale(settings, codebook, source)


def _beyond_treatment(settings: StudySettings, source: SettingsText) -> Iterator[StudyProblem]:
    """More treated clusters than the treatment names, where what it names are clusters."""
    treatment, planned = settings.design.treatment, settings.power.clusters_treated
    if treatment is None or planned is None or treatment.variable != settings.design.assignment_variable:
        return
    named = len(set(treatment.values))
    if planned > named:
        message = f"{planned} treated clusters are planned, but the treatment names {named}."
        yield source.problem(("power", "clusters_treated"), message, "Add the others to its values, or correct it.")


def _beyond_scale(settings: StudySettings, codebook: Codebook, source: SettingsText) -> Iterator[StudyProblem]:
    """More clusters than the codebook's scale of them lists."""
    name = settings.design.assignment_variable
    known = {variable.name for variable in codebook.variables}
    listed = len(codebook.values_of(name)) if name in known and name is not None else 0
    planned = settings.power.clusters_treated or 0, settings.power.clusters_comparison or 0
    if listed and sum(planned) > listed:
        entry = "clusters_treated" if planned[0] else "clusters_comparison"
        message = f"{sum(planned)} clusters are planned, but the scale of {name} lists {listed}."
        yield source.problem(("power", entry), message, "Add the others to the scale, or correct it.")
