"""Run every widget and lecture in both hosts and all themes and keep pictures of them, whole, in `shots/`.

Also draws synthetic patients there, which needs no browser; python tests/browser/phantom_montages.py draws only these.

python tests/browser/screenshots.py [--host lab] [--theme dark] [--notebook lectures/03_backpropagation.ipynb]
python tests/browser/screenshots.py --notebook widgets.ipynb     (only the widgets, also at 200 % zoom and 400 pixels)
python tests/browser/screenshots.py --readme      (only the Player's example, as lectures/player.png)
"""

import argparse
import math
import sys
import tempfile
import time

import chromium
from hosts import REPOSITORY, Lab, Notebook7
from notebook_page import SHOTS, THEMES, HostError
from phantom_montages import save_montages
from playwright.sync_api import sync_playwright

from mlcourse import widgets

HOSTS = {host.name: host for host in (Lab, Notebook7)}
WIDGETS = "widgets.ipynb"  # made here: every widget's example, and what is hard to draw
HARD = """
import numpy as np
from mlcourse import walkthroughs, widgets

rng = np.random.default_rng(0)
image, kernel = rng.normal(size=(1, 1, 28, 28)), rng.normal(size=(1, 1, 3, 3))
large = widgets.Player(walkthroughs.conv2d, image, widgets.MatrixEditor(kernel, label="w"))
large.index = 300
large
"""
LONG = """
long = -np.array([[1234567.891234, 1e-7 / 3, 0.1], [2 / 3, -98765.4321, 1e11 / 7], [0, 1e6, -1]])[None, None]
widgets.Player(walkthroughs.conv2d, widgets.MatrixEditor(long, label="x"), long[:, :, :2, :2] / 3)
"""
TALLEST = 12000  # pixels; Chromium's own pictures end at 16384


# Lab lets a reader scroll past the end, so the end is where the last cell ends.
CONTENT_AND_WINDOW = """panel => {
    const cells = panel.querySelectorAll(".jp-Cell"), end = cells[cells.length - 1].getBoundingClientRect().bottom;
    return [end - panel.getBoundingClientRect().top + panel.scrollTop + 20, panel.clientHeight];
}"""


def whole_notebook(page, name):
    """Save a picture of all cells, or several, one below the other, where one would be taller than Chromium draws."""
    panel = page.locator(".jp-WindowedPanel-outer").first
    size = dict(page.tab.viewport_size)
    for _ in range(5):  # cells far below have no height until they are near
        content, window = panel.evaluate(CONTENT_AND_WINDOW)
        if content <= window or size["height"] >= TALLEST:
            break
        size["height"] = min(size["height"] + math.ceil(content - window), TALLEST)
        page.tab.set_viewport_size(size)
        page.tab.wait_for_timeout(400)
    parts = math.ceil(content / window)
    for part in range(parts):
        panel.evaluate("(panel, part) => { panel.scrollTop = part * panel.clientHeight }", part)
        page.tab.wait_for_timeout(200)
        page.screenshot(name + (f"-part{part + 1}" if parts > 1 else ""))


def photograph(host, path, themes):
    """Run one notebook, save it in each theme, and tell how that went; False where a cell or the page failed."""
    began = time.monotonic()
    problem = ""
    with host.notebook(path, quiet=False) as page:
        if host.name == "lab":
            page.tab.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
        try:
            page.run_all(seconds=600)
            page.check_quiet()
        except HostError as error:
            problem = f"\n  PROBLEM {error}"
        name, sizes = path.removesuffix(".ipynb").replace("/", "-"), {"": page.tab.viewport_size["width"]}
        if path == WIDGETS:  # 1280 pixels at 200 % zoom are 640; and Lab's own margins take 80 more than 400
            sizes |= {"-zoomed": 640, "-narrow": 480}
        for theme in themes:
            for size, width in sizes.items():
                page.tab.set_viewport_size({"width": width, "height": 900})
                page.theme(theme)
                whole_notebook(page, f"{name}-{theme}{size}")
    print(f"{host.name:10} {path}: {', '.join(themes)} in {time.monotonic() - began:.0f} s{problem}", flush=True)
    return not problem


def readme_picture(host):
    """Save the Player's example, stepped to its first gradient, as lectures/player.png, two pixels for each."""
    host.write("player.ipynb", "from mlcourse.widgets import Player\nPlayer.example()")
    with host.notebook("player.ipynb", scale=2, width=1180, height=1000) as page:
        page.run_all(seconds=600)
        player = page.player("training_step")
        player.focus()
        for _ in range(7):  # to the gradient of weight (0, 0)
            page.keyboard.press("ArrowRight")
        player.evaluate("e => e.blur()")
        player.screenshot(path=REPOSITORY / "lectures" / "player.png", animations="disabled")
    print("lectures/player.png shows the example of mlcourse.widgets.Player")
    return True


def main():
    """Take the pictures that were asked for; the exit status is 1 where a notebook failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", choices=HOSTS, help="both, if left out")
    parser.add_argument("--theme", choices=THEMES, help="all that the host has, if left out")
    parser.add_argument("--notebook", help=f"below the repository; {WIDGETS} and every lecture, if left out")
    parser.add_argument("--readme", action="store_true", help="only the picture for the README")
    asked = parser.parse_args()
    lectures = sorted(path.relative_to(REPOSITORY).as_posix() for path in REPOSITORY.glob("lectures/*.ipynb"))
    paths = [asked.notebook] if asked.notebook else [WIDGETS, *lectures]
    hosts = [HOSTS["lab"]] if asked.readme else [HOSTS[asked.host]] if asked.host else HOSTS.values()
    if not (asked.notebook or asked.readme):
        save_montages()
    found = chromium.find()
    if found.path is None:
        sys.exit(found.reason)
    fine = True
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(**chromium.launch_options(found.path))
        for kind in hosts:
            with kind(folder, browser) as host:
                host.serve_course()
                if asked.readme:
                    fine &= readme_picture(host)
                    continue
                examples = [f"from mlcourse import widgets\nwidgets.{name}.example()" for name in widgets.__all__]
                host.write(WIDGETS, *examples, HARD, LONG)
                for path in paths:
                    fine &= photograph(host, path, [asked.theme] if asked.theme else kind.themes)
        browser.close()
    if not asked.readme:
        print(f"Pictures are in {SHOTS.relative_to(REPOSITORY)}/")
    sys.exit(not fine)


if __name__ == "__main__":
    main()
