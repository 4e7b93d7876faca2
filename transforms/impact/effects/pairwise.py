"""Differences between the effects of two governorates: what is read beside the test that all are equal."""

from dataclasses import replace
from itertools import combinations

from transforms.impact.cells.clusters import count_clusters
from transforms.impact.cells.design import Cells, carrying_cells
from transforms.impact.effects.families import Drawn
from transforms.impact.effects.fitted_model import fit_model
from transforms.impact.effects.reading import Case
from transforms.impact.effects.task import FEW_SOMEWHERE, Task, read_effects
from transforms.impact.estimate import EVERY_PAIR, POOLED, Estimate
from transforms.impact.inference.ladder import choose_method

TOO_MANY = "too_many_pairs"


def pairwise_differences(cells: Cells, task: Task) -> list[Estimate]:
    """The later governorate's effect minus the earlier one's, for each pair and wave ("Irbid - Amman").

    From the rows of the two alone; the clusters of both carry it. Without p-value where those of one of them would not
    carry its own effect, whose error then decides that of the difference. Where there are more governorates than the
    study compares in pairs (`pairs_up_to`), whose number grows with the square, one row for each wave says so.
    """
    if len(task.places) > task.study.settings.effects.pairs_up_to:
        return [row for wave in task.later_waves for row in _case(task, wave, POOLED, EVERY_PAIR).refuse(TOO_MANY)]
    carrying = cells.select(carrying_cells(cells, task.waves))
    of_place = [carrying.unit == unit for unit in range(len(task.places))]
    weak = [choose_method(count_clusters(carrying.select(at)), task.study).method == "none" for at in of_place]
    found: list[Estimate] = []
    for first, second in combinations(range(len(task.places)), 2):
        pair = f"{task.places[second]} - {task.places[first]}"
        both = carrying.select(of_place[first] | of_place[second])
        model = fit_model(both, both.unit)
        refused = FEW_SOMEWHERE if weak[first] or weak[second] else ""
        for wave in task.later_waves:
            weights = {(first, wave): -1.0, (second, wave): 1.0}
            found += map(_without_draws, read_effects(_case(task, wave, pair, pair), model, weights, "", refused))
    return found


def _case(task: Task, wave: int, place: str, contrast: str) -> Case:
    return replace(task.case(wave, place, contrast), model="pairwise")


def _without_draws(row: Estimate) -> Estimate:
    """The row without its samples: pairs are adjusted by Holm, and there can be many of them."""
    return replace(row, resample=None) if isinstance(row, Drawn) else row
