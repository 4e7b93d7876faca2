"""Run a suite and say what came of it, in counts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import great_expectations as gx
import pandas as pd
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.data_context.types.base import ProgressBarsConfig

from expectations.custom import flags
from expectations.panel import panel_suite
from expectations.scores import scores_columns, scores_suite
from expectations.wave import wave_suite
from transforms.quality.checks import CHECKS
from transforms.quality.grading import grade
from transforms.quality.panel_rules import panel_rules
from transforms.quality.problems import Outcome, Problem, Stage, Verdict
from transforms.quality.rules import Rule
from transforms.quality.score_rules import score_rules
from transforms.quality.wave_rules import wave_rules, wave_variables
from transforms.study.columns import DESIGN_COLUMNS, FILE_ROW, WAVE
from transforms.study.design import Wave
from transforms.study.study import Study

# Great Expectations puts samples of the offending values into its results unless told not to.
COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}


@dataclass(frozen=True, slots=True)
class _Inspection:
    """One table under one suite."""

    study: Study
    stage: Stage
    wave: str | None
    frame: pd.DataFrame
    columns: tuple[str, ...]
    minimum_rows: int
    rules: tuple[Rule, ...]
    suite: gx.ExpectationSuite


def check_wave(frame: pd.DataFrame, study: Study, wave: Wave) -> Verdict:
    """Verdict on a typed wave; the frame has FILE_ROW and the study's names."""
    minimum = study.settings.limits.minimum_rows
    columns, rules = wave_variables(study, wave), wave_rules(study, wave)
    return _verdict(_Inspection(study, "wave", wave.name, frame, columns, minimum, rules, wave_suite(study, wave)))


def check_panel(frame: pd.DataFrame, study: Study) -> Verdict:
    """Verdict on the panel."""
    minimum = study.settings.limits.minimum_rows * len(study.waves)
    rules = panel_rules(study)
    return _verdict(_Inspection(study, "panel", None, frame, DESIGN_COLUMNS, minimum, rules, panel_suite(study)))


def check_scores(scores: pd.DataFrame, study: Study) -> Verdict:
    """Verdict on the scores of the panel."""
    minimum = study.settings.limits.minimum_rows * len(study.waves)
    columns, rules = scores_columns(study), score_rules(study)
    return _verdict(_Inspection(study, "scores", None, scores, columns, minimum, rules, scores_suite(study)))


def _verdict(inspection: _Inspection) -> Verdict:
    rules = {rule.flag: rule for rule in inspection.rules if rule.applies(inspection.frame)}
    outcomes: list[Outcome] = []
    problems: list[Problem] = []
    for result in _validate(inspection, rules.values()):
        found: list[Problem] = []
        if not result.success:
            check, flag = (result.expectation_config.meta[key] for key in ("check", "flag"))
            found = list(_rule_problems(rules[flag], inspection) if flag else _table_problems(check, inspection))
        problems += found
        outcomes.append(_outcome(result, found))
    failed = sum(not outcome.success for outcome in outcomes)
    stage, wave = inspection.stage, inspection.wave
    return Verdict(stage, wave, len(outcomes), failed, tuple(sorted(problems)), tuple(outcomes))


def _validate(inspection: _Inspection, rules: Iterable[Rule]) -> Sequence[ExpectationValidationResult]:
    """Results of the expectations the frame has the columns for; nothing is kept on disk and nothing printed."""
    table = flags(inspection.frame, rules)
    known = {None, *table.columns}
    expectations = [each for each in inspection.suite.expectations if getattr(each, "column", None) in known]
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_pandas("study").add_dataframe_asset(inspection.suite.name)
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": table})
    suite = gx.ExpectationSuite(name=inspection.suite.name, expectations=expectations)
    return list(batch.validate(suite, result_format=COUNTS_ONLY).results)


def _outcome(result: ExpectationValidationResult, problems: Sequence[Problem]) -> Outcome:
    """The result without anything but counts. Raises RuntimeError, without a value, if it could not be evaluated."""
    kind, meta, counts = result.expectation_config.type, result.expectation_config.meta, result.result
    check = CHECKS[meta["check"]]
    if result.exception_info.get("raised_exception"):
        raise RuntimeError(f"{kind} could not be evaluated for {meta['variable'] or 'the table'} ({check.name}).")
    return Outcome(
        check=check.name,
        severity=min(problems).severity if problems else check.severity,
        variable=meta["variable"],
        expectation=kind,
        words=check.expects,
        success=bool(result.success),
        unexpected=int(counts.get("unexpected_count", not result.success)),
        evaluated=int(counts.get("element_count", 1)) - int(counts.get("missing_count", 0)),
    )


def _table_problems(check: str, inspection: _Inspection) -> Iterator[Problem]:
    severity, stage, wave = CHECKS[check].severity, inspection.stage, inspection.wave
    if check == "rows_enough":
        needed = inspection.minimum_rows
        yield Problem(check, severity, stage, wave, None, needed - len(inspection.frame), needed)
        return
    for column in inspection.columns:
        if column not in inspection.frame:
            yield Problem(check, severity, stage, wave, column, 1, 1)


def _rule_problems(rule: Rule, inspection: _Inspection) -> Iterator[Problem]:
    """One problem, or one for each wave of a panel in which the rule is broken."""
    frame, finding, stage = inspection.frame, rule.find(inspection.frame), inspection.stage
    waves = (inspection.wave,) if stage == "wave" else (rule.wave,) if rule.wave else inspection.study.wave_names
    for wave in waves:
        here = pd.Series(True, index=frame.index) if stage == "wave" else frame[WAVE] == wave
        count, of = int((finding.broken & here).sum()), int((finding.evaluated & here).sum())
        rows = frame.loc[finding.rows & here, FILE_ROW].astype("int64").tolist()
        if count:
            severity = CHECKS[rule.check].severity
            found = Problem(rule.check, severity, stage, wave, rule.variable, count, of, rows=tuple(rows))
            yield grade(found, inspection.study)
