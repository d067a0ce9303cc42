"""What the reader of a story has been shown, and so what its next step must tell."""

import numpy as np

from mlcourse.trace.lines.memory import Held, as_told, numbers_of, shape_of


class Reader:
    """Knows what each name means to the reader, and finds out what changed since it was last told.

    ``grids`` are the arrays as they were when they were first named, ``told`` counts the numbers and marks so far.
    ``lost`` is to be set when what was taken as told did not reach the reader.
    """

    def __init__(self):
        self.grids, self.told, self.lost = {}, 0, False
        self._shown = {}  # name -> (what it means to the reader, its shape)
        self._held = {}  # id -> Held, at least for all that are shown and those that a running statement names
        self._room = 50

    def hold(self, value):
        """Remember how an array is now; of one that is shown it is known."""
        if id(value) in self._held:
            if not any(seen is value for seen, _ in self._shown.values()):
                self._held[id(value)].changes()
        elif numbers_of(value) is not None:
            self._held[id(value)] = Held(value)

    def changes(self, values):
        """Return (None, value, flat positions) of what changed, of what is shown and of these values."""
        looked_at = {id(value): value for value, _ in self._shown.values()} | {id(value): value for value in values}
        held = [self._held[key] for key in looked_at if key in self._held]
        found = [(None, one.value, one.changes()) for one in held]
        return [change for change in found if change[2].size]

    def make_room(self, named):
        """Now and then let go of the arrays that are neither shown nor among those that ``named()`` gives."""
        if len(self._held) > self._room:
            kept = {id(value) for value, _ in self._shown.values()} | set(map(id, named()))
            self._held = {key: held for key, held in self._held.items() if key in kept}
            self._room = 50 + 2 * len(self._held)

    def tell(self, read, wrote, bound, here, sums=(), also=()):
        """Return ``read``, ``wrote``, ``values`` and ``new`` of a `Step`, and take them as told.

        What is read and written comes as lists of (name, value, flat positions); None for a name stands for all that
        the reader knows it by. ``bound`` is the same for names that were given a value: there no memory was written.
        ``here`` is what names mean where the step stands; ``also`` is (name, value) of what else is to be shown.
        """
        self._forget_lists_of_other_things()
        named = [(name, value, False) for name, value, _ in read]
        named += [(name, value, True) for name, value, _ in wrote + bound]
        named += [(name, value, False) for name, value in also]
        named += [(n, here[n], False) for n, (v, _) in self._shown.items() if here.get(n, v) is not v]  # after a helper
        new = {name for name, value, written in named if name and self._introduce(name, value, sums, written)}
        new = {name: as_told(value) for name, (value, _) in self._shown.items() if name in new or self.lost}
        self.lost = False
        read, wrote = self._spread(read), self._spread(wrote, bound)
        for name in new.keys() & {name for name, _, _ in bound}:
            read.pop(name, None)  # what was read had another name
        values = {name: as_told(self._shown[name][0]).reshape(-1)[at] for name, at in wrote.items() if name not in new}
        for name, numbers in new.items():
            self.grids.setdefault(name, numbers)
        self.told += sum(a.size for marks in (read, wrote, new) for a in marks.values())
        return {"read": read, "wrote": wrote, "values": values, "new": new}

    def tell_all(self, here):
        """Return ``new`` of a step that shows everything as it stands now."""
        self.lost = True
        return {"new": self.tell([], [], [], here)["new"]}

    def _forget_lists_of_other_things(self):
        for name, (value, _) in [*self._shown.items()]:
            if type(value) is list and numbers_of(value) is None:
                del self._shown[name]

    def _introduce(self, name, value, sums, written):
        """Show a value under a name, and return whether that is another than the reader knows."""
        before, known = self._shown.get(name, (None, None))
        if before is value and known is not None and getattr(value, "shape", None) == known:
            return False
        shape = shape_of(name, value, sums)
        if shape is None or (before is value and known == shape):
            return False
        self.hold(value)
        held = self._held.get(id(value))
        if held and held.overlaps_itself() and any(True for _ in self._holders(held)):
            return False  # sliding windows show as marks in what they are windows of
        self._shown[name] = value, shape
        if known != shape or id(before) in self._held:
            return True
        return not written and not np.array_equal(before, value, equal_nan=True)

    def _holders(self, held):
        """What is shown and holds the memory of something."""
        for name, (value, _) in self._shown.items():
            holder = self._held.get(id(value))
            if holder and held.lies_in(holder):
                yield name, holder

    def _spread(self, marks, bound=()):
        """Marks under every name by which the reader sees the same memory."""
        spread = {name: [positions] for name, _, positions in bound}
        for name, value, positions in marks:
            held = self._held.get(id(value))
            for other in [n for n, (seen, _) in self._shown.items() if seen is value] if held else [name]:
                spread.setdefault(other, []).append(positions)
            for other, holder in self._holders(held) if held else ():
                spread.setdefault(other, []).append(held.positions_in(holder, positions))
        joined = {name: at[0] if len(at) == 1 else np.unique(np.concatenate(at)) for name, at in spread.items()}
        sizes = {name: np.prod(shape, dtype=int) for name, (_, shape) in self._shown.items()}  # a list may have shrunk
        joined = {name: at[at < sizes[name]] for name, at in joined.items() if name in sizes}
        return {name: at for name, at in joined.items() if at.size}
