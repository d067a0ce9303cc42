"""Before a release: can each test be judged from outside, and does the author's solution pass it?"""

from mlcourse.grading.steps.release.author import INSIDE, in_source
from mlcourse.grading.steps.release.manifest import missed, path_of, record, reference_job
from mlcourse.grading.steps.step import JudgeStep

WAYS_OUT = (
    "Rewrite the test; or put the lines that must run beside the answer between `### BEGIN STUDENT SIDE` and "
    "`### END STUDENT SIDE`, and compare plain values after them; or, where the test is about what a given cell made and "
    f"an answer then changed, give that cell the tag `{INSIDE}`; or give the test that tag, and then it can be cheated"
)


class ReleaseRefused(Exception):
    """The author's own solution would not have full marks."""


class ReleaseCheck(JudgeStep):
    """Judge the author's solutions once, say of each test what came of it, and keep what crossed for the grading.

    It stands before ClearSolutions, where the notebook still has its solutions, and after InstantiateTests, which writes tests.
    """

    def preprocess(self, nb, resources):
        """Check one source notebook; it is not changed.

        Parameters
        ----------
        nb : NotebookNode
            With solutions.
        resources : dict
            nbconvert's.

        Returns
        -------
        tuple of NotebookNode and dict
            Both as they came.

        Raises
        ------
        ReleaseRefused
            If a test does not give the author's solution full marks.
        """
        about = resources["nbgrader"]
        job = reference_job(self, in_source(nb), resources)
        result = self.compute(job)
        failed = missed(job, result)
        reasons = self._reasons(job, result, failed)
        for cell in job["cells"]:
            if cell["kind"] in ("test", "inside"):
                say, line = self._line(cell, result["cells"].get(cell["id"], {}), reasons.get(cell["id"]))
                say("%s/%s (%g points): %s", about["notebook"], cell["id"], cell["points"], line)
        if failed:
            raise ReleaseRefused(
                f"{about['assignment']} is not released: the author's solution has no full marks in "
                f"{', '.join(failed)}. What to do stands with each test in the lines above."
            )
        record(path_of(self, resources), job, result)
        return nb, resources

    def _reasons(self, job, result, failed):
        """Why each of these tests failed: found out by running them under fewer restrictions."""
        why = {key: _why(result["cells"].get(key, {})) for key in failed}
        reasons = {key: f"the author's own solution fails: {why[key]}" for key in failed}
        broken = {key for key in failed if result["cells"].get(key, {}).get("failed", True)}
        free = job | {"withheld": []}
        if broken and job["withheld"]:
            for key in broken - set(missed(free, self.compute(free))):
                broken.remove(key)
                names = ", ".join(job["withheld"])
                reasons[key] = (
                    f"the author's own solution fails without {names}: {why[key]}. Withhold less from this assignment: "
                    "configure(c, withheld={'its name': [...], '*': [...]})"
                )
        broken = {cell["id"] for cell in job["cells"] if cell["kind"] == "test"} & broken
        if broken:
            inside = free | {part: _with_inside(free[part], broken) for part in ("cells", "author")}
            for key in broken - set(missed(inside, self.compute(inside))):
                reasons[key] = f"CANNOT be judged outside the student's process: {why[key]}. {WAYS_OUT}"
        return reasons

    def _line(self, cell, came, reason):
        """(how loudly to say it, what there is to say about a test)."""
        if reason:
            return self.log.error, reason
        asked, weak = came.get("asked") or [], list(came.get("weak") or [])
        if cell["kind"] == "inside":
            weak.append(f"it runs beside the answer (tag `{INSIDE}`), which can read it and forge its verdict")
        elif not asked:
            weak.append("it asks the student for nothing, so everyone has its points")
        line = f"asks the student for {', '.join(asked) or 'nothing'}; {came.get('seconds') or 0:.1f} s"
        return (self.log.warning, f"{line}; WEAK: {'; '.join(weak)}") if weak else (self.log.info, line)


def _with_inside(cells, keys):
    return [cell | {"kind": "inside"} if cell["id"] in keys else cell for cell in cells]


def _why(came):
    for output in came.get("detail") or came.get("outputs", []):
        if output.get("output_type") == "error":
            return f"{output.get('ename')}: {output.get('evalue')}".rstrip(". ")
    score = came.get("score")
    return "there is no verdict" if score is None else f"it comes to {score:g} points"
