"""Verdicts as pages to browse and as a record, made of counts: what is not in a verdict cannot get into them."""

from collections.abc import Sequence
from dataclasses import asdict

import great_expectations as gx
from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.render import RenderedDocumentContent
from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
from great_expectations.render.view import DefaultJinjaPageView
from jinja2 import ChoiceLoader, DictLoader

from expectations.templates import TEMPLATES
from transforms.quality.problems import Outcome, Verdict, all_problems
from transforms.study.study import Study

INDEX_PAGE = "index.html"
TABLE = "The whole table"


def data_docs(verdicts: Sequence[Verdict], study: Study) -> dict[str, str]:
    """Pages to browse, by name: `index.html` and one for each verdict. The same verdicts give the same bytes.

    Great Expectations renders every expectation and what was observed; around it stands a page of ours, because its own
    asks seven content networks for styles and scripts and bears the time of day.
    """
    environment = DefaultJinjaPageView().env
    environment.loader = ChoiceLoader([DictLoader(TEMPLATES), environment.loader])
    common = {"title": study.settings.title.read("en"), "version": gx.__version__}
    index, page = environment.get_template("index"), environment.get_template("page")
    listed = [(page_name(verdict), verdict) for verdict in verdicts]
    pages = {INDEX_PAGE: index.render(listed=listed, problems=all_problems(verdicts), **common)}
    for name, verdict in listed:
        pages[name] = page.render(verdict=verdict, problems=verdict.problems, **_document(verdict), **common)
    return pages


def page_name(verdict: Verdict) -> str:
    """`wave_baseline.html`, `panel.html`, `scores.html`."""
    return f"{verdict.name.replace(' ', '_')}.html"


def validation_record(verdicts: Sequence[Verdict], study: Study) -> dict[str, object]:
    """`validation.json`: each verdict with its problems and expectations in counts, and no rows."""
    return {
        "study": study.id,
        "refused": any(verdict.refused for verdict in verdicts),
        "great_expectations": gx.__version__,
        "verdicts": [_record(verdict) for verdict in verdicts],
    }


def _record(verdict: Verdict) -> dict[str, object]:
    problems = [{key: value for key, value in asdict(problem).items() if key != "rows"} for problem in verdict.problems]
    return {"refused": verdict.refused, **asdict(verdict), "problems": problems}


def _document(verdict: Verdict) -> dict[str, object]:
    """What Great Expectations' page renderer says of each variable; its own overview and run times are left out."""
    results = ExpectationSuiteValidationResult(
        success=verdict.failed == 0,
        results=[_result(outcome) for outcome in verdict.outcomes],
        suite_name=verdict.name,
        statistics={},
        meta={},
    )
    document: RenderedDocumentContent = ValidationResultsPageRenderer(run_info_at_end=True).render(results)
    return {**document.to_json_dict(), "sections": document.to_json_dict()["sections"][1:-1]}


def _result(outcome: Outcome) -> ExpectationValidationResult:
    """An outcome as Great Expectations holds it: its kind, words and counts, and no value it was compared with."""
    share = 100 * outcome.unexpected / outcome.evaluated if outcome.evaluated else 0.0
    counts = {"element_count": outcome.evaluated, "unexpected_count": outcome.unexpected, "unexpected_percent": share}
    config = ExpectationConfiguration(
        type="expect_column_values_to_be_in_set",
        kwargs={"column": outcome.variable or TABLE, "value_set": []},
        description=outcome.words,
    )
    return ExpectationValidationResult(success=outcome.success, expectation_config=config, result=counts)
