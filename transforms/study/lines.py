"""Where in `study.toml` a setting stands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from transforms.study.problems import StudyProblem

STUDY_FILE = "study.toml"
HEADING = re.compile(r"^\s*\[{1,2}\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?$")
KEY = re.compile(r"^\s*(?:\"([^\"]+)\"|([A-Za-z0-9_.-]+))\s*=")


def setting_line(text: str, place: Sequence[str | int]) -> int | None:
    """Line of `study.toml` that holds a setting, or the closest heading above it; None if neither is there."""
    wanted = [str(part) for part in place]
    counts: dict[str, int] = {}
    path: list[str] = []
    best: tuple[int, int] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := HEADING.match(line):
            path = heading[1].replace('"', "").split(".")
            if line.lstrip().startswith("[["):
                position = counts[heading[1]] = counts.get(heading[1], -1) + 1
                path = [*path, str(position)]
            candidate = path
        elif key := KEY.match(line):
            candidate = [*path, *([key[1]] if key[1] else key[2].split("."))]
        else:
            continue
        depth = min(len(candidate), len(wanted))
        if candidate[:depth] == wanted[:depth] and (best is None or depth > best[0]):
            best = (depth, number)
    return best[1] if best else None


@dataclass(frozen=True, slots=True)
class SettingsText:
    """The text of `study.toml`, to say where in it a problem is."""

    text: str

    def problem(self, place: Sequence[str | int], message: str, fix: str = "") -> StudyProblem:
        """A problem of the setting at `place`, as `("waves", 0, "name")`."""
        where = ".".join(str(part) for part in place)
        return StudyProblem(STUDY_FILE, setting_line(self.text, place), where, message, fix)
