"""Back-checks that name what is not there."""

from collections.abc import Iterator

from transforms.study.instrument import Codebook
from transforms.study.lines import SettingsText
from transforms.study.problems import StudyProblem
from transforms.study.study import StudySettings
from transforms.study.suggest import did_you_mean


def back_check_problems(settings: StudySettings, codebook: Codebook, source: SettingsText) -> Iterator[StudyProblem]:
    """Unknown waves and variables, two files for a wave, and a wave without identifiers to match by."""
    waves = [wave.name for wave in settings.waves]
    known = {variable.name for variable in codebook.variables}
    for position, check in enumerate(settings.back_checks):
        place = ("back_checks", position)
        if check.wave not in waves:
            fix = did_you_mean(check.wave, waves) or "Correct the name."
            yield source.problem((*place, "wave"), f"there is no wave {check.wave}.", fix)
            continue
        if check.wave in {other.wave for other in settings.back_checks[:position]}:
            fix = "Put the back-checks of a wave into one file."
            yield source.problem((*place, "wave"), f"wave {check.wave} has back-checks already.", fix)
        respondent = settings.design.respondent
        if respondent not in {variable.name for variable in codebook.asked_in(check.wave)}:
            message = f"back-checks are matched by the respondent's identifier, which {check.wave} does not have."
            yield source.problem((*place, "wave"), message, "Name it under `design.respondent`, with its column.")
        for kind in ("facts", "harder"):
            for name in getattr(check, kind):
                if name not in known:
                    fix = did_you_mean(name, known, listed=False) or "Correct the name."
                    yield source.problem((*place, kind), f"the codebook has no variable {name}.", fix)
