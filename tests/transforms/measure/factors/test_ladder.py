"""Steps of invariance, here of ordered answers, and what is let into them."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from transforms.measure.factors import estimators
from transforms.measure.factors.comparisons import Comparison
from transforms.measure.factors.doubts import NEGATIVE_LOADING, Doubts
from transforms.measure.factors.estimators import Ordinal
from transforms.measure.factors.fit_measures import StepMeasures
from transforms.measure.factors.ladder import CONFIGURAL, METRIC, PARTIAL, PARTIAL_METRIC, SCALAR, climb
from transforms.measure.factors.likelihood import NOT_CONVERGED
from transforms.measure.factors.model import structure_of
from transforms.measure.factors.ordinal_fit import OrdinalFit, fit_ordinal
from transforms.measure.factors.ordinal_selection import select_ordinal
from transforms.measure.factors.selection import (
    ALONE,
    FEW_RESPONDENTS,
    ONE_GROUP,
    TOO_FEW_ITEMS,
    LeftOut,
    Selection,
)
from transforms.measure.factors.thresholds import ONE_CATEGORY, TOO_MANY_CATEGORIES
from transforms.study.measures import Measures

LOADINGS = (0.8, 0.7, 0.75, 0.7, 0.8, 0.7)
CUTS = [(-1.0, 0.0, 0.9)] * 6
NAMES = ("one", "two", "three")
MARKS = Measures()


def selected(frames, factors=None, groups=None):
    """The ordinal selection of frames of answers, one for each group; `groups` that linear models let in."""
    frame, names = pd.concat(frames, ignore_index=True), NAMES[: len(frames)]
    codes = np.repeat(np.arange(len(frames)), [len(part) for part in frames])
    comparison = Comparison("sex", names, codes)
    structure = structure_of(factors or [("f", list(frame))])
    answers = {name: frame[name].to_numpy() for name in frame}
    return select_ordinal(answers, Selection(structure, groups or names, (), (), ""), comparison)


def steps_of(selection, marks=MARKS):
    return climb(Ordinal(selection.structure, selection.groups, selection.samples), marks)


def test_where_nothing_differs_every_step_holds(drawn):
    steps = steps_of(selected([drawn(1500, 1, LOADINGS), drawn(1500, 2, LOADINGS, mean=0.4, sd=1.2)]))
    assert [(step.name, step.holds) for step in steps] == [(CONFIGURAL, True), (METRIC, True), (SCALAR, True)]
    assert steps[0].reference is None
    assert steps[2].reference is steps[1].measures
    assert steps[0].tests == ()
    assert {test.kind for test in steps[2].tests} == {"threshold"}


def test_an_item_whose_thresholds_differ_is_set_free(drawn):
    cuts = [*CUTS[:5], (0.4, 1.3, 2.2)]
    steps = steps_of(selected([drawn(1500, 1, LOADINGS), drawn(1500, 2, LOADINGS, cuts=cuts)]))
    assert [(step.name, step.holds) for step in steps] == [
        (CONFIGURAL, True),
        (METRIC, True),
        (SCALAR, False),
        (PARTIAL, True),
    ]
    assert steps[2].tests[0].item == "x5"
    assert steps[3].freed_items == ("x5",)


def test_an_item_whose_loading_differs_is_set_free_with_its_thresholds(drawn):
    steps = steps_of(selected([drawn(1500, 1, LOADINGS), drawn(1500, 2, (*LOADINGS[:5], -0.3))]))
    names = [step.name for step in steps]
    assert names == [CONFIGURAL, METRIC, PARTIAL_METRIC, SCALAR]
    assert steps[2].freed == steps[3].freed == (("loading", "x5"), ("threshold", "x5"))
    assert [step.holds for step in steps] == [True, False, True, True]
    assert steps[0].doubts.reason == NEGATIVE_LOADING


def test_no_more_is_set_free_than_the_study_allows(drawn):
    cuts = [*CUTS[:3], (0.4, 1.3, 2.2), (-2.0, -0.8, 0.1), (0.4, 1.3, 2.2)]
    selection = selected([drawn(1500, 1, LOADINGS), drawn(1500, 2, LOADINGS, cuts=cuts)])
    steps = steps_of(selection)
    assert (steps[-1].name, steps[-1].holds, len(steps[-1].freed_items)) == (PARTIAL, False, 1)
    none = steps_of(selection, Measures(freed_share=0.0))
    assert (none[-1].name, none[-1].holds) == (SCALAR, False)
    half = steps_of(selection, Measures(freed_share=0.5))
    assert (half[-1].holds, set(half[-1].freed_items)) == (True, {"x3", "x4", "x5"})


def test_two_items_of_a_factor_stay_equal(drawn):
    factors = [("f", ["x0", "x1"]), ("g", ["x2", "x3"])]
    cuts = [(0.4, 1.3, 2.2), *CUTS[1:4]]
    frames = [drawn(1500, 1, LOADINGS[:4]), drawn(1500, 2, LOADINGS[:4], cuts=cuts)]
    steps = steps_of(selected(frames, factors), Measures(freed_share=1.0))
    assert [step.name for step in steps] == [CONFIGURAL, METRIC, SCALAR]
    assert not steps[-1].holds


def test_models_without_estimates_have_no_measures(drawn):
    selection = selected([drawn(500, 1, LOADINGS)])
    models = Ordinal(selection.structure, selection.groups, selection.samples)
    found = models.fitted((), (), None)
    assert models.measures(found).scaling > 0
    with pytest.raises(ValueError, match="no measures"):
        models.measures(replace(found, statistics=None, problem=NOT_CONVERGED))


def test_one_group_has_one_step(drawn):
    steps = steps_of(selected([drawn(500, 1, LOADINGS)]))
    assert [step.name for step in steps] == [CONFIGURAL]


def test_the_steps_end_where_there_are_no_estimates(drawn, monkeypatch):
    def failing(model, samples, start=None):
        found = fit_ordinal(model, samples, start)
        if "threshold:x0:1" not in model.parameters:
            return found
        return OrdinalFit(model, found.n, found.estimates * np.nan, found.std_errors, None, NOT_CONVERGED)

    monkeypatch.setattr(estimators, "fit_ordinal", failing)
    steps = steps_of(selected([drawn(500, 1, LOADINGS), drawn(500, 2, LOADINGS)]))
    assert [(step.name, step.fit.problem, step.holds) for step in steps[1:]] == [
        (METRIC, "", True),
        (SCALAR, NOT_CONVERGED, False),
    ]


def test_a_partial_model_without_estimates_is_not_taken(drawn, monkeypatch):
    cuts = [*CUTS[:5], (0.4, 1.3, 2.2)]

    def failing(model, samples, start=None):
        found = fit_ordinal(model, samples, start)
        partial = "threshold:x0:1" in model.parameters and "threshold:x5:1:1" in model.parameters
        return OrdinalFit(model, found.n, found.estimates, found.std_errors, None, NOT_CONVERGED) if partial else found

    monkeypatch.setattr(estimators, "fit_ordinal", failing)
    steps = steps_of(selected([drawn(1500, 1, LOADINGS), drawn(1500, 2, LOADINGS, cuts=cuts)]))
    assert [step.name for step in steps] == [CONFIGURAL, METRIC, SCALAR]


def test_an_item_without_categories_in_common_is_left_out_by_name(drawn):
    first, second = drawn(400, 1, LOADINGS), drawn(400, 2, LOADINGS)
    found = selected([first, second.assign(x1=2.0)])
    assert found.left_out == (LeftOut("item", "x1", ONE_CATEGORY),)
    assert found.structure.items == ("x0", "x2", "x3", "x4", "x5")
    assert [sample.n for sample in found.samples] == [400, 400]
    number = selected([first.assign(x0=np.arange(400.0)), second.assign(x0=np.arange(400.0))])
    assert number.left_out == (LeftOut("item", "x0", TOO_MANY_CATEGORIES),)


def test_an_item_that_is_then_alone_is_left_out_too(drawn):
    frame = drawn(400, 1, LOADINGS)
    factors = [("f", ["x0", "x1", "x2", "x3"]), ("g", ["x4", "x5"])]
    found = selected([frame.assign(x4=1.0)], factors)
    assert found.left_out == (LeftOut("item", "x4", ONE_CATEGORY), LeftOut("item", "x5", ALONE))
    assert found.structure.factors == ("f",)


REFUSED = [
    ([400, 400], {"x0": 1.0, "x1": 1.0, "x2": 1.0, "x3": 1.0}, TOO_FEW_ITEMS, "two items are left"),
    ([400, 20], {}, FEW_RESPONDENTS, "one group is too small, and the other alone compares with nothing"),
    ([20], {}, FEW_RESPONDENTS, "nobody is left"),
]


@pytest.mark.parametrize(("sizes", "constants", "problem", "why"), REFUSED)
def test_what_cannot_be_compared_says_why(drawn, sizes, constants, problem, why):
    frames = [drawn(size, at, LOADINGS).assign(**constants) for at, size in enumerate(sizes)]
    found = selected(frames)
    assert (found.structure, found.samples, found.problem) == (None, (), problem), why


def test_a_group_too_small_is_left_out_and_the_others_compared(drawn):
    found = selected([drawn(400, 1, LOADINGS), drawn(20, 2, LOADINGS), drawn(400, 3, LOADINGS)])
    assert found.groups == ("one", "three")
    assert found.left_out == (LeftOut("group", "two", FEW_RESPONDENTS),)
    assert found.n == 800


def test_what_linear_models_left_out_stays_out(drawn):
    frames = [drawn(400, at, LOADINGS) for at in range(3)]
    assert selected(frames, groups=("one", "three")).groups == ("one", "three")
    nothing = Selection(None, ("one",), (), (LeftOut("group", "two", FEW_RESPONDENTS),), ONE_GROUP)
    found = select_ordinal({}, nothing, Comparison("sex", NAMES[:2], np.array([0, 1])))
    assert (found.problem, found.left_out) == (ONE_GROUP, nothing.left_out)


def test_categories_nobody_of_a_group_chose_are_merged_and_counted(drawn):
    frames = [drawn(400, 1, LOADINGS), drawn(400, 2, LOADINGS)]
    frames[1]["x2"] = frames[1]["x2"].clip(1)
    found = selected(frames)
    assert dict(found.merged) == {"x2": 1}
    assert found.samples[0].categories.counts == (4, 4, 3, 4, 4, 4)


class Told:
    """An estimator whose steps fit as they are told to."""

    structure, groups, levels = structure_of([("f", ["a", "b", "c"])]), ("one", "two"), "intercept"

    def __init__(self, measures: list[StepMeasures], *, plain_counts: bool = True) -> None:
        self.told, self.plain_counts = iter(measures), plain_counts

    def fitted(self, *_: object) -> SimpleNamespace:
        return SimpleNamespace(problem="", cells=None, model=None)

    def measures(self, _: object) -> StepMeasures:
        return next(self.told)

    def doubts(self, _: object) -> Doubts:
        return Doubts((), (), ())

    def tests(self, *_: object) -> list:
        return []


GOOD = StepMeasures(10, 8, 0.3, 0.99, 0.99, 0.02, 0.0, 0.05, 0.03, 1.1, 11, 0.99, 0.99, 0.02)
BORDERS = [
    ({}, True, True, False, "nothing changes"),
    ({"cfi_plain": 0.97}, True, True, True, "the plain CFI drops, as where clusters are taken for misfit"),
    ({"rmsea_plain": 0.04}, True, True, True, "the plain RMSEA rises"),
    ({"cfi": 0.97}, True, False, True, "the scaled CFI drops, which counts"),
    ({"cfi": 0.97, "rmsea_plain": 0.04}, True, False, False, "both fail, each in its own way"),
    ({"cfi_plain": 0.97}, False, True, False, "plain least squares follow no chi-square"),
]


@pytest.mark.parametrize(("changed", "counts", "holds", "borderline", "why"), BORDERS)
def test_a_step_is_borderline_where_plain_measures_say_otherwise(
    changed: dict[str, float], counts: bool, holds: bool, borderline: bool, why: str
) -> None:
    fits = [GOOD, replace(GOOD, **changed), replace(GOOD, **changed)]
    steps = climb(Told(fits, plain_counts=counts), Measures())
    assert [(step.holds, step.borderline) for step in steps] == [
        (True, False), (holds, borderline), (True, False)
    ], why  # fmt: skip
