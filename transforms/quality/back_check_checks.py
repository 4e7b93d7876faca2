"""Checks of the back-checks, where a study has some."""

from transforms.quality.check import Check

BACK_CHECK_CHECKS = (
    Check(
        "back_check_coverage",
        "warning",
        ("wave",),
        "At least `limits.back_check_share` of the interviews were checked again.",
        "interviews checked again, of interviews",
        "Check more, drawn by lot, while the team is still there.",
        ("accept",),
    ),
    Check(
        "back_check_interviewers",
        "warning",
        ("wave",),
        "Every interviewer had an interview checked again.",
        "interviewers without any, of interviewers",
        "Check at least one interview of each; problem_rows.csv has those of interviewers without any.",
        ("accept",),
    ),
    Check(
        "back_check_unmatched",
        "warning",
        ("wave",),
        "Every back-check belongs to an interview of the wave.",
        "back-checks without one, of back-checks",
        "Compare the identifiers of both files; an interview may have been removed, or never been held.",
        ("accept",),
    ),
    Check(
        "back_check_corrected",
        "note",
        ("wave",),
        "Back-checks are held against answers as the interviewers wrote them.",
        "answers given twice that corrections.csv changed in the interview, of answers given twice",
        "They are held against the corrected answer, so that what was put right does not count against its "
        "interviewer. To judge the field work as it was, run a copy of the study without the log.",
        ("accept",),
    ),
    Check(
        "back_check_retrain",
        "warning",
        ("wave",),
        "No interviewer's facts differ from the back-check in more than `limits.back_check_retrain` of the answers.",
        "interviewers whose facts do, but for those of back_check_redo, of interviewers with enough answers compared",
        "Retrain them, and listen to recordings (DIME).",
        ("accept",),
    ),
    Check(
        "back_check_redo",
        "error",
        ("wave",),
        "No interviewer's facts differ from the back-check in more than `limits.back_check_redo` of the answers.",
        "interviewers whose facts do, of interviewers with enough answers compared",
        "Hold their interviews again (DIME), or remove them in corrections.csv; problem_rows.csv has the rows. Sign a "
        "waiver only where the back-checks are what is wrong.",
        ("accept",),
    ),
    Check(
        "back_check_variable",
        "warning",
        ("wave",),
        "No fact differs from the back-check in more than `limits.back_check_retrain` of the answers.",
        "answers that differ, of answers given twice",
        "Read the question again with the interviewers: where all of them differ, its wording is at fault.",
        ("accept",),
    ),
)
