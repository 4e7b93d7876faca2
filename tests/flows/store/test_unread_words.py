"""Words a file holds and the study does not know: told to the last count, and never said again."""

import json
from dataclasses import replace

import pytest

from expectations.check import check_wave, data_docs, validation_record
from flows.outside import screen
from flows.store import files
from flows.store.readers import read_raw
from flows.store.verdicts import describe, refusal
from flows.store.waves import make_record
from transforms.prepare.wave import type_wave
from transforms.quality.problems import Problem, problem_rows_table, problems_table
from transforms.quality.unread import with_unread

STUDY = """
id = "words"
title = "Words"
question = "Are they read?"
[[waves]]
name = "now"
file = "now.csv"
[keep]
town = ["Azraq"]
[design]
date = "day"
[[indices]]
name = "trust"
"""
CODEBOOK = """variable,type,label_en,scale,index,now
town,category,Town,TOWN,,town
near,item,Near,AGREE,trust,q1
age,number,Age,,,age
day,date,Day,,,day
"""
SCALES = "scale,code,label_en,label_ar\nAGREE,1,Disagree,لا أوافق\nAGREE,2,Agree,أوافق\nTOWN,1,Azraq,\nTOWN,2,Sahab,\n"
FILE = """town,q1,age,day
Azraq,Agree,30,2024-05-01
Azraq,CANARYWORD,31 CANARYYEARS,05/07/2024
Azrak,Agree,32,2024-05-01
Azraq,Agre,٣٣,2024-05-02
Sahab,أُوافــق,"34,5",2024-05-03
Azraq,أُوافــق,"34,5",2024-05-03
"""
CANARIES = ("CANARY", "Agre ", "Agre,", "Azrak", "05/07")


@pytest.fixture(scope="module")
def verdict(tmp_path_factory):
    folder = tmp_path_factory.mktemp("words")
    for name, text in {"study.toml": STUDY, "codebook.csv": CODEBOOK, "scales.csv": SCALES, "now.csv": FILE}.items():
        (folder / name).write_text(text, encoding="utf-8")
    study = files.read_study(folder)
    raw = read_raw(folder / "now.csv")
    typed = type_wave(raw, study, study.baseline)
    assert typed.frame["near"].fillna(-1).tolist() == [2, -1, -1, 2], "Arabic is read however it is spelled"
    assert typed.frame["age"].fillna(-1).tolist() == [30, -1, 33, 34.5]
    record = make_record(raw, typed, study.baseline, study, folder)
    assert not any(word in record.model_dump_json() for word in CANARIES), "of what is kept beside the wave"
    (found,) = with_unread([check_wave(typed.frame, study, study.baseline)], {"now": record.unread}, study)
    return study, found


def test_every_kind_is_found(verdict):
    found = [
        (problem.check, problem.variable, problem.count, problem.of, problem.close_to)
        for problem in verdict[1].problems
        if problem.check in {"not_coded", "date_not_read"}
    ]
    assert found == [
        ("not_coded", "age", 1, 4, None),
        ("not_coded", "near", 2, 4, "Agree (1)"),
        ("not_coded", "town", 1, 6, "Azraq (1)"),
        ("date_not_read", "day", 1, 4, None),
    ]


def test_rows_of_the_file_are_told_to_the_data_manager(verdict):
    rows = problem_rows_table([verdict[1]])
    assert rows.loc[rows["variable"] == "near", "file_row"].tolist() == [3, 5], "as a spreadsheet counts"


def test_the_study_is_refused_in_words_of_its_own(verdict, tmp_path):
    paths = type("Paths", (), {"problem_rows": tmp_path / "problem_rows.csv"})
    assert "now: not_coded: near: 2 of 4 (error), close to Agree (1)" in str(refusal([verdict[1]], paths))
    assert str(refusal([verdict[1]], paths)).count("\n  not_coded: Add the spelling to recodes.csv") == 1, "what to do"
    assert refusal([replace(verdict[1], problems=())], paths) is None


def test_the_screen_says_where_to_mend_it(verdict):
    with screen.out.capture() as shown:
        screen.show_problems(verdict[1].problems)
    lines = shown.get().splitlines()
    assert "  now, near: Agree (1), no word of the scale (1)" in lines
    assert "  now, town: Azraq (1)" in lines
    assert "  now, age: no word of the scale (1)" in lines


def test_no_word_of_an_answer_leaves(verdict):
    study, found = verdict
    with screen.out.capture() as shown:
        screen.show_problems(found.problems)
    told = {
        "problems.csv": problems_table([found]).to_csv(),
        "validation.json": json.dumps(validation_record([found], study)),
        "pages": "".join(data_docs([found], study).values()),
        "refusal": "".join(map(describe, found.problems)),
        "screen": shown.get(),
    }
    assert {place for place, text in told.items() if any(word in text for word in CANARIES)} == set()


def test_the_screen_says_where_rows_of_no_wave_are_mended_and_which_governorates_are_meant():
    lost = Problem("rows_of_no_wave", "warning", "wave", "now", "round", 3, 9, close=(("endline", 2),))
    place = Problem("one_arm_in_governorate", "warning", "panel", "now", "town", 1, 3, places=("Azraq",))
    with screen.out.capture() as shown:
        screen.show_problems([lost, replace(lost, waived="A. Tester", variable="year"), place])
    text = shown.get()
    assert "  now, column round: endline (2), no value under where (1)" in text.splitlines()
    assert "column year" not in text, "somebody signed for it"
    assert "now: Azraq" in text
    assert describe(place) == "now: one_arm_in_governorate: town: 1 of 3 (warning), in Azraq"
