"""The codebook's tables, from rows of text to typed variables; every problem is collected, none stops the reading."""

import re
from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from transforms.study.design import Missing
from transforms.study.findings import Findings, Rows, check_header, numbered
from transforms.study.instrument import Codebook, Scale, Variable
from transforms.study.problems import StudyProblem
from transforms.study.scale_tables import RECODE_COLUMNS, SCALE_COLUMNS, parse_recodes, parse_scales, range_scale
from transforms.study.settings import REASONS, MissingReason, Text
from transforms.study.suggest import did_you_mean

__all__ = ["CODEBOOK_COLUMNS", "RECODE_COLUMNS", "SCALE_COLUMNS", "Rows", "build_codebook", "rows_of_variables"]

CODEBOOK_COLUMNS = {
    "variable": "Name of the variable in this study: letters, digits and underscores.",
    "type": "`item` (a question that is scored), `category`, `number`, `identifier` (hashed at once), `date` or `text` "
    "(dropped at once). `item` where empty.",
    "label_en": "Short name for tables. The question's text where empty.",
    "label_ar": "The same in Arabic.",
    "text_en": "Wording of the question. The short name where empty.",
    "text_ar": "The same in Arabic.",
    "scale": "Name of a scale in the scales table, or a range such as `1-5`.",
    "direction": "`+` if a high code means more cohesion, `-` if less. `+` where empty.",
    "index": "Index the item belongs to.",
    "dimension": "Dimension of that index.",
    "role": "`headline` items make the index; `secondary`, `exposure`, `quality` and `background` do not.",
    "asked_of": "`both`, or the group that was asked. An item with `child` may have no name in any wave: it is then "
    "printed in the questionnaire, as the children's part, and never scored.",
    "sensitive": "1 if an answer can do harm.",
    "missing": "Codes that are missing in this variable only, as `8=refused;9=dk`.",
    "source": "Where the question comes from.",
}
YES_NO = {"": False, "0": False, "no": False, "false": False, "1": True, "yes": True, "true": True}
DIRECTIONS = {"": "+", "+1": "+", "1": "+", "-1": "-", "−": "-", "–": "-", "reversed": "-"}


def _missing(text: str, number: int, findings: Findings) -> dict[str, MissingReason]:
    pairs: dict[str, MissingReason] = {}
    for part in filter(None, (piece.strip() for piece in re.split(r"[;|]", text))):
        code, equals, word = (piece.strip() for piece in part.partition("="))
        reason = next((known for known in REASONS if known == word.casefold().replace(" ", "_")), None)
        if not equals or not code or not word:
            findings.add(number, "missing", f"{part} is not of the form code=reason.", "Write, say, 8=refused;9=dk.")
        elif reason is None:
            message = f"{word} is no reason for a missing answer."
            findings.add(number, "missing", message, did_you_mean(word, REASONS))
        else:
            pairs[code] = reason
    return pairs


def _sensitive(text: str, number: int, findings: Findings) -> bool:
    if text.casefold() not in YES_NO:
        findings.add(number, "sensitive", f"{text} is neither yes nor no.", "Write 1 or 0.")
    return YES_NO.get(text.casefold(), True)


def _variable(row: Mapping[str, str], number: int, waves: Sequence[str], findings: Findings) -> Variable | None:
    text = Text(en=row.get("text_en") or row.get("label_en") or row["variable"], ar=row.get("text_ar") or None)
    label = Text(en=row.get("label_en") or text.en, ar=row.get("label_ar") or text.ar)
    values = {key: row[key] for key in ("scale", "index", "dimension", "asked_of", "source") if row.get(key)}
    direction = row.get("direction", "")
    try:
        return Variable.model_validate(
            {
                "name": row["variable"],
                "type": row.get("type") or "item",
                "label": label,
                "text": text,
                "direction": DIRECTIONS.get(direction, direction),
                "role": row.get("role") or ("headline" if row.get("index") else "background"),
                "sensitive": _sensitive(row.get("sensitive", ""), number, findings),
                "missing": _missing(row.get("missing", ""), number, findings),
                "columns": {wave: row[wave] for wave in waves if row.get(wave)},
                **values,
            }
        )
    except ValidationError as error:
        findings.add_invalid(number, error, Variable)
        return None


def _check_columns(variable: Variable, number: int, seen: dict[tuple[str, str], str], findings: Findings) -> None:
    if not variable.columns and not variable.only_printed:
        findings.add(number, variable.name, "has no name in any wave.", "Fill at least one wave's column.")
    for wave, column in variable.columns.items():
        first = seen.setdefault((wave, column), variable.name)
        if first != variable.name and variable.type == "item":
            findings.add(number, wave, f"column {column} already serves {first}.", "One column serves one item.")


def _check_scale(variable: Variable, number: int, known: dict[str, Scale], findings: Findings) -> None:
    """Note a scale that is not there; a scale written as a range is added to `known`."""
    name = variable.scale
    if name is None:
        if variable.type == "item":
            findings.add(number, "scale", f"item {variable.name} has no scale.", "Name one, or a range such as 1-5.")
        return
    scale = known.get(name) or range_scale(name)
    if scale is None:
        fix = did_you_mean(name, known, listed=False) or "Add it to the scales table."
        findings.add(number, "scale", f"there is no scale called {name}.", fix)
    elif scale.low is not None and scale.high is not None and scale.low >= scale.high:
        findings.add(number, "scale", f"{name} is no range.", "Write the lowest code first, as 1-5.")
    else:
        known[name] = scale


def parse_variables(
    rows: Rows, waves: Sequence[str], scales: tuple[Scale, ...], findings: Findings
) -> tuple[tuple[Variable, ...], tuple[Scale, ...]]:
    """Variables of the codebook, and the scales with those written as a range added."""
    if not check_header(rows, ("variable", *waves), (*CODEBOOK_COLUMNS, *waves), findings):
        return (), scales
    variables: dict[str, Variable] = {}
    known = {scale.name: scale for scale in scales}
    seen: dict[tuple[str, str], str] = {}
    for number, row in numbered(rows):
        variable = _variable(row, number, waves, findings)
        if variable is None:
            continue
        if variable.name in variables:
            findings.add(number, "variable", f"{variable.name} stands twice.", "Keep one row.")
        _check_scale(variable, number, known, findings)
        _check_columns(variable, number, seen, findings)
        variables[variable.name] = variable
    return tuple(variables.values()), tuple(known.values())


def rows_of_variables(rows: Rows) -> dict[str, int]:
    """Row of the codebook each variable stands in."""
    return {row["variable"]: number for number, row in numbered(rows) if "variable" in row}


def build_codebook(
    tables: Mapping[str, Rows], names: Mapping[str, str], waves: Sequence[str], missing: Missing
) -> tuple[Codebook, list[StudyProblem]]:
    """Codebook from the tables `codebook`, `scales` and `recodes`; `names` are their files' names."""
    found = {kind: Findings(names[kind]) for kind in ("codebook", "scales", "recodes")}
    scales = parse_scales(tables["scales"], found["scales"]) if tables.get("scales") else ()
    variables, scales = parse_variables(tables.get("codebook", ()), waves, scales, found["codebook"])
    asked = tuple(variable for variable in variables if not variable.only_printed)
    of_children = tuple(variable for variable in variables if variable.only_printed)
    if of_children and not asked:
        message = "it holds only questions to children that no wave asked."
        found["codebook"].add(None, "asked_of", message, "Fill the columns of the waves that asked them.")
    codebook = Codebook(variables=asked, scales=scales, of_children=of_children)
    if tables.get("recodes") and variables:
        recodes = parse_recodes(tables["recodes"], waves, (codebook, missing), found["recodes"])
        codebook = codebook.model_copy(update={"recodes": recodes})
    return codebook, [problem for findings in found.values() for problem in findings.problems]
