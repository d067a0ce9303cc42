"""How much memory and how many processes a copy uses, with all that it started: counted from outside, several times a second."""

import contextlib
import os
import signal

EVERY = 0.05  # seconds


NICE = 5  # so that the judge and nbgrader come first


class Cores:
    """Which core each copy has: one that calculates in a hundred threads then slows nobody but itself.

    Without this the seconds of a submission would depend on who is graded beside it.
    """

    def __init__(self):
        self.taken = dict.fromkeys(os.sched_getaffinity(0), 0) if hasattr(os, "sched_getaffinity") else {}
        self.of = {}  # process id -> core

    def free(self):
        """Return the core with the fewest copies, or None where the system has no such thing."""
        return min(self.taken, key=self.taken.get, default=None)

    def take(self, pid, core):
        """Note that a copy has a core."""
        if core is not None:
            self.of[pid] = core
            self.taken[core] += 1

    def give_back(self, pid):
        """Note that a copy has ended."""
        core = self.of.pop(pid, None)
        if core is not None:
            self.taken[core] -= 1


def stay_on(core):
    """Have this process, and all that it starts, calculate on one core, after everybody who is in more of a hurry."""
    if core is not None:
        os.sched_setaffinity(0, {core})
    os.nice(NICE)


class Watch:
    """Counts what the copies of a warm process use, and ends a copy that uses too much.

    Attributes
    ----------
    reasons : dict of int to str
        Why a copy was ended, by its process id.
    """

    def __init__(self):
        self.limits, self.started, self.reasons = {}, {}, {}

    def begin(self, pid, limits):
        """Watch a copy from now on.

        Parameters
        ----------
        pid : int
            Of the copy.
        limits : dict
            ``memory`` in bytes and ``processes``.
        """
        self.limits[pid], self.started[pid] = limits, {pid}

    def look(self):
        """Count once, and end those that use too much."""
        if not self.limits or not os.path.isdir("/proc/self"):
            return
        parents, resident = _processes()
        for pid, limits in self.limits.items():
            mine = _descendants(self.started[pid] & parents.keys(), parents)
            self.started[pid] = mine | {pid}
            if len(mine) > limits["processes"] + 2:  # the first of its namespace, and itself
                self._end(pid, f"It started more than {limits['processes']} processes.")
            elif (
                sum(resident[one] for one in mine) > limits["memory"]
                and _shared_once(mine, resident) > limits["memory"]
            ):
                self._end(pid, f"It used more than {limits['memory'] / 1e6:,.0f} MB of memory.")

    def forget(self, pid):
        """Watch a copy no longer; return all that it is known to have started, and why it was ended, if it was."""
        self.limits.pop(pid, None)
        return self.started.pop(pid, {pid}), self.reasons.pop(pid, "")

    def _end(self, pid, why):
        self.reasons.setdefault(pid, why)
        for one in self.started[pid]:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(one, signal.SIGKILL)


def children():
    """Return the ids of this process's children, also of those that it adopted; none are known without ``/proc``."""
    if not os.path.isdir("/proc/self"):
        return set()
    return {pid for pid, parent in _processes()[0].items() if parent == os.getpid()}


def _processes():
    """(parent of each process, its memory in bytes)."""
    parents, resident = {}, {}
    page = os.sysconf("SC_PAGESIZE")
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                with open(f"/proc/{name}/stat", "rb") as file:
                    words = file.read().rpartition(b")")[2].split()  # a name may hold anything, a bracket too
                parents[int(name)], resident[int(name)] = int(words[1]), int(words[21]) * page
    return parents, resident


def _descendants(roots, parents):
    found, new = set(), set(roots)
    while new:
        found |= new
        new = {one for one, parent in parents.items() if parent in new} - found
    return found


def _shared_once(pids, resident):
    """Memory with what several processes share counted once, where the kernel tells it."""
    whole = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                whole += next(int(line.split()[1]) * 1024 for line in file if line.startswith("Pss:"))
        except (OSError, StopIteration):
            whole += resident[pid]
    return whole
