"""The rules the panel must keep, from the study."""

from collections.abc import Iterator
from functools import partial

from transforms.quality.arms import mixed_clusters, nobody_in, one_arm_in_governorate
from transforms.quality.duplicates import repeated_respondents
from transforms.quality.links import another_age, another_sex, not_linked
from transforms.quality.mirrored import mirrored_items, mirrors
from transforms.quality.ranges import not_positive, unknown
from transforms.quality.rules import Rule
from transforms.study.columns import ARM, CLUSTER, COMPARISON, GOVERNORATE, RESPONDENT, SEX, TREATED, WAVE, WEIGHT
from transforms.study.study import Study

LINKED_SHARE = 0.5  # [house] replacement is usual; when most of a later wave is new, the identifiers are to blame


def panel_rules(study: Study) -> tuple[Rule, ...]:
    """Every rule of the panel, under the fixed names of the design's columns."""
    design = study.design
    rules = [
        Rule(
            "duplicate_respondents",
            lambda frame: repeated_respondents(frame[RESPONDENT], frame[WAVE]),
            (RESPONDENT, WAVE),
            design.respondent,
        ),
        Rule("governorate_known", lambda frame: unknown(frame[GOVERNORATE]), (GOVERNORATE,), design.governorate),
        Rule("cluster_known", lambda frame: unknown(frame[CLUSTER]), (CLUSTER,), design.cluster_variable),
        Rule("weight_positive", lambda frame: not_positive(frame[WEIGHT]), (WEIGHT,), design.weight),
    ]
    return (*rules, *_arm_rules(study), *_link_rules(study), *_mirror_rules(study))


def _arm_rules(study: Study) -> Iterator[Rule]:
    treatment = study.design.treatment
    if treatment is None:
        return
    yield Rule("arm_known", lambda frame: unknown(frame[ARM]), (ARM,), treatment.variable)
    yield Rule("arm_constant_in_cluster", mixed_clusters, (CLUSTER, ARM, WAVE), study.design.cluster_variable)
    yield Rule("treated_arm", partial(nobody_in, arm=TREATED), (ARM, WAVE), treatment.variable)
    yield Rule("comparison_arm", partial(nobody_in, arm=COMPARISON), (ARM, WAVE), treatment.variable)
    governorate = study.design.governorate
    if governorate is not None and governorate not in (treatment.variable, study.design.assignment_variable):
        needs = (ARM, GOVERNORATE, WAVE)
        yield Rule("one_arm_in_governorate", one_arm_in_governorate, needs, governorate, places=GOVERNORATE)


def _link_rules(study: Study) -> Iterator[Rule]:
    if study.design.kind != "panel":
        return
    yield Rule("respondent_known", lambda frame: unknown(frame[RESPONDENT]), (RESPONDENT,), study.design.respondent)
    if study.design.sex is not None:
        yield Rule("panel_link", another_sex, (RESPONDENT, SEX, WAVE), study.design.sex)
    if study.design.age is not None:
        yield Rule(
            "panel_age", partial(another_age, study=study), (RESPONDENT, WAVE, study.design.age), study.design.age
        )
    first, *later = study.wave_names
    for wave in later:
        find = partial(not_linked, baseline=first, wave=wave)
        yield Rule("panel_link", find, (RESPONDENT, WAVE), study.design.respondent, LINKED_SHARE, wave)


def _mirror_rules(study: Study) -> Iterator[Rule]:
    first, *later = study.wave_names
    for wave in later:
        for index, mirror in mirrors(study, first, wave).items():
            find = partial(mirrored_items, mirror=mirror, first=first, wave=wave)
            yield Rule("mirrored_between_waves", find, (WAVE, ARM, GOVERNORATE, *mirror.limits), index, wave=wave)
