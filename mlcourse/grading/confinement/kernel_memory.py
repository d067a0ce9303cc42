"""What the kernel keeps for processes and counts with none of them: it would fill a machine whose processes all look small."""

import contextlib

GONE = (OSError, ValueError, IndexError, KeyError)  # a process may end while it is looked at
FOR_A_MAP = 320  # bytes, measured with 65,000 of one page in each of 50 processes (Linux 6.18)
QUEUES = ("tcp", "tcp6", "udp", "udp6")


def tables(pid):
    """Return the bytes of the tables in which the kernel keeps where a process's memory is."""
    with contextlib.suppress(*GONE, StopIteration), open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmPTE:"))
    return 0


def maps(pids, most):
    """Return how many maps processes have, and the bytes behind them; it is counted no further than to ``most`` maps.

    The bytes are those of what they share, which stay also where a process says that it needs them no longer, and some for
    each map.
    """
    shared, count = {}, 0
    for pid in pids:
        with contextlib.suppress(*GONE), open(f"/proc/{pid}/maps") as file:
            for line in file:
                count += 1
                if count > most:  # to read a million takes a second, in which nobody is watched
                    return count, 0
                if "/dev/zero" in line:
                    span, _, start, *which = line.split()[:5]
                    first, last = (int(word, 16) for word in span.split("-"))
                    which = tuple(which)
                    shared[which] = max(shared.get(which, 0), int(start, 16) + last - first)
    return count, sum(shared.values()) + FOR_A_MAP * count


def sockets(pid):
    """Return how many sockets there are in the network of a process, and how many of them are of the internet's kinds."""
    words = []
    for table in ("sockstat", "sockstat6"):
        with contextlib.suppress(*GONE), open(f"/proc/{pid}/net/{table}") as file:
            words += [line.split() for line in file]
    used = sum(int(one[2]) for one in words if one[0] == "sockets:")
    return used, sum(int(one[at + 1]) for one in words for at, word in enumerate(one) if word in ("inuse", "orphan"))


def queued(pid):
    """Return the bytes that wait in the internet's sockets of a process's network: sent and not yet read."""
    waiting = 0
    for table in QUEUES:
        with contextlib.suppress(*GONE), open(f"/proc/{pid}/net/{table}") as file:
            next(file)
            for line in file:
                sent, _, come = line.split()[4].partition(":")
                waiting += int(sent, 16) + int(come, 16)
    return waiting


def locks():
    """Return how many locks of parts of files there are, by the id of the process that has or awaits them."""
    found = {}
    with contextlib.suppress(*GONE), open("/proc/locks") as file:
        for line in file:
            words = line.replace("->", "").split()
            found[int(words[4])] = found.get(int(words[4]), 0) + 1
    return found
