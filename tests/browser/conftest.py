"""Fixtures of the tests that drive a browser: one Chromium and two servers for all of them, a fresh course for each."""

import os
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # so that `import hosts` works whichever way pytest imports tests

import chromium  # noqa: E402
from builder_page import LECTURE  # noqa: E402
from hosts import Lab, Notebook7  # noqa: E402

HOSTS = ("lab", "notebook7")


@pytest.hookimpl(wrapper=True)  # marks are there before `-m` chooses, and the hosts take turns in what is chosen
def pytest_collection_modifyitems(config, items):
    """Mark the tests of this folder, and put them last: Playwright's event loop runs on until the session ends,
    and `asyncio.run` refuses to work beside it.
    """
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    for item in ours:
        item.add_marker("browser")
        item.add_marker("slow")
    items.sort(key=set(ours).__contains__)
    yield
    if not os.environ.get("MLCOURSE_WHOLE"):
        left_out = set(_in_the_other_host(items))
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]


def _in_the_other_host(items):
    """Of each test in both hosts one, by turns: a widget is the same in both. `make whole` has all.

    What the host decides about, such as which keys it takes, is marked `both_hosts`.
    """
    pairs = {}
    for item in items:
        chosen = getattr(item, "callspec", None) and item.callspec.params.get("host")
        if chosen in HOSTS and not item.get_closest_marker("both_hosts"):
            rest = [part for part in item.callspec.id.split("-") if part != chosen]
            pairs.setdefault((item.path, item.originalname, *rest), {})[chosen] = item
    both = [pair for pair in pairs.values() if len(pair) == len(HOSTS)]
    return [pair[HOSTS[(n + 1) % 2]] for n, pair in enumerate(both)]


@pytest.fixture(scope="session")
def chromium_browser():
    """A running Chromium that reaches nothing but this machine (a Playwright Browser)."""
    found = chromium.find()
    if found.path is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(found.reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium.launch_options(found.path))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def lab(chromium_browser, tmp_path_factory):
    """JupyterLab; a test that asks for `lab` and not `host` gets the course as the test before it left it."""
    with Lab(tmp_path_factory.mktemp("lab"), chromium_browser) as host:
        yield host


@pytest.fixture(scope="session")
def notebook7(chromium_browser, tmp_path_factory):
    """Jupyter Notebook 7, see `lab`."""
    with Notebook7(tmp_path_factory.mktemp("notebook7"), chromium_browser) as host:
        yield host


@pytest.fixture(params=HOSTS)
def host(request):
    """Each of the two hosts in turn, with a fresh copy of lectures/ and assignments/release."""
    host = request.getfixturevalue(request.param)
    host.serve_course()
    return host


@pytest.fixture
def explorer(host, request):
    """A page and the Explorer on it, made by the text of one cell, which is the fixture's parameter."""
    with host.cells(request.param) as page:
        root = page.widget("mlc-explorer").first
        root.wait_for()
        yield page, root


@pytest.fixture
def builder(host, request):
    """A page and the StackBuilder on it: that of the lecture, or made by the text of one cell, the fixture's parameter."""
    with host.cells(getattr(request, "param", LECTURE)) as page:
        root = page.widget("mlc-builder").first
        root.wait_for()
        yield page, root
