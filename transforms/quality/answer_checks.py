"""Checks of the answers, and of how the questions were asked."""

from transforms.quality.check import Check

ANSWER_CHECKS = (
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
        "not_coded",
        "error",
        ("wave",),
        "Every answer is a code or label of its question's scale, recoded, declared missing, or a number.",
        "answers that could not be read, of answers given",
        "Add the spelling to recodes.csv with the answer it means, or correct the answer in corrections.csv; "
        "`close_to` has the words of the scale that come near, problem_rows.csv the rows. If they mean nothing, "
        "declare them missing or sign a waiver with `set_missing`. Below `limits.refuse_not_coded_share` it is "
        "a warning.",
        ("set_missing", "remove"),
    ),
    Check(
        "date_not_read",
        "warning",
        ("wave",),
        "Every date is written as 2024-05-31, with or without a time of day.",
        "dates that could not be read, of dates given",
        "Format the column as a date and save the file again: 05/07/2021 is May to some and July to others.",
        ("accept",),
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
        "contradictions",
        "warning",
        ("wave",),
        "No interview gives the same extreme answer to both questions of more than half of the opposed pairs.",
        "interviews that contradict themselves, of interviews with an opposed pair answered",
        "Listen to the recordings, and compare interviewers. Where most do so, one question may have lost its `not` in "
        "translation, or its direction is wrong in the codebook. Flagged, never dropped. Below "
        "`limits.contradiction_warn` it is a note.",
        ("accept",),
    ),
    Check(
        "goes_against",
        "warning",
        ("wave",),
        "Answers to a question of an index do not go against the mean of the others (correlation below -.10, by three "
        "standard errors).",
        "answers to that question (all of them)",
        "Its scale may be reversed in this wave's file: compare the form, and turn it round in recodes.csv. Or its "
        "direction is wrong in the codebook. Most questions of an index reversed are told by mirrored_between_waves.",
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
        "codes_swapped",
        "error",
        ("wave",),
        "A code means what the codebook says, or the wave before: no scale is reversed, no two answers changed places.",
        "codes that have the label of another code, of labels that could be compared",
        "Recode them in recodes.csv, for that wave; the labels of the file, or its form, say what each code means. "
        "Only where the labels are wrong and the codes right, sign a waiver.",
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
        "written_otherwise",
        "note",
        ("wave",),
        "The file writes answers as the wave before did: as codes, as names of a form, or as labels in one language.",
        "questions whose answers are written otherwise, of those that can be compared",
        "They are understood all the same; make sure that both waves were asked in the same language.",
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
)
