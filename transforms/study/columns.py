"""Names of the columns every stage after `prepare` can rely on, whatever the study calls its variables."""

RESPONDENT = "respondent"  # pseudonym; stable across waves of a panel
WAVE = "wave"  # name of the wave, categorical in study order
FILE_ROW = "file_row"  # row of the wave's file, the first row of answers is 2 (as a spreadsheet shows it)
GOVERNORATE = "governorate"  # label in the study's first language
COMMUNITY = "community"
CLUSTER = "cluster"  # unit the treatment was given to
ARM = "arm"  # TREATED, COMPARISON, or EVERYONE where the study has no comparison arm
STRATA = "strata"
PSU = "psu"
WEIGHT = "weight"  # 1.0 where the study declares none
FPC = "fpc"
GROUP = "group"  # host or displaced, label in the study's first language
SEX = "sex"
INTERVIEWER = "interviewer"

DESIGN_COLUMNS = (
    RESPONDENT,
    WAVE,
    FILE_ROW,
    GOVERNORATE,
    COMMUNITY,
    CLUSTER,
    ARM,
    STRATA,
    PSU,
    WEIGHT,
    FPC,
    GROUP,
    SEX,
    INTERVIEWER,
)

TREATED = "treated"
COMPARISON = "comparison"
EVERYONE = "everyone"
ONE_PLACE = "everywhere"  # the governorate of a study that names none

MISSING_SUFFIX = "__missing"  # column beside a variable that says why an answer is missing
POMP_SUFFIX = "__pomp"  # column beside an outcome that has it on 0-100


def missing_column(variable: str) -> str:
    """Name of the column that keeps the reasons for the missing answers of `variable`."""
    return f"{variable}{MISSING_SUFFIX}"


def pomp_column(outcome: str) -> str:
    """Name of the column with `outcome` on 0-100 (percent of maximum possible)."""
    return f"{outcome}{POMP_SUFFIX}"
