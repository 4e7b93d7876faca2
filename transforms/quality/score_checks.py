"""Checks of the scores."""

from transforms.quality.check import Check

SCORE_CHECKS = (
    Check(
        "unit_known",
        "warning",
        ("scores",),
        "The reference group answered every index and dimension, and not all alike, so that there is a unit for it.",
        "the index, dimension or item (1 of 1)",
        "Look at the recodes and missing codes of its items, and for a wave or group that was not asked. What has no "
        "unit gets no score; its index goes without it where enough is left.",
        ("accept",),
    ),
    Check(
        "score_present",
        "warning",
        ("scores",),
        "Fewer than `limits.item_missing_share` of a wave's respondents are without a score.",
        "respondents without a score, of respondents",
        "Look for the items with missing answers, or for a wave that did not ask them.",
        ("accept",),
    ),
    Check(
        "interviewer_effect",
        "warning",
        ("scores",),
        "Interviewers make no more than `limits.interviewer_effect_warn` of an answer's variance, where they asked in "
        "the same places; or no more than chance at `limits.interviewer_effect_p`.",
        "the index or question (1 of 1)",
        "See interviewer_effects.csv for the share and what it does to standard errors; retrain, and listen to "
        "recordings of the question. An index is warned of at any share where interviewers had places to themselves: "
        "then the places may differ.",
        ("accept",),
    ),
    Check(
        "interviewer_effect_large",
        "critical",
        ("scores",),
        "Interviewers who asked in the same communities make no more than `limits.interviewer_effect_critical` of an "
        "index's variance.",
        "the index (1 of 1)",
        "What was measured is in part who asked: see whose interviews differ (interviewer_pattern, near_duplicates), "
        "call back, and remove what was made up with corrections.csv. Where women were sent to women, only those who "
        "asked women are compared. Sign a waiver only where interviewers were sent to other kinds of people.",
        ("accept",),
    ),
    Check(
        "score_finite",
        "error",
        ("scores",),
        "Every score is a finite number.",
        "scores that are not, of scores",
        "An item without any variation in the reference group cannot be scored: give it another role.",
    ),
    Check(
        "score_range",
        "error",
        ("scores",),
        "Every score in percent of the maximum possible is within 0 to 100.",
        "scores beyond, of scores",
        "A fault of ours, or a scoring key of another study.",
    ),
    Check(
        "reference_mean",
        "error",
        ("scores",),
        "The reference group's weighted mean is 0, which is what the unit of the scores means.",
        "the outcome (1 of 1)",
        "A fault of ours, or a scoring key of another study.",
    ),
    Check(
        "reference_sd",
        "error",
        ("scores",),
        "The reference group's weighted standard deviation is 1, which is what the unit of the scores means.",
        "the outcome (1 of 1)",
        "A fault of ours, or a scoring key of another study.",
    ),
)
