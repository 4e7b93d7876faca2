"""Differences between the effects of two governorates: what is read beside the test that all are equal."""

from dataclasses import replace
from itertools import combinations

import numpy as np

from transforms.impact.cells.clusters import count_clusters
from transforms.impact.cells.design import Cells, carrying_cells
from transforms.impact.effects.fitted_model import fit_model
from transforms.impact.effects.task import FEW_SOMEWHERE, Task, read_effects
from transforms.impact.estimate import Estimate
from transforms.impact.inference.ladder import choose_method


def pairwise_differences(cells: Cells, task: Task) -> list[Estimate]:
    """The later governorate's effect minus the earlier one's, for each pair and wave ("Irbid - Amman").

    From the rows of the two alone; the clusters of both carry it. Without p-value where those of one of them would not
    carry its own effect, whose error then decides that of the difference.
    """
    carrying = cells.select(carrying_cells(cells, task.waves))
    weak = []
    for unit in range(len(task.places)):
        rung = choose_method(count_clusters(carrying.select(carrying.unit == unit)), task.study)
        weak.append(rung.method == "none")
    found = []
    for first, second in combinations(range(len(task.places)), 2):
        pair = f"{task.places[second]} - {task.places[first]}"
        both = carrying.select(np.isin(carrying.unit, (first, second)))
        model = fit_model(both, both.unit)
        refused = FEW_SOMEWHERE if weak[first] or weak[second] else ""
        for wave in task.later_waves:
            case = replace(task.case(wave, pair, pair), model="pairwise")
            weights = {(first, wave): -1.0, (second, wave): 1.0}
            found += read_effects(case, model, weights, "", refused)
    return found
