"""The report's line on interviews asked again: counts and shares, and no answer of few."""

import pandas as pd
import pytest

from transforms.present.sections.back_checks import back_check_blocks
from transforms.quality.back_checks import VARIABLE_COLUMNS, WAVE_COLUMNS

WAVE = [("after", 1760, 184, 186, 2, 209, 0, 24, 1, 23, 2, 1)]
ANSWERS = [
    ("before", "facts", "sex", 100, 50, 0.5),
    ("after", "facts", "sex", 184, 8, 8 / 184),
    ("after", "facts", "age", 16, 2, 2 / 16),
    ("after", "opinions", "near", 9, 4, 4 / 9),
]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_wave_has_one_row(with_tables, sentences, language):
    tables = {
        "back_checks": pd.DataFrame(WAVE, columns=list(WAVE_COLUMNS)),
        "back_check_answers": pd.DataFrame(ANSWERS, columns=list(VARIABLE_COLUMNS)),
    }
    (table,) = back_check_blocks(with_tables(say=sentences(language), **tables))
    (row,) = table.rows
    cells = [cell.text.replace("\xa0", " ") for cell in row.cells]
    if language == "en":
        assert cells[1:] == ["184 of 1,760 (10.5 %)", "1 of 24", "5.0 %", "–", "–", "2 of 23", "1 of 23"], (
            "ten answers given twice of two hundred; nine opinions are too few, harder questions were not asked"
        )
    assert len(cells) == len(table.columns) == 8


def test_a_study_without_back_checks_says_nothing(with_tables):
    assert back_check_blocks(with_tables()) == []
