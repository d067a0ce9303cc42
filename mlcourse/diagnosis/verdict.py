"""The answer to an answer: what is wrong, in a sentence, with a hint and the smallest example. Never the solution."""

import html
from dataclasses import dataclass, field, replace

import numpy as np

from mlcourse.ops._arrays import to_numpy

KINDS = (
    "right", "misconception", "wrong", "not_attempted", "raised", "changed_input",
    "shape", "dtype", "not_finite", "too_slow", "library",
)  # fmt: skip


@dataclass(frozen=True)
class Example:
    """An input to look at, and where it was possible what came and what should have come.

    Attributes
    ----------
    arguments : dict of str to array
    options : dict
    answer : str
        Which answer is shown, or empty.
    expected, got : numpy.ndarray or None
    """

    arguments: dict
    options: dict
    answer: str = ""
    expected: np.ndarray | None = None
    got: np.ndarray | None = None

    def rows(self):
        """Text pairs (name, value) to print."""
        for name, a in self.arguments.items():
            yield name, _array(a) if hasattr(a, "shape") else _list(a) if isinstance(a, list) else repr(a)
        for name, value in self.options.items():
            yield name, repr(value)
        if self.answer:
            yield f"expected {self.answer}", _array(self.expected)
            yield f"your {self.answer}", _array(self.got)


@dataclass(frozen=True)
class Verdict:
    """How an answer did; true where right.

    Attributes
    ----------
    exercise, part : str
    kind : str
        One of ``KINDS``.
    says, hint : str
    named : dict of str to str
        Wrong answer -> the misconception that gives the same numbers.
    example : Example or None
        The smallest input that went wrong; None where it is hidden.
    hidden : bool
        Whether the input is: then nothing in the verdict tells of it.
    """

    exercise: str
    part: str
    kind: str
    says: str
    hint: str = ""
    named: dict = field(default_factory=dict)
    example: Example | None = None
    hidden: bool = False

    def __bool__(self):
        return self.kind == "right"

    def require(self):
        """Raise ``AssertionError`` with the verdict's text unless the answer is right.

        On a hidden input the error's ``feedback`` is that text too: whoever grades may hand it on, since it was made for that.
        """
        if not self:
            error = AssertionError(str(self))
            if self.hidden:
                error.feedback = str(replace(self, example=None))
            raise error

    def __str__(self):
        lines = [f"{self.exercise} ({self.part}): {'right' if self else 'not yet'}. {self.says}"]
        if self.hint:
            lines.append(f"Hint: {self.hint}")
        for name, value in self.example.rows() if self.example else ():
            lines.append(f"  {name} = " + value.replace("\n", "\n" + " " * (len(name) + 5)))
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self):
        mark, edge = ("✓ Right", "#009E73") if self else ("✗ Not yet", "#D55E00")
        rows = "".join(
            f'<tr><th style="text-align:left;vertical-align:top">{html.escape(name)}</th>'
            f'<td style="text-align:left"><pre style="margin:0;background:none">{html.escape(value)}</pre></td></tr>'
            for name, value in (self.example.rows() if self.example else ())
        )
        return (
            f'<div style="border-left:4px solid {edge};padding:2px 12px">'
            f"<p><strong>{mark}</strong> {html.escape(self.exercise)}, {html.escape(self.part)}</p>"
            f"<p>{html.escape(self.says)}</p>"
            + (f"<p><strong>Hint</strong> {html.escape(self.hint)}</p>" if self.hint else "")
            + (f"<table>{rows}</table>" if rows else "")
            + "</div>"
        )


def _list(a):
    """One entry a line, where they are more than a few words."""
    text = repr(a)
    return text if len(text) <= 60 else "[" + ",\n ".join(map(repr, a)) + "]"


def _array(a):
    a = to_numpy(a)
    return np.array2string(a, precision=4, suppress_small=True, threshold=60)
