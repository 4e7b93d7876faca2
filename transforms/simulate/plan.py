"""What the demo study imagines: how many people, who they are, what they think, and what the programme changed."""

import numpy as np

from transforms.study import MissingReason

BASELINE, ENDLINE = 0, 1
URBAN, RURAL = 0, 1
HOST, DISPLACED = 0, 1
MALE, FEMALE = 0, 1

PREFIXES = {"Amman": "AMM", "Irbid": "IRB", "Mafraq": "MAF"}
GOVERNORATES = tuple(PREFIXES)
COMMUNITIES_PER_GOVERNORATE = 12  # the first half urban, the second rural
PEOPLE_PER_COMMUNITY = 50
POOL = 1.5  # people who could be asked, per person asked at baseline: replacements come from the rest

PLANTED_EFFECTS = {
    "vertical": {"Amman": 0.25, "Irbid": 0.15, "Mafraq": 0.0},
    "horizontal": {"Amman": 0.20, "Irbid": 0.0, "Mafraq": 0.10},
}  # in SD of the index in the comparison arm at baseline

# Who lives there. Rows: governorates.
DISPLACED_SHARE = np.array([0.30, 0.35, 0.42])
DISPLACED_STEPS = np.array([-0.10, 0.06, -0.03, 0.10, 0.02, -0.05])  # of the six communities of a stratum
FEMALE_SHARE = 0.54
AGE_BANDS = ((18, 29), (30, 44), (45, 59), (60, 83))
AGE_SHARES = (0.36, 0.35, 0.20, 0.09)

# How they weigh: people per interview, relative to one another.
STRATUM_WEIGHT = np.array([[1.30, 1.00], [1.10, 0.90], [0.90, 0.75]])  # governorate x urban, rural
GROUP_WEIGHT = np.array([1.15, 0.80])  # displaced people were sampled more densely
SEX_WEIGHT = np.array([1.12, 0.90])  # men are at home less
WEIGHT_NOISE = 0.30  # SD of the log of everything else

# Who is found again at endline.
FOUND_AGAIN = 0.90
FOUND_LESS_DISPLACED = 0.09
FOUND_LESS_YOUNG = 0.05

# What they think, on a latent scale where the differences between people of one kind have SD 1. Columns: governorates.
LEVEL = np.array([[-0.08, 0.00, 0.08], [0.05, 0.00, -0.06]])  # rows: vertical, horizontal
TREND = np.array([[-0.06, 0.03, 0.05], [0.04, 0.06, -0.03]])  # endline against baseline without the programme
GROUP_LEVEL = np.array([[-0.04, 0.08], [-0.10, 0.18]])
SEX_LEVEL = np.array([[0.05, -0.04], [0.03, -0.03]])
AGE_LEVEL = np.array([[-0.08, 0.00, 0.07, 0.10], [0.02, 0.00, -0.02, -0.04]])

# Where that variance comes from; what is left is the question's own.
PERSON = 0.28  # what a person thinks of the whole subject
DIMENSION = 0.20  # of one side of it
COMMUNITY = 0.0125  # what a community shares in both waves
COMMUNITY_WAVE = 0.0015  # and in one wave
INTERVIEWER = 0.006
SUBJECTS_CORRELATE = 0.30
PERSON_LASTS = 0.62  # correlation of the same person two years later: subject and sides of it
QUESTION_LASTS = 0.15  # and of the question's own part

INTERVIEWERS_PER_STRATUM = 4
NO_CONSENT = (9, 6)  # people at the door, by wave
FIELD_START = ("2020-10-04", "2022-10-02")
FIELD_DAYS = 24
MINUTES = 38.0
MINUTES_NOISE = 0.22  # SD of the log
MINUTES_RANGE = (14, 94)

# Answers that are missing: share by reason, and for questions that can do harm.
MISSING_SHARES: dict[MissingReason, float] = {"dk": 0.018, "refused": 0.007, "skipped": 0.003}
MISSING_SHARES_SENSITIVE = {"dk": 0.018, "refused": 0.022, "skipped": 0.003}
RELUCTANCE = 0.8  # SD of the log of a person's readiness to leave questions out

DUPLICATES = 6  # interviews sent twice, baseline
DUPLICATE_CHANGES = 0.08  # share of answers that differ in the second copy
OUT_OF_RANGE = 9  # slips of the keypad, endline
SLIP = 7.0
# One interviewer has one answer for the whole vertical module: governorate, area, number in the stratum. In Mafraq no
# effect on it is planted, so that the straight lines cannot blur one.
STRAIGHT_LINER = (2, RURAL, 1)
STRAIGHT_INDEX = 0
STRAIGHT_SPARED = 6  # one interview in so many is honest

CALIBRATION_SEED = 1951
CALIBRATION_PEOPLE = 1200  # per community
