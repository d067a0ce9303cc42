"""In place of nbgrader's Execute: the judge runs a restored notebook, and what came of it is written into the cells."""

import math

import nbformat
from nbgrader.utils import determine_grade

from mlcourse.grading.steps.autograded.ahead import result_of
from mlcourse.grading.steps.autograded.job import key_of, submission
from mlcourse.grading.steps.release.manifest import current
from mlcourse.grading.steps.release.marks import as_the_judge_marks
from mlcourse.grading.steps.step import JudgeStep
from mlcourse.grading.steps.submitted.files import handed_in

INSIDE = (
    "This test ran in one process with the answer, as its author chose, so its verdict is less certain than others."
)


NOT_PROMISED = (
    "its code could read and change what whoever graded it can (the gradebook, other submissions, hidden tests on the disk), "
    "use the network, and leave processes behind"
)


class JudgedExecution(JudgeStep):
    """Have a notebook judged. A test without an explicit verdict gets an error, and so no points."""

    def preprocess(self, nb, resources):
        """Judge one notebook.

        Parameters
        ----------
        nb : NotebookNode
            As `Restore` left it.
        resources : dict
            nbconvert's.

        Returns
        -------
        tuple of NotebookNode and dict
            The notebook with its outputs, and `resources`.

        Raises
        ------
        RuntimeError
            If nbgrader would read other points from the outputs than the judge gave.
        """
        author, manifest = current(self, resources)
        files = handed_in(self.folder("autograded", resources), self.input_megabytes)
        job = self.job(nb, resources, author, manifest, files)
        result = result_of(self, job, resources)
        kinds = {cell["id"]: cell["kind"] for cell in job["cells"]}
        for number, cell in enumerate(nb.cells):
            if cell.cell_type == "code":
                key = key_of(cell, number)
                self._write(cell, key, kinds[key], result["cells"].get(key) or {}, number + 1)
        about = nb.metadata.setdefault("judge", {})
        about["inside"] = [key for key, kind in kinds.items() if kind == "inside"]
        about |= {name: result.get(name) for name in ("ended", "confined", "confinement", "device")}
        if not about["confined"]:
            about["not_promised"] = NOT_PROMISED
            self.log.warning("%s was graded UNCONFINED, since %s: %s", job["name"], about["confinement"], NOT_PROMISED)
        if result.get("ended"):
            self.log.warning("%s: the student's process ended: %s", job["name"], result["ended"])
        return nb, resources

    def job(self, nb, resources, author, manifest, files):
        """Put together what the judge is to do.

        Parameters
        ----------
        nb : NotebookNode
            As `Restore` left it.
        resources : dict
            nbconvert's.
        author : Authored
            What the author wrote.
        manifest : dict
            Of the release.
        files : dict of str to str
            Beside the notebook, as `handed_in` reads them.

        Returns
        -------
        dict
            As `mlcourse.grading.judge.driver.compute` takes it.
        """
        about, source = resources["nbgrader"], self.folder("source", resources)
        return submission(
            nb,
            as_the_judge_marks(self, author),
            self.withheld_in(about["assignment"]),
            manifest["contract"],
            name=f"{about['assignment']}/{about['student']}",
            student_files=files,
            judge_folder=str(source.resolve()) if source.is_dir() else None,
            limits=self.limits(),
            confine="preferred" if self.allow_unconfined else "required",
            gpu=self.has_gpu(about["assignment"]),
        )

    def _write(self, cell, key, kind, came, count):
        cell.outputs = [nbformat.from_dict(output) for output in came.get("outputs", [])]
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
        marks = {name: came[name] for name in ("failed", "hidden", "seconds", "detail") if came.get(name) is not None}
        cell.metadata["judge"] = {"key": key, "kind": kind, **marks}
        if kind not in ("test", "inside"):
            return
        score, points = came.get("score"), float(cell.metadata.nbgrader["points"])
        if not _is_verdict(score, points):
            self.log.error("The judge gave no verdict on %s, only %r; it counts as failed", key, score)
            cell.outputs = [_error("The judge came to no verdict on this test, so it gives no points.")]
            score = 0.0
        if kind == "inside":
            cell.outputs.insert(0, nbformat.v4.new_output("stream", name="stdout", text=INSIDE + "\n"))
        cell.metadata["judge"]["score"] = score
        read, _ = determine_grade(cell)
        if read != score:
            raise RuntimeError(f"the judge gives {score} of {points} points for {key}; nbgrader would read {read}")


def _is_verdict(score, points):
    number = isinstance(score, int | float) and not isinstance(score, bool)
    return number and math.isfinite(score) and 0 <= score <= points


def _error(text):
    return nbformat.v4.new_output("error", ename="NoVerdict", evalue=text, traceback=[f"NoVerdict: {text}"])
