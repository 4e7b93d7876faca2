"""Run a suite and say what came of it, in counts."""

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import great_expectations as gx
import pandas as pd
from great_expectations.core.batch_definition import BatchDefinition
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.expectations.expectation import Expectation

from expectations.pages import data_docs, validation_record
from expectations.panel import panel_suite
from expectations.scores import scores_columns, scores_suite
from expectations.wave import wave_suite
from transforms.quality.checks import CHECKS
from transforms.quality.grading import grade
from transforms.quality.panel_rules import panel_rules
from transforms.quality.problems import Outcome, Problem, Stage, Verdict
from transforms.quality.rules import Finding, Rule
from transforms.quality.score_rules import score_rules
from transforms.quality.wave_rules import wave_rules, wave_variables
from transforms.study.columns import DESIGN_COLUMNS, FILE_ROW, WAVE
from transforms.study.design import Wave
from transforms.study.study import Study

__all__ = ["check_panel", "check_scores", "check_wave", "data_docs", "validation_record"]

# Great Expectations puts samples of the offending values into its results unless it is asked for yes or no alone. The
# counts are those of the rules, which find the same rows a second way.
YES_OR_NO = {"result_format": "BOOLEAN_ONLY"}
# It copies the whole table for every column with missing values, so a narrow table is a fast one.
COLUMNS_AT_A_TIME = 8
# Its log would quote values where a comparison fails.
logging.getLogger("great_expectations").setLevel(logging.CRITICAL)

_Judged = tuple[Outcome, Sequence[Problem]]


@dataclass(frozen=True, slots=True)
class _Inspection:
    """One table under one suite."""

    study: Study
    stage: Stage
    wave: str | None
    frame: pd.DataFrame
    columns: tuple[str, ...]
    rules: tuple[Rule, ...]
    suite: gx.ExpectationSuite


def check_wave(frame: pd.DataFrame, study: Study, wave: Wave) -> Verdict:
    """Verdict on a typed wave; the frame has FILE_ROW and the study's names.

    Raises
    ------
    RuntimeError
        If Great Expectations and the rule's own count disagree: a fault of ours. The message holds no value.
    """
    columns, rules = wave_variables(study, wave), wave_rules(study, wave)
    return _verdict(_Inspection(study, "wave", wave.name, frame, columns, rules, wave_suite(study, wave)))


def check_panel(frame: pd.DataFrame, study: Study) -> Verdict:
    """Verdict on the panel; raises as `check_wave` does."""
    return _verdict(_Inspection(study, "panel", None, frame, DESIGN_COLUMNS, panel_rules(study), panel_suite(study)))


def check_scores(
    scores: pd.DataFrame, study: Study, *, pinned: bool = False, without_unit: Collection[str] = ()
) -> Verdict:
    """Verdict on the scores of the panel; raises as `check_wave` does.

    pinned: where another's key made them. without_unit: outcomes and items that the key cannot score.
    """
    rules = score_rules(study, pinned=pinned, without_unit=without_unit)
    suite = scores_suite(study, pinned=pinned, without_unit=without_unit)
    return _verdict(_Inspection(study, "scores", None, scores, scores_columns(study), rules, suite))


def _verdict(inspection: _Inspection) -> Verdict:
    tables = _tables()
    judged = [*_judge_table(inspection, tables), *_judge_rules(inspection, tables)]
    outcomes = tuple(outcome for outcome, _ in judged)
    problems = sorted(problem for _, found in judged for problem in found)
    failed = sum(not outcome.success for outcome in outcomes)
    return Verdict(inspection.stage, inspection.wave, len(outcomes), failed, tuple(problems), outcomes)


def _judge_table(inspection: _Inspection, tables: BatchDefinition) -> Iterator[_Judged]:
    """What is expected of the table as a whole; none of its values is needed for that."""
    frame, columns, stage, wave = inspection.frame, inspection.columns, inspection.stage, inspection.wave
    has_columns, has_rows = (each for each in inspection.suite.expectations if each.meta["flag"] is None)
    absent = [column for column in columns if column not in frame]
    (kept,) = _validate(frame.head(0), [has_columns], tables)
    grave = CHECKS["columns_present"].severity
    problems = [Problem("columns_present", grave, stage, wave, column, 1, 1) for column in absent]
    yield _outcome(has_columns, kept, len(absent), len(columns), problems), problems

    needed = has_rows.min_value
    lacking = max(needed - len(frame), 0)
    (kept,) = _validate(pd.DataFrame(index=frame.index), [has_rows], tables)
    grave = CHECKS["rows_enough"].severity
    problems = [] if kept else [Problem("rows_enough", grave, stage, wave, None, lacking, needed)]
    yield _outcome(has_rows, kept, lacking, needed, problems), problems


def _judge_rules(inspection: _Inspection, tables: BatchDefinition) -> Iterator[_Judged]:
    """What is expected of the rows, a few rules at a time; rules whose columns are absent are left out."""
    frame, expected = inspection.frame, {each.meta["flag"]: each for each in inspection.suite.expectations}
    placed = FILE_ROW in frame and (inspection.stage == "wave" or WAVE in frame)
    rules = [rule for rule in inspection.rules if placed and rule.applies(frame)]
    for start in range(0, len(rules), COLUMNS_AT_A_TIME):
        some = rules[start : start + COLUMNS_AT_A_TIME]
        findings = [rule.find(frame) for rule in some]
        expectations = [expected[rule.flag] for rule in some]
        table = {
            each.column: finding.flag() if each.column == rule.flag else frame[each.column]
            for rule, finding, each in zip(some, findings, expectations, strict=True)
        }
        answers = _validate(pd.DataFrame(table, index=frame.index), expectations, tables)
        for rule, finding, each, kept in zip(some, findings, expectations, answers, strict=True):
            count, of = int(finding.broken.sum()), int(finding.evaluated.sum())
            if kept != (of == 0 or (of - count) / of >= rule.mostly):
                raise RuntimeError(f"Two ways to count disagree: {rule.check} of {rule.variable or 'the table'}.")
            problems = [] if kept else list(_problems(rule, finding, inspection))
            yield _outcome(each, kept, count, of, problems), problems


def _tables() -> BatchDefinition:
    """A place for tables in Great Expectations: in memory, silent, and forgotten with the verdict."""
    memory = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    silent = ProgressBarsConfig(globally=False, metric_calculations=False)
    config = DataContextConfig(store_backend_defaults=memory, progress_bars=silent, analytics_enabled=False)
    context = gx.get_context(mode="ephemeral", project_config=config)
    asset = context.data_sources.add_pandas("study").add_dataframe_asset("table")
    return asset.add_batch_definition_whole_dataframe("all")


def _validate(table: pd.DataFrame, expectations: Sequence[Expectation], tables: BatchDefinition) -> list[bool]:
    """Whether each expectation is met."""
    suite = gx.ExpectationSuite(name="some", expectations=list(expectations))
    results = tables.get_batch({"dataframe": table}).validate(suite, result_format=YES_OR_NO).results
    met = {result.expectation_config.meta["flag"]: bool(result.success) for result in results}
    return [met[each.meta["flag"]] for each in expectations]


def _outcome(expectation: Expectation, kept: bool, count: int, of: int, problems: Sequence[Problem]) -> Outcome:
    check = CHECKS[expectation.meta["check"]]
    severity = min(problems).severity if problems else check.severity
    kind, variable = expectation.expectation_type, expectation.meta["variable"]
    return Outcome(check.name, severity, variable, kind, check.expects, kept, count, of)


def _problems(rule: Rule, finding: Finding, inspection: _Inspection) -> Iterator[Problem]:
    """One problem, or one for each wave of a panel in which the rule is broken."""
    frame, stage = inspection.frame, inspection.stage
    waves = (inspection.wave,) if stage == "wave" else (rule.wave,) if rule.wave else inspection.study.wave_names
    for wave in waves:
        here = pd.Series(True, index=frame.index) if stage == "wave" else frame[WAVE] == wave
        count, of = int((finding.broken & here).sum()), int((finding.evaluated & here).sum())
        rows = frame.loc[finding.rows & here, FILE_ROW].astype("int64").tolist()
        if count:
            severity = CHECKS[rule.check].severity
            broken = frame.loc[finding.broken & here, rule.places] if rule.places else ()
            places = tuple(str(place) for place in broken)
            found = Problem(
                rule.check, severity, stage, wave, rule.variable, count, of, rows=tuple(rows), places=places
            )
            yield grade(found, inspection.study)
