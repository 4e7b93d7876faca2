"""`tamasuk correct`: hold the log of corrections against the files, or begin one."""

from collections.abc import Mapping
from pathlib import Path

from flows.outside import screen
from flows.store import corrections
from transforms.prepare.correction_counts import CorrectionCounts, count_corrections
from transforms.prepare.corrections import UNUSED
from transforms.study.design import Wave
from transforms.study.study import Study

WHOLE_INTERVIEW, NOT_READ = "(interview)", "(column not used)"
FEW_SHARE = "(reasons few lines share)"


def begin(folder: Path, study: Study) -> None:
    """Write a log without lines."""
    screen.show_facts({"Log": corrections.write_template(study, folder)})
    screen.out.print("Write one line for each answer: docs/operating.md, Corrections.", markup=False)


def correct(folder: Path, study: Study) -> None:
    """Show, in counts, what the log would change; nothing is written."""
    log = corrections.read_log(study, folder)
    if not log.lines and not log.left_alone:
        screen.out.print("There is no correction yet. `tamasuk correct STUDY --template` begins the log.", markup=False)
        return
    counts = {wave.name: _counts(folder, study, wave) for wave in study.waves}
    show_corrections(counts, log.left_alone)
    corrections.check_not_refused(study, counts)
    screen.out.print("Every correction fits the files; the next run replays them.")


def _counts(folder: Path, study: Study, wave: Wave) -> CorrectionCounts:
    """What the log does to one wave, whose file is read as a run reads it."""
    from flows.store.readers import read_raw
    from transforms.prepare.wave import needed_columns, type_wave

    columns = needed_columns(study, wave)
    raw = read_raw(folder / wave.file, encoding=wave.encoding, sheet=wave.sheet, columns=columns)
    typed = type_wave(raw, study, wave, corrections.read_log(study, folder).of(wave.name))
    return count_corrections(typed.corrections, study.settings.limits.smallest_shown_cell)


def show_corrections(counts: Mapping[str, CorrectionCounts], left_alone: int) -> None:
    """What becomes of the lines of a log, by wave and variable, in counts; nothing where there are none."""
    done = [
        (
            wave,
            tally.variable or (NOT_READ if tally.status == UNUSED else WHOLE_INTERVIEW),
            tally.status,
            str(tally.count),
        )
        for wave, each in counts.items()
        for tally in each.tallies
    ]
    done += [(wave, "", "refused", str(len(each.refusals))) for wave, each in counts.items() if each.refusals]
    if done:
        screen.show_table("Corrections", ("wave", "variable", "what becomes of them", "lines"), done, words=3)
    reasons = [
        (wave, tally.reason or FEW_SHARE, tally.status, str(tally.count))
        for wave, each in counts.items()
        for tally in each.reasons
    ]
    if reasons:
        screen.show_table("Reasons", ("wave", "reason", "of", "lines"), reasons, words=3)
    if left_alone:
        what = "1 more line says" if left_alone == 1 else f"{left_alone} more lines say"
        screen.out.print(f"{what} that nothing is to be changed.", style="dim")
