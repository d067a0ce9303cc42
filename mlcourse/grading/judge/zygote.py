"""A process that has imported what is needed, and makes copies of itself: one for each submission, in milliseconds.

It does nothing but that, so a copy begins clean. Who starts it talks to it over a socket, a question and an answer in JSON at
a time; the sockets that a copy is to use travel beside them. Meanwhile it counts what its copies use.
"""

import contextlib
import importlib
import json
import operator
import os
import select
import signal
import socket as sockets
import subprocess
import sys
import threading
import time
import traceback
import warnings

from mlcourse.grading.confinement import nest
from mlcourse.grading.confinement.bounds import EVERY, Cores, Watch, children, stay_on
from mlcourse.grading.judge.preload import LATER
from mlcourse.grading.wire.frames import Link

LONGEST = 2**16
CLOSING = 2.0  # seconds in which it ends by itself


class Zygote:
    """A handle on such a process. Several threads may use it.

    Parameters
    ----------
    role : {"student", "judge"}
    preload : sequence of str
        Modules to import.
    environment : dict
    before : sequence of str
        The command that confines what follows it; empty: it is not confined.
    """

    def __init__(self, role, preload, environment, before=()):
        if not (hasattr(os, "fork") and hasattr(sockets, "send_fds")):
            raise RuntimeError(
                "The judge needs Linux or macOS: it hands sockets to copies of a process. On Windows grade in WSL or in a container."
            )
        self.socket, there = sockets.socketpair()
        self.talking = threading.Lock()
        mode = "confined" if before else "plain"
        command = [
            sys.executable,
            "-P",
            "-m",
            "mlcourse.grading.judge.zygote",
            str(there.fileno()),
            role,
            mode,
            *preload,
        ]
        self.process = subprocess.Popen(
            [*before, *command],
            env=environment,
            pass_fds=[there.fileno()],
            stdin=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
        there.close()

    def spawn(self, *ends, hidden=(), limits=None):
        """Make a copy.

        Parameters
        ----------
        *ends : socket.socket
            What it has to talk over.
        hidden : sequence of str
            Files and folders that a confined copy finds empty.
        limits : dict, optional
            ``memory`` and ``disk`` in bytes, ``processes``: what it may use. Without, there is no limit.

        Returns
        -------
        int
            Its process id, as the warm process knows it.
        """
        asked = json.dumps(["spawn", list(hidden), limits]).encode()
        with self.talking:
            sockets.send_fds(self.socket, [asked], [end.fileno() for end in ends])
            return self._answer()

    def end(self, pid):
        """End a copy and what it started.

        Parameters
        ----------
        pid : int
            As `spawn` told it.

        Returns
        -------
        str
            Why it had been ended before, for using too much; empty if it had not.
        """
        with self.talking:
            self.socket.send(json.dumps(["end", pid]).encode())
            return self._answer()

    def _answer(self):
        said = self.socket.recv(LONGEST)
        if not said:
            raise RuntimeError(f"The process that makes processes has ended with {self.process.wait()}.")
        answer = json.loads(said)
        if isinstance(answer, list):
            raise RuntimeError(f"A process could not be made: {answer[0]}")
        return answer

    def close(self):
        """End it, and its copies."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(sockets.SHUT_RDWR)  # a thread that waits for an answer waits no longer
        self.socket.close()
        try:
            self.process.wait(CLOSING)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def main(number, role, mode, preload):
    """Serve: what runs in the process."""
    confined = mode == "confined"
    if confined:
        nest.settle()
    if sys.platform == "linux":
        nest.adopt_orphans()
    for name in [*preload, *(later for early in preload for later in LATER.get(early, ()))]:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    module = importlib.import_module(f"mlcourse.grading.judge.{role}")
    from mlcourse.grading.judge.shell import start

    with warnings.catch_warnings(action="ignore"):  # IPython looks for a home; there is none
        shell = start(200_000)
    control, copies, mine = sockets.socket(fileno=number), _Copies(), os.getpid()
    try:
        _serve(control, copies, confined, lambda ends: _be(module, role, shell, ends))
    finally:  # also where whoever started it was killed
        for pid in list(copies.running) if os.getpid() == mine else ():
            copies.end(pid)


def _serve(control, copies, confined, be):
    while True:
        ready, _, _ = select.select([control], [], [], EVERY if copies.watch.limits else None)
        copies.watch.look()
        if not ready:
            continue
        said, files, _, _ = sockets.recv_fds(control, LONGEST, 8)
        if not said:
            return
        request = json.loads(said)
        if request[0] == "spawn":
            ends = [sockets.socket(fileno=one) for one in files]
            hidden, limits = request[1:]

            def live(ends=ends):
                control.close()
                be(ends)

            answer = copies.spawn(live, [*ends, control], hidden, limits, confined)
            for end in ends:
                end.close()
        else:
            answer = copies.end(request[1])
        control.send(json.dumps(answer).encode())


class _Copies:
    """Those that run."""

    def __init__(self):
        self.watch, self.cores, self.running = Watch(), Cores(), set()

    def spawn(self, live, ends, hidden, limits, confined):
        sys.stdout.flush()
        reader, writer = os.pipe()
        core = self.cores.free() if limits else None
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            if confined:
                nest.enter(writer, ends, hidden, limits | {"core": core})
            else:
                os.close(writer)
                os.setsid()
                if limits:
                    stay_on(core)
                    nest.bound(limits | {"processes": None})
            live()
        os.close(writer)
        if confined:
            said = os.read(reader, 4096).decode()
            os.waitpid(pid, 0)
            pid, _, why = said.partition(" ")
            pid = int(pid or 0)
        os.close(reader)
        if pid == 0:
            return [why or "it ended at once"]
        self.running.add(pid)
        self.cores.take(pid, core)
        if limits:
            self.watch.begin(pid, limits | {"apart": confined})
        return pid

    def end(self, pid):
        self.watch.look()  # so that it is known what it started last
        started, why = self.watch.forget(pid)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        self.running.discard(pid)
        self.cores.give_back(pid)
        if not self.running:  # whatever else was left to us has no other parent
            started |= children() - {pid}
        for one in started | {pid}:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(one, signal.SIGKILL)
        for one in started | {pid}:
            _bury(one, self.watch.look)
        return why


def _bury(pid, meanwhile):
    for _ in range(1000):
        try:
            if os.waitpid(pid, os.WNOHANG)[0]:
                return
        except ChildProcessError:  # a grandchild that another process buries
            return
        time.sleep(0.01)
        meanwhile()  # the others are not left alone


def _be(module, role, shell, ends):
    status = 1
    try:
        if role == "student":  # nothing of it reaches a terminal
            nothing = os.open(os.devnull, os.O_RDWR)
            for one in range(3):
                os.dup2(nothing, one)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for library, seed in (("numpy", "random.seed"), ("torch", "seed")):
            if library in sys.modules:  # each copy would draw the same numbers
                operator.attrgetter(seed)(sys.modules[library])()
        setup_link = Link(ends[0])
        _, setup = setup_link.receive(timeout=60)
        getattr(module, role.capitalize())(shell, ends[1], ends[2], setup).run()
        status = 0
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:])
    os._exit(0)  # with torch an orderly end takes most of a second
