"""How fast the Explorer answers a slider. Run: python benchmarks/explorer.py.

In JupyterLab, in a real browser: one turn of a slider to the painted pixels of a 128x128 picture and its blur. The same
function and slider with ipywidgets and a matplotlib figure stand in the same notebook, turn and turn about: the figure
drawn into an Output, as ``interact`` does it, and the quickest way we know, one kept figure saved into an Image.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
import chromium
from hosts import Lab

TURNS = 40
FUNCTION = """
import io
import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
from mlcourse.widgets import Explorer

picture = np.random.default_rng(0).random((128, 128)).cumsum(0).cumsum(1) % 40 / 40

def blurred(width):
    total = np.pad(np.pad(picture, width, mode="edge").cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    k = 2 * width + 1
    box = total[k:, k:] - total[:-k, k:] - total[k:, :-k] + total[:-k, :-k]
    return {"x": picture, "blurred": box / k**2}
"""
EXPLORER = "explorer = Explorer(blurred, width=(1, 60, 1, 1), grey=(0, 1))\nexplorer"
INTERACT = """
def figure(width):
    _, places = plt.subplots(1, 2, figsize=(6, 3))
    for place, (name, values) in zip(places, blurred(width).items()):
        place.imshow(values, cmap="gray", vmin=0, vmax=1)
        place.set_title(name)
    plt.show()

ipywidgets.interact(figure, width=ipywidgets.IntSlider(1, 1, 60)).widget.add_class("by-interact")
None
"""
SAVED = """
with plt.ioff():
    kept, places = plt.subplots(1, 2, figsize=(6, 3))
drawn = [place.imshow(v, cmap="gray", vmin=0, vmax=1) for place, v in zip(places, blurred(1).values())]
shown, slider = ipywidgets.Image(format="png"), ipywidgets.IntSlider(1, 1, 60)

def save(change):
    for one, values in zip(drawn, blurred(slider.value).values()):
        one.set_data(values)
    file = io.BytesIO()
    kept.savefig(file, format="png")
    shown.value = file.getvalue()

slider.observe(save, "value")
save(None)
plt.close(kept)
ipywidgets.VBox([slider, shown]).add_class("by-saving")
"""
IN_PAGE = """async turns => {
    const painted = () => new Promise(done => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done(performance.now());
        channel.port2.postMessage(0);
    }));
    const within = (ms, what, promise) => Promise.race([promise,
        new Promise((_, fail) => setTimeout(() => fail(new Error(`${what}: nothing new in ${ms} ms`)), ms))]);
    const watched = (root, options, isNew) => new Promise(done => {
        const observer = new MutationObserver(() => { if (isNew()) { observer.disconnect(); done(); } });
        observer.observe(root, {subtree: true, childList: true, ...options});
    });
    const explorer = document.querySelector(".mlc-explorer");
    const range = explorer.querySelector("input[type=range]");
    const pixels = () => {
        const canvas = explorer.querySelectorAll("canvas")[1];
        return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    };
    const ways = {
        explorer: async () => {
            const before = pixels(), made = explorer.dataset.made;
            const answer = watched(explorer, {attributes: true}, () => explorer.dataset.made !== made);
            range.value = String(Number(range.value) + 1);
            range.dispatchEvent(new Event("input", {bubbles: true}));
            await answer;
            if (pixels().every((value, k) => value === before[k])) throw new Error(`the same pixels at ${range.value}`);
        },
    };
    for (const kind of ["by-interact", "by-saving"]) {
        const root = document.querySelector("." + kind);
        ways[kind] = async () => {
            const source = () => root.querySelector("img")?.src;
            const before = source();
            const answer = watched(root, {attributes: true}, () => source() && source() !== before);
            root.querySelector(".noUi-handle").dispatchEvent(
                new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true, cancelable: true}));
            await answer;
            await root.querySelector("img").decode();
        };
    }
    const taken = {explorer: [], "by-interact": [], "by-saving": []};
    for (let k = 0; k < turns; k++) {
        for (const [name, turn] of Object.entries(ways)) {
            await new Promise(done => setTimeout(done, 200));
            const start = performance.now();
            await within(10000, name, turn());
            taken[name].push(await painted() - start);
        }
    }
    return taken;
}"""


def main():
    found = chromium.find()
    if found.path is None:
        sys.exit(f"explorer: {found.reason}")
    print("explorer: starting JupyterLab and a browser ...", flush=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(**chromium.launch_options(found.path))
        with Lab(folder, browser) as lab:
            lab.write("explorer.ipynb", FUNCTION, EXPLORER, INTERACT, SAVED)
            with lab.notebook("explorer.ipynb", height=2400) as page:  # all in view, so that each is painted
                page.run_all()
                page.locator(".mlc-explorer canvas").nth(1).wait_for()
                for kind in ("by-interact", "by-saving"):
                    page.locator(f".{kind} img").wait_for()
                taken = page.tab.evaluate(IN_PAGE, TURNS)
        browser.close()
    ours, interact, saving = (statistics.median(taken[way]) for way in ("explorer", "by-interact", "by-saving"))
    print(
        f"medians of {TURNS}: Explorer {ours:.1f} ms, interact {interact:.1f} ms, figure saved to Image {saving:.1f} ms"
    )
    result("slider_to_pixels_of_a_128x128_pair", ours, "ms", "at most", 50)
    result("faster_than_interact_with_matplotlib", interact / ours, "times", "at least", 3)
    result("faster_than_a_kept_figure_saved_to_image", saving / ours, "times", "at least", 3)


def result(name, value, unit, bound, goal):
    met = value <= goal if bound == "at most" else value >= goal
    print(f"RESULT {name} {value:.3g} {unit} (goal {bound} {goal}) {'met' if met else 'not met'}")


if __name__ == "__main__":
    main()
