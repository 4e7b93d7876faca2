"""Why an answer is missing, as files and people say it. Never zero, and the reason is kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar, get_args

import pandas as pd

from transforms.prepare.text import label_key, parse_number, tidy_text, value_key
from transforms.study import MissingReason

REASONS: tuple[MissingReason, ...] = get_args(MissingReason)
REASON_TYPE = pd.CategoricalDtype(list(REASONS))

# A vocabulary to recognise what files hold, not wording of ours: nothing here is ever shown to anyone. A study adds its
# own under [missing.labels]. "Not sure", "none" and "neutral" are left out: they can be answers.
COMMON_LABELS: tuple[tuple[MissingReason, str], ...] = (
    ("dk", "don't know|do not know|dont know|doesn't know|does not know|dk|i don't know|i do not know|can't choose"),
    ("dk", "don't know or haven't heard enough|don't know haven't heard enough|ne sait pas|je ne sais pas"),
    ("dk", "لا أعرف|لا اعلم|لا أعلم|لا يعرف|لا تعرف|لا أدري|لا يعلم|غير معروف"),
    ("refused", "refused|refuse|refusal|refused to answer|refuses to answer|declined|declined to answer"),
    ("refused", "decline to answer|prefer not to answer|prefer not to say|prefer not answer|refus|refuse de repondre"),
    ("refused", "رفض|رفضت|رفض الإجابة|رفضت الإجابة|أرفض|أرفض الإجابة|يرفض الإجابة|أفضل عدم الإجابة"),
    ("refused", "يفضل عدم الإجابة|لا أرغب في الإجابة|لا أريد الإجابة|امتنع عن الإجابة|رفض الاجابه"),
    ("skipped", "skipped|skip|no answer|no response|not answered|missing|missing data|sans reponse"),
    ("skipped", "لا إجابة|لا توجد إجابة|بدون إجابة|بلا إجابة|لم يجب|لم تجب|مفقود|متروك|تم التخطي|تخطى السؤال"),
    ("not_applicable", "not applicable|n/a|does not apply|doesn't apply|inapplicable|non applicable"),
    ("not_applicable", "لا ينطبق|لا تنطبق|غير منطبق|لا ينطبق عليّ|غير قابل للتطبيق"),
)
# What programs write for an empty cell. A study that gives one of them a meaning is followed.
BLANKS = frozenset({"", "NA", "<NA>", "NaN", "nan", "NULL", "null", "None", "#NULL!", "#N/A", "."})

_COMMON = {label_key(label): reason for reason, labels in COMMON_LABELS for label in labels.split("|")}

Found = TypeVar("Found")


@dataclass(frozen=True)
class Lookup(Generic[Found]):
    """Finds what belongs to a value, or to a label however it is spelled."""

    exact: Mapping[str, Found]
    folded: Mapping[str, Found]

    def find(self, *texts: str | None) -> Found | None:
        """What belongs to the first of `texts` that is known; None where none is."""
        for text in texts:
            if text is None:
                continue
            if (key := value_key(text)) in self.exact:
                return self.exact[key]
            if (folded := label_key(text)) in self.folded and parse_number(key) is None:
                return self.folded[folded]
        return None


def build_lookup(pairs: Iterable[tuple[str, Found]]) -> Lookup[Found]:
    """Lookup of values and labels; a spelling shared by two labels that mean different things finds neither."""
    exact: dict[str, Found] = {}
    folded: dict[str, list[Found]] = {}
    for text, found in pairs:
        key = value_key(text)
        exact.setdefault(key, found)
        if parse_number(key) is None and (fold := label_key(text)):
            folded.setdefault(fold, []).append(found)
    agreed = {fold: found[0] for fold, found in folded.items() if all(other == found[0] for other in found)}
    return Lookup(exact, agreed)


def common_reason(label: str) -> MissingReason | None:
    """Reason a label gives in English, Arabic or French; None if it is the label of an answer.

    Of "Don't know/Haven't heard enough" the part before the stroke decides.
    """
    first = label.split("/")[0]
    return _COMMON.get(label_key(label)) or (_COMMON.get(label_key(first)) if first.strip() else None)


def is_blank(text: str) -> bool:
    """True for an empty cell, or for what a program writes for one."""
    return tidy_text(text) in BLANKS
