"""What a grader should know of a verdict, as a comment in the gradebook. After SaveAutoGrades, which clears comments."""

from nbgrader.api import Gradebook
from nbgrader.utils import is_solution

from mlcourse.grading.steps.step import JudgeStep


class RecordReasons(JudgeStep):
    """Say at an answer which of its tests ran beside it."""

    def preprocess(self, nb, resources):
        """Write the comments of one notebook.

        Parameters
        ----------
        nb : NotebookNode
            As `JudgedExecution` left it.
        resources : dict
            nbconvert's.

        Returns
        -------
        tuple of NotebookNode and dict
            Both as they came.
        """
        comments, answer = {}, None
        for cell in nb.cells:
            answer = cell.metadata.nbgrader["grade_id"] if is_solution(cell) else answer
            if answer and cell.metadata.get("judge", {}).get("kind") == "inside":
                comments.setdefault(answer, []).append(cell.metadata.nbgrader["grade_id"])
        if comments:
            self._record(comments, resources["nbgrader"])
        return nb, resources

    def _record(self, comments, about):
        with Gradebook(about["db_url"]) as gradebook:
            for answer, tests in comments.items():
                comment = gradebook.find_comment(answer, about["notebook"], about["assignment"], about["student"])
                said = [comment.auto_comment] if comment.auto_comment else []
                comment.auto_comment = " ".join([*said, _sentence(tests)])
            gradebook.db.commit()


def _sentence(tests):
    several = len(tests) > 1
    return (
        f"{'Tests' if several else 'Test'} {', '.join(tests)} ran in one process with this answer, as the author chose: "
        f"{'their verdicts are' if several else 'its verdict is'} less certain than others."
    )
