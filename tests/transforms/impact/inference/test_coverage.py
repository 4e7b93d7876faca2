"""The Monte Carlo of tests/benchmarks/coverage.py, small: a factor of two in a standard error would not pass."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "benchmarks" / "coverage.py"
STUDIES = 400
ERROR = 0.011  # Monte Carlo standard error of a share of 5 % in 400 studies


@pytest.fixture(scope="module")
def monte_carlo() -> ModuleType:
    spec = importlib.util.spec_from_file_location("coverage_of_intervals", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "method"), [("36", "CR2"), ("12", "bootstrap"), ("8", "bootstrap"), ("8, 3 treated", "randomisation")]
)
def test_intervals_and_tests_keep_their_level(name, method, monte_carlo):
    plan = next(plan for plan in reversed(monte_carlo.plans()) if plan.name == name)
    assert plan.method == method
    batches = [monte_carlo.run_batch(plan, batch) for batch in range(STUDIES // monte_carlo.BATCH)]
    size = sum(batch["rejected"] for batch in batches) / STUDIES
    assert abs(size - 0.05) < 4 * ERROR
    if method != "randomisation":
        assert abs(sum(batch["covered"] for batch in batches) / STUDIES - 0.95) < 4 * ERROR


def test_a_batch_gives_the_same_numbers_again(monte_carlo):
    plan = monte_carlo.plans()[-1]
    assert monte_carlo.run_batch(plan, 3, 20) == monte_carlo.run_batch(plan, 3, 20)
