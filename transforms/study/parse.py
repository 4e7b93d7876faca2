"""From the text of a study's files to a typed, consistent study, or to the full list of what is wrong with it."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from transforms.study.back_check_problems import back_check_problems
from transforms.study.design import Missing
from transforms.study.design_problems import (
    asked_problems,
    comparison_problems,
    kept_name_problems,
    reference_problems,
    value_problems,
    wave_problems,
)
from transforms.study.effect_problems import effect_problems
from transforms.study.form import with_form
from transforms.study.group_words import with_group_words
from transforms.study.index_problems import Checks, index_problems, item_problems, waiver_problems
from transforms.study.index_unit_problems import index_unit_problems
from transforms.study.instrument import Codebook
from transforms.study.lines import STUDY_FILE, SettingsText, setting_line
from transforms.study.power_problems import power_problems
from transforms.study.problems import StudyError, StudyProblem
from transforms.study.raking_problems import raking_problems
from transforms.study.refusals import refusals
from transforms.study.study import Study, StudySettings
from transforms.study.tables import Rows, build_codebook, rows_of_variables

__all__ = ["STUDY_FILE", "parse_settings", "parse_study", "setting_line", "table_names"]

TABLES = ("codebook", "scales", "recodes", "groups")


def parse_settings(text: str) -> StudySettings:
    """`study.toml`, typed.

    Raises
    ------
    StudyError
        With every problem of the file, each with the line it stands in.
    """
    raw = _parse_toml(text)
    try:
        return StudySettings.model_validate(raw)
    except ValidationError as error:
        source = SettingsText(text)
        raise StudyError([source.problem(*refusal) for refusal in refusals(error, StudySettings)]) from error


def _parse_toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: also a number with thousands of digits
        line = re.search(r"line (\d+)", str(error))
        row = int(line[1]) if line else len(text.splitlines()) or None
        message = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "a value is too long or too deep"
        problem = StudyProblem(STUDY_FILE, row, "syntax", f"{message}.", "Quote text, and close every bracket.")
        raise StudyError([problem]) from error


def table_names(text: str) -> dict[str, str]:
    """Names of the files of a study's tables (and of its form, if it has one), also where other settings are wrong.

    Raises
    ------
    StudyError
        Where the text is not TOML.
    """
    raw = _parse_toml(text)
    names: dict[str, str] = {}
    for kind in (*TABLES, "form"):
        written, default = raw.get(kind), StudySettings.model_fields[kind].default
        name = written if written and isinstance(written, str) else default
        if name:
            names[kind] = name
    return names


def parse_study(text: str, tables: Mapping[str, Rows], checks: Checks | None = None) -> Study:
    """A study from the text of `study.toml` and the rows of the tables `codebook`, `scales`, `recodes` and `groups`.

    Where the study names a form, `tables` also holds its sheets `survey` and `choices`. `checks` are the names of the
    checks a waiver can speak of, each with the actions it can have; without them, names of checks are not looked at.

    Raises
    ------
    StudyError
        With every problem found in any of the files.
    """
    try:
        settings = parse_settings(text)
    except StudyError as error:
        raise StudyError([*error.problems, *_table_problems(text, tables)]) from error
    source, waves = SettingsText(text), [wave.name for wave in settings.waves]
    codebook, problems = build_codebook(with_form(tables, waves), table_names(text), waves, settings.missing)
    problems += wave_problems(settings, source)
    problems += comparison_problems(settings, source)
    if codebook.variables and tables.get("groups"):
        places = (settings.groups, settings.codebook, rows_of_variables(tables["codebook"]))
        codebook, found = with_group_words(codebook, tables["groups"], settings.design.group, places)
        problems += found
    if codebook.variables:
        problems += _contradictions(settings, codebook, source, rows_of_variables(tables["codebook"]))
        problems += waiver_problems(settings, codebook, checks, source)
    if problems:
        raise StudyError(problems)
    return Study(settings=settings, codebook=codebook)


def _contradictions(
    settings: StudySettings, codebook: Codebook, source: SettingsText, rows: dict[str, int]
) -> Iterator[StudyProblem]:
    """What settings and codebook say against each other."""
    yield from reference_problems(settings, codebook, source)
    yield from asked_problems(settings, codebook, source)
    yield from value_problems(settings, codebook, source)
    yield from raking_problems(settings, codebook, source)
    yield from kept_name_problems(settings, codebook, rows)
    yield from index_problems(settings, codebook, source)
    yield from index_unit_problems(settings, codebook, source)
    yield from effect_problems(settings, codebook, source)
    yield from power_problems(settings, codebook, source)
    yield from back_check_problems(settings, codebook, source)
    yield from item_problems(settings, codebook, rows)


def _table_problems(text: str, tables: Mapping[str, Rows]) -> Sequence[StudyProblem]:
    """Problems of the tables alone, where the settings cannot be used; none where not even the waves are known."""
    try:
        names, listed = table_names(text), _parse_toml(text).get("waves")
    except StudyError:
        return ()
    entries = [wave.get("name") for wave in listed if isinstance(wave, dict)] if isinstance(listed, list) else []
    waves = [name for name in entries if isinstance(name, str)]
    return build_codebook(with_form(tables, waves), names, waves, Missing())[1] if waves else ()
