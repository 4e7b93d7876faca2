"""Checks of the table, of who was interviewed and where."""

from transforms.quality.check import Check

DESIGN_CHECKS = (
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
        "rows_of_no_wave",
        "warning",
        ("wave",),
        "Every row of a file that waves share is of one of them.",
        "rows whose value in the column by which the waves are told apart is no wave's, of rows in the file",
        "Such rows are left out of every wave. `close_to` has the words under `where` in study.toml that come near: "
        "correct the column in the file, or add the spelling there. Told with the first wave of the file.",
        ("accept",),
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
        "treated_arm",
        "error",
        ("panel",),
        "Somebody in every wave lives where the programme worked.",
        "the wave (1 of 1)",
        "Compare `values` under [design.treatment] with the values the file has, after recoding: none is the same. "
        "Where nobody of the wave was treated, sign a waiver; the wave gives no effect.",
        ("accept",),
    ),
    Check(
        "comparison_arm",
        "error",
        ("panel",),
        "Somebody in every wave lives where the programme did not work.",
        "the wave (1 of 1)",
        "See whether `values` under [design.treatment] names every place, or `keep` or `where` left the comparison "
        "out. A study without a comparison arm has no [design.treatment]. Where one wave has none, sign a waiver; the "
        "baseline needs one, unless its indices name another reference.",
        ("accept",),
    ),
    Check(
        "one_arm_in_governorate",
        "warning",
        ("panel",),
        "Every governorate has people in both arms, in every wave.",
        "governorates with one arm, of governorates",
        "Check its communities against `values` under [design.treatment]. If it is so, the governorate has no effect "
        "of its own, and adds nothing to comparisons within governorates.",
        ("accept",),
    ),
    Check(
        "mirrored_between_waves",
        "warning",
        ("panel",),
        "Most questions of an index do not look reversed against the first wave: relations to other indices keep their "
        "sign, and distributions are not mirror images with a jump of the mean in every arm and governorate.",
        "questions of the index that look reversed, of those asked in both waves",
        "Compare the form and the codes of both waves; where the scales were turned, turn them back in recodes.csv, "
        "for that wave. Where opinion truly swung so far everywhere, say so in a waiver. Where two indices are told, "
        "one of them may be the cause of both.",
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
        "panel_age",
        "warning",
        ("panel",),
        "Nobody's age differs from that of the first interview by more than a year from the years between the two.",
        "linked respondents whose age does not fit, of those whose ages and years between are known",
        "Look the rows up in problem_rows.csv: where sex or other lasting facts differ too, somebody else was asked. "
        "Ages are often rounded to fives. Below `limits.panel_age_warn` it is a note.",
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
)
