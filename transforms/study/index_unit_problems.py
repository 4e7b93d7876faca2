"""Problems of the unit an index is in: whose mean and standard deviation it is, and whether it has one at all."""

from collections.abc import Iterator

from transforms.study.indices import Index, ReferenceGroup
from transforms.study.instrument import Codebook
from transforms.study.lines import SettingsText
from transforms.study.problems import StudyProblem
from transforms.study.study import StudySettings
from transforms.study.suggest import did_you_mean


def index_unit_problems(settings: StudySettings, codebook: Codebook, source: SettingsText) -> Iterator[StudyProblem]:
    """Reference groups that cannot be, and units asked of an index in points of a scale."""
    for position, index in enumerate(settings.indices):
        place = ("indices", position)
        if not index.standardised:
            for setting in ("reference", "rescale"):
                if setting in index.model_fields_set:
                    message = f"{setting} is for the rules summary and flat: {index.rule} stays in points of its scale."
                    yield source.problem((*place, setting), message, "Remove it, or change the rule.")
        elif index.reference is not None:
            yield from _reference_problems(position, index, index.reference, (settings, codebook, source))


def _reference_problems(
    position: int,
    index: Index,
    reference: ReferenceGroup,
    study: tuple[StudySettings, Codebook, SettingsText],
) -> Iterator[StudyProblem]:
    settings, codebook, source = study
    place = ("indices", position, "reference")
    waves = [wave.name for wave in settings.waves]
    wave = reference.wave or waves[0]
    if reference.arm is not None and settings.design.treatment is None:
        message = f"there is no {reference.arm} arm: the design has no treatment."
        yield source.problem((*place, "arm"), message, "Remove it: the group is then of everyone.")
    if wave not in waves:
        yield source.problem((*place, "wave"), f"there is no wave called {wave}.", did_you_mean(wave, waves))
        return
    variables = {variable.name: variable for variable in codebook.variables}
    for name in reference.where:
        if name in variables and wave not in variables[name].columns:
            message = f"{name} was not asked in {wave}."
            fix = "Name a wave that asked it, or another variable."
            yield source.problem((*place, "where", name), message, fix)
    unasked = [item.name for item in codebook.items(index.name) if wave not in item.columns]
    if unasked and wave != waves[0]:  # what the baseline did not ask is told of each item
        message = f"{wave} did not ask {', '.join(unasked)}, so it cannot set the unit."
        yield source.problem((*place, "wave"), message, "Name another wave, or give these items another role.")
