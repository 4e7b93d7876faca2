"""The typed study: everything a run may know before it reads an answer."""

from transforms.study.design import Design, Missing, Treatment, Wave
from transforms.study.indices import Index, ReferenceGroup
from transforms.study.instrument import Choice, Codebook, Recode, Scale, Variable
from transforms.study.measures import Measures
from transforms.study.models import Alerts, Effects, Limits, Waiver
from transforms.study.parse import parse_settings, parse_study
from transforms.study.plan import Deviation, Power
from transforms.study.problems import DataRefusedError, StudyError, StudyProblem, UnreadableFileError
from transforms.study.settings import Language, MissingReason, ReportFormat, Text
from transforms.study.study import Study, StudySettings
from transforms.study.weighting import Margin, Raking

__all__ = [
    "Alerts",
    "Choice",
    "Codebook",
    "DataRefusedError",
    "Design",
    "Deviation",
    "Effects",
    "Index",
    "Language",
    "Limits",
    "Margin",
    "Measures",
    "Missing",
    "MissingReason",
    "Power",
    "Raking",
    "Recode",
    "ReferenceGroup",
    "ReportFormat",
    "Scale",
    "Study",
    "StudyError",
    "StudyProblem",
    "StudySettings",
    "Text",
    "Treatment",
    "UnreadableFileError",
    "Variable",
    "Waiver",
    "Wave",
    "parse_settings",
    "parse_study",
]
