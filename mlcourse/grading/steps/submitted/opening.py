"""Read a submitted notebook only where it is one, and let no error of one submission end the batch."""

from pathlib import Path

from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.nbgraderformat import SchemaTooNewError, SchemaTooOldError
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from mlcourse.grading.steps.step import JudgeStep
from mlcourse.grading.steps.submitted.batch import Batch
from mlcourse.grading.steps.submitted.not_graded import NotGraded
from mlcourse.grading.steps.submitted.reading import read


class PlainNotebook(NotebookExporter):
    """nbconvert's exporter of notebooks, as `nbgrader autograde` makes it once it has found the submissions.

    It looks all of them over first. What cannot be graded is refused with a reason.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.batch = Batch(self.parent) if hasattr(self.parent, "sanitize_preprocessors") else None

    def from_filename(self, filename, resources=None, **kwargs):
        """Convert a notebook.

        Parameters
        ----------
        filename : str
            Of the notebook.
        resources : dict, optional
            nbconvert's.
        **kwargs
            As nbconvert takes them.

        Returns
        -------
        tuple of str and dict
            The notebook as text, and `resources`.

        Raises
        ------
        NotGraded
            If it is a link, is too large or is no notebook; or if something went wrong with which nbgrader would end the batch.
        OperationalError
            If the gradebook is gone.
        """
        try:
            if getattr(self.parent, "_sanitizing", True):  # else it is what we wrote ourselves a moment ago
                return self._submitted(Path(filename), resources or {}, **kwargs)
            return super().from_filename(filename, resources=resources, **kwargs)
        except (SchemaTooOldError, SchemaTooNewError) as error:
            raise NotGraded(f"nbgrader's notes in {filename} are of another version: {error}") from error
        except OperationalError as error:
            if not self._gradebook_has(resources["nbgrader"]["assignment"]):
                raise
            raise NotGraded(f"the gradebook refused to write: {error.orig}; grade this submission again") from error

    def look_at(self, path):
        """Read a submitted notebook, wherever it lies in its folder.

        Parameters
        ----------
        path : Path
            Where nbgrader looks for it.

        Returns
        -------
        tuple of NotebookNode and list of str
            Its cells, and what was mended, in words.

        Raises
        ------
        NotGraded
            If it cannot be read.
        """
        looked = self.batch.of(str(path)) if self.batch else None
        found = looked.notebooks.get(str(path), path) if looked else path
        nb, repairs = read(found, JudgeStep(parent=self).input_megabytes)
        return nb, [*(looked.repairs if looked else ()), *repairs]

    def _submitted(self, path, resources, **kwargs):
        if self.batch and "nbgrader" in resources:
            self.batch.begins(resources["nbgrader"])
        nb, repairs = self.look_at(path)
        resources["metadata"] = ResourcesDict(name=path.stem, path=str(path.parent))
        resources["judge"] = {"repairs": repairs}
        return self.from_notebook_node(nb, resources=resources, **kwargs)

    def _gradebook_has(self, assignment):
        try:
            with Gradebook(self.parent.coursedir.db_url, self.parent.coursedir.course_id) as gradebook:
                return bool(gradebook.find_assignment(assignment))
        except (MissingEntry, SQLAlchemyError):
            return False
