"""What was trained is right where it does well enough on cases that it has not seen; there are no equal numbers to ask for."""

import contextlib
import zlib

import numpy as np

from mlcourse.diagnosis import attempt, unseen
from mlcourse.diagnosis.exercise import Misconception, quiet
from mlcourse.diagnosis.secret import secret
from mlcourse.diagnosis.verdict import Verdict
from mlcourse.ops._arrays import to_numpy


class Scored:
    """Something that students train, judged by a score on new cases.

    Parameters
    ----------
    use : callable
        ``use(trained, inputs)`` returns what ``trained`` makes of the inputs, in the shape of their truth.
    score : callable
        ``score(outputs, truth)`` of two NumPy arrays is a number; larger is better.
    least : float
        The score that passes.
    name : str
        What the exercise is called.
    count : int
        How many new cases are drawn.
    of : str
        What they are called.
    seconds : float
        Longest time for all of them.

    Attributes
    ----------
    signs : dict of str to Misconception
        What is known to go wrong, and how it shows.
    """

    def __init__(self, use, score, *, least, name, count=32, of="new cases", seconds=60.0):
        self.use, self.score, self.least, self.name = use, score, least, name
        self.count, self.of, self.seconds = count, of, seconds
        self.signs = {}

    def sign(self, shows):
        """Decorate ``shows(trained, outputs, truth) -> bool``; its docstring says what went wrong, and then gives a hint."""
        self.signs[shows.__name__] = Misconception.told_by(shows)
        return shows

    def draw(self, cases, *, hidden=False):
        """Draw new cases: the same each time, from the instructor's secret where they are hidden.

        Parameters
        ----------
        cases : callable
            ``cases(n, rng)`` returns inputs and truth of ``n`` cases, as NumPy arrays.
        hidden : bool

        Returns
        -------
        inputs, truth : numpy.ndarray
        """
        seed = [secret() if hidden else 0, zlib.crc32(self.name.encode())]
        return cases(self.count, np.random.default_rng(seed))

    def __call__(self, trained, cases, *, hidden=False):
        """Try what a student has trained.

        Parameters
        ----------
        trained : callable
        cases : callable
            As for `draw`.
        hidden : bool
            Draw the cases from the instructor's secret.

        Returns
        -------
        Verdict
            True where the score is reached. ``require()`` turns anything else into an error.
        """
        inputs, truth = self.draw(cases, hidden=hidden)
        if not callable(trained):
            says, hint = "There is no network here yet.", "Make one in the cells above."
            return self._verdict(hidden, "not_attempted", says, hint)
        with quiet() if hidden else contextlib.nullcontext():
            tried = attempt.attempt(
                lambda inputs: self.use(trained, inputs), (inputs,), {}, seconds=self.seconds, by_hand=False
            )
        if tried.problem:
            kind, says, hint = tried.problem
            says = unseen.worded(kind, says, hint)[0] if hidden else says
            if kind == "too_slow":
                says, hint = f"Your network had no answer after {self.seconds:g} seconds.", "Is it much too large?"
            hint = "Does it run on the images that it was trained on?" if kind == "raised" else hint
            return self._verdict(hidden, kind, says.replace("Your function", "Your network"), hint)
        if not hasattr(tried.answer, "shape"):
            says = f"Your network's answer is a {type(tried.answer).__name__}; expected a tensor."
            hint = "If it returns several things, let it return the one that is asked for."
            return self._verdict(hidden, "dtype", unseen.worded("dtype", says, hint)[0] if hidden else says, hint)
        outputs = to_numpy(tried.answer)
        if outputs.shape != truth.shape:
            says = f"Your network's answer has the wrong shape: {outputs.shape}; expected {truth.shape}."
            hint = "Follow the shape from step to step: where does it become another?"
            return self._verdict(hidden, "shape", unseen.worded("shape", says, hint)[0] if hidden else says, hint)
        if not np.isfinite(outputs).all():
            return self._verdict(
                hidden,
                "not_finite",
                "Your network's answer contains NaN or infinite numbers.",
                "From which step on is the loss no number? Look for a division by 0, a logarithm of 0, a rate far too large.",
            )
        reached = float(self.score(outputs, truth))
        says = f"Your network reaches {reached:.2f} on {self.of}; {self.least:.2f} is wanted."
        if reached >= self.least:
            return self._verdict(hidden, "right", says)
        for sign in self.signs.values():
            if sign.function(trained, outputs, truth):
                told = f"{says} {sign.says}"
                return self._verdict(hidden, "misconception", told, sign.hint, named={"score": sign.name})
        hint = "Does the loss fall? Look at a few answers beside the true ones: what is missing, and what is too much?"
        return self._verdict(hidden, "wrong", says, hint)

    def _verdict(self, hidden, kind, says, hint="", **more):
        return Verdict(self.name, self.of, kind, says, hint, hidden=hidden, **more)
