"""What every test may use."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Two workers share two cores: more threads of linear algebra stand in each other's way. Read when NumPy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
gc.set_threshold(100_000, 20, 100)  # looking for garbage as often as usual takes a tenth of the time
os.environ["COLUMNS"] = "160"  # tables of the command are as wide wherever a test runs

# A busy machine is no fault of the code: examples may take their time. Every run of `quick` draws the same, and so does
# every run of `thorough` (`make slow`), so that only a change of the code can fail a test or leave a branch untested;
# `hunt` draws what nobody has seen yet: --hypothesis-profile=hunt.
for name, examples, the_same in (("quick", 25, True), ("thorough", 200, True), ("hunt", 1000, False)):
    settings.register_profile(
        name,
        max_examples=examples,
        derandomize=the_same,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("quick")

SHARED = Path(__file__).resolve().parents[2] / "shared"
TESTS = Path(__file__).resolve().parent
# Files that share what takes seconds to make, such as a server or a checked study: one worker has them all.
TOGETHER = ("expectations/", "flows/test_", "real/", "transforms/present/around/", "transforms/simulate/")
# Coverage doubles the time of a test, and is asked of transforms and expectations, each of which has its own tests.
UNMEASURED = ("browser", "flows", "real")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(TESTS).parts[0] in UNMEASURED:
            item.add_marker(pytest.mark.no_cover)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Whole files for a worker, so that what one shares is made once; xdist 3.8 has no groups with pytest 9.2."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _group(nodeid.partition("::")[0].removeprefix("tests/"))

    config.option.loadscopereorder = False  # the slowest come first in the alphabet
    return ByFile(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """What an unmeasured test makes ready is not measured either."""
    plugin = item.config.pluginmanager.getplugin("_cov")
    measuring = plugin.cov_controller if plugin and item.get_closest_marker("no_cover") else None
    if measuring:
        measuring.pause()
    try:
        yield
    finally:
        if measuring:
            measuring.resume()


def _group(path: str) -> str:
    return next((start for start in TOGETHER if path.startswith(start)), path)


def _shared(folder: str) -> Path:
    path = SHARED / folder
    if not path.is_dir():
        pytest.skip(f"the folder shared/{folder} is not beside this checkout")
    return path


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real survey files beside the checkout; the test is skipped where there is none."""
    return _shared("data")


@pytest.fixture(scope="session")
def shared_instrument() -> Path:
    """Folder of the instrument beside the checkout; the test is skipped where there is none."""
    return _shared("instrument")
