"""The tables of scales and recodes, from rows of text to typed answers."""

import re
from collections.abc import Mapping, Sequence

from transforms.study.design import Missing
from transforms.study.findings import Findings, Rows, check_header, number_or_text, numbered
from transforms.study.instrument import Choice, Codebook, Recode, Scale
from transforms.study.settings import Text
from transforms.study.suggest import did_you_mean, spelling, spellings

SCALE_COLUMNS = {
    "scale": "Name of the scale. With a form, the name of its list of choices.",
    "code": "Code of the answer in this study.",
    "label_en": "The answer in words. The form's where empty.",
    "label_ar": "The same in Arabic.",
    "name": "The answer as the file writes it, where that is neither its code nor its label (a choice of a form).",
}
RECODE_COLUMNS = {
    "variable": "Name of the variable in this study.",
    "wave": "Wave whose file has the old value. Every wave where empty.",
    "old": "Value in the file: its code, or its label there.",
    "new": "Value in this study: a code or label of the variable's scale, a missing code, or any text where it has no "
    "scale. Missing (blank) where empty.",
}
RANGE = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*(?:-|–|to|\.\.)\s*(-?\d+(?:\.\d+)?)\s*$", re.ASCII)
# Words that make an answer missing wherever they stand.
MISSING_WORDS = frozenset(
    map(spelling, ("dk", "don't know", "refused", "skipped", "no answer", "not applicable", "n/a"))
)


def parse_scales(rows: Rows, findings: Findings) -> tuple[Scale, ...]:
    """Scales from a table with the columns scale, code, label_en and, if there are any, label_ar and name."""
    if not check_header(rows, ("scale", "code", "label_en"), SCALE_COLUMNS, findings):
        return ()
    choices: dict[str, dict[float | str, Choice]] = {}
    for number, row in numbered(rows):
        if not row["scale"] or not row["code"]:
            findings.add(number, "scale" if not row["scale"] else "code", "is empty.", "Fill it or remove the row.")
            continue
        code = number_or_text(row["code"])
        if code in choices.setdefault(row["scale"], {}):
            findings.add(number, "code", f"{row['code']} stands twice in scale {row['scale']}.", "Keep one of them.")
        label = Text(en=row["label_en"] or row.get("name") or row["code"], ar=row.get("label_ar") or None)
        choices[row["scale"]][code] = Choice(code=code, label=label, name=row.get("name") or None)
    return tuple(Scale(name=name, choices=tuple(codes.values())) for name, codes in choices.items())


def range_scale(name: str) -> Scale | None:
    """The scale that a range such as `1-5` writes; None where it is no range."""
    match = RANGE.match(name)
    return Scale(name=name, low=float(match[1]), high=float(match[2])) if match else None


def parse_recodes(
    rows: Rows, waves: Sequence[str], known: tuple[Codebook, Missing], findings: Findings
) -> tuple[Recode, ...]:
    """Recodes from a table with the columns variable, wave (empty: every wave), old and new."""
    if not check_header(rows, ("variable", "old", "new"), RECODE_COLUMNS, findings):
        return ()
    codebook, _ = known
    recodes: dict[tuple[str, str | None, str], Recode] = {}
    names = [variable.name for variable in codebook.variables]
    for number, row in numbered(rows):
        wave = row.get("wave") or None
        if wave and wave not in waves:
            findings.add(number, "wave", f"there is no wave called {wave}.", did_you_mean(wave, waves))
        if row["variable"] not in names:
            fix = did_you_mean(row["variable"], names, listed=False) or "Correct the name."
            findings.add(number, "variable", f"the codebook has no variable {row['variable'] or '(empty)'}.", fix)
            continue
        if not row["old"]:
            findings.add(number, "old", "is empty.", "Write the value to replace.")
        _check_new(row, number, known, findings)
        key = (row["variable"], wave, spelling(row["old"]))
        if key in recodes and recodes[key].new != row["new"]:
            findings.add(number, "old", f"{row['old']} stands twice with two new values.", "Keep one of them.")
        recodes[key] = Recode(variable=row["variable"], wave=wave, old=row["old"], new=row["new"])
    return tuple(recodes.values())


def _check_new(row: Mapping[str, str], number: int, known: tuple[Codebook, Missing], findings: Findings) -> None:
    """Note a new value that is neither on the variable's scale nor a way to say that it is missing."""
    codebook, missing = known
    variable = codebook.variable(row["variable"])
    scale = codebook.scale(variable)
    if scale is None or not row["new"]:
        return
    gaps = {spelling(word) for codes in (variable.missing, missing.codes, missing.labels) for word in codes}
    if spelling(row["new"]) in gaps | MISSING_WORDS:
        return
    if scale.choices:
        answers = spellings((choice.code, choice.label) for choice in scale.choices)
        answers |= {spelling(choice.name) for choice in scale.choices if choice.name}
        words = [choice.label.en for choice in scale.choices]
        if spelling(row["new"]) not in answers:
            fix = did_you_mean(row["new"], words) or "Correct it, or add it to the scale."
            findings.add(number, "new", f"{row['new']} is no answer of scale {scale.name}.", fix)
        return
    value, limits = number_or_text(row["new"]), scale.limits
    if limits and not (isinstance(value, float) and limits[0] <= value <= limits[1]):
        findings.add(number, "new", f"{row['new']} is beyond the range {scale.name}.", "Correct it, or the range.")
