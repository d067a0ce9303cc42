"""The judge's process: runs the author's test cells, and asks the student's process for what is the student's."""

import ast
import contextlib
import hashlib
import importlib
import inspect
import linecache
import os
import random
import resource
import signal
import sys
import textwrap
import time
import traceback
import warnings

import numpy as np

from mlcourse.grading.judge.asking import TEST_TOO_LONG, AskingPeer
from mlcourse.grading.judge.clock import AGAIN, TooSlow
from mlcourse.grading.judge.contract import Contract
from mlcourse.grading.judge.examination import Examination, is_number
from mlcourse.grading.judge.names import Names, parse
from mlcourse.grading.judge.namespace import Namespace
from mlcourse.grading.judge.preload import named
from mlcourse.grading.judge.proxies import is_remote
from mlcourse.grading.judge.telling import of_hidden_lines
from mlcourse.grading.wire.bounds import WireError
from mlcourse.grading.wire.frames import Link


class Judge:
    """What this process does.

    Parameters
    ----------
    shell : Shell
    control, asked : socket.socket
        To the driver, and to the student's process.
    setup : dict
        ``author``, ``contract``, ``folder``, ``withheld``, ``limits``, ``submitted`` of the job.
    """

    def __init__(self, shell, control, asked, setup):
        self.shell, self.limits, self.submitted = shell, setup["limits"], setup["submitted"]
        resource.setrlimit(resource.RLIMIT_DATA, (int(setup["memory"]),) * 2)  # a student's answer may ask for much
        if setup["folder"]:
            os.chdir(setup["folder"])
            sys.path.insert(0, setup["folder"])
        for library in sorted(named(self.submitted)):  # so that a tensor in an array's place is judged, not unknown
            with contextlib.suppress(ImportError):
                importlib.import_module(library)
        self.control = Link(control)
        self.contract = Contract.of(setup["contract"])
        self.peer = AskingPeer(Link(asked), self.contract, self.limits["call"], setup["withheld"])
        self.names = Names(setup["author"])
        self.space = Namespace(self.peer, self.names.of_the_student())
        dict.update(self.space, __name__="__main__", __builtins__=__builtins__, get_ipython=lambda: shell)
        shell.user_ns = self.peer.author = self.space
        self.done, self.salt = set(), os.urandom(16)  # statements of the author's that have run
        self._mirror_seeds()
        self._show_sources()
        warnings.showwarning = lambda *args, **options: None  # a warning is no wrong answer

    def run(self):
        """Serve the driver until it is gone."""
        while True:
            try:
                _, cell = self.control.receive(timeout=None)
                self.control.send(0, self.test(cell), timeout=None)
            except WireError:
                return

    def test(self, cell):
        """Run one cell, and tell its score, outputs and what was asked.

        Parameters
        ----------
        cell : dict
            ``id``, ``source``, ``points`` (None: it is shown, and counts nothing).

        Returns
        -------
        dict
        """
        began, recorded = time.monotonic(), _copy(self.contract.as_data())
        graded = cell["points"] is not None
        needed, *names = self.names.before(cell["id"])
        before = [node for node in needed if node not in self.done]
        self.space.begin(*names)
        one = self.examined(cell, before)
        if self.peer.unexpected and graded and not one.verdict(None)[1]:
            # The answer changed its arguments, and the reference does not. Good without that change, it must also be good
            # with it: `ordered(numbers)` that sorts the list it was given fails where the test looks at the list again.
            self.space.begin(*names)
            again = self.examined(cell, [], puts_back=True)
            self.peer.restore()
            if again.verdict(None)[1]:
                one = again
        key = f"points of {cell['id']}"
        was_number = None if self.contract.recording else key in self.contract.operations
        score, reason = one.verdict(was_number)
        if self.contract.recording and graded and is_number(one.last) and not one.error:
            self.contract.operation(key, "number", "")
        outputs, detail = _told(one, score, reason, graded)
        return {
            "outputs": outputs,
            "detail": detail,
            "secret": one.began_hidden,
            "seconds": time.monotonic() - began,
            "score": score if graded else None,
            "failed": bool(reason),
            "hidden": one.is_hidden,
            "asked": list(self.space.asked),
            "weak": [*self.contract.weak(recorded), *(["lines of it run on the student's side"] if one.sides else [])]
            if self.contract.recording
            else [],
            "contract": self.contract.as_data(),
        }

    def examined(self, cell, before, puts_back=False):
        """Run a cell once."""
        self.peer.broken, self.peer.pending, self.peer.unexpected, self.peer.puts_back = "", None, False, puts_back
        one = Examination(cell, self.space, self.shell, self.limits["output"], self.done)
        with _Limit(self.limits["test"], self.peer):
            one.run(before)
        return one

    def _mirror_seeds(self):
        """Repeat over there what a test seeds here; of a seed in hidden lines only that it is the same again.

        The student's process ran what is given itself.
        """

        def mirrored(library, function):
            def seed(*args):
                if args and type(args[0]) is int and self.space.tells_seeds:
                    hidden = hashlib.sha256(self.salt + str(args[0]).encode()).digest()[:4]
                    told = args[0] if self.space.hands_over else int.from_bytes(hidden, "big")
                    self.peer.mirror.seeds.append((library, told))
                return function(*args)

            return seed

        np.random.seed = mirrored("numpy", np.random.seed)
        random.seed = mirrored("random", random.seed)
        if "torch" in sys.modules:
            torch = sys.modules["torch"]
            torch.manual_seed = mirrored("torch", torch.manual_seed)

    def _show_sources(self):
        """Let `inspect.getsource` find the student's functions in the cells as they were submitted."""
        before = inspect.getsource

        def getsource(value):
            if not is_remote(value):
                return before(value)
            path = value.__qualname__.split(".")  # a method is looked for in its class
            for cell in reversed(self.submitted):
                for node in _defined(parse(cell), path):
                    return textwrap.dedent(ast.get_source_segment(cell, node) or ast.unparse(node)) + "\n"
            raise OSError("could not get source code")

        inspect.getsource = getsource


def _defined(body, path):
    """The functions and classes of this dotted name among statements."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == path[0]:
            yield from _defined(node.body, path[1:]) if path[1:] else [node]


class _Limit:
    """Time for a test; in the middle of a conversation it waits, since the student's side has a clock of its own."""

    def __init__(self, seconds, peer):
        self.seconds, self.peer = seconds, peer

    def __enter__(self):
        self.peer.end = time.monotonic() + self.seconds
        signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, self.seconds, AGAIN)

    def __exit__(self, *error):
        while True:
            try:
                signal.setitimer(signal.ITIMER_REAL, 0)
                return
            except TooSlow:
                continue

    def _ring(self, number, frame):
        if not self.peer.asking:
            self.peer.broken = TEST_TOO_LONG
            raise TooSlow(self.peer.broken)


def _copy(data):
    return {
        "operations": {path: list(names) for path, names in data["operations"].items()},
        "changed": list(data["changed"]),
    }


def _told(one, score, reason, graded):
    """(the outputs by which nbgrader comes to the score, all that is known where graders are to see more, or None)."""
    if graded and not reason and is_number(one.last):
        shown = {"text/plain": repr(float(score))}
        last = [{"output_type": "execute_result", "data": shown, "metadata": {}, "execution_count": None}]
        return one.outputs + last, None
    if not reason:
        return one.outputs, None
    name = type(one.error).__name__ if one.error is not None else "NoPoints"
    text = reason.removeprefix(f"{name}: ")
    failure = {"output_type": "error", "ename": name, "evalue": text, "traceback": [*_line_of(one), f"{name}: {text}"]}
    if one.is_hidden:
        return [*one.outputs, of_hidden_lines(one)], [*one.outputs, *one.unseen, failure]
    return [*one.outputs, failure], None


def _line_of(one):
    """The line of the test that failed, and the student's line where the error came from."""
    if one.error is None:
        return []
    found = [n for frame, n in traceback.walk_tb(one.error.__traceback__) if frame.f_code.co_filename == one.file]
    lines = [f"in line {found[0]} of the test: {linecache.getline(one.file, found[0]).strip()}"] if found else []
    outside = getattr(one.error, "asked_outside", None)
    if outside:
        lines.append(f"in line {outside[1]} of {outside[0]}: {outside[2]}")
    return lines
