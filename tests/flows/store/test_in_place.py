"""A process may be killed at any call of the system while a folder is replaced: one of both is there, whole."""

import subprocess
import sys
from pathlib import Path

import pytest

from flows.store import in_place

ROOT = Path(__file__).parents[3]
REPLACE = """
import os, sys
from pathlib import Path
from flows.store import in_place
folder, after, exchanges = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "yes"
if not exchanges:
    in_place._exchange = lambda *_: False
calls = 0
def killed(event, _):
    global calls
    if event.partition(".")[0] in ("os", "shutil", "ctypes"):
        calls += 1
        if calls > after:
            os._exit(9)
sys.addaudithook(killed)
in_place.put_in_place(folder.with_name("new"), folder)
"""


def folders(place: Path) -> Path:
    for name in ("old", "new"):
        folder = place / ("towns" if name == "old" else "new")
        folder.mkdir(parents=True)
        for part in range(3):
            (folder / f"{part}.txt").write_text(name)
    return place / "towns"


def held(folder: Path) -> list[str]:
    return [path.read_text() for path in sorted(folder.iterdir())]


@pytest.mark.parametrize(
    ("exchanges", "why"),
    [
        pytest.param("yes", "two names are exchanged in one step", marks=pytest.mark.skipif(
            sys.platform not in ("linux", "darwin"), reason="this system exchanges no names")),
        ("no", "put back at the next export, where the system cannot"),
    ],
)  # fmt: skip
def test_whenever_it_is_killed_one_folder_is_whole(exchanges: str, why: str, tmp_path: Path) -> None:
    ends = []
    for after in range(40):
        folder = folders(tmp_path / str(after))
        run = subprocess.run([sys.executable, "-c", REPLACE, folder, str(after), exchanges], cwd=ROOT, check=False)
        ends.append(run.returncode)
        if exchanges == "no":
            in_place.put_back(folder)
        assert held(folder) in (["old"] * 3, ["new"] * 3), why
        if ends[-1] == 0:
            break
    assert ends[-1] == 0
    assert set(ends[:-1]) == {9}
    assert held(folder) == ["new"] * 3
    assert [path.name for path in folder.parent.iterdir()] == ["towns"], "nothing is left beside it"


def test_a_first_folder_takes_its_name(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    in_place.put_in_place(tmp_path / "new", tmp_path / "towns")
    assert [path.name for path in tmp_path.iterdir()] == ["towns"]


def test_without_an_exchange_an_earlier_folder_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename, folder = Path.rename, folders(tmp_path)

    def fails(path: Path, to: Path) -> Path:
        if path.name == "new":
            raise PermissionError(13, "somebody has it open")
        return rename(path, to)

    monkeypatch.setattr(in_place, "_exchange", lambda *_: False)
    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(PermissionError):
        in_place.put_in_place(tmp_path / "new", folder)
    assert held(folder) == ["old"] * 3


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_a_system_without_the_call_exchanges_nothing(
    system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(in_place.ctypes, "CDLL", lambda _: object())
    assert not in_place._exchange(tmp_path, tmp_path)
