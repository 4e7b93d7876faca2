"""Real survey files, read and typed: Afrobarometer Mali, Arab Barometer Jordan, a Kobo export of Iraq and its form."""

import pandas as pd
import pytest

from flows.store.readers import read_raw
from transforms.prepare.text import label_key
from transforms.prepare.wave import needed_columns, type_wave
from transforms.study import DataRefusedError, parse_study

SETTINGS = """
id = "real"
title = "Real"
question = "Is it read right?"
{waves}
[design]
governorate = "{place}"
{more}
[[indices]]
name = "trust"
dimensions = ["trust"]
"""
MALI = {
    "r4": ("mli_r4_data.sav", "Q49G"),
    "r5": ("mli_r5_data_july_2015.sav", "Q59H"),
    "r6": ("mli_r6_data_2015_eng.sav", "Q52H"),
    "r7": ("mli_r7_data_eng.sav", "Q43G"),
}


def row(name, kind="category", scale="", **columns):
    trust = "trust" if kind == "item" else ""
    return {"variable": name, "type": kind, "scale": scale, "index": trust, "dimension": trust, **columns}


def wave_text(name, file, more=""):
    return f'[[waves]]\nname = "{name}"\nfile = "{file}"\n{more}\n'


def typed(folder, study, name):
    wave = next(wave for wave in study.waves if wave.name == name)
    raw = read_raw(folder / wave.file, encoding=wave.encoding, columns=needed_columns(study, wave))
    return type_wave(raw, study, wave)


def mali_study(missing, regions):
    waves = "".join(wave_text(name, file) for name, (file, _) in MALI.items())
    more = f"[missing.codes]\n{missing}\n[keep]\nregion = {regions}"
    settings = SETTINGS.format(waves=waves, place="region", more=more)
    police = row("police", "item", "0-3", **{name: column for name, (_, column) in MALI.items()})
    return parse_study(settings, {"codebook": [police, row("region", **dict.fromkeys(MALI, "REGION"))]})


@pytest.mark.parametrize(
    ("missing", "why"),
    [
        ('8 = "refused"\n9 = "dk"\n98 = "refused"\n-1 = "skipped"', "codes declared by the study"),
        ("", "labels of the files alone"),
    ],
)
def test_mali(shared_data, missing, why):
    study = mali_study(missing, '["509", 503]')
    waves = {name: typed(shared_data / "mali_police_trust", study, name) for name in MALI}
    assert [wave.counts[0].remaining for wave in waves.values()] == [1232, 1200, 1200, 1200]
    later = pd.concat([waves["r6"].frame, waves["r7"].frame], keys=["r6", "r7"], names=["wave"])
    assert len(later) == 744
    assert later.police.count() == 740, why
    means = later.groupby([later.index.get_level_values("wave"), "region"]).police.mean().round(6)
    assert means.to_dict() == {
        ("r6", "503"): 1.384615,
        ("r6", "509"): 1.226190,
        ("r7", "503"): 1.755869,
        ("r7", "509"): 1.615894,
    }, why
    reasons = {name: wave.frame.get("police__missing") for name, wave in waves.items()}
    counts = {name: 0 if given is None else given.value_counts()["dk"] for name, given in reasons.items()}
    assert counts == {"r4": 27, "r5": 11, "r6": 0, "r7": 4}, why
    assert all(given is None or given.notna().sum() == counts[name] for name, given in reasons.items()), why


def test_mali_round_4_is_read_in_its_code_page(shared_data):
    raw = read_raw(shared_data / "mali_police_trust" / "mli_r4_data.sav", columns=["REGION"])
    assert raw.encoding == "windows-1252"
    assert raw.value_labels["REGION"][504.0] == "Ségou"
    study = mali_study("", '["504"]')
    assert len(typed(shared_data / "mali_police_trust", study, "r4").frame) == 208


def test_jordan(shared_data):
    file = "abv_jordan.csv"
    more = '[missing.codes]\n98 = "dk"\n99 = "refused"\n[keep]\ngovernorate = ["Amman", "Irbid", "Mafraq"]'
    scales = [
        {"scale": "place", "code": code, "label_en": label}
        for code, label in (("80011", "Amman"), ("80021", "Irbid"), ("80022", "Mafraq"))
    ]
    columns = {"police": "Q201A_42", "courts": "Q201A_2", "government": "Q201A_1"}
    book = [row(name, "item", "1-4", ab5=column) for name, column in columns.items()]
    book += [row("governorate", scale="place", ab5="q1"), row("weight", "number", ab5="wt"), row("psu", ab5="psu")]
    settings = SETTINGS.format(
        waves=wave_text("ab5", file), place="governorate", more='weight = "weight"\npsu = "psu"\n' + more
    )
    study = parse_study(settings, {"codebook": book, "scales": scales})
    wave = typed(shared_data / "arab_barometer_jordan", study, "ab5")
    assert wave.frame.governorate.value_counts().to_dict() == {80011.0: 928, 80021.0: 480, 80022.0: 112}
    everyone = parse_study(
        settings.split("[keep]")[0] + settings[settings.index("[[indices]]") :], {"codebook": book, "scales": scales}
    )
    frame = typed(shared_data / "arab_barometer_jordan", everyone, "ab5").frame
    assert len(frame) == 2400
    trusting = frame.weight[frame.police.isin([1, 2])].sum()
    assert round(100 * trusting / frame.weight[frame.police.notna()].sum(), 1) == 89.8
    assert round(100 * trusting / frame.weight.sum(), 1) == 89.7


@pytest.fixture(scope="module")
def iraq(shared_data):
    return shared_data / "iraq_kobo"


@pytest.fixture(scope="module")
def form(iraq):
    """Name of each single-choice question of the form with its choices: name, English label, Arabic label."""
    survey = read_raw(iraq / "xlsform_ar.xlsx", sheet="survey").frame
    choices = read_raw(iraq / "xlsform_ar.xlsx", sheet="choices").frame
    lists = {
        name: list(zip(each["name"], each["label::English (en)"], each["label::Arabic (ar)"], strict=True))
        for name, each in choices.groupby("list_name")
    }
    single = survey[survey.type.str.startswith("select_one ", na=False)]
    return {question: lists[kind.split()[1]] for question, kind in zip(single.name, single.type, strict=True)}


def iraq_study(form, file):
    scales = [
        {"scale": question, "code": name, "label_en": english, "label_ar": arabic}
        for question, choices in form.items()
        for name, english, arabic in choices
    ]
    members = row("num_hh_member", "item", "1-50", first="num_hh_member")
    book = [members, *(row(question, scale=question, first=question) for question in form)]
    settings = SETTINGS.format(waves=wave_text("first", file), place="displace_status", more="")
    return parse_study(settings, {"codebook": book, "scales": scales})


def told_apart(choices):
    return all(
        len({label_key(choice[place]) for choice in choices}) == len(choices)
        and all(choice[place] for choice in choices)
        for place in (1, 2)
    )


def test_iraq_by_name_and_by_arabic_label(iraq, form, tmp_path):
    """The export with names of choices, and the same with Arabic labels in Windows-1256, mean the same."""
    raw = read_raw(iraq / "raw_data.csv")
    assert raw.names[0] == "start", "what R made of the byte-order mark is gone"
    asked = {name: choices for name, choices in form.items() if name in raw.names and told_apart(choices)}
    assert len(asked) > 60
    study = iraq_study(asked, "raw_data.csv")
    by_name = typed(iraq, study, "first")
    assert by_name.frame.displace_status.value_counts().to_dict() == {"yes": 619, "no": 13}
    assert by_name.frame.num_hh_member.between(2, 26).all()
    assert len(by_name.frame) == 632

    labelled = raw.frame.copy()
    for name, choices in asked.items():
        labelled[name] = labelled[name].replace({choice: arabic for choice, _, arabic in choices})
    labelled = labelled[["num_hh_member", *asked]]
    labelled.rename(columns={"hh_hosting": "household/hosting/hh_hosting"}).to_csv(
        tmp_path / "raw_data.csv", index=False, sep=";", encoding="windows-1256"
    )
    by_label = typed(tmp_path, study, "first")
    pd.testing.assert_frame_equal(by_label.frame, by_name.frame)
    assert "the encoding windows-1256 was found by its letters" in by_label.notes[0]


def test_iraq_names_that_are_not_there(iraq, form):
    study = iraq_study(
        {"displace_statu": form["displace_status"], "displace_status": form["displace_status"]}, "raw_data.csv"
    )
    with pytest.raises(DataRefusedError, match=r"displace_statu, which .* Close to it: displace_status"):
        typed(iraq, study, "first")
