"""A reader who adds and subtracts everything the report prints of a question finds no hidden count.

The reader knows the exact count behind every share that is shown, by arm and group how many answered, and how wide each
part of a bar is drawn. What is shown is read from the finished document; what could be true, from integer programming.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from transforms.measure.ceilings import ceiling_tables
from transforms.measure.distributions import distribution_table
from transforms.measure.key import make_key
from transforms.measure.score import score
from transforms.present.document import Table
from transforms.present.participants import participant_tables
from transforms.present.results import Results
from transforms.present.sections.ceilings import ceiling_blocks
from transforms.study import Study

ARMS, GROUPS = ("treated", "comparison"), ("Jordanian", "Syrian")
HIDDEN = "[c]"
SENSITIVE = "far"
FEW = 200  # answers in both waves
NAMES = {"near": "Trust nearby", "far": "Fear", "fair": "Fairness $5", "kind": "Kindness", "warm": "Warmth"}
PEOPLE = {
    ("treated", "all"): "Programme",
    ("comparison", "all"): "Comparison",
    ("all", "all"): "Everybody",
    **{("all", group): group for group in GROUPS},
    **{(arm, group): f"{name}, {group}" for arm, name in zip(ARMS, ("Programme", "Comparison"), strict=True)
       for group in GROUPS},
}  # fmt: skip


def few_panel(study: Study, panel: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Everybody of weight 1; few Syrians (the fewest alike in fear), and few at the ends of some scales."""
    rng = np.random.default_rng(seed)
    n = len(panel)
    answers = {
        "near": rng.choice([1.0, 2, 3, 4], n, p=rng.dirichlet([2, 2, 2, 0.2])),
        "far": rng.choice([1.0, 2, 3, 4], n, p=rng.dirichlet([2, 2, 2, 0.3])),
        "fair": rng.choice([1.0, 2, 3, 4], n, p=rng.dirichlet([1, 1, 1, 1])),
        "kind": rng.choice([1.0, 4], n, p=[0.06, 0.94]),
        "warm": rng.choice([0.0, 5, 10], n, p=rng.dirichlet([0.4, 2, 0.4])),
    }
    group = rng.choice(GROUPS, n, p=[0.8, 0.2])
    if n < FEW:
        answers["far"] = np.where(group == "Syrian", 2.0, answers["fair"])
    return panel.assign(**answers, group=group, weight=1.0)


def tables(told: Any, caption: str) -> Iterator[list[list[str]]]:
    """Tables of all that speaks of answers."""
    for block in told.said:
        if isinstance(block, Table) and caption in block.caption:
            yield [[cell.text for cell in row.cells] for row in block.rows]


class Reader:
    """What is told of one item in one wave, as sums over a table of arms, groups and answers."""

    def __init__(self, panel: pd.DataFrame, item: str, wave: str) -> None:
        rows = panel[(panel["wave"] == wave) & panel[item].notna()]
        self.answers = sorted(panel[item].dropna().unique()) if item == "warm" else [1.0, 2.0, 3.0, 4.0]
        self.keys = list(product(ARMS, GROUPS, self.answers))
        counted = rows.groupby(["arm", "group", item]).size()
        self.truth = np.array([counted.get(key, 0) for key in self.keys], dtype=float)
        self.known: list[np.ndarray] = [self.mask(arm, group) for arm in ARMS for group in GROUPS]
        self.hidden: dict[str, np.ndarray] = {}
        self.shown: dict[str, np.ndarray] = {}

    def mask(self, arm: str = "all", group: str = "all", answers: tuple[float, ...] | None = None) -> np.ndarray:
        arms, groups = ARMS if arm == "all" else (arm,), GROUPS if group == "all" else (group,)
        wanted = self.answers if answers is None else answers
        return np.array([a in arms and g in groups and x in wanted for a, g, x in self.keys], dtype=float)

    def read(self, name: str, text: str, mask: np.ndarray) -> None:
        (self.hidden if text == HIDDEN else self.shown)[name] = mask
        if text != HIDDEN:
            self.known.append(mask)

    def counts(self, mask: np.ndarray) -> tuple[float, float]:
        """How many gave an answer, and how many of the same people did not."""
        people = {key[:2] for key, chosen in zip(self.keys, mask, strict=True) if chosen}
        n = float(np.array([key[:2] in people for key in self.keys]) @ self.truth)
        return float(mask @ self.truth), n - float(mask @ self.truth)

    def range(self, mask: np.ndarray) -> tuple[float, float]:
        """Lowest and highest count that agrees with everything told."""
        told = np.array(self.known)
        limits = LinearConstraint(told, told @ self.truth, told @ self.truth)
        ends = [
            milp(sign * mask, constraints=limits, integrality=np.ones(len(mask)), bounds=Bounds(0, np.inf)).fun * sign
            for sign in (1, -1)
        ]
        return round(ends[0]), round(ends[1])


def read_question(told: Any, panel: pd.DataFrame, item: str, place: int) -> Reader:
    """Everything the finished document says of one item in one wave (its place among two)."""
    index = "warmth" if item == "warm" else "vertical"
    title = next(told.context.index(each) for each in told.study.indices if each.name == index)
    reader = Reader(panel, item, wave := ("before", "after")[place])
    ends = [(reader.answers[0],), (reader.answers[-1],)]
    bottom, top = ends[::-1] if item == "far" else ends
    read_bars(reader, told, item, place)
    for rows in tables(told, f"{title}: answers at the ends"):
        row = next(row for row in rows if row[0] == NAMES[item] and len(row) > 1)
        reader.read("top", row[1 + 2 * place], reader.mask(answers=top))
        reader.read("bottom", row[2 + 2 * place], reader.mask(answers=bottom))
    for arm, group in (*((arm, "all") for arm in ARMS), *(("all", group) for group in GROUPS)):
        hidden = (index, wave, item, "top", arm, group) in told.context.answers  # of the others the highest is printed
        reader.read(f"top {arm} {group}", HIDDEN if hidden else "shown", reader.mask(arm, group, top))
    if index == "warmth":  # what is said of the whole index is said of its only question
        read_index(reader, told, (title, top), place)
    return reader


def read_bars(reader: Reader, told: Any, item: str, place: int) -> None:
    """The annex: shares of every answer by arm, and what the bars draw together."""
    for rows in tables(told, "answers in numbers"):
        at = next((at for at, row in enumerate(rows) if row == [NAMES[item]]), None)
        for column, arm in ((1 + place, "treated"), (3 + place, "comparison")) if at is not None else ():
            for answer, row in zip(reader.answers, rows[(at or 0) + 2 :], strict=False):
                reader.read(f"{arm} {answer}", row[column], reader.mask(arm, answers=(answer,)))
            for part in told.context.answers.segments.get((item, ("before", "after")[place], arm), ()):
                reader.known.append(reader.mask(arm, answers=tuple(reader.answers[part.first : part.last + 1])))


def read_index(reader: Reader, told: Any, of: tuple[str, tuple[float, ...]], place: int) -> None:
    """People with every answer at the top, and all answers that are, by arm and group."""
    title, top = of
    for rows in tables(told, f"{title}: how much stands"):
        heads = [at for at, row in enumerate(rows) if len(row) == 1]
        mine = rows[heads[place] : heads[place + 1] if place == 0 else len(rows)]
        shares = {row[0]: row[2:4] for row in mine[1:]}
        for (arm, group), name in PEOPLE.items():
            for text, what in zip(shares.get(name, (HIDDEN, HIDDEN)), ("people", "mean"), strict=True):
                reader.read(f"{what} {name}", text, reader.mask(arm, group, top))


@pytest.fixture(scope="module")
def reports(
    study: Study, results: Results, make_panel: Callable[..., pd.DataFrame], tell: Callable[..., Any]
) -> list[tuple[pd.DataFrame, Any]]:
    """Little studies whose sections are written once."""
    found = []
    for seed, people in enumerate((120, 360, 84, 150, 600)):
        panel = few_panel(study, make_panel(study, people), seed)
        counted = {
            "distributions": distribution_table(panel, study),
            "participants": participant_tables(panel, study),
            "tables": ceiling_tables(panel, score(panel, make_key(panel, study)), study),
        }
        told = tell(replace(results, **counted))
        ends = (block for index in study.indices for block in ceiling_blocks(told.context, index))
        told.said = (*told.section("items").blocks, *ends)
        found.append((panel, told))
    return found


def telling(item: str, counts: tuple[float, float]) -> bool:
    """True where a share tells of few: who gave an answer or did not; nobody and everybody of a sensitive question.

    That nobody of twenty or more gave an answer may be told, and with it that nobody of some of these did.
    """
    if 0 in counts:
        return item == SENSITIVE and sum(counts) < 20
    return min(counts) < 10


@pytest.mark.parametrize("item", NAMES)
def test_no_hidden_share_can_be_worked_out(item: str, reports: list[tuple[pd.DataFrame, Any]]) -> None:
    shown: list[tuple[float, float]] = []
    hidden: list[tuple[float, float]] = []
    for panel, told in reports:
        for place in (0, 1):
            reader = read_question(told, panel, item, place)
            shown += [reader.counts(mask) for mask in reader.shown.values()]
            for name, mask in reader.hidden.items():
                hidden.append(reader.counts(mask))
                low, high = reader.range(mask) if telling(item, hidden[-1]) else (0, 1)
                assert high > low, f"{name}: only {low} agrees with all that is told"
    assert shown, "the invented answers are too few to show anything"
    assert not [counts for counts in shown if telling(item, counts)], "told"
    assert any(0 < given < 10 for given, _ in hidden), "too many to need hiding"
    assert item != "kind" or any(0 < others < 10 for _, others in hidden), "all but a few are kind"
    assert item != SENSITIVE or any(0 in counts and sum(counts) < 20 for counts in hidden), "nobody of few is afraid"


def test_the_reader_finds_what_is_not_protected(reports: list[tuple[pd.DataFrame, Any]]) -> None:
    """The same reader, told one share too many: a hidden one follows, so the test above can fail."""
    panel, told = reports[0]
    reader = read_question(told, panel, "near", 0)
    assert len(reader.hidden) > 1
    ranges = []
    for name, mask in reader.hidden.items():
        reader.known.append(mask)
        ranges += [reader.range(other) for key, other in reader.hidden.items() if key != name]
        reader.known.pop()
    assert any(low == high for low, high in ranges)
