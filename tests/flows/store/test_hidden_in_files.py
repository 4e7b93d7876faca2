"""What the report hides is in none of its files: not behind a text, in a drawing, nor in any part of an archive.

Two studies differ in nothing but hidden numbers: their files are the same to the byte.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from flows.store.render import read_wording, render_html
from flows.store.render_docx import render_docx
from flows.store.render_pdf import draw_pictures
from flows.store.render_xlsx import render_xlsx
from tests.transforms.conftest import build_study
from tests.transforms.present.invented import SCALES, SETTINGS, codebook, invent_panel, invent_results
from transforms.present.context import Context
from transforms.present.disclosure import ALL
from transforms.present.document import Document
from transforms.present.report import build_document
from transforms.present.results import Results
from transforms.study import Study

SAY = read_wording("en")
PLANTED = re.compile(rb"7312[0-9]91")  # digits of every number that is planted
LEVEL = ["outcome", "wave", "governorate", "arm", "group"]
FORMATS: dict[str, Callable[[Document], bytes]] = {
    "html": lambda document: render_html(document, SAY, "run").encode(),
    "docx": lambda document: render_docx(document, SAY, draw_pictures(document)),
    "xlsx": lambda document: render_xlsx(document, SAY),
}


def plant(column: pd.Series, where: pd.Series) -> pd.Series:
    """Numbers nobody would find by chance in place of some."""
    planted = pd.Series(0.731_209_1 + 0.000_01 * (np.arange(len(column)) % 10), index=column.index)
    return column.mask(where, planted)


def altered_people(context: Context) -> pd.DataFrame:
    """Respondents by place, arm and group, others in hidden cells only: a cell of few has more, or fewer."""
    people = context.results.participants.respondents.reset_index(drop=True)
    leaves = people[["wave", "governorate", "arm", "group"]].to_numpy()

    def rows(cells: set[tuple[str, ...]]) -> np.ndarray:
        return np.array([((leaves == cell) | (np.array(cell) == ALL)).all(axis=1) for cell in sorted(cells)], float)

    shown = rows(set(context.cells.counts) - context.hidden.cells)
    few = rows({cell for cell in context.hidden.cells if 0 < context.cells.counts[cell] < context.hidden.threshold})
    n = people["n"].to_numpy(dtype=float)
    found = milp(
        -few[0],
        constraints=LinearConstraint(shown, 0, 0),
        integrality=np.ones(len(n)),
        bounds=Bounds(np.maximum(-1, 1 - n), np.ones(len(n))),
    )
    assert few[0] @ found.x > 0, "nothing to alter"
    return people.assign(n=(n + found.x.round()).astype(int))


def in_cells(frame: pd.DataFrame, names: list[str], cells: object) -> pd.Series:
    """True for rows whose values of some columns are among the cells."""
    keys = frame[names].astype(str).itertuples(index=False, name=None)
    return pd.Series([key in cells for key in keys], index=frame.index)  # type: ignore[operator]  # any container


def altered_answers(context: Context) -> pd.DataFrame:
    """Shares of answers, others where they are hidden; what a bar draws together has the same sum."""
    table, hidden = context.results.distributions, context.answers.cells
    place = table.groupby(["item", "wave", "arm"]).cumcount()
    keys = table[["item", "wave", "arm"]].assign(place=place.astype(str))
    cells = {(item, wave, arm, answer) for _, wave, item, answer, arm, _ in hidden}
    shares = plant(table["share"], in_cells(keys, list(keys), cells) & (table["n"] > 0))
    for (item, wave, arm), parts in context.answers.segments.items():
        bar = (table["item"] == item) & (table["wave"] == wave) & (table["arm"] == arm)
        for part in parts:
            pool = table.index[bar & place.between(part.first, part.last)]
            shares[pool[-1]] += part.share - shares[pool].sum()
    assert (shares != table["share"]).any()
    return table.assign(share=shares)


def altered_ends(context: Context) -> dict[str, pd.DataFrame]:
    """Shares at the ends of the scales, others where they are hidden.

    Of all answers of an arm it may be told who has more at the top, and that it is more than the mark: by groups then.
    """
    ends, whole, hidden = (
        *(context.results.tables[name] for name in ("ceilings", "index_ceilings")),
        context.answers.cells,
    )
    found = {}
    for name, table, items in (("ceilings", ends, ends["item"]), ("index_ceilings", whole, "people")):
        keys = table.assign(item=items, end="top", other="bottom", mean="together")
        where = {
            end: in_cells(keys, ["index", "wave", "item", end, "arm", "group"], hidden) for end in ("end", "other")
        }
        found[name] = table.assign(top_share=plant(table["top_share"], where["end"]))
        if name == "ceilings":
            found[name]["bottom_share"] = plant(table["bottom_share"], where["other"])
        else:
            mean = in_cells(keys, ["index", "wave", "mean", "end", "arm", "group"], hidden) & (table["group"] != ALL)
            found[name]["mean_top_share"] = plant(table["mean_top_share"], mean)
        assert not found[name].equals(table)
    return found


def altered(context: Context) -> Results:
    """The same study, every hidden number another."""
    results, levels, reliable = context.results, context.results.levels, context.results.reliability
    hidden = in_cells(levels, LEVEL, context.hidden_levels)
    cells = zip(*(reliable[name] for name in ("wave", "arm", "group", "n")), strict=True)
    few = [context.hidden.hides((wave, ALL, arm, group), n) for wave, arm, group, n in cells]
    assert hidden.any()
    assert any(few)
    return replace(
        results,
        distributions=altered_answers(context),
        levels=levels.assign(**{name: plant(levels[name], hidden) for name in ("mean", "std_error")}),
        reliability=reliable.assign(alpha=plant(reliable["alpha"], pd.Series(few, index=reliable.index))),
        participants=replace(results.participants, respondents=altered_people(context)),
        tables={**results.tables, **altered_ends(context)},
    )


def parts_of(file: bytes) -> Iterator[bytes]:
    """The file, or everything packed in it."""
    if file[:2] != b"PK":
        yield file
        return
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        yield from (parts.read(name) for name in parts.namelist())


@pytest.fixture(scope="module")
def study() -> Study:
    return build_study(SETTINGS, codebook(["before", "after"]), SCALES)


@pytest.fixture(scope="module")
def results(study: Study) -> Results:
    """Two hundred people; few Syrians, and few who are not at all kind."""
    panel = invent_panel(study, 200)
    rng = np.random.default_rng(4)
    group = rng.choice(["Jordanian", "Syrian"], len(panel), p=[0.93, 0.07])
    kind = rng.choice([1.0, 3.0, 4.0], len(panel), p=[0.05, 0.25, 0.7])
    return invent_results(study, panel.assign(group=group, kind=kind, weight=1.0))


@pytest.fixture(scope="module")
def documents(study: Study, results: Results) -> tuple[Document, Document, Document]:
    """As it is; with other hidden numbers; and with a number that is shown planted too."""
    context = Context(results, study, SAY)
    other = altered(context)
    same = Context(other, study, SAY)
    assert (same.hidden, same.answers.cells) == (context.hidden, context.answers.cells), "what is hidden stays so"
    shown = ~in_cells(results.levels, LEVEL, context.hidden_levels)
    told = replace(results, levels=results.levels.assign(mean=plant(results.levels["mean"], shown)))
    first, second, third = (build_document(found, study, SAY) for found in (results, other, told))
    return first, second, third


@pytest.mark.parametrize("suffix", FORMATS)
def test_no_hidden_number_is_in_a_file(suffix: str, documents: tuple[Document, Document, Document]) -> None:
    as_it_is, other, shown = (FORMATS[suffix](document) for document in documents)
    assert b"[c]" in b"".join(parts_of(as_it_is)), "something is hidden"
    assert not any(PLANTED.search(part) for part in parts_of(other))
    for one, another in zip(parts_of(as_it_is), parts_of(other), strict=True):
        assert one == another, "a file tells hidden numbers apart"
    assert shown != as_it_is, "a shown number can be told"
    assert suffix != "xlsx" or any(PLANTED.search(part) for part in parts_of(shown)), "the workbook has every digit"
