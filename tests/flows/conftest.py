"""A small study on disk, and one Prefect server for all tests of flows that need one."""

import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.two_waves import TWO_WAVES

STUDY = f"""
id = "towns"
title = "SYNTHETIC: trust in two governorates"
question = "Did trust change?"
synthetic = true
seed = 7
{{settings}}{TWO_WAVES}[design]
governorate = "governorate"
community = "town"
respondent = "respondent"

[design.treatment]
variable = "town"
values = [{{treated}}]

[[indices]]
name = "trust"
{{tables}}
"""
CODEBOOK = """\
variable,type,label_en,scale,index,dimension,before,after
respondent,identifier,Respondent,,,,id,id
governorate,category,Governorate,,,,gov,gov
town,category,Town,,,,town,town
t1,item,Trust one,1-5,trust,general,q1,q1
t2,item,Trust two,1-5,trust,general,q2,q2
note,text,Remark,,,,remark,remark
"""
TOWNS = {"North": [f"N{n}" for n in range(1, 9)], "South": [f"S{n}" for n in range(1, 9)]}
TREATED = [town for towns in TOWNS.values() for town in towns[:4]]
IDENTIFIER, REMARK, CODE = (
    "CANARYPERSON",
    "CANARYREMARK",
    "77123459",
)  # must never leave; long, so that no chance number has it

StudyMaker = Callable[..., Path]


def _wave(seed: int, planted: bool) -> str:
    draw = random.Random(seed)
    lines = ["id,gov,town,q1,q2,remark"]
    for governorate, towns in TOWNS.items():
        for town in towns:
            for person in range(6):
                first = CODE if planted and town == "N1" and person == 0 else str(draw.randint(1, 5))
                name = f"{IDENTIFIER}-{seed}-{town}-{person}"
                lines.append(f"{name},{governorate},{town},{first},{draw.randint(1, 5)},{REMARK} {person}")
    return "\n".join(lines) + "\n"


def _write_study(folder: Path, *, settings: str = "", tables: str = "", planted: bool = False) -> Path:
    """A study that runs in seconds; `planted` puts an impossible answer into it."""
    folder.mkdir(parents=True, exist_ok=True)
    treated = ", ".join(f'"{town}"' for town in TREATED)
    text = STUDY.format(settings=settings, tables=tables, treated=treated)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    (folder / "codebook.csv").write_text(CODEBOOK, encoding="utf-8")
    (folder / "before.csv").write_text(_wave(1, planted), encoding="utf-8")
    (folder / "after.csv").write_text(_wave(2, False), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def write_study() -> StudyMaker:
    """Writes the study into the folder it is given."""
    return _write_study


@pytest.fixture
def make_study(tmp_path: Path) -> StudyMaker:
    """Writes the study into `data/raw/towns` of the test's own folder."""
    return partial(_write_study, tmp_path / "data" / "raw" / "towns")


@pytest.fixture(autouse=True, scope="session")
def pseudonym_key() -> Iterator[None]:
    """Tests neither need nor make a key of the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAMASUK_KEY", "a key for tests, long enough")
        yield


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folder of a Prefect server that this process reports to; the server's database is in it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("PREFECT_API_URL", "PREFECT_HOME", "NO_PROXY"):
            patch.setenv(name, "")  # so that what the server sets is undone at the end
            patch.delenv(name)
        from flows.outside import server

        # A process that has threads already, as Prefect's, is not forked: commands do that before there are any.
        patch.setattr("flows.outside.beside.LARGE", 0)
        home = tmp_path_factory.mktemp("prefect")
        own = server.start(home)
        from prefect.settings import (
            PREFECT_API_URL,
            PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
            PREFECT_HOME,
            temporary_settings,
        )

        own.wait()
        settings = {PREFECT_API_URL: own.url, PREFECT_HOME: home, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
        with temporary_settings(settings):
            yield home
            from prefect.events.worker import EventsWorker

            EventsWorker.drain_all(timeout=10)
        own.stop()


@pytest.fixture
def tamasuk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run the command in a folder of the test's own: exit code and everything it says."""
    from flows import cli

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "_debug", False)
    monkeypatch.setattr("flows.outside.beside.LARGE", 0)  # no fork of a process that has threads, as this one has

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli.app, arguments)
        return result.exit_code, result.output

    return run
