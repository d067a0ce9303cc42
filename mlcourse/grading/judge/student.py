"""The student's process: runs the cells of a submission, and answers what the judge asks of it."""

import base64
import os
import select
import sys
import warnings

from mlcourse.grading.judge import errors
from mlcourse.grading.judge.answering import AnsweringPeer
from mlcourse.grading.judge.clock import alarm
from mlcourse.grading.judge.shell import collecting
from mlcourse.grading.judge.withheld import withhold
from mlcourse.grading.wire.bounds import WireError
from mlcourse.grading.wire.frames import Link


class Student:
    """What this process does.

    Parameters
    ----------
    shell : Shell
    control, asked : socket.socket
        To the driver, and to the judge.
    setup : dict
        ``folder``, ``files``, ``withheld``, ``limits`` of the job.
    """

    def __init__(self, shell, control, asked, setup):
        self.shell, self.limits = shell, setup["limits"]
        shell.keeps = True
        os.chdir(setup["folder"])
        for path, data in setup["files"].items():
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            with open(path, "wb") as file:
                file.write(base64.b64decode(data))
        sys.path.insert(0, "")
        sys.argv[:] = [""]
        withhold(setup["withheld"])
        self.control = Link(control)
        self.peer = AnsweringPeer(Link(asked), shell.user_ns, self.printed)
        self.warned = []
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", ResourceWarning)  # as Python has it: a file left open is nobody's concern here

    def run(self):
        """Serve both sides until one is gone."""
        links = {self.control: self.cell, self.peer.link: self.peer.serve_one}
        numbers, waiting = {link.fileno(): link for link in links}, select.poll()
        for number in numbers:
            waiting.register(number, select.POLLIN)
        while True:
            ready = [link for link in links if link.ahead] or [numbers[number] for number, _ in waiting.poll()]
            for link in ready:
                try:
                    links[link]()
                except WireError:
                    return

    def cell(self):
        """Run one cell, and tell what it showed."""
        _, source = self.control.receive(timeout=None)
        warnings.showwarning = self.show_warning
        with collecting(self.shell, self.limits["output"]) as shown:
            try:
                with alarm(self.limits["cell"], lambda: not self.peer.waiting):
                    self.shell.run_cell(source, store_history=True)
            except BaseException as error:  # the end of its time while IPython was at work, say
                self.shell.note_error(type(error), error, error.__traceback__)
        self.control.send(0, shown.outputs, timeout=None)
        warnings.showwarning = self.note_warning

    def printed(self):
        """Return what was printed since the last time, outside of cells, and the warnings; None if nothing."""
        shown = self.shell.shown
        if not shown.outputs and not self.warned:
            return None
        text = "".join(
            one["text"] for one in shown.outputs if one["output_type"] == "stream" and one["name"] == "stdout"
        )
        shown.outputs.clear()
        shown.size = 0
        warned, self.warned = self.warned[:100], []
        return [text, warned]

    def show_warning(self, message, category, filename, line, file=None, text=None):
        """As Python does it, in a cell."""
        sys.stderr.write(f"{category.__name__}: {message}\n")

    def note_warning(self, message, category, filename, line, file=None, text=None):
        """For the judge, which warns in its turn."""
        self.warned.append([errors.chain_of(category), str(message)[:4000]])
