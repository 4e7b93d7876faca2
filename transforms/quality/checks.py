"""Every check there is: how grave it is, what it expects, and what to do. docs/validation.md is made from it."""

from dataclasses import dataclass
from typing import Literal

from transforms.quality.problems import Severity, Stage

Action = Literal["accept", "set_missing", "keep_first", "remove"]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `counts` says what a problem's `count` and `of` are counts of, `actions` what a waiver may do."""

    name: str
    severity: Severity
    stages: tuple[Stage, ...]
    expects: str
    counts: str
    advice: str
    actions: tuple[Action, ...] = ()


_ALL = (
    Check(
        "columns_present",
        "critical",
        ("wave", "panel", "scores"),
        "Every variable of the codebook that this wave asked is in the table.",
        "the variable (1 of 1)",
        "Correct the wave's column in the codebook, or ask for the file again.",
    ),
    Check(
        "rows_enough",
        "critical",
        ("wave", "panel", "scores"),
        "There are at least as many respondents as `limits.minimum_rows`.",
        "respondents that lack, of those needed",
        "See row_counts.csv for the step that removed the rows: `where`, `keep` or consent.",
    ),
    Check(
        "duplicate_respondents",
        "error",
        ("wave", "panel"),
        "Nobody was interviewed twice in one wave.",
        "interviews beyond a respondent's first, of interviews with an identifier",
        "Look the rows up in problem_rows.csv, correct the file, or sign a waiver with `keep_first` or `remove`. "
        "Below `limits.refuse_duplicate_share` it is a warning.",
        ("accept", "keep_first", "remove"),
    ),
    Check(
        "out_of_range",
        "error",
        ("wave",),
        "Every answer is on the scale of its question.",
        "answers outside the scale, of answers",
        "Declare the code as missing, recode it, correct the file, or sign a waiver with `set_missing`. "
        "Below `limits.refuse_out_of_range_share` it is a warning.",
        ("set_missing", "remove"),
    ),
    Check(
        "governorate_known",
        "error",
        ("wave", "panel"),
        "Every respondent's governorate is known.",
        "respondents without one, of respondents",
        "Fill it in the file, add a recode, or sign a waiver with `remove`.",
        ("accept", "remove"),
    ),
    Check(
        "cluster_known",
        "error",
        ("wave", "panel"),
        "The unit that received the programme together is known for every respondent.",
        "respondents without one, of respondents",
        "Fill it in the file, add a recode, or sign a waiver with `remove`.",
        ("accept", "remove"),
    ),
    Check(
        "weight_positive",
        "error",
        ("wave", "panel"),
        "Every survey weight is a number above zero.",
        "respondents without such a weight, of respondents",
        "Ask for the weights again, or sign a waiver: `accept` counts those respondents as weight 0.",
        ("accept", "remove"),
    ),
    Check(
        "respondent_known",
        "error",
        ("wave", "panel"),
        "Every interview of a panel carries the respondent's identifier.",
        "interviews without one, of interviews",
        "Fill it in the file, or sign a waiver with `remove`.",
        ("accept", "remove"),
    ),
    Check(
        "arm_known",
        "error",
        ("panel",),
        "For every respondent it is known whether the programme worked there.",
        "respondents without an arm, of respondents",
        "Fill the variable that decides the arm, or sign a waiver with `remove`.",
        ("accept", "remove"),
    ),
    Check(
        "arm_constant_in_cluster",
        "error",
        ("panel",),
        "All respondents of a cluster are in one arm, in every wave.",
        "clusters in both arms, of clusters",
        "Correct the cluster or the arm of the rows in problem_rows.csv. Spillover is no reason to move a respondent.",
        ("accept", "remove"),
    ),
    Check(
        "item_missing",
        "warning",
        ("wave",),
        "Fewer than `limits.item_missing_share` of those asked left the question unanswered.",
        "missing answers, of respondents who were asked",
        "Read the question again with the interviewers; see the report for the reasons that were given.",
        ("accept",),
    ),
    Check(
        "straight_lining",
        "warning",
        ("wave",),
        "No interview gives one answer to `limits.straight_line_items` questions of a scale in a row.",
        "interviews with a straight line, of interviews with enough answers",
        "Listen to the recordings or call back. Such interviews are flagged and stay in the analysis.",
        ("accept",),
    ),
    Check(
        "interviewer_pattern",
        "warning",
        ("wave",),
        "No interviewer has more straight lines or missing answers than the others by `limits.interviewer_sd` SD.",
        "interviewers who stand out, of interviewers with enough interviews",
        "Back-check the interviews in problem_rows.csv before the next wave.",
        ("accept",),
    ),
    Check(
        "near_duplicates",
        "warning",
        ("wave",),
        "No interview is more like another one of its stratum than chance explains, at `limits.near_duplicate_p`.",
        "interviews too much like another one, of interviews that could be compared",
        "Call both back, and look at who held them and when. Such interviews are flagged and stay in the analysis.",
        ("accept",),
    ),
    Check(
        "alike_answers",
        "warning",
        ("wave",),
        "No interview has `limits.near_duplicate_share` of its answers in common with another one of its stratum.",
        "interviews at that line or above, of interviews that could be compared",
        "Many questions that nearly all answer alike bring honest interviews there too; many interviews of one "
        "interviewer are copies. Below `limits.near_duplicate_warn` it is a note.",
        ("accept",),
    ),
    Check(
        "numeric_outliers",
        "note",
        ("wave",),
        "No number is beyond `limits.outlier_iqr` interquartile ranges or `limits.outlier_sd` SD, raw and as "
        "log(x + 1).",
        "outlying numbers, of numbers given",
        "Look for slips of the keypad and for other units. Nothing is changed.",
        ("accept",),
    ),
    Check(
        "duration",
        "warning",
        ("wave",),
        "No interview is shorter than `limits.duration_share` of the median, or beyond `limits.outlier_iqr` "
        "interquartile ranges of log length.",
        "interviews of unusual length, of interviews whose length is known",
        "See whose they are; a short interview was hardly asked in full. Below `limits.duration_warn` it is a note.",
        ("accept",),
    ),
    Check(
        "over_claiming",
        "note",
        ("wave",),
        "Nobody claims to know what does not exist.",
        "respondents who claim it, of those who answered",
        "So many say yes to please: read the shares of who saw a campaign with that in mind.",
        ("accept",),
    ),
    Check(
        "panel_link",
        "warning",
        ("panel",),
        "The same person answers in every wave: the same sex, and most respondents of a later wave are in the first.",
        "linked respondents of another sex, of those linked; or respondents not linked, of the later wave",
        "Compare the identifiers of both files: their form, leading zeros, and who was replaced.",
        ("accept",),
    ),
    Check(
        "choices_changed",
        "warning",
        ("wave",),
        "The file words a question's answers as the wave before did, or, if it is the first, as the codebook does.",
        "answers worded otherwise, added or left out, of those the file or the wave before labels",
        "Compare the questionnaires. If answers mean something else, recode them, or give the item no column in that "
        "wave.",
        ("accept",),
    ),
    Check(
        "wording_changed",
        "note",
        ("wave",),
        "The file labels a question as the wave before did.",
        "the question (1 of 1)",
        "Compare the questionnaires: a question in other words measures something else.",
        ("accept",),
    ),
    Check(
        "consent_missing",
        "note",
        ("wave",),
        "Consent is on file for every interview that is analysed.",
        "interviews without it, of interviews",
        "Name the variable under `design.consent`; rows without consent are then removed and counted.",
        ("accept",),
    ),
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
CHECKS = {check.name: check for check in _ALL}
WAIVER_ACTIONS = {check.name: check.actions for check in _ALL if check.actions}
