"""Results with everything that surrounds the effects, and ways to change one table of them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from transforms.impact.around.tables import around_tables, study_estimates
from transforms.impact.estimate import ESTIMATE_COLUMNS, Estimate, estimates_table
from transforms.measure.key import make_key
from transforms.measure.score import score
from transforms.present.results import Results
from transforms.study import Study

NO_ARMS = ('\n[design.treatment]\nvariable = "village"\nvalues = ["a"]\n', "")
FRESH = ('kind = "panel"', 'kind = "cross-sections"')
FAST = ("\n[design]\n", "\n[effects]\ndraws = 999\ngroups = []\ndimensions = true\n\n[design]\n")


@pytest.fixture(scope="session")
def surround(make_panel: Callable[..., pd.DataFrame], make_results: Callable[..., Results]) -> Callable[..., Results]:
    """Results of a study on the invented panel, or on another, with estimates of every model and every table."""

    def make(study: Study, panel: pd.DataFrame | None = None) -> Results:
        panel = make_panel(study) if panel is None else panel
        scores = score(panel, make_key(panel, study))
        estimates = study_estimates(panel, scores, study)
        tables = dict(around_tables(panel, scores, study, estimates))
        return replace(make_results(study, panel), estimates=estimates_table(estimates), tables=tables)

    return make


@pytest.fixture(scope="session")
def fast_study(make_study: Callable[..., Study]) -> Study:
    """The panel with arms, with few samples of the bootstrap and without groups."""
    return make_study(FAST)


@pytest.fixture(scope="session")
def surrounded(surround: Callable[..., Results], fast_study: Study) -> Results:
    return surround(fast_study)


@pytest.fixture(scope="session")
def full(tell: Callable[..., Any], surrounded: Results, fast_study: Study) -> Any:
    """The report on the panel with arms."""
    return tell(surrounded, fast_study)


@pytest.fixture(scope="session")
def changed(tell: Callable[..., Any], surrounded: Results, fast_study: Study) -> Callable[..., Any]:
    """The report with one table of the run replaced by what `change` makes of it, or left out where it gives None."""

    def make(name: str, change: Callable[[pd.DataFrame], pd.DataFrame | None], of: Study | None = None) -> Any:
        tables = dict(surrounded.tables)
        made = change(tables.pop(name))
        results = replace(surrounded, tables=tables if made is None else {**tables, name: made})
        return tell(results, of or fast_study)

    return make


@pytest.fixture(scope="session")
def with_rows(tell: Callable[..., Any], surrounded: Results, fast_study: Study) -> Callable[..., Any]:
    """The report with the rows of a model replaced by others."""

    def make(model: str, *rows: Estimate) -> Any:
        kept = surrounded.estimates[surrounded.estimates["model"] != model]
        added = estimates_table(rows)[list(ESTIMATE_COLUMNS)]
        return tell(replace(surrounded, estimates=pd.concat([kept, added], ignore_index=True)), fast_study)

    return make


@pytest.fixture(scope="session")
def fresh_study(make_study: Callable[..., Study]) -> Study:
    """Fresh cross-sections with arms."""
    return make_study(FAST, FRESH)


@pytest.fixture(scope="session")
def change_study(make_study: Callable[..., Study]) -> Study:
    """A panel without comparison arm."""
    return make_study(FAST, NO_ARMS)


@pytest.fixture(scope="session")
def change_results(surround: Callable[..., Results], change_study: Study) -> Results:
    return surround(change_study)
