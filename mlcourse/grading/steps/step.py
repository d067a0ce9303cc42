"""What all steps of the judge share: their options, the course's folders, and the judge."""

from pathlib import Path

from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Any, Bool, Dict, Float, Integer, List, Unicode, Union, default

from mlcourse.grading.steps.autograded.workers import cores

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
    submission_seconds = Float(help="For all cells of a notebook; without, 30 times cell_seconds.").tag(config=True)
    output_characters = Integer(200_000, help="How much of what a cell prints is kept.").tag(config=True)
    memory_megabytes = Float(2000.0, help="For a submission's processes together.").tag(config=True)
    disk_megabytes = Float(256.0, help="For all files that a confined submission writes.").tag(config=True)
    processes = Integer(64, help="How many a submission may have at a time.").tag(config=True)
    allow_unconfined = Bool(help="Grade also where student code cannot be confined.").tag(config=True)
    gpu = List(Unicode(), help="Assignments whose student code may use a GPU ('*': all).").tag(config=True)
    input_megabytes = Float(20.0, help="For all submitted files beside the notebook.").tag(config=True)
    workers = Integer(min=1, help="Submissions computed at a time; without, as many as cores.").tag(config=True)
    executor = Any(help="What returns a concurrent.futures.Executor, instead of threads.").tag(config=True)

    @default("cell_seconds")
    def _as_for_nbgrader(self):
        for name in ("Execute", "ExecutePreprocessor", "NotebookClient"):
            if "timeout" in self.config.get(name, {}):
                seconds = self.config[name].timeout
                if isinstance(seconds, str):  # from the command line, where nobody has said that it is a number
                    seconds = None if seconds == "None" else float(seconds)
                return float(seconds) if seconds and seconds > 0 else NO_LIMIT
        return 30.0

    @default("workers")
    def _as_many_as_cores(self):
        return cores()

    @default("submission_seconds")
    def _of_all_cells(self):
        return 30 * self.cell_seconds

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

    def has_gpu(self, assignment):
        """Return whether an assignment's student code may use a GPU.

        Parameters
        ----------
        assignment : str
            Its name.
        """
        return bool({assignment, "*"} & set(self.gpu))

    def limits(self):
        """Return the limits as the judge takes them: in seconds, characters, bytes and a number of processes."""
        return {
            "cell": self.cell_seconds,
            "call": self.call_seconds,
            "test": self.test_seconds,
            "submission": self.submission_seconds,
            "output": self.output_characters,
            "memory": self.memory_megabytes * 1e6,
            "disk": self.disk_megabytes * 1e6,
            "processes": self.processes,
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
