"""What all steps of the judge share: their options, the course's folders, and the judge."""

from pathlib import Path

from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Dict, Float, Integer, List, Unicode, Union, default

NO_LIMIT = 24 * 3600.0


class JudgeStep(NbGraderPreprocessor):
    """A preprocessor of nbgrader that has to do with the judge; ``c.JudgeStep`` sets the options of all of them."""

    withheld = Union(
        [List(Unicode()), Dict()],
        default_value=[],
        help="Modules a student's code does not have: a list, or a dict of assignment to list ('*' for all others).",
    ).tag(config=True)
    cell_seconds = Float(help="For one of the student's cells; without, what Execute.timeout says.").tag(config=True)
    call_seconds = Float(10.0, help="For one call of the student's code by a test.").tag(config=True)
    test_seconds = Float(60.0, help="For a whole test.").tag(config=True)
    output_characters = Integer(200_000, help="How much of what a cell prints is kept.").tag(config=True)
    input_megabytes = Float(20.0, help="For all submitted files beside the notebook.").tag(config=True)

    @default("cell_seconds")
    def _as_for_nbgrader(self):
        for name in ("Execute", "ExecutePreprocessor", "NotebookClient"):
            if "timeout" in self.config.get(name, {}):
                seconds = self.config[name].timeout
                return float(seconds) if seconds and seconds > 0 else NO_LIMIT
        return 30.0

    @property
    def converter(self):
        """The command that is running: the first of the parents that knows the course's folders."""
        parent = self.parent
        while parent is not None and not hasattr(parent, "coursedir"):
            parent = parent.parent
        if parent is None:
            raise RuntimeError(f"{type(self).__name__} works within nbgrader's commands only, which know the folders")
        return parent

    def folder(self, stage, resources):
        """Where a stage of an assignment lies.

        Parameters
        ----------
        stage : {"source", "release", "submitted", "autograded"}
            Of source and release there is one, of the others one a student.
        resources : dict
            nbconvert's.

        Returns
        -------
        Path
            Need not exist.
        """
        course, about = self.converter.coursedir, resources["nbgrader"]
        student = "." if stage in ("source", "release") else about["student"]
        return Path(course.format_path(getattr(course, f"{stage}_directory"), student, about["assignment"]))

    def withheld_in(self, assignment):
        """Return the modules that are withheld in an assignment.

        Parameters
        ----------
        assignment : str
            Its name.

        Returns
        -------
        list of str
            Sorted.
        """
        named = self.withheld
        return sorted(named.get(assignment, named.get("*", ())) if isinstance(named, dict) else named)

    def limits(self):
        """Return the limits as the judge takes them, in seconds and characters."""
        return {
            "cell": self.cell_seconds,
            "call": self.call_seconds,
            "test": self.test_seconds,
            "output": self.output_characters,
        }

    def compute(self, job):
        """Have the judge do a job, as `mlcourse.grading.judge.driver.compute` describes it.

        Parameters
        ----------
        job : dict
            What to run.

        Returns
        -------
        dict
            What came of it.
        """
        from mlcourse.grading.judge import driver

        return driver.compute(job)
