"""Where the author's locked cells stand among what a student has moved, added and thrown away."""


def put_back(sequence, author):
    """Move locked cells only as far as they must, and put missing ones in.

    A student's own order of their own cells stays: it is the order in which they ran. A locked cell comes after what the
    author has before it and before what the author has after it; where a student swapped those, a test comes last and a
    given cell first.

    Parameters
    ----------
    sequence : list of (str or None, cell)
        Of the submission: the author's name of each cell, each at most once, or None for a student's own.
    author : list of AuthorCell
        In the author's order.

    Returns
    -------
    list of (str or None, cell or None)
        With every cell of the author's that is locked or a solution; None stands for a cell that was missing.
    """
    placed = list(sequence)
    keys = [cell.key for cell in author]
    for place, cell in enumerate(author):
        before, after = set(keys[:place]), {other.key for other in author[place + 1 :] if not other.locked}
        present = [key for key, _ in placed]
        if cell.key not in present:
            if cell.locked or cell.role == "solution":
                _insert(placed, (cell.key, None), cell, before, after)
        elif cell.locked:
            here = present.index(cell.key)
            first, last = _bounds(placed, before, after)
            if not first < here < last:
                _insert(placed, placed.pop(here), cell, before, after)
    return placed


def _bounds(placed, before, after):
    """(index of the last cell that belongs before, index of the first that belongs after)."""
    first = max((i for i, (key, _) in enumerate(placed) if key in before), default=-1)
    last = min((i for i, (key, _) in enumerate(placed) if key in after), default=len(placed))
    return first, last


def _insert(placed, entry, cell, before, after):
    first, last = _bounds(placed, before, after)
    if cell.role == "test":
        place = first + 1
        while place < len(placed) and placed[place][0] is None:  # a student's own cells may be what it tests
            place += 1
    elif cell.role == "solution":
        own = (i for i, (key, _) in enumerate(placed) if key is None)
        place = min(first + 1, next(own, len(placed)))  # the answer may be in a cell of their own; a stub would undo it
    else:
        place = min(first + 1, last)
    placed.insert(place, entry)
