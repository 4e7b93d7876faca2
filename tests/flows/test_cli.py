"""The command: one clear message for every mistake a user can make, and the right exit code."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import cli

WAIVER = '[[waivers]]\ncheck = "out_of_range"\naction = "set_missing"\nreason = "A slip."\nsigned = "A. Tester"'


@pytest.mark.parametrize(
    ("break_it", "code", "says", "why"),
    [
        ({"settings": 'fundr = "x"'}, 2, ("study.toml, row", "fundr", "Did you mean funder"), "a typo in a setting"),
        ({"tables": "[limits\n"}, 2, ("study.toml, row", "syntax"), "a bracket left open"),
        ({"without": "after.csv"}, 2, ("there is no file after.csv",), "a wave's file is missing"),
        ({"without": "codebook.csv"}, 2, ("codebook.csv", "is missing"), "the codebook is missing"),
        ({"folder": "after.csv"}, 2, ("after.csv is a folder", "Name the file in it"), "a folder in its place"),
        (
            {"codebook": ("variable,", "Codebook,,\nvariable,")},
            2,
            ("variable: this column is missing. Add it. If the names", "remove what is above it"),
            "a title above the names",
        ),
        ({"codebook": ("q2,q2", "q9,q2")}, 1, ("before.csv (wave before) lacks", "q9"), "a column is missing"),
        ({"before": b"\x00\x01\x02\x03binary"}, 1, ("before.csv cannot be read",), "not a survey file"),
        ({"planted": True}, 1, ("out_of_range", "1 of 96", "problem_rows.csv", "sign a waiver"), "data refused"),
    ],
)
def test_what_a_user_can_get_wrong(make_study, tamasuk, break_it, code, says, why):
    options = {key: value for key, value in break_it.items() if key in ("settings", "tables", "planted")}
    folder = make_study(**options)
    if "without" in break_it:
        (folder / break_it["without"]).unlink()
    if "folder" in break_it:
        (folder / break_it["folder"]).unlink()
        (folder / break_it["folder"]).mkdir()
    if "codebook" in break_it:
        text = (folder / "codebook.csv").read_text()
        (folder / "codebook.csv").write_text(text.replace(*break_it["codebook"]))
    if "before" in break_it:
        (folder / "before.csv").write_bytes(break_it["before"])
    found, output = tamasuk("check", "towns")
    assert found == code, output
    assert all(part in " ".join(output.split()) for part in says), output
    assert "Traceback" not in output
    assert "CANARY" not in output, why


def test_check_says_what_had_to_be_done_to_read_a_file(make_study, tamasuk):
    folder = make_study()
    header, *rows = (folder / "after.csv").read_text(encoding="utf-8").splitlines()
    twice = [f"{header},{header.split(',')[-1]}", *(f"{row}," for row in rows)]
    (folder / "after.csv").write_text("\n".join(twice) + "\n", encoding="utf-8")
    code, output = tamasuk("check", "towns")
    assert code == 0, output
    assert output.count("after.csv (after): 1 repeated header got a number, as age_2.") == 1


def test_check_passes_and_says_where_its_pages_are(make_study, tamasuk):
    folder = make_study(planted=True, tables=WAIVER)
    code, output = tamasuk("check", str(folder))
    assert code == 0, output
    assert "towns can be run" in output
    assert (folder.parents[1] / "processed" / "towns" / "check" / "data_docs" / "index.html").is_file()
    assert "set_missing" in output, "a waived problem is shown too"


@pytest.mark.parametrize(
    ("arguments", "says", "why"),
    [
        (("run", "nosuch"), ("There is no study nosuch", "Studies here: towns"), "no such study: those there are"),
        (("run", "data"), ("a folder without study.toml",), "a folder that is no study"),
        (("rnu", "towns"), ("No such command 'rnu'", "run"), "a typo in the subcommand"),
        (("run",), ("Missing argument 'STUDY'",), "no study named"),
        (("simulate", "data"), ("is not an empty folder", "Nothing was written"), "nothing is overwritten"),
        (("serve", "towns", "--timezone", "Mars/Olympus"), ("no time zone Mars/Olympus",), "a time zone"),
        (("serve", "towns", "--cron", "0 6 * *"), ("'0 6 * *' is no schedule", "Mondays at six"), "four parts"),
    ],
)
def test_wrong_usage_ends_with_two(make_study, tamasuk, arguments, says, why):
    make_study()
    code, output = tamasuk(*arguments)
    assert code == 2, output
    assert all(part in " ".join(output.split()) for part in says), f"{why}: {output}"
    assert "Traceback" not in output


def test_a_simulation_never_overwrites_what_somebody_collected(make_study, tamasuk):
    folder = make_study()
    (folder / "study.toml").write_text((folder / "study.toml").read_text().replace("synthetic = true", ""))
    before = (folder / "before.csv").read_bytes()
    code, output = tamasuk("simulate", str(folder))
    assert code == 2
    assert "not synthetic" in output
    assert (folder / "before.csv").read_bytes() == before


def test_simulate_writes_a_study_with_its_truth(tamasuk, tmp_path):
    code, output = tamasuk("simulate", "new/place", "--seed", "3")
    assert code == 0, output
    assert "tamasuk run new/place" in output
    assert {"study.toml", "codebook.csv", "truth.csv"} <= {path.name for path in (tmp_path / "new/place").iterdir()}


def test_a_fault_of_ours_asks_for_debug(make_study, tamasuk, monkeypatch):
    def broken(*_: object) -> None:
        raise RuntimeError("CANARYPERSON")

    make_study()
    monkeypatch.setattr("flows.store.files.check_wave_files", broken)
    code, output = tamasuk("check", "towns")
    assert code == 3
    assert "--debug" in output
    assert "CANARY" not in output


def test_debug_shows_the_traceback(make_study, tamasuk, monkeypatch):
    make_study(settings='fundr = "x"')
    monkeypatch.setattr(cli, "_debug", True)
    result = CliRunner().invoke(cli.app, ["check", "towns"])
    assert type(result.exception).__name__ == "StudyError"


def test_debug_may_stand_anywhere(monkeypatch):
    monkeypatch.setattr(cli, "_debug", False)
    monkeypatch.setattr(cli, "app", lambda: None)
    monkeypatch.setattr(sys, "argv", ["tamasuk", "run", "x", "--debug"])
    cli.main()
    assert cli._debug
    assert sys.argv == ["tamasuk", "run", "x"]


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_load_nothing_heavy(option):
    code = (
        "import sys; sys.argv = ['tamasuk', sys.argv[1]]\n"
        "from flows.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "heavy = {'prefect', 'pandas', 'numpy', 'great_expectations', 'pyreadstat', 'matplotlib'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code, option], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert "tamasuk" in found.stdout


@pytest.mark.slow
def test_ctrl_c_ends_a_run_at_once_and_leaves_nothing_behind(make_study, tmp_path):
    folder = make_study()
    environment = os.environ | {"PREFECT_HOME": str(tmp_path / "none")}
    environment.pop("PREFECT_API_URL", None)
    command = [sys.executable, "-m", "flows.cli", "run", str(folder)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, start_new_session=True
    )
    assert process.stdout
    assert "Starting Prefect" in process.stdout.readline()
    server = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False).stdout
    os.killpg(process.pid, signal.SIGINT)
    output = process.stdout.read()
    assert process.wait(30) == 130
    assert "Interrupted. The last good run stays where it is." in output
    assert "Traceback" not in output
    assert server.strip()
    deadline = time.monotonic() + 15
    while any(Path(f"/proc/{pid}").exists() for pid in server.split()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(Path(f"/proc/{pid}").exists() for pid in server.split()), "the server has ended"
    assert not (tmp_path / "data/processed/towns/latest").exists()
