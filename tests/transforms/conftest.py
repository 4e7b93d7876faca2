"""Studies and frames written as tables, so that a test can be read."""

from collections.abc import Callable

import pandas as pd
import pytest

from transforms.study.parse import parse_study
from transforms.study.study import Study

HEAD = """
id = "little"
title = "A little study"
question = "Does it work?"
"""


def read_rows(text: str) -> list[dict[str, str]]:
    """Rows of a table whose cells stand between bars; the first row is the header."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(lines[0], cells, strict=True)) for cells in lines[1:]]


def read_table(text: str) -> pd.DataFrame:
    """A frame from such a table: numbers where every cell is one or empty, else text; empty is missing."""
    frame = pd.DataFrame(read_rows(text)).replace("", None).astype("str")
    numbers = {
        column: numeric.astype("float64")
        for column in frame
        if (numeric := pd.to_numeric(frame[column], errors="coerce")).notna().equals(frame[column].notna())
    }
    return frame.assign(**numbers)


def build_study(settings: str, codebook: str, scales: str = "scale | code | label_en", recodes: str = "") -> Study:
    """A study from its settings (id, title and question are given) and the tables of its codebook."""
    tables = {"codebook": read_rows(codebook), "scales": read_rows(scales)}
    if recodes:
        tables["recodes"] = read_rows(recodes)
    return parse_study(HEAD + settings, tables)


@pytest.fixture(scope="session")
def table() -> Callable[[str], pd.DataFrame]:
    return read_table


@pytest.fixture(scope="session")
def rows() -> Callable[[str], list[dict[str, str]]]:
    return read_rows


@pytest.fixture(scope="session")
def little_study() -> Callable[..., Study]:
    return build_study
