"""The rules one wave must keep, from the study."""

from collections.abc import Callable, Iterator
from functools import partial

import pandas as pd

from transforms.prepare.unread import NOT_CODED
from transforms.quality.claims import asks_yes_or_no, over_claims
from transforms.quality.directions import against_the_others, directed
from transforms.quality.duplicates import repeated_respondents
from transforms.quality.interviewers import unusual_interviewers
from transforms.quality.missingness import missing_share, unanswered
from transforms.quality.near_duplicates import alike_answers, near_duplicates
from transforms.quality.outliers import numeric_outliers, unusual_durations
from transforms.quality.patterns import blocks, contradictions, opposed, straight_lines
from transforms.quality.ranges import not_positive, out_of_range, unknown, without_consent
from transforms.quality.rules import Finding, Rule, below
from transforms.quality.unread import NOT_READ, unread_answers
from transforms.study.design import Wave
from transforms.study.instrument import Variable
from transforms.study.models import Limits
from transforms.study.study import Study

CODED = ("item", "number", "category")
KEPT_TYPES = (*CODED, "identifier")


def wave_variables(study: Study, wave: Wave) -> tuple[str, ...]:
    """Variables a typed wave must have: all the wave asked but dates and free text, which no stage needs."""
    return tuple(variable.name for variable in study.codebook.asked_in(wave.name) if variable.type in KEPT_TYPES)


def wave_rules(study: Study, wave: Wave) -> tuple[Rule, ...]:
    """Every rule of a typed wave, in the order of the codebook within each check."""
    asked = study.codebook.asked_in(wave.name)
    items = tuple(variable for variable in asked if variable.type == "item")
    rules = list(_design_rules(study, frozenset(variable.name for variable in asked)))
    rules += [_range_rule(variable, study) for variable in asked if variable.type in CODED and variable.scale]
    rules += [_unread_rule(variable) for variable in asked if variable.type in {*CODED, "date"}]
    rules += [_missing_rule(item, study) for item in items]
    return (*rules, *_pattern_rules(items, study), *_likeness_rules(items, study), *_number_rules(asked, study))


def _design_rules(study: Study, asked: frozenset[str]) -> Iterator[Rule]:
    design = study.design

    def rule(check: str, variable: str | None, find: Callable[[pd.Series], Finding]) -> Iterator[Rule]:
        if variable is not None and variable in asked:
            yield Rule(check, lambda frame: find(frame[variable]), (variable,), variable)

    yield from rule("duplicate_respondents", design.respondent, repeated_respondents)
    yield from rule("respondent_known", design.respondent if design.kind == "panel" else None, unknown)
    yield from rule("governorate_known", design.governorate, unknown)
    yield from rule("cluster_known", design.cluster_variable, unknown)
    yield from rule("weight_positive", design.weight, not_positive)
    consent = design.consent if design.consent in asked else None
    needs = (consent,) if consent else ()
    yield Rule("consent_missing", lambda frame: without_consent(frame, consent), needs, consent)


def _range_rule(variable: Variable, study: Study) -> Rule:
    name = variable.name
    return Rule("out_of_range", lambda frame: out_of_range(frame[name], variable, study), (name,), name)


def _unread_rule(variable: Variable) -> Rule:
    name = variable.name
    check = NOT_READ if variable.type == "date" else NOT_CODED
    return Rule(check, lambda frame: unread_answers(frame, name), (name,), name)


def _missing_rule(item: Variable, study: Study) -> Rule:
    mostly = below(study.settings.limits.item_missing_share)
    return Rule("item_missing", lambda frame: unanswered(frame, item, study), (item.name,), item.name, mostly)


def _pattern_rules(items: tuple[Variable, ...], study: Study) -> Iterator[Rule]:
    limits = study.settings.limits
    long = tuple(block for block in blocks(items, study) if len(block) >= limits.straight_line_items)
    needs = tuple(name for block in long for name in block)
    if long:
        yield Rule("straight_lining", lambda frame: straight_lines(frame, long, limits.straight_line_items), needs)
    pairs = opposed(items, study)
    if pairs:
        names = tuple(name for each in pairs for name in (*each.towards, *each.against))
        yield Rule("contradictions", lambda frame: contradictions(frame, pairs), names)
    for item in directed(items, study):
        names = (item.name, *(other[0] for other in item.others))
        yield Rule("goes_against", partial(against_the_others, item=item), names, item.name)
    interviewer = study.design.interviewer
    if interviewer is None or not items:
        return

    def find(frame: pd.DataFrame) -> Finding:
        marks = pd.DataFrame({"missing": missing_share(frame, items, study)}, index=frame.index)
        if long:
            lines = straight_lines(frame, long, limits.straight_line_items)
            marks["straight"] = lines.broken.astype("float64").where(lines.evaluated)
        return unusual_interviewers(frame[interviewer], marks, limits.interviewer_sd)

    yield Rule("interviewer_pattern", find, (interviewer, *(item.name for item in items)), interviewer)


def _likeness_rules(items: tuple[Variable, ...], study: Study) -> Iterator[Rule]:
    """Interviews compared with each other, and questions about what does not exist."""
    names = tuple(item.name for item in items)
    if len(names) >= study.settings.limits.near_duplicate_answers:
        yield Rule("near_duplicates", lambda frame: near_duplicates(frame, names, study), names)
        yield Rule("alike_answers", lambda frame: alike_answers(frame, names, study), names)
    for item in items:
        if asks_yes_or_no(item, study):
            yield _over_claiming_rule(item, study)


def _over_claiming_rule(item: Variable, study: Study) -> Rule:
    name = item.name
    return Rule("over_claiming", lambda frame: over_claims(frame[name], item, study), (name,), name)


def _number_rules(asked: tuple[Variable, ...], study: Study) -> Iterator[Rule]:
    """Numbers that were answered, and the length of the interview; weights and sizes of populations are no answers."""
    design, limits = study.design, study.settings.limits
    for variable in asked:
        if variable.type != "number" or variable.name in (design.weight, design.fpc):
            continue
        name = variable.name
        check, find = (
            ("duration", unusual_durations) if name == design.duration else ("numeric_outliers", numeric_outliers)
        )
        yield Rule(check, partial(_of_column, find=find, name=name, limits=limits), (name,), name)


def _of_column(frame: pd.DataFrame, find: Callable[[pd.Series, Limits], Finding], name: str, limits: Limits) -> Finding:
    return find(frame[name], limits)
