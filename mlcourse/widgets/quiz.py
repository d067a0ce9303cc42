"""A question with one right answer; a wrong one is met with the misconception behind it."""

import html
from numbers import Number

import numpy as np
import traitlets

from mlcourse.trace.formula import number
from mlcourse.widgets import front
from mlcourse.widgets.course_widget import CourseWidget, table_html

TRIES_BEFORE_THE_ANSWER = 3


class Quiz(CourseWidget):
    """Ask for a number, a choice or cells of a table; make one with `ask`, `choose`, `mark` or `about`.

    A wrong answer that is known gets its sentence, and its hint when asked for. The answer is shown after three tries.
    It all happens in the page, so it works without a kernel too.

    Attributes
    ----------
    tries : list
        What was answered so far: numbers, texts, or lists of flat positions.
    solved : bool
        Whether the last of them is right.

    See Also
    --------
    Prediction : a question that nobody judges.
    """

    code = front.code("quiz.js")
    question = traitlets.Unicode().tag(sync=True)
    kind = traitlets.Enum(["number", "choice", "cells"]).tag(sync=True)
    right = traitlets.Any().tag(sync=True)  # a number, a text, or sorted flat positions
    explains = traitlets.Unicode().tag(sync=True)
    known = traitlets.List().tag(sync=True)  # {"answer", "says", "hint"} of each known wrong answer
    hints = traitlets.List(traitlets.Unicode()).tag(sync=True)
    choices = traitlets.List(traitlets.Unicode()).tag(sync=True)
    table = traitlets.Dict().tag(sync=True)  # {"name", "shape", "values"}
    patience = traitlets.Int(TRIES_BEFORE_THE_ANSWER).tag(sync=True)
    tries = traitlets.List().tag(sync=True)

    def __init__(self, question, kind, right, *, explains="", known=(), hints=(), key="", **more):
        known = [{"answer": answer, "says": says, "hint": hint} for answer, says, hint in known]
        super().__init__(
            label=f"Question: {question}",
            question=question,
            kind=kind,
            right=right,
            explains=explains,
            known=known,
            hints=list(hints),
            **more,
        )
        key = key or question
        kept = self.answers.get(key)
        if isinstance(kept, dict) and kept.get("right") == right and isinstance(kept.get("tries"), list):
            self.tries = kept["tries"]  # of another question of that name nothing is brought back
        self.observe(lambda _: self._keep(key), "tries")
        self.tell_answers()

    @classmethod
    def ask(cls, question, right, *, wrong=(), **more):
        """Ask for a number.

        Parameters
        ----------
        question : str
            Plain text.
        right : number
            Right is what agrees with it in the digits that were written, two at least.
        wrong : dict or list of (number, str, str)
            Wrong answers with a sentence, and a hint: ``[(-14.8, "That is the last placement alone.", "Add ...")]``.
        explains : str, optional
            What is told once it is solved.
        hints : list of str, optional
            Given one by one.
        key : str, optional
            Under which the tries are kept beside the notebook; by default the question itself.

        Returns
        -------
        Quiz

        Raises
        ------
        TypeError, ValueError
            If an answer is no finite number, or a wrong answer is right.
        """
        right = _finite("right", right)
        known = [(_finite("wrong", answer), says, hint) for answer, says, hint in wrong]
        for answer, says, _ in known:
            if agrees(answer, right):
                raise ValueError(
                    f"The wrong answer {number(answer)} ({says}) is the right one. Ask about another number."
                )
        return cls(question, "number", right, known=known, **more)

    @classmethod
    def about(cls, exercise, arguments, pick, question, *, options=None, **more):
        """Ask for a number that an exercise's function gives; its misconceptions are the known wrong answers.

        Parameters
        ----------
        exercise : mlcourse.diagnosis.Exercise
            Such as ``check.conv2d_backward``.
        arguments : tuple
            What the function is called with.
        pick : callable
            Gets the function's answers and returns the number that is asked for.
        question : str
        options : dict, optional
            Keyword arguments of the function.
        **more
            As for `ask`.

        Returns
        -------
        Quiz

        Raises
        ------
        ValueError
            If no misconception gives another number: then the question is about something else.
        """

        def picked(function):
            answers = function(*(np.array(a, dtype=float) for a in arguments), **(options or {}))
            return float(pick(*answers) if isinstance(answers, tuple) else pick(answers))

        right, known = picked(exercise.right), {}
        for misconception in exercise.misconceptions.values():
            try:
                answer = picked(misconception.function)
            except Exception:  # a wrong way need not work on every input
                continue
            if np.isfinite(answer) and not agrees(answer, right):
                known.setdefault(round(answer, 9), (answer, misconception.says, misconception.hint))
        if not known:
            raise ValueError(
                f"Every misconception of {exercise.name} gives the right number here, {number(right)}. "
                "Ask about another number, or with other arguments."
            )
        return cls.ask(question, right, wrong=list(known.values()), **more)

    @classmethod
    def choose(cls, question, choices, right, *, wrong=(), **more):
        """Ask to choose one of several texts.

        Parameters
        ----------
        question : str
        choices : list of str
        right : str
            One of them.
        wrong : list of (str, str, str)
            Choices with a sentence, and a hint.
        **more
            As for `ask`.

        Returns
        -------
        Quiz

        Raises
        ------
        ValueError
            If a text is not among the choices.
        """
        for text in (right, *(answer for answer, _, _ in wrong)):
            if text not in choices:
                raise ValueError(f"{text!r} is not among the choices {choices}.")
        return cls(question, "choice", right, known=wrong, choices=list(choices), **more)

    @classmethod
    def mark(cls, question, array, right, *, name="x", wrong=(), **more):
        """Ask to mark cells of a table, such as those of x that an output sees.

        Parameters
        ----------
        question : str
        array : array, shape (H, W)
        right : index or array of bool
            What ``array`` may be indexed with: ``np.s_[0:2, 1:3]``.
        name : str
            What the table is called.
        wrong : list of (index, str, str)
            Marked cells with a sentence, and a hint.
        **more
            As for `ask`.

        Returns
        -------
        Quiz

        Raises
        ------
        ValueError
            If the array has not two axes, or there is nothing to mark.
        """
        array = np.asarray(array, dtype=float)
        if array.ndim != 2:
            raise ValueError(f"array has shape {array.shape}; expected two axes (H, W). Pick one: array[0, 0].")
        places = np.arange(array.size).reshape(array.shape)

        def marked(index):
            return sorted(int(p) for p in np.ravel(places[index]))

        if not marked(right):
            raise ValueError(f"right is {right}, which marks no cell of shape {array.shape}.")
        known = [(marked(index), says, hint) for index, says, hint in wrong]
        table = {"name": name, "shape": list(array.shape), "values": array.ravel().tolist()}
        return cls(question, "cells", marked(right), known=known, table=table, **more)

    @property
    def solved(self):  # noqa: D102 - told in the class
        if not self.tries:
            return False
        last = self.tries[-1]
        return agrees(last, self.right) if self.kind == "number" else last == self.right

    def _keep(self, key):
        self.answers.put(key, {"right": self.right, "tries": self.tries})
        self.tell_answers()

    def as_html(self):  # noqa: D102 - told in the base class
        choices = "".join(f"<li>{html.escape(choice)}</li>" for choice in self.choices)
        table = ""
        if self.table:
            rows = np.reshape(self.table["values"], self.table["shape"])
            table = table_html(self.table["name"], [[number(v) for v in row] for row in rows])
        return f"<p><strong>Question.</strong> {html.escape(self.question)}</p><ul>{choices}</ul>{table}"

    @classmethod
    def example(cls):
        """Return one to try, for tests and pictures: the slide's gradient of the first weight."""
        from mlcourse import check

        g, x = np.full((1, 1, 2, 1), -7.4), np.reshape([3.0, 1, 2, 1, 0, 7], (1, 1, 3, 2))
        w = np.reshape([0.1, 0, 0, 0.1], (1, 1, 2, 2))
        return cls.about(
            check.conv2d_backward,
            (g, x, w),
            lambda grad_x, grad_w, grad_b: grad_w[0, 0, 0, 0],
            "The gradient of both outputs is -7.4. What is the gradient of the weight in the first row and column?",
            explains="-7.4 × 3 + -7.4 × 2: the weight met the pixels 3 and 2.",
            hints=["Which pixel does this weight lie on in the first placement? And in the second?"],
        )


def agrees(answer, right):
    """Whether a number is right as far as it was written: to one part in 200.

    Parameters
    ----------
    answer, right : number

    Returns
    -------
    bool
    """
    return abs(answer - right) <= 0.005 * abs(right) + 1e-12


def _finite(name, value):
    if isinstance(value, bool) or not isinstance(value, Number | np.generic) or not np.isfinite(value):
        raise TypeError(f"{name} is {value!r}; expected a finite number.")
    return float(value)
