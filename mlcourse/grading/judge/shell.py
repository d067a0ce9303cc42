"""Cells as IPython runs them, with what they show kept as a notebook's outputs."""

import base64
import contextlib
import io
import sys

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Any, Type


class Shown:
    """The outputs of the cell that runs.

    Parameters
    ----------
    most : int
        Characters of text; the rest is cut, and said to be.
    """

    def __init__(self, most):
        self.most, self.outputs, self.size = most, [], 0

    def stream(self, name, text):
        """Add what was printed."""
        text = self._fitting(text)
        if text and self.outputs and self.outputs[-1].get("name") == name:
            self.outputs[-1]["text"] += text
        elif text:
            self.outputs.append({"output_type": "stream", "name": name, "text": text})

    def display(self, data, metadata, result=False):
        """Add what was displayed: a dict by MIME type."""
        kept = {kind: _as_text(value) for kind, value in data.items() if type(kind) is str}
        kept = {kind: value for kind, value in kept.items() if type(value) in (str, dict, list)}
        size = sum(len(str(value)) for value in kept.values())
        if self.size + size > self.most * 20:  # pictures are larger than words
            kept = {"text/plain": self._fitting(str(kept.get("text/plain", "")))}
        self.size += size // 20
        if result:
            out = {"output_type": "execute_result", "data": kept, "metadata": {}, "execution_count": None}
        else:
            out = {"output_type": "display_data", "data": kept, "metadata": {}}
        self.outputs.append(out)

    def error(self, name, text, traceback):
        """Add an error."""
        said = [self._fitting(line) for line in traceback[-60:]]
        self.outputs.append({"output_type": "error", "ename": name[:200], "evalue": text[:4000], "traceback": said})

    def _fitting(self, text):
        text = text.encode("utf-8", "replace").decode()  # half a character (a surrogate) could not be written down
        left = self.most - self.size
        self.size += len(text)
        if len(text) <= left:
            return text
        return text[: max(left, 0)] + (f"\n[cut: more than {self.most:,} characters]\n" if left > 0 else "")


def _as_text(value):
    """A picture as notebooks keep it."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.encode("utf-8", "replace").decode() if type(value) is str else value


class Stream(io.TextIOBase):
    """A stdout that writes into whatever collects at the time."""

    def __init__(self, name, shell):
        self.name, self.shell = name, shell

    def write(self, text):  # noqa: D102
        self.shell.shown.stream(self.name, str(text))
        return len(text)

    def writable(self):  # noqa: D102
        return True

    @property
    def encoding(self):  # noqa: D102
        return "utf-8"


class _Hook(DisplayHook):
    def __call__(self, result=None):
        if result is not None and not self.quiet():
            self.shell.result(result)
            if self.shell.keeps:
                self.update_user_ns(result)


class _Publisher(DisplayPublisher):
    def publish(self, data, metadata=None, **options):
        self.shell.shown.display(data, metadata or {})

    def clear_output(self, wait=False):
        pass


class Shell(InteractiveShell):
    """IPython without a terminal.

    Attributes
    ----------
    shown : Shown
        Where outputs go.
    keeps : bool
        Whether results stay in ``Out`` and ``_``, as in a notebook.
    """

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    shown = Any()
    last = Any()
    keeps = Any(False)

    def init_sys_modules(self):  # noqa: D102, `__main__` is what a notebook is
        self.user_module.__name__ = "__main__"
        sys.modules["__main__"] = self.user_module

    def result(self, value):
        """Show the value of a last expression."""
        self.last = value
        data, metadata = self.display_formatter.format(value)
        self.shown.display(data, metadata, result=True)

    def showtraceback(self, *args, **options):  # noqa: D102
        kind, value, where = self._get_exc_info(options.get("exc_tuple") or (args[0] if args else None))
        self.note_error(kind, value, where)

    def showsyntaxerror(self, *args, **options):  # noqa: D102
        self.showtraceback()

    def note_error(self, kind, value, where):
        """Show an error."""
        try:
            text = str(value)
        except BaseException:
            text = "(no text)"
        try:
            lines = self.InteractiveTB.structured_traceback(kind, value, where, tb_offset=1)
        except BaseException:
            lines = [f"{kind.__name__}: {text}"]
        self.shown.error(kind.__name__, text, lines)

    def enable_gui(self, gui=None):  # noqa: D102
        pass


def start(most):
    """Make the shell of this process.

    Parameters
    ----------
    most : int
        Characters a cell may show.
    """
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.HistoryManager.hist_file = ":memory:"
    shell = Shell.instance(config=config)
    shell.shown = Shown(most)
    shell.InteractiveTB.set_mode("Context")
    sys.stdout, sys.stderr = Stream("stdout", shell), Stream("stderr", shell)
    return shell


@contextlib.contextmanager
def collecting(shell, most):
    """Give the outputs of what runs in the block."""
    before, shell.shown = shell.shown, Shown(most)
    try:
        yield shell.shown
    finally:
        shell.shown = before
