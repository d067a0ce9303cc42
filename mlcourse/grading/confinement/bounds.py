"""How much memory and how many processes a copy uses, with all that it started: counted from outside, several times a second."""

import contextlib
import os
import random
import signal
from typing import NamedTuple

from mlcourse.grading.confinement import kernel_memory
from mlcourse.grading.confinement.kernel_memory import GONE

EVERY = 0.05  # seconds
MOST_SOCKETS, MOST_LOCKS, MOST_MAPS = 500, 10_000, 200_000
SELDOM = 20  # looks: what costs more is counted in one of so many
HAS_SHARES = os.path.exists("/proc/self/smaps_rollup")
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
        least = min(self.taken.values(), default=None)
        free = [core for core, copies in self.taken.items() if copies == least]
        return random.choice(free) if free else None  # another warm process does not know of ours

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
        self.looks = 0

    def begin(self, pid, limits):
        """Watch a copy from now on.

        Parameters
        ----------
        pid : int
            Of the copy.
        limits : dict
            ``memory`` in bytes and ``processes``; ``apart``: whether it has a network of its own.
        """
        self.limits[pid], self.started[pid] = limits, {pid}

    def look(self):
        """Count once, and end those that use too much."""
        if not self.limits or not os.path.isdir("/proc/self"):
            return
        self.looks += 1
        seen, locks = _processes(), {} if self.looks % SELDOM else kernel_memory.locks()
        for pid, limits in self.limits.items():
            mine = _descendants(self.started[pid] & seen.keys(), seen)
            self.started[pid] = mine | {pid}
            if why := _too_much(pid, mine, seen, limits, locks):
                self._end(pid, why)

    def forget(self, pid):
        """Watch a copy no longer; return all that it is known to have started, and why it was ended, if it was."""
        self.limits.pop(pid, None)
        return self.started.pop(pid, {pid}), self.reasons.pop(pid, "")

    def _end(self, pid, why):
        self.reasons.setdefault(pid, why)
        for one in self.started[pid]:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(one, signal.SIGKILL)


def children(of=None):
    """Return the ids of a process's children (without ``of`` this one's), adopted ones too; none are known without ``/proc``."""
    if not os.path.isdir("/proc/self"):
        return set()
    of = of or os.getpid()
    return {pid for pid, one in _processes().items() if one.parent == of}


class _Process(NamedTuple):
    parent: int
    size: int  # bytes of addresses
    resident: int  # bytes of memory


def _processes():
    """What the kernel says of each process, by its id."""
    found, page = {}, os.sysconf("SC_PAGESIZE")
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(*GONE):
                with open(f"/proc/{name}/stat", "rb") as file:
                    words = file.read().rpartition(b")")[2].split()  # a name may hold anything, a bracket too
                found[int(name)] = _Process(int(words[1]), int(words[20]), int(words[21]) * page)
    return found


def _descendants(roots, seen):
    found, new = set(), set(roots)
    while new:
        found |= new
        new = {pid for pid, one in seen.items() if one.parent in new} - found
    return found


def _too_much(first, pids, seen, limits, locks):
    """Why processes have to be ended, or nothing. ``first`` is the first of their namespace, if they have one."""
    if len(pids) > limits["processes"] + 2:  # that one, and itself
        return f"It started more than {limits['processes']} processes."
    if sum(locks.get(pid, 0) for pid in pids) > MOST_LOCKS:
        return f"It held more than {MOST_LOCKS:,} locks of files."
    waiting = 0
    if limits.get("apart"):
        sockets, internet = kernel_memory.sockets(first)
        if sockets > MOST_SOCKETS:  # what waits in them is the kernel's memory
            return f"It had more than {MOST_SOCKETS} sockets."
        waiting = kernel_memory.queued(first) if internet else 0
    # What costs time is looked at only where it could matter.
    if sum(seen[pid].size for pid in pids if pid in seen) + waiting < limits["memory"]:
        return ""
    if limits.get("apart") and not all(map(readable, pids - {first})):
        return "It kept its memory from being counted."
    maps, behind = kernel_memory.maps(pids, MOST_MAPS)
    if maps > MOST_MAPS:
        return f"It had more than {MOST_MAPS:,} maps of memory."
    if _uses_more(pids, seen, limits["memory"] - waiting - behind):
        return f"It used more than {limits['memory'] / 1e6:,.0f} MB of memory."
    return ""


def readable(pid):
    """Say whether a process lets its memory be counted: it can make itself unreadable for all but root."""
    try:
        with open(f"/proc/{pid}/maps"):
            return True
    except PermissionError:
        return False
    except GONE:
        return True


def _uses_more(pids, seen, most):
    resident = {pid: seen[pid].resident for pid in pids if pid in seen}
    beside = sum(map(kernel_memory.tables, pids))
    return sum(resident.values()) + beside > most and _shared_once(resident) + beside > most


def _shared_once(resident):
    """Memory with what several processes share counted once, where the kernel tells it."""
    whole = 0
    for pid, known in resident.items():
        try:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                whole += next(int(line.split()[1]) * 1024 for line in file if line.startswith("Pss:"))
        except PermissionError:
            whole += known
        except (*GONE, StopIteration):  # it is ending, and so is what it had
            whole += 0 if HAS_SHARES else known
    return whole
