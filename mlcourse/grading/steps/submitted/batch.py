"""All submissions of one `nbgrader autograde`, looked over before the first is graded, so that none stops the others."""

import glob
import os
import re
import stat
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from mlcourse.grading.steps import kept
from mlcourse.grading.steps.step import JudgeStep
from mlcourse.grading.steps.submitted.folder import look_over
from mlcourse.grading.steps.submitted.half_graded import drop_half_graded
from mlcourse.grading.steps.submitted.not_graded import NotGraded, Reasons

LOCKED_SECONDS = 60  # how long to wait for a gradebook that somebody else is writing to; sqlite's own are 5
LONGEST_TIMESTAMP = 1_000


class LookedOver(CourseDirectory):
    """A course's folders as they were, but a submission that cannot be graded says why where nbgrader asks for it.

    Parameters
    ----------
    original : CourseDirectory
        Whose settings are taken over.
    """

    def __init__(self, original):
        taken = {name: getattr(original, name) for name in original.trait_names() if name not in ("config", "parent")}
        url = make_url(taken["db_url"])
        if url.get_backend_name() == "sqlite" and "timeout" not in url.query:
            taken["db_url"] = url.update_query_dict({"timeout": str(LOCKED_SECONDS)}).render_as_string(False)
        super().__init__(**taken)
        self.refused = {}  # (assignment, student) -> why

    def format_path(self, nbgrader_step, student_id, assignment_id, escape=False):
        """Return a folder of the course, as nbgrader does.

        Parameters
        ----------
        nbgrader_step, student_id, assignment_id : str
            Which.
        escape : bool
            Whether it becomes part of a regular expression.

        Returns
        -------
        str
            The path.

        Raises
        ------
        NotGraded
            If it is that of a submission that cannot be graded.
        """
        reason = self.refused.get((assignment_id, student_id))
        if reason and nbgrader_step == self.submitted_directory:
            raise NotGraded(reason)
        return super().format_path(nbgrader_step, student_id, assignment_id, escape)

    def get_existing_timestamp(self, dest_path):
        """Return when a submission was handed in, as nbgrader does, without waiting for a pipe.

        Parameters
        ----------
        dest_path : str
            The submission's folder.

        Returns
        -------
        datetime or None
            None where there is no file.

        Raises
        ------
        NotGraded
            If it does not say when: a penalty may depend on it.
        """
        path = os.path.join(dest_path, "timestamp.txt")
        try:
            about = os.lstat(path)
            if stat.S_ISREG(about.st_mode) and about.st_size < LONGEST_TIMESTAMP:
                return super().get_existing_timestamp(dest_path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError, ArithmeticError, AttributeError):  # the last where nbgrader means to report it
            pass
        raise NotGraded(
            f"{path} does not say when this was handed in; correct it, or delete it if that does not matter"
        )


class Batch:
    """What is known of the submissions of one command.

    Parameters
    ----------
    converter : Autograde
        The command, once it has found its submissions. It gets their folders as they were looked over.
    """

    def __init__(self, converter):
        self.converter, self.looked = converter, {}
        self.course = LookedOver(converter.coursedir)
        self.step = JudgeStep(parent=converter)
        self.reasons = Reasons(self._path, self._submission, self.course.root)
        self.reasons.onto(converter.log)
        self.ignore, self.hook = list(self.course.ignore), converter.pre_convert_hook
        self._look()
        converter.coursedir = self.course
        converter.pre_convert_hook = self._before_copying

    def of(self, filename):
        """What was found in the folder in which nbgrader looks for a notebook.

        Parameters
        ----------
        filename : str
            The path at which nbgrader looks.

        Returns
        -------
        Folder or None
            None where it was not looked into.

        Raises
        ------
        NotGraded
            If it was, and cannot be graded.
        """
        folder = os.path.dirname(filename)
        reason = self.course.refused.get(self._about(folder))
        if reason:
            raise NotGraded(reason)
        return self.looked.get(folder)

    def begins(self, about):
        """Take note that a submission is being graded, so that an older reason no longer stands.

        Parameters
        ----------
        about : dict
            nbgrader's: student, assignment.
        """
        self.reasons.keep(about["assignment"], about["student"], None)

    def _look(self):
        course, chosen = self.course, {}
        folders = glob.glob(course.format_path(course.submitted_directory, course.student_id, course.assignment_id))
        wanted = {}
        for folder in sorted({*folders, *self.converter.assignments}):
            # At a new line nbgrader's regular expression stops, and with it the whole batch.
            key = folder.replace("\n", "?")
            about = self._about(key)
            if about[0] not in wanted:
                wanted[about[0]] = self._wanted(about[0])
            if not wanted[about[0]]:  # nbgrader knows no such assignment, and says so
                chosen |= {folder: self.converter.assignments[folder]} if folder in self.converter.assignments else {}
                continue
            try:
                if key != folder:
                    raise NotGraded(f"the folder's name, {folder!r}, has more than one line; rename it")
                looked = self._folder(folder, about[0], wanted[about[0]])
            except NotGraded as reason:
                self._refuse(about, str(reason))
                chosen[key] = [os.path.join(key, f"{name}.ipynb") for name in wanted[about[0]]]
            else:
                self.looked[folder] = looked
                chosen[folder] = list(looked.notebooks)
                if course.notebook_id == "*" and not self.converter.force:
                    graded = course.format_path(course.autograded_directory, about[1], about[0])
                    drop_half_graded(graded, map(os.path.basename, looked.notebooks), self.converter.log)
        if course.notebook_id == "*":
            self.converter.assignments = chosen

    def _folder(self, folder, assignment, wanted):
        source = Path(self.course.format_path(self.course.source_directory, ".", assignment))
        try:
            return look_over(folder, wanted, source, self.ignore, self.step.input_megabytes)
        except OSError as error:
            raise NotGraded(f"{folder} cannot be looked over: {error}") from error

    def _refuse(self, about, reason):
        graded = os.path.exists(self.course.format_path(self.course.autograded_directory, about[1], about[0]))
        if self.converter.force or not graded:  # else nbgrader leaves what it has
            self.course.refused[about] = reason

    def _wanted(self, assignment):
        """Notebook -> names of its cells; nothing where nbgrader itself will say what is wrong with the gradebook."""
        try:
            with Gradebook(self.course.db_url, self.course.course_id) as gradebook:
                notebooks = gradebook.find_assignment(assignment).notebooks
                return {notebook.name: {cell.name for cell in notebook.source_cells} for notebook in notebooks}
        except (MissingEntry, SQLAlchemyError):
            return {}

    def _before_copying(self, **about):
        """As nbgrader's hook before a submission is copied; then the course's own."""
        looked = self.looked.get(os.path.dirname(self.converter.notebooks[0])) if self.converter.notebooks else None
        self.course.ignore = [*self.ignore, *map(glob.escape, looked.left_out if looked else ())]
        if self.hook:
            self.hook(**about)

    def _about(self, folder):
        pattern = self.course.format_path(
            self.course.submitted_directory, "(?P<student>.*)", "(?P<assignment>.*)", escape=True
        )
        found = re.match(pattern, folder, re.S)
        return (found["assignment"], found["student"]) if found else (self.course.assignment_id, folder)

    def _submission(self, folder):
        return self._about(folder) if folder in self.converter.assignments else None

    def _path(self, assignment):
        return kept.folder(self.course.root, self.course.db_url) / f"{assignment}.not_graded.json"
