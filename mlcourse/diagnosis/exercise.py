"""What an exercise asks for, on which inputs it is tried, and which wrong ways are known by name."""

import contextlib
import copy
import inspect
import io
import math
import textwrap
import zlib
from dataclasses import dataclass

import numpy as np

from mlcourse.diagnosis import attempt, compare, unseen
from mlcourse.diagnosis.secret import secret
from mlcourse.diagnosis.verdict import Example, Verdict
from mlcourse.ops._arrays import to_numpy

DRAWS = 8  # inputs a part is tried on; several, so that no accident passes and a small one can serve as example
SLIGHT = 1e-4  # a difference that an example, shown with four digits, would hide


@contextlib.contextmanager
def quiet():
    """Let nothing through that a student's function prints; it may be its input."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def _listed(names):
    return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]


def _size(a):
    return math.prod(a.shape) if hasattr(a, "shape") else len(a) if isinstance(a, list) else 0


@dataclass(frozen=True)
class Misconception:
    """A wrong way that students take, as a function, with words for it.

    Attributes
    ----------
    name : str
    says, hint : str
        First and second paragraph of the function's docstring.
    function : callable
        Same arguments and answers as the right function; uses NumPy, ``right`` and its arguments only.
    """

    name: str
    says: str
    hint: str
    function: object

    @classmethod
    def told_by(cls, function):
        """Take name, sentence and hint from a function.

        Parameters
        ----------
        function : callable

        Returns
        -------
        Misconception
        """
        says, hint, *_ = [*(" ".join(p.split()) for p in inspect.getdoc(function).split("\n\n")), ""]
        return cls(function.__name__, says, hint, function)


class Exercise:
    """A function that students write, judged against a right one.

    Parameters
    ----------
    right : callable
        The right function.
    answers : tuple of str
        What it returns, by name.
    name : str, optional
        What students call it, where that is not the right function's name.
    seconds : float
        Longest time for one call on a small input.

    Raises
    ------
    ValueError
        When called with a part that is not there.
    """

    def __init__(self, right, *, answers, name="", seconds=5.0):
        self.right, self.answers, self.seconds = right, answers, seconds
        self.name = name or right.__name__
        self.parts = {}
        self.misconceptions = {}

    def part(self, draw):
        """Decorate ``draw(rng) -> (arguments, options)``; its docstring says what the part is about."""
        self.parts[draw.__name__] = draw
        return draw

    def misconception(self, wrong):
        """Decorate a wrong function; its docstring says what went wrong, and then gives a hint."""
        self.misconceptions[wrong.__name__] = Misconception.told_by(wrong)
        return wrong

    def __call__(self, function, part=None, *, hidden=False):
        """Try a student's function.

        Parameters
        ----------
        function : callable
            What the student wrote.
        part : str, optional
            One part; without it all parts, until one goes wrong.
        hidden : bool
            Draw the inputs from the instructor's secret and show no example.

        Returns
        -------
        Verdict
            True where right. ``require()`` turns anything else into an error.
        """
        if part is not None and part not in self.parts:
            raise ValueError(f"{self.name} has no part {part!r}; its parts are {', '.join(self.parts)}.")
        for name in self.parts if part is None else [part]:
            verdict = self._judge(function, name, hidden)
            if not verdict:
                return verdict
        return Verdict(
            self.name, part or ", ".join(self.parts), "right", "Right on every input that was tried.", hidden=hidden
        )

    def draws(self, part, *, hidden=False):
        """Inputs of a part, smallest first: a list of (arguments, options)."""
        seed = [secret() if hidden else 0, zlib.crc32(f"{self.name}/{part}".encode())]
        drawn = [self.parts[part](rng) for rng in np.random.default_rng(seed).spawn(DRAWS)]
        return sorted(drawn, key=lambda draw: sum(_size(a) for a in draw[0]))

    def _judge(self, function, part, hidden):
        draws, differing, plain = self.draws(part, hidden=hidden), [], None
        for arguments, options in draws:
            with quiet() if hidden else contextlib.nullcontext():
                tried = attempt.attempt(function, arguments, options, seconds=self.seconds)
            expected = compare.as_answers(self.right(*arguments, **options), self.answers)
            kind, says, hint = tried.problem or ("", "", "")
            wrong = {}
            if not kind:
                kind, says, hint, wrong = compare.differences(tried.answer, expected)
            if kind and kind != "wrong":  # shows by itself; the smallest input is the best example
                if plain is None:
                    plain = self._plain(part, kind, says, hint, arguments, options, hidden)
                if not wrong:
                    return plain
            differing.append((arguments, options, compare.as_answers(tried.answer, self.answers), expected, wrong))
        failed = [d for d in differing if d[-1]]
        if not failed:
            return Verdict(self.name, part, "right", "Right on every input that was tried.", hidden=hidden)
        verdict = self._name(part, differing, failed[0], hidden)
        unnamed = {name for d in failed for name, off in d[-1].items() if off == math.inf} - set(verdict.named)
        return plain if unnamed else verdict  # a shape that no misconception gives

    def _plain(self, part, kind, says, hint, arguments, options, hidden):
        """Judge what needs no comparison of numbers; a hidden input does not show, not even in an error's text."""
        if hidden:
            says, hint = unseen.worded(kind, says, hint)
        shown = None if hidden or kind in ("not_attempted", "library") else self._example(arguments, options)
        return Verdict(self.name, part, kind, says, hint, example=shown, hidden=hidden)

    def _example(self, arguments, options, *answer):
        names = inspect.signature(self.right).parameters
        return Example(dict(zip(names, arguments, strict=False)), options, *answer)

    def _name(self, part, differing, smallest, hidden):
        """Find for each wrong answer the misconception that gives the same numbers on every input."""
        arguments, options, got, expected, _ = smallest
        wrong = [name for name in self.answers if any(name in d[-1] for d in differing)]
        named, counted = {}, isinstance(smallest[3][wrong[0]], int)
        for answer in wrong:
            told_by = wrong if counted else [answer]  # small numbers agree by accident, so a name must explain them all
            for misconception in self.misconceptions.values():
                if all(self._matches(misconception, one, d) for d in differing for one in told_by):
                    named[answer] = misconception.name
                    break
        told = {}  # misconception -> the answers it explains
        for answer in wrong:
            told.setdefault(named.get(answer), []).append(answer)
        unnamed, says, hints = told.pop(None, []), [], []
        for name, explained in told.items():  # several sentences: each begins with what it is about
            about = f"{_listed(explained)}: " if len(told) > 1 or unnamed else ""
            says.append(about + self.misconceptions[name].says)
            hints.append(about + self.misconceptions[name].hint)
        slight = unnamed and max(d[-1].get(answer, 0.0) for d in differing for answer in unnamed) < SLIGHT
        if unnamed:
            differ = f"{_listed(unnamed)} {'differs' if len(unnamed) == 1 else 'differ'} from what is right"
            says.append(f"{differ}, if only by less than {SLIGHT:g}." if slight else f"{differ}.")
        if slight:
            hints.append(
                "Was a small number added somewhere, or cut off? Or is there a line that calculates in float32?"
            )
        elif not told and not hidden:
            hints.append("Work one of the numbers below out by hand, and compare.")
        if right := [answer for answer in self.answers if answer not in wrong]:
            says.append(f"{_listed(right)} {'is' if len(right) == 1 else 'are'} right.")
        shown = next((a for a in wrong if a in smallest[-1]), wrong[0])
        pair = (shown, to_numpy(expected[shown]), to_numpy(got[shown]))
        return Verdict(
            self.name,
            part,
            "misconception" if told else "wrong",
            " ".join(says),
            " ".join(hints),
            named=named,
            example=None if hidden else self._example(arguments, options, *pair),
            hidden=hidden,
        )

    def _matches(self, misconception, answer, tried):
        arguments, options, got, expected, _ = tried
        plain = [to_numpy(a).astype(float) if hasattr(a, "shape") else copy.deepcopy(a) for a in arguments]
        try:
            theirs = misconception.function(*plain, **options)
            theirs = np.asarray(compare.as_answers(theirs, self.answers)[answer], dtype=float)
            got = to_numpy(got[answer]).astype(float)
        except Exception:  # a wrong way need not work everywhere; where it does not, it is not the one
            return False
        return theirs.shape == got.shape and compare.close(got, theirs, compare.tolerance(expected[answer]))

    def source(self, name):
        """Text of a misconception's function, without its decorator."""
        text = textwrap.dedent(inspect.getsource(self.misconceptions[name].function))
        return text[text.index("def ") :]
