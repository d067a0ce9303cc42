"""A process that has imported what is needed, and makes copies of itself: one for each submission, in milliseconds.

It does nothing but that, so a copy begins clean. Who starts it talks to it over a socket, a question and an answer in JSON at
a time; the sockets that a copy is to use travel beside them.
"""

import contextlib
import importlib
import json
import operator
import os
import signal
import socket as sockets
import subprocess
import sys
import time
import traceback
import warnings

from mlcourse.grading.wire.frames import Link

LONGEST = 2**16


class Zygote:
    """A handle on such a process.

    Parameters
    ----------
    role : {"student", "judge"}
    preload : sequence of str
        Modules to import.
    environment : dict
    """

    def __init__(self, role, preload, environment):
        if not (hasattr(os, "fork") and hasattr(sockets, "send_fds")):
            raise RuntimeError(
                "The judge needs Linux or macOS: it hands sockets to copies of a process. On Windows grade in WSL or in a container."
            )
        self.socket, there = sockets.socketpair()
        command = [sys.executable, "-P", "-m", "mlcourse.grading.judge.zygote", str(there.fileno()), role, *preload]
        self.process = subprocess.Popen(
            command,
            env=environment,
            pass_fds=[there.fileno()],
            stdin=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
        there.close()

    def spawn(self, *ends):
        """Make a copy that has these sockets; return its process id."""
        sockets.send_fds(self.socket, [b'["spawn"]'], [end.fileno() for end in ends])
        return self._answer()

    def end(self, pid):
        """End a copy and what it started in its session; return how it ended: a signal's negative number or its status."""
        self.socket.send(json.dumps(["end", pid]).encode())
        return self._answer()

    def _answer(self):
        said = self.socket.recv(LONGEST)
        if not said:
            raise RuntimeError(f"The process that makes processes has ended with {self.process.wait()}.")
        return json.loads(said)

    def close(self):
        """End it."""
        self.socket.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()


def main(number, role, preload):
    """Serve: what runs in the process."""
    for name in preload:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    module = importlib.import_module(f"mlcourse.grading.judge.{role}")
    from mlcourse.grading.judge.shell import start

    with warnings.catch_warnings(action="ignore"):  # IPython looks for a home; there is none
        shell = start(200_000)
    control = sockets.socket(fileno=number)
    while True:
        said, files, _, _ = sockets.recv_fds(control, LONGEST, 8)
        if not said:
            return
        request = json.loads(said)
        if request[0] == "spawn":
            sys.stdout.flush()
            pid = os.fork()
            if pid == 0:
                control.close()
                _be(module, role, shell, [sockets.socket(fileno=one) for one in files])
            for one in files:
                os.close(one)
            control.send(json.dumps(pid).encode())
        else:
            control.send(json.dumps(_end(request[1])).encode())


def _be(module, role, shell, ends):
    status = 1
    try:
        os.setsid()
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


def _end(pid):
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    for _ in range(1000):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    return None


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
