"""A feedback page without the hidden tests."""

from nbgrader.preprocessors import ClearHiddenTests

from mlcourse.grading.steps.step import JudgeStep

INSTEAD = "# (hidden tests)"


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
        lines, hidden = [], False
        for line in cell.source.split("\n"):
            if marks.begin_test_delimeter in line:
                if not hidden:
                    lines.append(line[: len(line) - len(line.lstrip())] + INSTEAD)
                hidden = True
            elif marks.end_test_delimeter in line:
                hidden = False
            elif not hidden:
                lines.append(line)
        cell.source = "\n".join(lines)
        cell.metadata.get("judge", {}).pop("detail", None)
        return cell, resources
