"""Each lecture, executed once headless for all tests that look at it."""

import pytest
from lecture_run import LECTURES, executed


@pytest.fixture
def run():
    """Give a lecture by its number, such as ``run("03")``."""

    def give(number):
        (path,) = [p for p in LECTURES if p.name.startswith(number)]
        return executed(path)

    return give
