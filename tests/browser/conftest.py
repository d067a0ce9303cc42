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


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items):
    """Mark the tests of this folder, and put them last: Playwright's event loop runs on until the session ends,
    and `asyncio.run` refuses to work beside it.
    """
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    for item in ours:
        item.add_marker("browser")
        item.add_marker("slow")
    items.sort(key=set(ours).__contains__)


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


@pytest.fixture(params=["lab", "notebook7"])
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
