"""Each lecture, executed once headless for all tests that look at it."""

import os

import pytest
from lecture_run import LECTURES, executed


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """A folder that all processes of these tests have."""
    mine = tmp_path_factory.getbasetemp()
    return mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine


@pytest.fixture
def run(shared):
    """Give a lecture by its number, such as ``run("03")``."""

    def give(number):
        (path,) = [p for p in LECTURES if p.name.startswith(number)]
        return executed(path, shared)

    return give
