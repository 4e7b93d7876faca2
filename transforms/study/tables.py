"""The codebook's tables, from rows of text to typed variables; every problem is collected, none stops the reading."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from transforms.study.instrument import Choice, Codebook, Recode, Scale, Variable
from transforms.study.problems import StudyProblem
from transforms.study.settings import MissingReason, Text

CODEBOOK_COLUMNS = {
    "variable": "Name of the variable in this study: letters, digits and underscores.",
    "type": "`item` (a question that is scored), `category`, `number`, `identifier` (hashed at once), `date` or `text` "
    "(dropped at once). `item` where empty.",
    "label_en": "Short name for tables. The question's text where empty.",
    "label_ar": "The same in Arabic.",
    "text_en": "Wording of the question.",
    "text_ar": "The same in Arabic.",
    "scale": "Name of a scale in the scales table, or a range such as `1-5`.",
    "direction": "`+` if a high code means more cohesion, `-` if less. `+` where empty.",
    "index": "Index the item belongs to.",
    "dimension": "Dimension of that index.",
    "role": "`headline` items make the index; `secondary`, `exposure`, `quality` and `background` do not.",
    "asked_of": "`both`, or the group that was asked.",
    "sensitive": "1 if an answer can do harm.",
    "missing": "Codes that are missing in this variable only, as `8=refused;9=dk`.",
    "source": "Where the question comes from.",
}
SCALE_COLUMNS = {
    "scale": "Name of the scale. With a form, the name of its list of choices.",
    "code": "Code of the answer in this study.",
    "label_en": "The answer in words. The form's where empty.",
    "label_ar": "The same in Arabic.",
    "name": "The answer as the file writes it, where that is neither its code nor its label (a choice of a form).",
}
ROWS_BEFORE_DATA = 2  # a spreadsheet's first row of data is row 2
RANGE = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*(?:-|–|to|\.\.)\s*(-?\d+(?:\.\d+)?)\s*$")
Rows = Sequence[Mapping[str, str]]


@dataclass(slots=True)
class Findings:
    """Problems of one file, gathered while it is read."""

    file: str
    problems: list[StudyProblem] = field(default_factory=list)

    def add(self, row: int | None, where: str, message: str, fix: str = "") -> None:
        self.problems.append(StudyProblem(self.file, row, where, message, fix))

    def add_invalid(self, row: int | None, error: ValidationError, names: Mapping[str, str] | None = None) -> None:
        """One problem for each thing pydantic refused."""
        for detail in error.errors():
            place = ".".join(str(part) for part in detail["loc"])
            self.add(row, (names or {}).get(place, place), detail["msg"] + ".")


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _numbered(rows: Rows) -> Iterable[tuple[int, Mapping[str, str]]]:
    for position, row in enumerate(rows):
        yield position + ROWS_BEFORE_DATA, {key: (value or "").strip() for key, value in row.items()}


def _check_header(rows: Rows, needed: Iterable[str], known: Iterable[str] | None, findings: Findings) -> bool:
    header = list(rows[0]) if rows else []
    absent = [name for name in needed if name not in header]
    for name in absent:
        findings.add(1, name, "this column is missing.", "Add it.")
    for name in header:
        if known is not None and name not in known:
            findings.add(1, name or "(empty)", "this column is not known.", "Rename or remove it.")
    return not absent


def parse_scales(rows: Rows, findings: Findings) -> tuple[Scale, ...]:
    """Scales from a table with the columns scale, code, label_en and, if there are any, label_ar and name."""
    if not _check_header(rows, ("scale", "code", "label_en"), SCALE_COLUMNS, findings):
        return ()
    choices: dict[str, dict[float | str, Choice]] = {}
    for number, row in _numbered(rows):
        if not row["scale"] or not row["code"]:
            findings.add(number, "scale" if not row["scale"] else "code", "is empty.", "Fill it or remove the row.")
            continue
        code = _number(row["code"])
        if code in choices.setdefault(row["scale"], {}):
            findings.add(number, "code", f"{row['code']} stands twice in scale {row['scale']}.", "Keep one of them.")
        label = Text(en=row["label_en"] or row.get("name") or row["code"], ar=row.get("label_ar") or None)
        choices[row["scale"]][code] = Choice(code=code, label=label, name=row.get("name") or None)
    return tuple(Scale(name=name, choices=tuple(codes.values())) for name, codes in choices.items())


def parse_recodes(rows: Rows, waves: Sequence[str], findings: Findings) -> tuple[Recode, ...]:
    """Recodes from a table with the columns variable, wave (empty: every wave), old and new."""
    columns = ("variable", "wave", "old", "new")
    if not _check_header(rows, ("variable", "old", "new"), columns, findings):
        return ()
    recodes = []
    for number, row in _numbered(rows):
        wave = row.get("wave") or None
        if wave and wave not in waves:
            findings.add(number, "wave", f"there is no wave called {wave}.", f"Waves are: {', '.join(waves)}.")
        try:
            recodes.append(Recode(variable=row["variable"], wave=wave, old=row["old"], new=row["new"]))
        except ValidationError as error:
            findings.add_invalid(number, error)
    return tuple(recodes)


def _missing(text: str, number: int, findings: Findings) -> dict[str, MissingReason]:
    pairs: dict[str, MissingReason] = {}
    for part in filter(None, (piece.strip() for piece in re.split(r"[;|]", text))):
        code, equals, reason = (piece.strip() for piece in part.partition("="))
        if not equals or not code or not reason:
            findings.add(number, "missing", f"{part} is not of the form code=reason.", "Write, say, 8=refused;9=dk.")
        else:
            pairs[code] = reason
    return pairs


def _direction(text: str) -> str:
    return {"": "+", "-1": "-", "−": "-", "1": "+", "+1": "+", "reversed": "-"}.get(text, text)


def _variable(row: Mapping[str, str], number: int, waves: Sequence[str], findings: Findings) -> Variable | None:
    text = Text(en=row.get("text_en") or row["variable"], ar=row.get("text_ar") or None)
    label = Text(en=row.get("label_en") or text.en, ar=row.get("label_ar") or text.ar)
    values = {key: row[key] for key in ("scale", "index", "dimension", "asked_of", "source") if row.get(key)}
    try:
        return Variable.model_validate(
            {
                "name": row["variable"],
                "type": row.get("type") or "item",
                "label": label,
                "text": text,
                "direction": _direction(row.get("direction", "")),
                "role": row.get("role") or ("headline" if row.get("index") else "background"),
                "sensitive": row.get("sensitive", "") in {"1", "yes", "true"},
                "missing": _missing(row.get("missing", ""), number, findings),
                "columns": {wave: row[wave] for wave in waves if row.get(wave)},
                **values,
            }
        )
    except ValidationError as error:
        findings.add_invalid(number, error, {"name": "variable"})
        return None


def _check_columns(variable: Variable, number: int, seen: dict[tuple[str, str], str], findings: Findings) -> None:
    if not variable.columns:
        findings.add(number, variable.name, "has no name in any wave.", "Fill at least one wave's column.")
    for wave, column in variable.columns.items():
        first = seen.setdefault((wave, column), variable.name)
        if first != variable.name and variable.type == "item":
            findings.add(number, wave, f"column {column} already serves {first}.", "One column serves one item.")


def _range_scale(name: str) -> Scale | None:
    match = RANGE.match(name)
    return Scale(name=name, low=float(match[1]), high=float(match[2])) if match else None


def parse_variables(
    rows: Rows, waves: Sequence[str], scales: tuple[Scale, ...], findings: Findings
) -> tuple[tuple[Variable, ...], tuple[Scale, ...]]:
    """Variables of the codebook, and the scales with those written as a range added."""
    if not _check_header(rows, ("variable", *waves), (*CODEBOOK_COLUMNS, *waves), findings):
        return (), scales
    variables: dict[str, Variable] = {}
    known = {scale.name: scale for scale in scales}
    seen: dict[tuple[str, str], str] = {}
    for number, row in _numbered(rows):
        variable = _variable(row, number, waves, findings)
        if variable is None:
            continue
        if variable.name in variables:
            findings.add(number, "variable", f"{variable.name} stands twice.", "Keep one row.")
        if variable.scale and variable.scale not in known and (scale := _range_scale(variable.scale)):
            known[variable.scale] = scale
        if variable.scale and variable.scale not in known:
            findings.add(number, "scale", f"there is no scale called {variable.scale}.", "Add it to the scales table.")
        if variable.type == "item" and not variable.scale:
            findings.add(number, "scale", f"item {variable.name} has no scale.", "Name one, or a range such as 1-5.")
        _check_columns(variable, number, seen, findings)
        variables[variable.name] = variable
    return tuple(variables.values()), tuple(known.values())


def rows_of_variables(rows: Rows) -> dict[str, int]:
    """Row of the codebook each variable stands in."""
    return {row["variable"]: number for number, row in _numbered(rows) if "variable" in row}


def build_codebook(
    tables: Mapping[str, Rows], names: Mapping[str, str], waves: Sequence[str]
) -> tuple[Codebook, list[StudyProblem]]:
    """Codebook from the tables `codebook`, `scales` and `recodes`; `names` are their files' names."""
    found = {kind: Findings(names[kind]) for kind in ("codebook", "scales", "recodes")}
    scales = parse_scales(tables["scales"], found["scales"]) if tables.get("scales") else ()
    recodes = parse_recodes(tables["recodes"], waves, found["recodes"]) if tables.get("recodes") else ()
    variables, scales = parse_variables(tables["codebook"], waves, scales, found["codebook"])
    problems = [problem for findings in found.values() for problem in findings.problems]
    return Codebook(variables=variables, scales=scales, recodes=recodes), problems
