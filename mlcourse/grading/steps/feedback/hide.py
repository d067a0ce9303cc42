"""A feedback page without the hidden tests."""

from nbgrader.preprocessors import ClearHiddenTests

from mlcourse.grading.judge.regions import without
from mlcourse.grading.steps.step import JudgeStep


class HideHidden(JudgeStep):
    """Put one line in place of each hidden region of a test; where one does not end, all after its beginning goes."""

    def preprocess_cell(self, cell, resources, index):
        """Hide the regions of one cell.

        Parameters
        ----------
        cell : NotebookNode
            Graded or not.
        resources : dict
            nbconvert's.
        index : int
            Its place in the notebook.

        Returns
        -------
        tuple of NotebookNode and dict
            The cell without hidden lines, and `resources`.
        """
        marks = ClearHiddenTests(parent=self)
        cell.source = without(cell.source, marks.begin_test_delimeter, marks.end_test_delimeter)
        cell.metadata.get("judge", {}).pop("detail", None)
        return cell, resources
