"""From the text of a study's files to a typed, consistent study, or to the full list of what is wrong with it."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence

from pydantic import ValidationError

from transforms.study.columns import DESIGN_COLUMNS, MISSING_SUFFIX
from transforms.study.form import with_form
from transforms.study.instrument import Codebook
from transforms.study.problems import StudyError, StudyProblem
from transforms.study.settings import Settings
from transforms.study.study import Study, StudySettings
from transforms.study.tables import Rows, build_codebook, rows_of_variables

STUDY_FILE = "study.toml"
HEADING = re.compile(r"^\s*\[{1,2}\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?$")
KEY = re.compile(r"^\s*(?:\"([^\"]+)\"|([A-Za-z0-9_.-]+))\s*=")


def setting_line(text: str, place: Sequence[str | int]) -> int | None:
    """Line of `study.toml` that holds a setting, or the closest heading above it; None if neither is there."""
    wanted = [str(part) for part in place]
    counts: dict[str, int] = {}
    path: list[str] = []
    best: tuple[int, int] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := HEADING.match(line):
            path = heading[1].replace('"', "").split(".")
            if line.lstrip().startswith("[["):
                position = counts[heading[1]] = counts.get(heading[1], -1) + 1
                path = [*path, str(position)]
            candidate = path
        elif key := KEY.match(line):
            candidate = [*path, *(key[1] or key[2]).split(".")]
        else:
            continue
        depth = len(candidate)
        if candidate == wanted[:depth] and (best is None or depth > best[0]):
            best = (depth, number)
    return best[1] if best else None


def parse_settings(text: str) -> StudySettings:
    """`study.toml`, typed.

    Raises
    ------
    StudyError
        With every problem of the file, each with the line it stands in.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        row = int(line[1]) if line else len(text.splitlines())
        fix = "Quote text, and close every bracket."
        raise StudyError([StudyProblem(STUDY_FILE, row, "syntax", f"{error}.", fix)]) from error
    try:
        return StudySettings.model_validate(raw)
    except ValidationError as error:
        raise StudyError([_setting_problem(dict(detail), text) for detail in error.errors()]) from error


def _setting_problem(detail: Mapping[str, object], text: str) -> StudyProblem:
    place = detail["loc"]
    assert isinstance(place, tuple)
    where = ".".join(str(part) for part in place)
    message, fix = f"{detail['msg']}.", ""
    if detail["type"] == "extra_forbidden":
        message, fix = "there is no such setting.", "See docs/study-file.md for the names there are."
    if detail["type"] == "missing":
        message, fix = "is needed and not given.", "Add it."
    return StudyProblem(STUDY_FILE, setting_line(text, place), where, message, fix)


def _references(settings: StudySettings) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every setting that names a variable, with the name."""
    for key in type(settings.design).model_fields:
        value = getattr(settings.design, key)
        if isinstance(value, Settings):
            yield ("design", key, "variable"), settings.design.treatment.variable  # type: ignore[union-attr]
            if settings.design.treatment and settings.design.treatment.assigned_by:
                yield ("design", key, "assigned_by"), settings.design.treatment.assigned_by
        elif isinstance(value, str) and key != "kind":
            yield ("design", key), value
    yield from ((("keep", name), name) for name in settings.keep)


def _reference_problems(settings: StudySettings, codebook: Codebook, text: str) -> Iterator[StudyProblem]:
    names = {variable.name for variable in codebook.variables}
    for place, name in _references(settings):
        if name not in names:
            yield StudyProblem(
                STUDY_FILE,
                setting_line(text, place),
                ".".join(place),
                f"the codebook has no variable {name}.",
                "Add a row for it, or correct the name.",
            )
    for position, waiver in enumerate(settings.waivers):
        if waiver.variable and waiver.variable not in names:
            place = ("waivers", str(position), "variable")
            message = f"the codebook has no variable {waiver.variable}."
            yield StudyProblem(STUDY_FILE, setting_line(text, place), ".".join(place), message, "Correct the name.")


def _wave_problems(settings: StudySettings, text: str) -> Iterator[StudyProblem]:
    names = [wave.name for wave in settings.waves]
    for position, name in enumerate(names):
        if name in names[:position]:
            place = ("waves", str(position), "name")
            message = f"wave {name} stands twice."
            yield StudyProblem(STUDY_FILE, setting_line(text, place), "waves.name", message, "Give each its own name.")
    if settings.design.kind == "panel" and settings.design.respondent is None:
        message = "a panel needs the variable that identifies a respondent."
        yield StudyProblem(STUDY_FILE, setting_line(text, ("design",)), "design.respondent", message, "Name it.")
    if settings.design.cluster_variable is None and settings.design.treatment is not None:
        message = "a comparison needs the unit that received the programme together."
        fix = "Name cluster, community or psu; the governorate if whole governorates were compared."
        yield StudyProblem(STUDY_FILE, setting_line(text, ("design",)), "design.cluster", message, fix)


def _index_problems(settings: StudySettings, codebook: Codebook, text: str) -> Iterator[StudyProblem]:
    seen: set[str] = set()
    for position, index in enumerate(settings.indices):
        line = setting_line(text, ("indices", str(position), "name"))
        where = f"indices.{position}"
        if index.name in seen:
            yield StudyProblem(STUDY_FILE, line, where, f"index {index.name} stands twice.", "Keep one.")
        seen.add(index.name)
        items = codebook.items(index.name)
        if not items:
            fix = "Fill its index column for the items that count, with role headline."
            yield StudyProblem(STUDY_FILE, line, where, f"the codebook has no headline item for {index.name}.", fix)
        for dimension in index.dimensions:
            if not any(item.dimension == dimension for item in items):
                message = f"no headline item of {index.name} has the dimension {dimension}."
                yield StudyProblem(STUDY_FILE, line, where, message, "Correct the name here or in the codebook.")


def _variable_problems(settings: StudySettings, codebook: Codebook, rows: Mapping[str, int]) -> Iterator[StudyProblem]:
    file = settings.codebook
    design = {name: getattr(settings.design, name, None) for name in DESIGN_COLUMNS}
    baseline = settings.waves[0].name
    headline = {item.name for index in settings.indices for item in codebook.items(index.name)}
    scales = {scale.name: scale for scale in codebook.scales}
    for variable in codebook.variables:
        row, name = rows.get(variable.name), variable.name
        if name in DESIGN_COLUMNS and design[name] != name:
            fix = f"Rename it, or write {name} = {name!r} under [design]."
            yield StudyProblem(file, row, name, "this name is kept for the design.", fix)
        if name.endswith(MISSING_SUFFIX):
            yield StudyProblem(file, row, name, f"a name cannot end in {MISSING_SUFFIX}.", "Rename it.")
        if name in headline and baseline not in variable.columns:
            message = f"a headline item must be asked in {baseline}, which sets the scale of the index."
            yield StudyProblem(file, row, name, message, "Give it another role, or fill that wave's column.")
        scale = scales.get(variable.scale or "")
        if name in headline and scale and scale.limits is None:
            yield StudyProblem(file, row, name, "a headline item needs a scale of numbers.", "Code its answers.")
    for recode in codebook.recodes:
        if recode.variable not in rows:
            message = f"the codebook has no variable {recode.variable}."
            yield StudyProblem(settings.recodes, None, "variable", message, "Correct the name.")


def parse_study(text: str, tables: Mapping[str, Rows]) -> Study:
    """A study from the text of `study.toml` and the rows of the tables `codebook`, `scales` and `recodes`.

    Where the study names a form, `tables` also holds its sheets `survey` and `choices`.

    Raises
    ------
    StudyError
        With every problem found in any of the files.
    """
    settings = parse_settings(text)
    names = {"codebook": settings.codebook, "scales": settings.scales, "recodes": settings.recodes}
    waves = [wave.name for wave in settings.waves]
    codebook, problems = build_codebook(with_form(tables, waves), names, waves)
    problems += _wave_problems(settings, text)
    if codebook.variables:
        rows = rows_of_variables(tables["codebook"])
        problems += _reference_problems(settings, codebook, text)
        problems += _index_problems(settings, codebook, text)
        problems += _variable_problems(settings, codebook, rows)
    if problems:
        raise StudyError(problems)
    return Study(settings=settings, codebook=codebook)
