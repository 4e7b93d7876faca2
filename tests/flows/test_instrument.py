"""`tamasuk instrument`: the questionnaire on disk, before there are any data."""

import zipfile
from pathlib import Path

from flows.store.files import read_table

MARK = ("Trust one", "Do you trust the {out}?")


def test_the_questionnaire_needs_no_data_and_is_the_same_twice(make_study, tamasuk, tmp_path):
    folder = make_study(settings='languages = ["en", "ar"]')
    for wave in ("before.csv", "after.csv"):
        (folder / wave).unlink()
    code, output = tamasuk("instrument", "towns")
    assert code == 0, output
    made = folder.parents[1] / "processed" / "towns" / "instrument"
    names = {f"instrument.{end}" for end in ("csv", "en.html", "en.docx", "en.pdf", "ar.html", "ar.docx", "ar.pdf")}
    assert {path.name for path in made.iterdir()} == names
    assert all(name in output.replace("\n", "") for name in names)
    code, _ = tamasuk("instrument", "towns", "--out", str(tmp_path / "again"))
    assert code == 0
    for name in names:
        assert (made / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name
    page = (made / "instrument.en.html").read_text(encoding="utf-8")
    assert "Trust two" in page
    assert "://" not in page.replace("http://www.w3.org", ""), "nothing is fetched"
    assert 'href="instrument.ar.html"' in page
    with zipfile.ZipFile(made / "instrument.ar.docx") as parts:
        assert "Trust two" in parts.read("word/document.xml").decode()
    assert read_table(made / "instrument.csv").variable.to_list() == ["t1", "t2"]


def test_words_by_group_reach_the_page_and_the_report_never_shows_a_mark(make_study, tamasuk, tmp_path):
    folder = make_study(settings="")
    text = (folder / "study.toml").read_text().replace("[design]", '[design]\ngroup = "group"')
    (folder / "study.toml").write_text(text)
    codebook = (folder / "codebook.csv").read_text().replace(*MARK) + "group,category,Group,WHO,,,gov,gov\n"
    (folder / "codebook.csv").write_text(codebook)
    (folder / "scales.csv").write_text("scale,code,label_en\nWHO,1,host\nWHO,2,guest\n")
    (folder / "groups.csv").write_text("group,mark,words_en\nhost,out,guests\nguest,out,hosts\n")
    code, output = tamasuk("instrument", "towns", "--out", str(tmp_path / "out"))
    assert code == 0, output
    page = (tmp_path / "out" / "instrument.en.html").read_text(encoding="utf-8")
    assert "Do you trust the [host: guests; guest: hosts]?" in page
    assert "{out}" not in page


def test_what_is_wrong_with_the_words_is_said_with_file_and_row(make_study, tamasuk):
    folder = make_study()
    (folder / "groups.csv").write_text("group,mark,words_en\nhost,out,guests\n")
    code, output = tamasuk("instrument", str(folder))
    assert code == 2
    assert "groups.csv: group: the design does not say who belongs to which group" in " ".join(output.split())


def test_the_demos_questionnaire_holds_every_question(tamasuk, tmp_path):
    from flows.store.demo_folder import demo_folder

    code, output = tamasuk("instrument", str(demo_folder()), "--out", str(tmp_path / "out"))
    assert code == 0, output
    table = read_table(Path(tmp_path / "out" / "instrument.csv"))
    assert table.number.max() == 66
    assert table.variable.nunique() == 66
    assert set(table.read_to.dropna()) == {"host", "displaced"}
    for language in ("en", "ar"):
        page = (tmp_path / "out" / f"instrument.{language}.html").read_text(encoding="utf-8")
        assert "{out}" not in page
        assert all(f" {name}<" in page for name in table.variable)


def test_questions_without_arabic_are_named(make_study, tamasuk, tmp_path):
    folder = make_study(settings='languages = ["en", "ar"]')
    code, output = tamasuk("instrument", "towns", "--out", str(tmp_path / "out"))
    assert code == 0, output
    assert "No Arabic wording of t1, t2 (text_ar in codebook.csv)" in " ".join(output.split())
    assert "Answers without" not in output, "a range has no words"
    (folder / "study.toml").write_text((folder / "study.toml").read_text().replace(', "ar"', ""))
    _, output = tamasuk("instrument", "towns", "--out", str(tmp_path / "out"))
    assert "Arabic" not in output
