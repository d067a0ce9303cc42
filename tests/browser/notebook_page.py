"""One open notebook in a real browser: run it, press keys on its widgets, ask its kernel, see what its cells say.

Nothing here waits for ever: each wait has its seconds, and says what it saw instead when they are over.
"""

import ast
import json
import re
import time
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import TimeoutError as NotInTime

SHOTS = Path(__file__).parents[2] / "shots"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark", "hc": "JupyterLab Dark High Contrast"}
PANEL = "jupyterapp.shell.currentWidget"
KERNEL = f"{PANEL}.sessionContext.session.kernel"


class HostError(AssertionError):
    """The page, its kernel or its server did not do what a student would see it do."""


class CellFailed(HostError):
    """A cell raised; the message has its source and its traceback."""


class KeyLeaked(HostError):
    """A key pressed inside a widget reached the notebook around it."""


class Cell(NamedTuple):
    """A cell as the page holds it now."""

    kind: str
    source: str
    outputs: list
    execution_count: int | None
    tags: list

    @property
    def error(self):
        """Traceback without colours, or None; None too where the tag says the cell is meant to raise."""
        for output in self.outputs:
            if output["output_type"] == "error" and "raises-exception" not in self.tags:
                return re.sub(
                    r"\x1b\[[0-9;]*m", "", "\n".join(output["traceback"]) or f"{output['ename']}: {output['evalue']}"
                )
        return None


class NotebookPage:
    """An open notebook. `tab` is the Playwright page, for what this class has no word for."""

    def __init__(self, tab, host, path, outside):
        self.tab, self.host, self.path = tab, host, path
        self.promises = 0
        self.outside = outside  # addresses beyond this machine that were asked for (and refused)
        self.errors = []  # page and console errors, without those the host logs on any notebook
        tab.on("pageerror", lambda error: self._note(str(error)))
        tab.on("console", lambda message: message.type == "error" and self._note(message.text))
        self.keyboard, self.locator = tab.keyboard, tab.locator

    def open(self, seconds=60):
        """Go to the notebook and wait for its kernel."""
        metadata = json.loads((self.host.root / self.path).read_text(encoding="utf-8"))["metadata"]
        if "kernelspec" not in metadata:
            raise HostError(f"{self.path} names no kernel (metadata.kernelspec), so the host asks the student for one.")
        self.tab.goto(self.host.page_address(self.path), wait_until="commit", timeout=seconds * 1000)
        self._until(
            f"""path => {{
                const panel = window.jupyterapp && {PANEL};
                if (panel?.context?.path !== path || !panel.context.isReady || !panel.sessionContext?.isReady) return;
                const kernel = panel.sessionContext.session?.kernel;
                return kernel?.connectionStatus === "connected" && kernel.status === "idle" && {{}};
            }}""",
            self.path,
            seconds,
            "the notebook to open and its kernel to be ready",
        )

    def show(self, notebook, seconds=30):
        """Put a notebook in place of the one that is open, in the light theme, and start its kernel anew."""
        if self.tab.evaluate("document.body.dataset.jpThemeName") != THEMES["light"]:
            self.theme("light")
        self._promise(
            f"({PANEL}.context.model.fromJSON(given), {KERNEL}.restart())",
            notebook,
            seconds,
            "the kernel to start anew",
        )
        self.errors.clear()
        self.outside.clear()

    def run_all(self, seconds=120):
        """Run every cell; raises CellFailed for the first that raised, HostError where time ran out."""
        run = "jupyterapp.commands.execute('notebook:run-all-cells')"
        try:
            self._promise(
                f"{run}.then(() => {KERNEL}.requestKernelInfo())",
                seconds=seconds,
                what="every cell to run",
            )
        except HostError as error:
            raise HostError(f"{error} It had come to:\n{self._waiting_cell()}") from None
        for number, cell in enumerate(self.cells()):
            if cell.error:
                raise CellFailed(f"{self.path}, cell {number}:\n{cell.source}\n\n{cell.error}")

    def run_cell(self, number, times=1, pause=100, seconds=120):
        """Run one cell, again and again; what it raises is not looked at.

        Without the pause (milliseconds) the host takes away views that it is still building, and logs an error for each.
        """
        self._promise(
            """(async () => {
                const notebook = jupyterapp.shell.currentWidget.content;
                for (let n = 0; n < given.times; n++) {
                    notebook.activeCellIndex = given.number;
                    notebook.deselectAll();
                    await jupyterapp.commands.execute("notebook:run-cell");
                    await new Promise((shown) => setTimeout(shown, given.pause));
                }
            })()""",
            {"number": number, "times": times, "pause": pause},
            seconds,
            f"cell {number} to run {times} times",
        )

    def save(self, seconds=20):
        """Save the notebook as a student does."""
        self._promise(f"{PANEL}.context.save()", seconds=seconds, what="the notebook to be saved")

    def cells(self):
        """Every cell, in order, from the page's own model (also those not drawn now)."""
        model = self.tab.evaluate(f"{PANEL}.content.model.toJSON().cells")
        return [
            Cell(
                cell["cell_type"],
                cell["source"],
                cell.get("outputs", []),
                cell.get("execution_count"),
                cell["metadata"].get("tags", []),
            )
            for cell in model
        ]

    def count_cells(self):
        """How many cells there are: a leaked `b` adds one."""
        return self.tab.evaluate(f"{PANEL}.content.model.cells.length")

    @contextmanager
    def keys_stay_inside(self):
        """Press keys in the block: KeyLeaked if one of them started a command of the host, or typed into a cell.

        The host's commands are counted, not their effect: an arrow that leaks on the first cell moves nothing.
        """
        sources = [cell.source for cell in self.cells()]
        self.tab.evaluate(
            """() => {
                window.mlcourseLeaks = [];
                window.mlcourseHear = (_, command) => window.mlcourseLeaks.push(command.id);
                jupyterapp.commands.commandExecuted.connect(window.mlcourseHear);
            }"""
        )
        yield
        commands = self.tab.evaluate(
            """() => {
                jupyterapp.commands.commandExecuted.disconnect(window.mlcourseHear);
                return window.mlcourseLeaks;
            }"""
        )
        if commands:
            raise KeyLeaked(f"Keys meant for a widget started these commands of the host: {commands}")
        if sources != [cell.source for cell in self.cells()]:
            raise KeyLeaked("Keys meant for a widget were typed into a cell")

    def widget(self, css_class, label=None):
        """A widget's root by its class and accessible name; Playwright's locator, which waits by itself."""
        return self.tab.locator(f".{css_class}" + (f"[aria-label={json.dumps(label)}]" if label else ""))

    def place_of(self, part):
        """Where a part of the page stands, for the mouse, once nothing moves it any more."""
        part.hover(trial=True)  # waits until it is in sight, at rest and not covered
        return part.bounding_box()

    def player(self, label=None):
        """The Player with that name."""
        return self.widget("mlc-player", label)

    def matrix_editor(self, label=None):
        """The MatrixEditor with that name."""
        return self.widget("mlc-matrix-editor", label)

    def python(self, expression, seconds=30):
        """Value of a Python expression in the notebook's kernel (as a literal, or else its repr)."""
        request = {
            "code": "",
            "silent": True,
            "store_history": False,
            "user_expressions": {"asked": f"repr({expression})"},
        }
        asked = self._promise(
            f"{KERNEL}.requestExecute(given).done.then(reply => reply.content.user_expressions.asked)",
            request,
            seconds,
            f"the kernel to answer {expression}",
        )
        if asked["status"] != "ok":
            raise HostError(f"{expression} raised {asked['ename']}: {asked['evalue']}")
        text = ast.literal_eval(asked["data"]["text/plain"])
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return text

    def wait_for_python(self, expression, seconds=10):
        """Wait until a Python expression is true: widget messages travel beside other requests, not before them."""
        latest = time.monotonic() + seconds
        while not self.python(expression):
            if time.monotonic() > latest:
                raise HostError(f"{expression} did not become true within {seconds} s")
            self.tab.wait_for_timeout(50)

    def theme(self, name, seconds=20):
        """Switch to 'light', 'dark' or 'hc' (dark, high contrast)."""
        command = "jupyterapp.commands.execute('apputils:change-theme', {theme: given})"
        applied = f"() => document.body.dataset.jpThemeName === {json.dumps(THEMES[name])} && {{}}"
        self._promise(command, THEMES[name], seconds, f"the {name} theme")
        self._until(applied, None, seconds, f"the {name} theme")

    def screenshot(self, name):
        """Picture of what the window shows, as `shots/HOST-NAME.png`."""
        SHOTS.mkdir(exist_ok=True)
        path = SHOTS / f"{self.host.name}-{name}.png"
        self.tab.screenshot(path=path)
        return path

    def check_quiet(self):
        """Raise unless the page logged no error and asked for nothing outside this machine."""
        if self.errors or self.outside:
            raise HostError(f"The page should be quiet. {self.told()}")

    def told(self):
        """What the page logged and asked for, as one sentence."""
        return f"Errors in the page: {self.errors or 'none'}. Outside requests: {self.outside or 'none'}."

    def _note(self, text):
        if text not in self.host.known_errors:
            self.errors.append(text)

    def _waiting_cell(self):
        """Source of the first cell that still runs or waits to."""
        waiting = self.tab.locator(".jp-CodeCell", has=self.tab.locator(".jp-InputPrompt", has_text="*"))
        try:
            return waiting.first.locator(".jp-InputArea-editor").inner_text(timeout=1000)
        except NotInTime:
            return "no cell that waits"

    def _promise(self, promise, given=None, seconds=30, what="the page"):
        """Await a JavaScript promise, which may use `given`; page.evaluate alone would wait for ever."""
        self.promises += 1
        answer = self._until(
            f"""given => {{
                const begun = window.mlcourseBegun ??= new Map(), number = {self.promises};
                if (!begun.has(number)) {{
                    begun.set(number, null);
                    Promise.resolve({promise}).then(
                        value => begun.set(number, {{value: value ?? null}}),
                        error => begun.set(number, {{error: String(error)}}));
                }}
                return begun.get(number);
            }}""",
            given,
            seconds,
            what,
        )
        if "error" in answer:
            raise HostError(f"Waiting for {what}, the page answered: {answer['error']}")
        return answer["value"]

    def _until(self, answer, given, seconds, what):
        """Wait until the JavaScript function `answer` returns something; a dialog of the host ends the wait."""
        asked = f"""given => {{
            const dialog = document.querySelector(".jp-Dialog");
            return dialog ? {{dialog: dialog.innerText}} : ({answer})(given) || null;
        }}"""
        try:
            found = self.tab.wait_for_function(asked, arg=given, polling=50, timeout=seconds * 1000).json_value()
        except NotInTime:
            raise HostError(f"Waited {seconds} s for {what}.") from None
        if "dialog" in found:
            raise HostError(f"Waiting for {what}, a dialog opened: {' '.join(found['dialog'].split())!r}")
        return found
