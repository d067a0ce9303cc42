"""How fast the Player answers. Run: python benchmarks/player.py.

In JupyterLab, in a real browser: the work of one key press; key press to the next painted frame, beside an empty frame
in the same run; an edited number to the repainted Player. In Python: recording and encoding a 28x28 story.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from mlcourse import walkthroughs
from mlcourse.trace import record, to_wire

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
import chromium
from hosts import Lab

EXAMPLE = "from mlcourse.widgets import Player\nplayer = Player.example()\nplayer"
LARGE = """
import numpy as np
from mlcourse import walkthroughs
from mlcourse.widgets import MatrixEditor, Player
rng = np.random.default_rng(0)
x = MatrixEditor(rng.normal(size=(1, 1, 30, 23)).round(2), label="x")
player = Player(walkthroughs.conv2d, x, rng.normal(size=(1, 1, 3, 3)).round(2))
player
"""
IN_PAGE = """async given => {
    const player = document.querySelector(".mlc-player");
    const painted = () => new Promise(done => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done(performance.now());
        channel.port2.postMessage(0);
    }));
    const press = key => player.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
    const pause = () => new Promise(done => setTimeout(done, 20 + Math.random() * 30));
    const out = {handler: [], frame: [], empty: []};
    for (let k = 0; k < given.presses; k++) {
        const key = Math.floor(k / given.steps) % 2 ? "ArrowLeft" : "ArrowRight";
        await pause();
        let start = performance.now();
        await painted();
        out.empty.push(performance.now() - start);
        await pause();
        start = performance.now();
        press(key);
        out.handler.push(performance.now() - start);
        await painted();
        out.frame.push(performance.now() - start);
    }
    return out;
}"""
EDITS = """async given => {
    const player = document.querySelector(".mlc-player"), input = player.querySelector(".mlc-editable input");
    const numbers = player.querySelector(".mlc-numbers");
    const painted = () => new Promise(done => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done(performance.now());
        channel.port2.postMessage(0);
    }));
    const out = [];
    input.focus();
    for (let k = 0; k < given.edits; k++) {
        await new Promise(done => setTimeout(done, 150));
        const changed = new Promise(done => {
            const watch = new MutationObserver(() => { watch.disconnect(); done(); });
            watch.observe(numbers, {childList: true, characterData: true, subtree: true});
        });
        const start = performance.now();
        input.value = String(k % 2 ? 3.5 : 4.5);
        input.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}));
        await changed;
        out.push(await painted() - start);
    }
    return out;
}"""


def main():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(1, 1, 28, 28)), rng.normal(size=(1, 1, 3, 3))
    taken, size = [], 0
    for _ in range(7):
        start = time.perf_counter()
        wire = json.dumps(to_wire(record(walkthroughs.conv2d(x, w))), allow_nan=False)
        taken.append(time.perf_counter() - start)
        size = len(wire.encode())
    found = chromium.find()
    if found.path is None:
        sys.exit(f"player: {found.reason}")
    print("player: starting JupyterLab and a browser ...", flush=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(**chromium.launch_options(found.path))
        with Lab(folder, browser) as lab:
            steps = in_page(lab, EXAMPLE, IN_PAGE, {"presses": 120, "steps": 20})
            small = in_page(lab, EXAMPLE, EDITS, {"edits": 30})
            large = in_page(lab, LARGE, EDITS, {"edits": 20})
        browser.close()
    empty, frame = percentile(steps["empty"], 95), percentile(steps["frame"], 95)
    print(
        f"frames: empty p50 {statistics.median(steps['empty']):.1f} p95 {empty:.1f} ms; "
        f"after a key p50 {statistics.median(steps['frame']):.1f} p95 {frame:.1f} ms"
    )
    result("key_handler_p95", percentile(steps["handler"], 95), "ms", 4)
    result("key_to_frame_p95_beyond_empty", frame - empty, "ms", 16.7)
    result("record_and_encode_676_steps", statistics.median(taken) * 1000, "ms", 200)
    result("size_of_676_steps", size / 1000, "kB", 500)
    result("edit_to_repaint_lecture_03", statistics.median(small), "ms", 60)
    result("edit_to_repaint_588_steps", statistics.median(large), "ms", 150)


def in_page(lab, code, script, given):
    """Show a Player in a fresh notebook and let the page measure it."""
    lab.write("player.ipynb", code)
    with lab.notebook("player.ipynb") as page:
        page.run_all()
        page.locator(".mlc-player .mlc-editable").first.wait_for()
        return page.tab.evaluate(script, given)


def percentile(values, percent):
    return float(np.percentile(values, percent))


def result(name, value, unit, goal):
    print(f"RESULT {name} {value:.3g} {unit} (goal at most {goal}) {'met' if value <= goal else 'not met'}")


if __name__ == "__main__":
    main()
