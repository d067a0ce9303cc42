"""The harness itself: what it says of a notebook made here must be what that notebook does."""

import sys
import time

import pytest
from notebook_page import CellFailed, HostError, KeyLeaked

COUNTER = '''
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    """A button that counts, a box that hears the key x, and a box that lets every key through to the host."""
    _esm = """
    export default { render({ model, el }) {
        el.innerHTML = `<div class="mlc-player" aria-label="Counter"><button></button>
            <div class="keeps" tabindex="0" data-lm-suppress-shortcuts="true">keeps</div>
            <div class="leaks" tabindex="0">leaks</div></div>`;
        const button = el.querySelector("button"), keeps = el.querySelector(".keeps");
        const draw = () => { button.textContent = `clicked ${model.get("clicks")}` };
        const add = () => { model.set("clicks", model.get("clicks") + 1); model.save_changes(); };
        model.on("change:clicks", draw);
        button.addEventListener("click", add);
        keeps.addEventListener("keydown", event => { if (event.key === "x") add(); });
        draw();
    } }"""
    clicks = traitlets.Int(0).tag(sync=True)

counter = Counter()
counter
'''


@pytest.mark.both_hosts
def test_a_notebook_runs_in_our_python_and_a_click_reaches_it(host):
    host.write("lectures/counter.ipynb", COUNTER, "import os, sys\nprint(6 * 7)")
    with host.notebook("lectures/counter.ipynb") as page:
        page.run_all()
        assert page.cells()[1].outputs[0]["text"] == "42\n"
        assert page.python("[sys.executable, os.getcwd()]") == [sys.executable, str(host.root / "lectures")]
        button = page.player("Counter").get_by_role("button")
        button.click()
        assert button.inner_text() == "clicked 1"
        page.wait_for_python("counter.clicks == 1")
        assert page.python("Counter") == "<class '__main__.Counter'>"
        with pytest.raises(HostError, match="ZeroDivisionError"):
            page.python("1 / 0")


@pytest.mark.both_hosts
def test_a_leaked_key_is_seen_and_a_kept_one_is_not(host):
    host.write("counter.ipynb", COUNTER, "1 + 1")
    with host.notebook("counter.ipynb") as page:
        page.run_all()
        page.locator(".keeps").click()
        with page.keys_stay_inside():
            for key in ("x", "b", "ArrowDown", "Enter", "d", "d", "Shift+Enter"):
                page.keyboard.press(key)
        page.wait_for_python("counter.clicks == 1")
        assert page.count_cells() == 2
        leaks = {
            "b": "notebook:insert-cell-below",
            "ArrowDown": "notebook:move-cursor-down",
            "ArrowUp": "notebook:move-cursor-up",
            "Shift+Enter": "notebook:run-cell-and-select-next",  # makes the widget anew, so it comes last
        }
        for key, command in leaks.items():
            page.locator(".leaks").click()
            with pytest.raises(KeyLeaked, match=command), page.keys_stay_inside():
                page.keyboard.press(key)
        assert page.count_cells() == 3


def test_a_cell_that_raises_is_reported_with_its_source(host):
    host.write("raises.ipynb", "1 + 1", "def divide(x):\n    return 1 / x\ndivide(0)", "print('never')")
    with host.notebook("raises.ipynb") as page:
        with pytest.raises(CellFailed, match=r"cell 1:\ndef divide[\s\S]*ZeroDivisionError: division by zero"):
            page.run_all()
        assert page.cells()[2].execution_count is None


def test_a_cell_that_never_ends_is_given_up_in_time(notebook7):
    notebook7.write("endless.ipynb", "1 + 1", "while True: pass")
    with notebook7.notebook("endless.ipynb") as page:
        began = time.monotonic()
        with pytest.raises(HostError, match=r"Waited 1 s for every cell to run[\s\S]*while True"):
            page.run_all(seconds=1)
        assert time.monotonic() - began < 20


def test_a_notebook_whose_kernel_is_missing_fails_at_once(notebook7):
    path = notebook7.root / notebook7.write("nameless.ipynb", "1 + 1")
    path.write_text(path.read_text().replace('"kernelspec"', '"nothing"'))
    with pytest.raises(HostError, match="names no kernel"), notebook7.notebook("nameless.ipynb"):
        pass
    path.write_text(path.read_text().replace('"nothing"', '"kernelspec"').replace('"python3"', '"fortran77"'))
    with (  # its sentence, since its title is drawn a moment later
        pytest.raises(HostError, match=r'a dialog opened: .*Select kernel for: "nameless'),
        notebook7.notebook("nameless.ipynb"),
    ):
        pass


@pytest.mark.both_hosts
def test_outside_requests_are_refused_and_fail_the_test_and_so_do_errors(host):
    # elsewhere.localhost is our own server under a name that is not ours: without the block it would answer
    asks = f"""
        fetch("http://elsewhere.localhost:{host.port}/fetched", {{mode: "no-cors"}})
            .then(() => window.fetched = "answered", () => window.fetched = "refused");
        new WebSocket("ws://elsewhere.localhost:{host.port}/socket");
        new Worker(URL.createObjectURL(new Blob(["fetch('http://elsewhere.localhost:{host.port}/from-worker')"])));
        console.error("our own mistake");"""
    host.write("outside.ipynb", f"from IPython.display import Javascript\nJavascript({asks!r})")
    with host.notebook("outside.ipynb", quiet=False) as page:
        page.run_all()
        page.tab.wait_for_function("window.fetched")
        assert page.tab.evaluate("window.fetched") == "refused"
        waiting_since = time.monotonic()
        while len(page.outside) < 3 and time.monotonic() - waiting_since < 20:
            page.tab.wait_for_timeout(50)
        assert {url.rpartition("/")[2] for url in page.outside} == {"fetched", "socket", "from-worker"}
    with pytest.raises(HostError, match=r"our own mistake[\s\S]*elsewhere\.localhost"):
        page.check_quiet()


def test_leaving_a_page_that_logged_an_error_raises(notebook7):
    notebook7.write(
        "shouts.ipynb", "from IPython.display import Javascript\nJavascript('console.error(\"a mistake\")')"
    )
    with pytest.raises(HostError, match="a mistake"), notebook7.notebook("shouts.ipynb") as page:
        page.run_all()


@pytest.mark.both_hosts
def test_themes_follow_and_do_not_stay(host):
    host.write("theme.ipynb", "1 + 1")
    with host.notebook("theme.ipynb") as page:
        for name in ("hc", "dark"):
            page.theme(name)
            assert page.locator("body").get_attribute("data-jp-theme-light") == "false"
    with host.notebook("theme.ipynb") as page:
        assert page.locator("body").get_attribute("data-jp-theme-light") == "true"
