"""What every test may ask for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shelf_pile
from hypothesis import HealthCheck, settings

from variorum.errors import IntakeError
from variorum.library import Library
from variorum.workers import Failure, Outcome, Workers

SAMPLES = Path(__file__).parent / "samples"

# Machines are shared and noisy: a slow example is no failure, and nothing is drawn from the clock.
settings.register_profile("suite", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long form of slow tests too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    short = [item for item in items if "slow" not in item.keywords]
    config.hook.pytest_deselected(items=[item for item in items if "slow" in item.keywords])
    items[:] = short


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if report.skipped and os.environ.get("VARIORUM_NOTHING_SKIPPED"):
        # In CI everything a test could want was installed, so a skip there is a hole in the net.
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be: {report.longrepr}"
    return report


@pytest.fixture
def sample() -> Callable[[str], Path]:
    """The path of a sample file by its name below tests/samples."""

    def find(name: str) -> Path:
        path = SAMPLES / name
        assert path.exists(), name
        return path

    return find


@pytest.fixture(scope="session")
def shelf_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The library of the shelf's tests, made once; whoever changes it takes the change back."""
    library = shelf_pile.build(tmp_path_factory.mktemp("shelf"))
    yield library
    library.close()


@pytest.fixture
def workers_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers without processes, for tests about order and not about limits."""

    def run(_self: Workers, function: Callable[[Any], Any], tasks: Iterable[Any], _size: object) -> Iterator[Outcome[Any, Any]]:
        for task in tasks:
            try:
                yield Outcome(task, result=function(task))
            except IntakeError as error:
                yield Outcome(task, failure=Failure(error.code, error.reason))

    monkeypatch.setattr(Workers, "run", run)
