"""What is the same for all submissions of one run of a command is read once."""

from weakref import WeakKeyDictionary

_READ = WeakKeyDictionary()  # the command that is running -> key -> (state, value)


def once(step, key, state, read):
    """Return what was read before in this run, or read it now.

    Parameters
    ----------
    step : JudgeStep
        Of the command that is running. Another run, as in the formgrader, reads anew.
    key : hashable
        What it is.
    state : object
        If it is another than before, it is read anew; see `state_of`.
    read : callable
        Without arguments.

    Returns
    -------
    object
        Not to be changed.
    """
    known = _READ.setdefault(step.converter, {})
    if key not in known or known[key][0] != state:
        known[key] = state, read()
    return known[key][1]


def state_of(*paths):
    """Return what changes with a file: time, size and number of each; folders are walked.

    Parameters
    ----------
    *paths : Path
        Need not exist.

    Returns
    -------
    list of tuple
    """
    found = []
    for path in paths:
        for one in sorted([path, *path.rglob("*")]):
            try:
                about = one.stat()
            except OSError:
                found.append((str(one),))
            else:
                found.append((str(one), about.st_mtime_ns, about.st_size, about.st_ino))
    return found
