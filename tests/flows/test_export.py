"""`tamasuk export`: what may be handed on, without a path, a name or a small number, and the same twice."""

import errno
import hashlib
import json
import os
import re
import shutil
import socket
import tomllib
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from flows.store import files
from flows.store.bundle_words import TEXTS
from tests.flows.conftest import CODE, IDENTIFIER, REMARK
from transforms.prepare.personal_data import visible_text

SETTINGS = 'languages = ["en", "ar"]\n'
ALERTS = """
[alerts]
secret = "TOWNS_ALERTS"

# Waivers: ask Hala.
[[waivers]]
check = "duration"
reason = "Short forms"
signed = "H. Manager, \\"2022\\""
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory, write_study, prefect_server) -> Path:
    """A study that was run once: its folder."""
    from flows.pipeline import run_study

    root = tmp_path_factory.mktemp("export")
    folder = write_study(root / "data" / "raw" / "towns", settings=SETTINGS, tables=ALERTS)
    run_study(folder, root / "data" / "processed", True)
    return folder


@pytest.fixture(scope="module")
def bundle(ran, tmp_path_factory) -> Path:
    from flows.commands.export import export

    out = tmp_path_factory.mktemp("out")
    export(ran, files.read_study(ran), ran.parents[1] / "processed", out)
    return out / "towns"


def texts(folder: Path) -> dict[str, str]:
    """Every text of a bundle by its name."""
    kinds = {*TEXTS, ".csv", ".html"}
    return {path.name: path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.suffix in kinds}


def test_the_bundle_holds_report_tables_study_and_a_page_in_each_language(bundle, ran):
    held = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file()}
    assert {"README.en.md", "README.ar.md", "manifest.json", "study/study.toml", "study/codebook.csv"} <= held
    assert {"report/report.en.html", "report/report.ar.pdf", "tables/estimates.csv", "tables/levels.csv"} <= held
    assert not [name for name in held if name.endswith(".parquet") or "problem" in name or "correction" in name]
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    assert {entry["file"] for entry in manifest["files"]} == held - {"manifest.json", "SHA256SUMS.txt"}
    sums = dict(line.split("  ")[::-1] for line in (bundle / "SHA256SUMS.txt").read_text("utf-8").splitlines())
    assert set(sums) == held - {"SHA256SUMS.txt"}
    assert all(hashlib.sha256((bundle / name).read_bytes()).hexdigest() == sha for name, sha in sums.items())
    original = {entry["file"]: entry.get("sha256_of_original") for entry in manifest["files"]}
    assert original["study/study.toml"] == hashlib.sha256((ran / "study.toml").read_bytes()).hexdigest()
    assert original["study/codebook.csv"] is None, "it is as it was"
    for entry in manifest["files"]:
        assert hashlib.sha256((bundle / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert [(one["wave"], one["rows"]) for one in manifest["inputs"]] == [("before", 96), ("after", 96)]
    assert manifest["seed"] == 7
    page = (bundle / "README.en.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in held if "/" in name)
    assert "Not as in the original: `study/study.toml`" in page


def test_neither_machine_nor_person_nor_secret_is_in_it(bundle, ran):
    for name, text in texts(bundle).items():
        for canary in (IDENTIFIER, REMARK, CODE, "TOWNS_ALERTS", str(ran.parents[2]), str(Path.home()) + "/"):
            assert canary not in text, name
        assert socket.gethostname() not in text or len(socket.gethostname()) < 5, name
    study = files.read_study(ran)
    assert study.settings.alerts.secret == "TOWNS_ALERTS", "the study itself stays as it is"
    told = (bundle / "study" / "study.toml").read_text(encoding="utf-8")
    assert 'secret = "left-out"' in told
    assert tomllib.loads(told)["waivers"][0]["signed"] == 'H. Manager, "2022"', (
        "whoever signs is named in the report too"
    )
    assert not [name for name, text in texts(bundle).items() if "Hala" in text], "comments are left out"


def test_no_small_number_of_people_is_in_a_table(bundle):
    found = 0
    for path in (bundle / "tables").glob("*.csv"):
        table = pd.read_csv(path)
        if "n" in table:
            found += 1
            n = table["n"].dropna()
            assert ((n == 0) | (n >= 10)).all(), path.name
    assert found >= 3


def test_the_same_run_gives_the_same_bytes_and_a_bundle_is_replaced_whole(bundle, ran, tmp_path, tamasuk):
    place = ("--results", str(ran.parents[1] / "processed"), "--out", str(tmp_path / "again"))
    code, output = tamasuk("export", str(ran), *place)
    assert code == 0, output
    assert "Numbers hidden" in output
    again = tmp_path / "again"
    assert (again / "towns.zip").read_bytes() == (bundle.parent / "towns.zip").read_bytes()
    with zipfile.ZipFile(again / "towns.zip") as packed:
        assert {entry.date_time[0] for entry in packed.infolist()} == {1980}
        assert packed.read("towns/manifest.json") == (bundle / "manifest.json").read_bytes()
    (again / "towns" / "of_another_run.csv").write_text("n\n3\n")
    code, output = tamasuk("export", str(ran), *place)
    assert code == 0, output
    assert sorted(path.name for path in again.iterdir()) == ["towns", "towns.zip"], "nothing is left beside it"
    assert not (again / "towns" / "of_another_run.csv").exists()


@pytest.mark.parametrize(
    "stop",
    [
        ("_tables", KeyboardInterrupt(), "stopped in the middle"),
        ("_pack", OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        ("put_in_place", KeyboardInterrupt(), "stopped before its last step"),
    ],
)
def test_an_earlier_export_stays_whole_if_a_new_one_is_stopped(
    stop: tuple[str, BaseException, str], bundle: Path, ran: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.commands.export import export
    from flows.store import bundle as made

    step, error, why = stop

    def stopped(*_: object) -> None:
        raise error

    place = tmp_path / "out"
    shutil.copytree(bundle, place / "towns")
    shutil.copyfile(bundle.with_suffix(".zip"), place / "towns.zip")
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    monkeypatch.setattr(made, step, stopped)
    with pytest.raises(type(error)):
        export(ran, files.read_study(ran), ran.parents[1] / "processed", place)
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before, why


def test_drafts_of_exports_that_were_killed_are_swept_away(bundle, ran, tmp_path):
    from flows.commands.export import export

    place = tmp_path / "out"
    old, young = place / ".towns-0123abcd", place / ".towns-4567cdef"
    for draft in (old, young):
        (draft / "tables").mkdir(parents=True)
        draft.with_name(f"{draft.name}.zip").write_bytes(b"")
    for path in (old, old.with_name(f"{old.name}.zip")):
        os.utime(path, (0, 0))
    export(ran, files.read_study(ran), ran.parents[1] / "processed", place)
    left = {path.name for path in place.iterdir()}
    assert left == {"towns", "towns.zip", young.name, f"{young.name}.zip"}, "another may be writing the young one"


def test_what_is_no_bundle_is_never_replaced(ran, tmp_path, tamasuk):
    (tmp_path / "mine" / "towns").mkdir(parents=True)
    (tmp_path / "mine" / "towns" / "thesis.txt").write_text("mine")
    results = ("--results", str(ran.parents[1] / "processed"))
    code, output = tamasuk("export", str(ran), *results, "--out", str(tmp_path / "mine"))
    assert code == 2
    assert "no export" in " ".join(output.split())
    assert (tmp_path / "mine" / "towns" / "thesis.txt").read_text() == "mine"
    (tmp_path / "packed").mkdir()
    with zipfile.ZipFile(tmp_path / "packed" / "towns.zip", "w") as thesis:
        thesis.writestr("towns/thesis.txt", "mine")
    code, output = tamasuk("export", str(ran), *results, "--out", str(tmp_path / "packed"))
    assert code == 2
    assert "towns.zip is there already" in " ".join(output.split())
    assert [path.name for path in (tmp_path / "packed").iterdir()] == ["towns.zip"]


def test_personal_data_refuses_the_export_without_repeating_it(ran, tmp_path, monkeypatch):
    from flows.commands.export import export
    from flows.store import bundle
    from transforms.study.problems import DataRefusedError

    readme = bundle.readme_text
    monkeypatch.setattr(bundle, "readme_text", lambda *told: readme(*told) + "\nCall Amal: 0791234567\n")
    with pytest.raises(DataRefusedError) as refused:
        export(ran, files.read_study(ran), ran.parents[1] / "processed", tmp_path / "out")
    message = str(refused.value)
    assert "README.en.md: telephone, 1 time, in line" in message
    assert "0791234567" not in message
    assert "Amal" not in message
    assert list((tmp_path / "out").iterdir()) == [], "nothing is left of it"


def test_a_study_that_changed_since_its_run_is_run_again_first(ran, tmp_path, tamasuk):
    codebook = ran / "codebook.csv"
    before = codebook.read_text(encoding="utf-8")
    try:
        codebook.write_text(before.replace("Trust one", "Trust first"), encoding="utf-8")
        results = ("--results", str(ran.parents[1] / "processed"))
        code, output = tamasuk("export", str(ran), *results, "--out", str(tmp_path / "out"))
    finally:
        codebook.write_text(before, encoding="utf-8")
    assert code == 2
    assert "codebook.csv of towns changed since its last run" in " ".join(output.split())
    assert not (tmp_path / "out").exists()


def test_a_header_of_the_studys_tables_is_searched(tmp_path):
    from flows.store.bundle_scan import scan_file

    (tmp_path / "codebook.csv").write_text("variable,phone,before\nt1,,x\n", encoding="utf-8")
    assert [(hit.row, hit.column, hit.rule) for hit in scan_file(tmp_path / "codebook.csv")] == [
        (1, 2, "column_telephone")
    ]


def test_who_saved_a_report_in_an_office_program_does_not_leave_with_it(ran, tmp_path, monkeypatch):
    from docx import Document

    from flows.commands.export import export
    from flows.store import bundle
    from transforms.study.problems import DataRefusedError

    reports = bundle._reports

    def saved(study, paths, draft):
        yield from reports(study, paths, draft)
        for name in ("report.en.docx", "0791234567.docx"):
            word = Document(str(draft / "report" / "report.en.docx"))
            word.core_properties.last_modified_by = "Amal"
            word.save(str(draft / "report" / name))

    monkeypatch.setattr(bundle, "_reports", saved)
    with pytest.raises(DataRefusedError) as refused:
        export(ran, files.read_study(ran), ran.parents[1] / "processed", tmp_path / "out")
    message = str(refused.value)
    assert "report/report.en.docx: author, 1 time" in message
    assert "the name of a file in report/: telephone, national_number" in message
    assert not {"Amal", "0791234567"} & set(message.replace(".", " ").split()), "not even a name of a file is told"


def test_the_words_of_a_pdf_are_searched_in_its_page(bundle):
    """What is not read from the PDF, because it is in the page: every number of four digits and more."""
    from pypdf import PdfReader

    page = "".join(visible_text((bundle / "report" / "report.en.html").read_text(encoding="utf-8")).split())
    pdf = "\n".join(sheet.extract_text() for sheet in PdfReader(bundle / "report" / "report.en.pdf").pages)
    found = set(re.findall("[0-9]{4,}", pdf))
    assert len(found) > 20
    assert [number for number in sorted(found) if number not in page] == []
