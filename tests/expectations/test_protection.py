"""No answer, identifier or free text leaves by way of a check: sentinels are planted everywhere and looked for."""

import json
import logging
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from expectations.check import check_panel, check_scores, check_wave, data_docs, validation_record
from transforms.quality.problems import problems_table

SENTINELS = ("LEAK", "7777", "8888.5", "9999", "secret", "66.25", "0.123456")
ROOT = Path(__file__).resolve().parents[2]


def _planted(frame):
    """Sentinels in every kind of column, each of them a problem."""
    return frame.assign(
        person=["LEAK-1", "LEAK-1", *(f"LEAK-{row}" for row in range(2, len(frame)))],
        place=frame["place"].mask(frame["file_row"] == 4, 9999.0),
        village=frame["village"].where(frame["file_row"] != 5),
        factor=frame["factor"].mask(frame["file_row"] == 6, -66.25),
        asked_by=frame["asked_by"].replace("i0", "LEAK-interviewer"),
        age=frame["age"].mask(frame["file_row"] == 7, 8888.5),
        words=frame["words"].mask(frame["file_row"] == 8, "secret words"),
        free_text="LEAK of a secret",
        **{f"t{item}": frame[f"t{item}"].mask(frame["asked_by"] == "i0", 7777.0) for item in range(1, 5)},
    )


@pytest.fixture(scope="session")
def study(study_with):
    """Interviews are compared although they have five answers in common at most."""
    return study_with("near_duplicate_answers = 5")


@pytest.fixture
def planted(wave):
    return _planted(wave)


@pytest.fixture
def everything(study, planted, panel, scores, caplog, capfd):
    """All that the checks of planted data hand on or say."""
    caplog.set_level(logging.DEBUG)
    bad_panel = panel.assign(
        respondent="LEAK-1", cluster="LEAK village", weight=-66.25, sex=["LEAK f", "LEAK m"] * (len(panel) // 2)
    )
    bad_scores = scores.assign(trust=scores["trust"] + 0.123456, trust__pomp=9999.0)
    verdicts = [
        check_wave(planted, study, study.baseline),
        check_panel(bad_panel, study),
        check_scores(bad_scores, study),
    ]
    out, err = capfd.readouterr()
    return {
        "verdicts": repr([replace(verdict, problems=_without_rows(verdict)) for verdict in verdicts]),
        "problems.csv": problems_table(verdicts).to_csv(),
        "validation.json": json.dumps(validation_record(verdicts, study)),
        "pages": "".join(data_docs(verdicts, study).values()),
        "printed": out + err,
        "logged": caplog.text + "".join(repr(record.args) for record in caplog.records),
    }, verdicts


def _without_rows(verdict):
    return tuple(replace(problem, rows=()) for problem in verdict.problems)


def test_the_sentinels_are_found_by_the_checks(everything):
    checks = {problem.check for verdict in everything[1] for problem in verdict.problems}
    assert checks >= {
        "duplicate_respondents",
        "out_of_range",
        "cluster_known",
        "weight_positive",
        "straight_lining",
        "interviewer_pattern",
        "alike_answers",
        "numeric_outliers",
        "panel_link",
        "score_range",
        "reference_mean",
    }


def test_no_sentinel_leaves(everything):
    for place, text in everything[0].items():
        assert [sentinel for sentinel in SENTINELS if sentinel in text] == [], place


def test_nothing_is_printed_or_logged(everything):
    assert everything[0]["printed"] == ""
    assert everything[0]["logged"] == ""


def test_a_fault_quotes_no_value(study, planted):
    """A column of the wrong type is a fault of an earlier stage; what is raised names no answer."""
    wrong = planted.assign(t1=pd.Series(["LEAK"] * len(planted), dtype="str"))
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whichever it is, its words are what is tested
        check_wave(wrong, study, study.baseline)
    assert "LEAK" not in str(caught.value)


SCRIPT = """
import socket, sys
def refuse(*args, **more):
    raise SystemExit("a connection was tried")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
writes = []
def listen(event, args):
    if event == "open" and isinstance(args[2], int) and args[2] & 0b11 and "__pycache__" not in str(args[0]):
        writes.append(str(args[0]))
    if event in ("os.mkdir", "os.rename", "os.remove", "shutil.rmtree"):
        writes.append(event + str(args[0]))
import pandas as pd
from expectations.check import check_panel, data_docs
from transforms.study.parse import parse_study
from transforms.study.columns import DESIGN_COLUMNS
sys.addaudithook(listen)
head = ["variable", "type", "scale", "index", "before"]
rows = [["place", "category", "", "", "g"], ["t1", "item", "0-4", "trust", "t1"]]
study = parse_study(
    'id = "a"\\ntitle = "A"\\nquestion = "?"\\n[[waves]]\\nname = "before"\\nfile = "b.csv"\\n'
    '[design]\\ngovernorate = "place"\\n[[indices]]\\nname = "trust"\\n',
    {"codebook": [dict(zip(head, row)) for row in rows]},
)
frame = pd.DataFrame({name: ["x"] for name in DESIGN_COLUMNS}).assign(weight=1.0, file_row=2, wave="before")
verdict = check_panel(frame, study)
assert verdict.problems == (), verdict
data_docs([verdict], study)
print(writes)
"""


def test_checks_touch_neither_disk_nor_network(tmp_path):
    """In a process of its own with an empty home: no connection, no file written, no folder of Great Expectations."""
    home = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={"PATH": os.environ["PATH"], **home},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == "[]"
    assert [
        path.name for path in tmp_path.rglob("*") if "great" in path.name.lower() or "gx" in path.name.lower()
    ] == []
