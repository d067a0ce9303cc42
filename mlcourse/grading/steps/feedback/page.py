"""The page of feedback in a form of its own: readable on a phone, by keyboard and by a screen reader."""

from pathlib import Path

from jinja2 import ChoiceLoader, FileSystemLoader

from mlcourse.grading.steps.feedback.formulas import drawing
from mlcourse.grading.steps.step import JudgeStep

PAGES = Path(__file__).parent / "pages"
TEMPLATE = "feedback_to_read.html.j2"


class ReadableFeedback(JudgeStep):
    """Give the exporter our template in place of nbgrader's; one that the course has chosen stays."""

    def preprocess(self, nb, resources):
        """Choose the template; the notebook is not changed.

        Parameters
        ----------
        nb : NotebookNode
            Graded.
        resources : dict
            nbconvert's.

        Returns
        -------
        tuple of NotebookNode and dict
            Both as they came.
        """
        exporter = self.parent
        if exporter.template_name == "feedback" and exporter.template_file == "index.html.j2":
            page = exporter.environment  # it has got its filters by now: one made anew would lack them
            page.loader = ChoiceLoader([page.loader, FileSystemLoader(PAGES)])
            exporter.template_file = TEMPLATE
            exporter.register_filter("markdown2html", drawing(page.filters["markdown2html"]))
        return nb, resources
