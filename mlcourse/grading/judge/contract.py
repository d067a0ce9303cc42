"""What crossed when the author's own solution was judged, and so may cross again; nothing else may stand for an answer.

A *path* says where something came from: ``relu`` a name, ``relu()`` what it gave, ``Net().weight`` an attribute,
``primes()[]`` what came out of it one by one, ``apply()<-`` what was handed to a function of the author's on the way.
"""

from dataclasses import dataclass, field

from mlcourse.grading.judge import operations

ALWAYS = {"iterator"}  # its elements are values, or are looked at themselves
# What could decide a comparison in the place of the author's test. Attributes and methods cannot: they give values.
SINGLE = "bool contains len getitem int float index complex round reversed neg pos abs invert"
DECIDING = operations.BINARY | {f"__{name}__" for name in SINGLE.split()}


class NotAnAnswer(BaseException):
    """The student's side gave an object where the reference gave a value, or would decide what the reference did not.

    No test can catch it by accident: it fails the test in any case.
    """


@dataclass
class Contract:
    """What the reference run let cross.

    Attributes
    ----------
    recording : bool
        Whether this is the reference run.
    crossed : dict of str to list of str
        Path -> kinds of things that stay on the student's side and crossed as a reference.
    operations : dict of str to list of str
        Path -> what was asked of such a thing.
    changed : list of str
        Paths whose calls change their arguments in place.
    """

    recording: bool = True
    crossed: dict = field(default_factory=dict)
    operations: dict = field(default_factory=dict)
    changed: list = field(default_factory=list)

    def crossing(self, path, kind, what):
        """Note, or judge, that a thing of the student's crosses as a reference."""
        if self.recording:
            _note(self.crossed, path, kind)
        elif kind not in ALWAYS and kind not in self.crossed.get(path, ()) and not self._is_method(path, kind):
            due = f"expected {_listed(self.crossed[path])}" if path in self.crossed else "expected a value"
            raise NotAnAnswer(f"`{path}` gave {what}; {due}, such as the reference gave.")

    def _is_method(self, path, kind):
        """Of an object that may cross, a test may call other methods than it did in the reference run."""
        owner, _, name = path.rpartition(".")
        return kind == "callable" and name.isidentifier() and owner in self.crossed

    def operation(self, path, name, what):
        """Note, or judge, that something is asked of such a thing that may decide."""
        if self.recording:
            _note(self.operations, path, name)
        elif name not in self.operations.get(path, ()):
            raise NotAnAnswer(f"`{path}` gave {what}, whose own {name} would decide here; the reference needs none.")

    def changes(self, path):
        """Note that a call changed its arguments; say whether the reference did so."""
        if self.recording and path not in self.changed:
            self.changed.append(path)
        return path in self.changed

    def as_data(self):
        """Return it as plain JSON."""
        return {"crossed": self.crossed, "operations": self.operations, "changed": self.changed}

    @classmethod
    def of(cls, data):
        """Make one from `as_data`, to be kept to; from None a new one that records."""
        return cls() if data is None else cls(False, **{key: data[key] for key in ("crossed", "operations", "changed")})

    def weak(self, before):
        """Say what the student's own classes decide, of what was recorded since ``before`` (an `as_data`)."""
        said = []
        for path, names in self.operations.items():
            new = [name for name in names if name not in before["operations"].get(path, ())]
            deciding = [name for name in new if name in DECIDING]
            if deciding:
                said.append(f"the student's own class decides {', '.join(deciding)} of {path}")
        for path in self.changed:
            if path not in before["changed"]:
                said.append(f"{path} changes its arguments in place")
        return said


def join(path, more):
    """Lengthen a path; a repeated attribute or element (``node.next.next``) counts once."""
    return path if more != "()" and path.endswith(more) else path + more


def _note(table, path, entry):
    if entry not in table.setdefault(path, []):
        table[path].append(entry)


def _listed(kinds):
    return " or ".join({"callable": "a function", "exception": "an exception class"}.get(k, f"an {k}") for k in kinds)
