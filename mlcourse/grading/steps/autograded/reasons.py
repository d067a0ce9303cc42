"""What a grader should know of a verdict, as a comment in the gradebook. After SaveAutoGrades, which clears comments."""

from nbgrader.api import Gradebook
from nbgrader.utils import is_solution, is_task

from mlcourse.grading.steps.feedback.repairs import listed
from mlcourse.grading.steps.step import JudgeStep


class RecordReasons(JudgeStep):
    """Say at an answer which of its tests ran beside it, and what was mended."""

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
        inside, answers = {}, []
        for cell in nb.cells:
            if is_solution(cell):
                answers.append(cell.metadata.nbgrader["grade_id"])
            if answers and cell.metadata.get("judge", {}).get("kind") == "inside":
                inside.setdefault(answers[-1], []).append(cell.metadata.nbgrader["grade_id"])
        comments = {answer: [_sentence(tests)] for answer, tests in inside.items()}
        for repair in listed(nb) if answers else ():
            # A repair of an answer stands at it, any other at the first.
            answer = next((name for name in answers if f"cell {name!r}" in repair), answers[0])
            comments.setdefault(answer, []).append(f"Before grading: {repair}")
        tasks = [cell.metadata.nbgrader["grade_id"] for cell in nb.cells if is_task(cell)]
        if comments or tasks:
            self._record(comments, tasks, resources["nbgrader"])
        return nb, resources

    def _record(self, comments, tasks, about):
        where = about["notebook"], about["assignment"], about["student"]
        with Gradebook(about["db_url"]) as gradebook:
            for answer, sentences in comments.items():
                comment = gradebook.find_comment(answer, *where)
                said = [comment.auto_comment] if comment.auto_comment else []
                comment.auto_comment = " ".join([*said, *sentences])
            # nbgrader gives a missing notebook 0 everywhere, and takes that back only from what it tests.
            for task in tasks:
                grade = gradebook.find_grade(task, *where)
                if grade.auto_score is not None:
                    grade.auto_score, grade.needs_manual_grade = None, True
            gradebook.db.commit()


def _sentence(tests):
    several = len(tests) > 1
    return (
        f"{'Tests' if several else 'Test'} {', '.join(tests)} ran in one process with this answer, as the author chose: "
        f"{'their verdicts are' if several else 'its verdict is'} less certain than others."
    )
