"""What one answer of one variable means: a code of the study's scale, a word, or missing for a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from transforms.prepare.missing import Lookup, build_lookup, common_reason, is_blank
from transforms.prepare.raw import Code
from transforms.prepare.text import number_text, parse_coded_text, parse_number, tidy_text, value_key
from transforms.study import MissingReason, Scale, Study, Variable, Wave

Kind = Literal["number", "word", "identifier", "date"]
YES_NO = {"true": 1.0, "false": 0.0}


@dataclass(frozen=True)
class Answer:
    """A value (number or text), or the reason why there is none."""

    value: Code | None
    reason: MissingReason | None = None


@dataclass(frozen=True)
class Meaning:
    """Everything needed to read the answers of one variable in one wave's file."""

    variable: Variable
    kind: Kind
    coded: bool
    scale: Scale | None
    recodes: Lookup[str]
    own_missing: Lookup[MissingReason]
    tags: Mapping[str, MissingReason]
    codes: Lookup[MissingReason]
    labels: Lookup[MissingReason]
    choices: Lookup[Code]
    file_labels: Mapping[str, str]
    file_codes: Lookup[Code]
    scale_labels: Mapping[str, str]

    @property
    def special(self) -> frozenset[str]:
        """Keys of the values that are more than the number they write."""
        lookups = (self.recodes.exact, self.own_missing.exact, self.codes.exact)
        return frozenset().union(*lookups, self.file_labels, self.scale_labels)


def variable_kind(variable: Variable, scale: Scale | None) -> Kind:
    """How the answers of a variable are kept: `number` as float64, everything else as text."""
    if variable.type == "identifier":
        return "identifier"
    if variable.type == "date":
        return "date"
    if variable.type == "number" or (scale is not None and scale.limits is not None):
        return "number"
    return "number" if variable.type == "item" and not (scale and scale.choices) else "word"


def build_meaning(study: Study, variable: Variable, wave: Wave, value_labels: Mapping[Code, str]) -> Meaning:
    """The rules for `variable` in `wave`; a recode for this wave goes before one for every wave."""
    scale = study.codebook.scale(variable)
    missing = study.settings.missing
    recodes = [recode for recode in study.codebook.recodes if recode.variable == variable.name]
    chosen = [recode for recode in recodes if recode.wave == wave.name] + [r for r in recodes if r.wave is None]
    choices = scale.choices if scale else ()
    words = [(word, choice.code) for choice in choices for word in choice.words]
    return Meaning(
        variable=variable,
        kind=variable_kind(variable, scale),
        coded=variable.type in {"item", "category"} and scale is not None,  # an area may be number 99
        scale=scale,
        recodes=build_lookup((recode.old.removeprefix("."), recode.new) for recode in chosen),
        own_missing=build_lookup((code.removeprefix("."), reason) for code, reason in variable.missing.items()),
        tags={tag.removeprefix("."): reason for tag, reason in missing.tags.items()},
        codes=build_lookup(missing.codes.items()),
        labels=build_lookup(missing.labels.items()),
        choices=build_lookup([(_text(choice.code), choice.code) for choice in choices] + words),
        file_labels={value_key(_text(code)): label for code, label in value_labels.items()},
        file_codes=build_lookup((label, code) for code, label in value_labels.items()),
        scale_labels={value_key(_text(choice.code)): choice.label.en for choice in choices},
    )


def _text(code: Code) -> str:
    return code if isinstance(code, str) else number_text(code)


def read_answer(text: str, meaning: Meaning) -> Answer:
    """What the file's value `text` means. The order: recodes, the variable's own missing codes, the study's codes,
    labels that say why an answer is missing, empty cells, the scale."""
    text = tidy_text(text)
    label = meaning.file_labels.get(value_key(text))
    recoded = meaning.recodes.find(text, label)
    if recoded is not None:
        return _interpret(tidy_text(recoded), None, meaning)
    return _interpret(text, label, meaning)


def _interpret(text: str, label: str | None, meaning: Meaning) -> Answer:
    reason = _missing_reason(text, label, meaning)
    if reason is not None:
        return Answer(None, reason)
    value = _value(text, label, meaning)
    return Answer(value) if value is not None else _without_value(text, meaning)


def read_declared(text: str, meaning: Meaning) -> Answer:
    """What an answer means that the file itself declares missing, by code ("97") or by Stata tag ("a")."""
    text = tidy_text(text)
    label = meaning.file_labels.get(value_key(text))
    recoded = meaning.recodes.find(text, label)
    if recoded is not None:
        return _interpret(tidy_text(recoded), None, meaning)
    reason = (
        meaning.own_missing.find(text, label)
        or meaning.tags.get(text)
        or meaning.codes.find(text)
        or (_label_reason(label, meaning) if label else None)
    )
    return Answer(None, reason or "declared")


def _label_reason(label: str, meaning: Meaning) -> MissingReason | None:
    return meaning.labels.find(label) or common_reason(label)


def _missing_reason(text: str, label: str | None, meaning: Meaning) -> MissingReason | None:
    reason = meaning.own_missing.find(text, label)
    key = value_key(text)
    # A code the scale lists is an answer, whatever it means elsewhere: 8 is "refused" of 0-3 and a mark of 0-10.
    if reason is None and meaning.coded and not _in_scale(key, meaning.scale):
        reason = meaning.codes.find(text)
    for words in (label, text, meaning.scale_labels.get(key)):
        if reason is None and words and parse_number(value_key(words)) is None:
            reason = _label_reason(words, meaning)
    return reason or ("blank" if is_blank(text) and key not in meaning.choices.exact else None)


def _in_scale(key: str, scale: Scale | None) -> bool:
    if scale is None:
        return False
    if scale.choices:
        return any(value_key(_text(code)) == key for code in scale.codes)
    number = parse_number(key)
    return number is not None and scale.limits is not None and scale.limits[0] <= number <= scale.limits[1]


def _value(text: str, label: str | None, meaning: Meaning) -> Code | None:
    if meaning.kind == "number":
        return _number(text, label, meaning)
    if meaning.scale is None or not meaning.scale.choices:
        return value_key(text)
    code = meaning.choices.find(text, label)
    if code is not None:
        return _text(code)
    # A number that is no code of the scale stays visible, as it does in an item; words that match nothing do not.
    return value_key(text) if parse_number(text) is not None else None


def _number(text: str, label: str | None, meaning: Meaning) -> float | None:
    number = parse_number(text)
    if number is not None:
        return number
    code = meaning.choices.find(text, label)
    if code is None:
        code = meaning.file_codes.find(text)
    if code is None:
        code = _yes_no(text, meaning)
    return code if isinstance(code, float) else _coded(text, meaning)


def _yes_no(text: str, meaning: Meaning) -> float | None:
    """1 for TRUE and 0 for FALSE, unless there is a scale without these two codes."""
    fits = meaning.scale is None or {0.0, 1.0} <= set(meaning.scale.codes)
    return YES_NO.get(text.casefold()) if fits else None


def _coded(text: str, meaning: Meaning) -> float | None:
    """Code of "3-Agree". None where the words are those of another code: which was meant is not ours to say."""
    coded = parse_coded_text(text)
    if coded is None or not _in_scale(number_text(coded[0]), meaning.scale):
        return None
    meant = meaning.choices.find(coded[1])
    return coded[0] if meant is None or meant == coded[0] else None


def _without_value(text: str, meaning: Meaning) -> Answer:
    """The last resort: "98 - Don't know", whose code no scale lists; everything else matches nothing."""
    coded = parse_coded_text(text)
    if coded is None:
        return Answer(None, "not_coded")
    code = number_text(coded[0])
    reason = meaning.own_missing.find(code) or meaning.codes.find(code) or _label_reason(coded[1], meaning)
    return Answer(None, reason or "not_coded")
