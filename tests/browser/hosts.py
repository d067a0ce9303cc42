"""JupyterLab and Notebook 7 as a student starts them, on a free port, with settings of their own.

Usage::

    with Lab(root, browser) as host, host.notebook("lectures/03_backpropagation.ipynb") as page:
        page.run_all()
        page.player("One training step").get_by_role("button", name="Next").click()
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
import psutil
from chromium import outside_requests
from notebook_page import NotebookPage

REPOSITORY = Path(__file__).parents[2]
COURSE = ("lectures", "assignments/release")
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
KEPT = "kept/cells.ipynb"  # shown by the page that stays open, see `Host.cells`
START_SECONDS = 90
# A server must not outlive the tests, however they end: it stops when the pipe that we hold open closes.
SERVER = """
import os, runpy, signal, sys, threading
def stop_when_alone():
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)
threading.Thread(target=stop_when_alone, daemon=True).start()
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""


def made_of(cells):
    """A notebook: a string is a code cell, an nbformat cell is itself."""
    cells = [nbformat.v4.new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


class Host:
    """One Jupyter server on 127.0.0.1, serving the folder `root` to pages of `browser`."""

    name: str
    module: str
    application: str
    themes: tuple  # those that a reader chooses between, see `notebook_page.THEMES`
    address: str  # after the port; {page} is a number no other page has
    known_errors: frozenset = frozenset()  # exact texts the host itself logs, on notebooks without widgets too
    python = sys.executable  # runs the server and the kernels
    through = ()  # a command that runs the server's

    def __init__(self, root, browser):
        self.root, self.browser = Path(root), browser
        self.pages = 0
        self.kept = None

    def __enter__(self):
        self.root.mkdir(parents=True, exist_ok=True)
        self.home = Path(tempfile.mkdtemp(prefix=f"mlcourse-{self.name}-"))
        self.log = self.home / "server.log"
        self._write_settings()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self._command(),
                env=self._environment(),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        """Ask the server to stop; after ten seconds end it, and each kernel it started, without asking."""
        if self.kept is not None:
            self.kept.tab.context.close()
        try:
            family = [*psutil.Process(self.process.pid).children(recursive=True), psutil.Process(self.process.pid)]
        except psutil.NoSuchProcess:
            family = []
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for member in family:  # kernels lead process groups of their own, so the server's group would miss them
            with suppress(psutil.NoSuchProcess):  # most have ended by now
                member.kill()
        self.process.stdin.close()
        shutil.rmtree(self.home, ignore_errors=True)

    @contextmanager
    def notebook(self, path, *, quiet=True, width=1280, height=900, scale=1):
        """Open `path`, below the root, in a fresh browser profile; its kernel ends with the page.

        Leaving without an error also checks that the page logged no error and asked for nothing outside this
        machine, unless `quiet` is False.
        """
        self._reset_settings()
        context = self.browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=scale)
        outside = outside_requests(context)
        try:
            page = NotebookPage(context.new_page(), self, path, outside)
            try:
                page.open()
                yield page
                if quiet:
                    page.check_quiet()
            except Exception as error:
                error.add_note(f"In {self.name}: {path}. {page.told()}")
                raise
        finally:
            context.close()
            self._end_kernels()

    @contextmanager
    def cells(self, *cells, width=1280, height=900):
        """Run cells in a page that stays open for this, on a kernel started anew: to open another takes seconds.

        For a test that does nothing to the host around its cells; themes and sizes are set back. Leaving without an error
        also checks that the page was quiet, as `notebook` does; after an error the page is not used again.
        """
        try:
            if self.kept is None:
                self._reset_settings()
                self.write(KEPT)
                context = self.browser.new_context(viewport={"width": width, "height": height})
                self.kept = NotebookPage(context.new_page(), self, KEPT, outside_requests(context))
                self.kept.open()
            self.kept.tab.set_viewport_size({"width": width, "height": height})
            self.kept.show(made_of(cells))
            self.kept.run_all()
            yield self.kept
            self.kept.check_quiet()
        except BaseException as error:
            if self.kept is not None:
                error.add_note(f"In {self.name}, cells in the page that stays open. {self.kept.told()}")
                self.kept.tab.context.close()
            self.kept = None
            self._end_kernels()
            raise

    def serve_course(self):
        """Make the root hold what a student opens and nothing else: a copy, so that no test writes in the checkout."""
        for left_over in self.root.iterdir():
            if left_over.name == Path(KEPT).parent.name:
                continue
            shutil.rmtree(left_over) if left_over.is_dir() else left_over.unlink()
        left_out = shutil.ignore_patterns(".*", "__pycache__", "src")
        for folder in COURSE:
            if (REPOSITORY / folder).is_dir():
                shutil.copytree(REPOSITORY / folder, self.root / folder, ignore=left_out)

    def write(self, path, *cells):
        """Write a notebook of these cells below the root."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(made_of(cells), self.root / path)
        return path

    def page_address(self, path):
        """URL of a notebook in this host."""
        self.pages += 1
        return self.url + self.address.format(page=self.pages, path=urllib.parse.quote(path))

    def _command(self):
        options = {
            "ServerApp.port": self.port,
            "ServerApp.port_retries": 0,
            "ServerApp.root_dir": self.root,
            "ServerApp.password": "",
            "IdentityProvider.token": "",
            f"{self.application}.expose_app_in_browser": True,
        }
        flags = ["--no-browser", "--allow-root", *(f"--{name}={value}" for name, value in options.items())]
        return [*self.through, self.python, "-c", SERVER, self.module, *flags]

    def _environment(self):
        ours = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "JPY_"))}
        return ours | {
            "JUPYTER_CONFIG_DIR": str(self.home / "config"),
            "JUPYTER_DATA_DIR": str(self.home / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.home / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(self.home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.home / "workspaces"),
            "JUPYTER_PREFER_ENV_PATH": "0",  # our own kernel, below, before any other of that name
            "PYTHONUNBUFFERED": "1",
        }

    def _write_settings(self):
        """No news popup, no node started at each page to see whether Lab is built, and a kernel that is the server's own Python."""
        overrides = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
        kernel = {"argv": [str(self.python), "-m", "ipykernel_launcher", "-f", "{connection_file}"], **KERNEL}
        unasked = {"buildAvailable": False, "buildCheck": False}
        for path, settings in {
            "config/jupyter_server_config.json": {"ServerApp": {"tornado_settings": {"page_config_data": unasked}}},
            "config/labconfig/default_setting_overrides.json": {
                "@jupyterlab/apputils-extension:notification": overrides
            },
            "data/kernels/python3/kernel.json": kernel,
        }.items():
            (self.home / path).parent.mkdir(parents=True, exist_ok=True)
            (self.home / path).write_text(json.dumps(settings))
        self._reset_settings()

    def _reset_settings(self):
        """Forget what an earlier page chose (a theme, say): the server reads these files anew for each page."""
        shutil.rmtree(self.home / "settings", ignore_errors=True)
        (self.home / "settings").mkdir()

    def _wait_until_it_answers(self):
        latest = time.monotonic() + START_SECONDS
        while time.monotonic() < latest:
            if self.process.poll() is not None:
                raise RuntimeError(
                    f"{self.name} ended with {self.process.returncode} while starting.\n{self.log_tail()}"
                )
            try:
                self._ask("GET", "status")
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{self.name} does not answer after {START_SECONDS} s.\n{self.log_tail()}")

    def log_tail(self):
        """The last lines the server wrote."""
        return "\n".join(["Its log ends:", *self.log.read_text(errors="replace").splitlines()[-25:]])

    def _end_kernels(self):
        for session in self._ask("GET", "sessions"):
            if self.kept is not None and session["path"] == KEPT:
                continue
            try:
                self._ask("DELETE", f"sessions/{session['id']}")
            except urllib.error.HTTPError as error:  # a kernel that died by itself has taken its session along
                if error.code not in (404, 410):
                    raise

    def _ask(self, method, what):
        pair = {"Cookie": "_xsrf=both", "X-XSRFToken": "both"}  # Jupyter only asks that the two agree
        request = urllib.request.Request(f"{self.url}/api/{what}", method=method, headers=pair)
        with urllib.request.urlopen(request, timeout=30) as answer:
            body = answer.read()
        return json.loads(body) if body else None


class Lab(Host):
    """JupyterLab."""

    name, module, application = "lab", "jupyterlab", "LabApp"
    themes = ("light", "dark", "hc")
    address = "/lab/workspaces/page-{page}/tree/{path}?reset"


class Notebook7(Host):
    """Jupyter Notebook 7: Lab's parts in another shell, which listens to keys earlier."""

    name, module, application = "notebook7", "notebook", "JupyterNotebookApp"
    themes = ("light", "dark")
    address = "/notebooks/{path}"
    known_errors = frozenset({"Cannot read properties of undefined (reading 'schema')", "[yjs#509] Not same Y.Doc"})
