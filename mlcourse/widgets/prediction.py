"""A question to be answered in words before the answer is shown."""

import html

import traitlets

from mlcourse.widgets import front
from mlcourse.widgets.course_widget import CourseWidget


class Prediction(CourseWidget):
    """Ask for a prediction in a student's own words; it is kept beside the notebook, and nobody judges it.

    Parameters
    ----------
    question : str
        Plain text.
    key : str
        Under which the words are kept; by default the question itself.

    Attributes
    ----------
    words : str
        What the student wrote.
    """

    code = front.code("prediction.js")
    question = traitlets.Unicode().tag(sync=True)
    words = traitlets.Unicode().tag(sync=True)

    def __init__(self, question, *, key=""):
        super().__init__(label="Your prediction", question=question)
        key = key or question
        kept = self.answers.get(key, "")
        self.words = kept if isinstance(kept, str) else ""
        self.observe(lambda _: self._keep(key), "words")
        self.tell_answers()

    def _keep(self, key):
        self.answers.put(key, self.words)
        self.tell_answers()

    def as_html(self):  # noqa: D102 - told in the base class
        words = f"<p>{html.escape(self.words)}</p>" if self.words else ""
        return f"<p><strong>Predict.</strong> {html.escape(self.question)}</p>{words}"

    @classmethod
    def example(cls):
        """Return one to try, for tests and pictures."""
        return cls("Which two numbers come out, and what is their sum?")
