"""The demo study as shipped, and one simulation of it."""

import csv
from pathlib import Path

import pytest

from transforms.simulate import Simulated, simulate_demo
from transforms.simulate.questions import Questions, parse_questions
from transforms.study import Study, parse_study

DEMO = Path(__file__).resolve().parents[3] / "data" / "raw" / "demo"


def read_demo_table(name: str) -> list[dict[str, str]]:
    with (DEMO / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def demo_folder() -> Path:
    return DEMO


@pytest.fixture(scope="session")
def demo_study() -> Study:
    tables = {name: read_demo_table(f"{name}.csv") for name in ("codebook", "scales", "recodes", "groups")}
    return parse_study((DEMO / "study.toml").read_text(encoding="utf-8"), tables)


@pytest.fixture(scope="session")
def demo_questions(demo_study: Study) -> Questions:
    return parse_questions(demo_study)


@pytest.fixture(scope="session")
def simulated(demo_study: Study) -> Simulated:
    return simulate_demo(demo_study.settings.seed, demo_study)
