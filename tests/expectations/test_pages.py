"""Pages and record: every expectation in words, the same bytes each time, nothing asked of the network."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from pydantic import TypeAdapter

from expectations.check import check_panel, check_scores, check_wave, data_docs, validation_record
from transforms.quality.checks import CHECKS
from transforms.quality.problems import Verdict


@pytest.fixture(scope="module")
def verdicts(study, wave, panel, scores):
    bad = wave.assign(t1=wave["t1"].mask(wave["file_row"] == 5, 7.0), t2=np.nan)
    return [
        check_wave(bad, study, study.baseline),
        check_wave(wave, study, study.waves[1]),
        check_panel(panel, study),
        check_scores(scores, study),
    ]


@pytest.fixture(scope="module")
def pages(verdicts, study):
    return data_docs(verdicts, study)


class _Reader(HTMLParser):
    """Tags that are left open, addresses, and the text of a page."""

    VOID = frozenset({"meta", "link", "br", "img", "hr", "input"})

    def __init__(self, page):
        super().__init__()
        self.open, self.links, self.scripts, self.words = [], [], 0, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.scripts += tag == "script"
        self.links += [value for name, value in attrs if name in {"href", "src"}]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data.strip())


def test_one_page_for_each_verdict_and_an_index(pages):
    assert list(pages) == ["index.html", "wave_before.html", "wave_after.html", "panel.html", "scores.html"]


def test_pages_open_offline(pages):
    for name, page in pages.items():
        reader = _Reader(page)
        assert reader.open == [], name
        assert reader.scripts == 0, name
        assert set(reader.links) <= set(pages), name
        assert not re.search(r"//|url\(|@import", page.replace("<!DOCTYPE", "")), name


def test_every_expectation_stands_on_its_page_in_words(pages, verdicts):
    for verdict, page in zip(verdicts, list(pages.values())[1:], strict=True):
        text = " ".join(_Reader(page).words)
        for outcome in verdict.outcomes:
            assert " ".join(CHECKS[outcome.check].expects.split()) in " ".join(text.split())
            assert outcome.variable is None or outcome.variable in text


def test_pages_say_what_was_found(pages):
    assert "refused" in pages["index.html"]
    text = " ".join(_Reader(pages["wave_before.html"]).words)
    assert "out_of_range error before t1 1 40" in re.sub(r"\s+", " ", text)
    assert "passed" in pages["wave_after.html"]
    assert "No problem was found." in pages["wave_after.html"]


def test_the_title_is_escaped(pages):
    assert "A &lt;little&gt; study" in pages["index.html"]
    assert "<little>" not in "".join(pages.values())


def test_the_same_verdicts_give_the_same_bytes(pages, verdicts, study):
    assert data_docs(verdicts, study) == pages


def test_the_record_holds_each_expectation_in_counts(verdicts, study):
    record = json.loads(json.dumps(validation_record(verdicts, study)))
    assert (record["study"], record["refused"]) == ("little", True)
    assert record["great_expectations"].startswith("1.")
    before, after, *_ = record["verdicts"]
    assert (before["refused"], after["refused"]) == (True, False)
    assert len(before["outcomes"]) == before["expectations"]
    (found,) = [each for each in before["outcomes"] if each["check"] == "out_of_range" and not each["success"]]
    assert (found["variable"], found["unexpected"], found["evaluated"]) == ("t1", 1, 40)
    assert all("rows" not in problem for problem in before["problems"])


def test_no_verdict_no_refusal(study):
    assert validation_record([], study)["refused"] is False
    assert list(data_docs([], study)) == ["index.html"]


def test_a_record_read_back_gives_the_same_pages(pages, verdicts, study):
    """Each stage of a run adds its verdict to those on disk."""
    text = json.dumps(validation_record(verdicts, study))
    again = TypeAdapter(tuple[Verdict, ...]).validate_python(json.loads(text)["verdicts"])
    assert data_docs(again, study) == pages
    assert [verdict.refused for verdict in again] == [verdict.refused for verdict in verdicts]
