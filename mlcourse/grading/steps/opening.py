"""Read a submitted notebook only where it is one: a plain file of a sane size that nbformat can read."""

import json
import stat
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter

from mlcourse.grading.steps.step import JudgeStep


class PlainNotebook(NotebookExporter):
    """nbconvert's exporter of notebooks that refuses, with a reason, what is no notebook."""

    def from_filename(self, filename, resources=None, **kwargs):
        """Convert a notebook, once it has been looked at.

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
        ValueError
            If it is a link, is too large or is no notebook.
        """
        if getattr(self.parent, "_sanitizing", True):  # else it is what we wrote ourselves a moment ago
            self._look_at(Path(filename))
        return super().from_filename(filename, resources=resources, **kwargs)

    def _look_at(self, path):
        about, most = path.lstat(), JudgeStep(parent=self).input_megabytes
        if not stat.S_ISREG(about.st_mode):
            raise ValueError(f"{path} is a link, not a file, so it is not read; ask for the notebook itself")
        if about.st_size > most * 1e6:
            raise ValueError(
                f"{path} has {about.st_size / 1e6:.0f} MB, more than {most:g}; clear its outputs, "
                "or raise c.JudgeStep.input_megabytes"
            )
        try:
            nb = json.loads(path.read_bytes())
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{path} is not a notebook: {error or type(error).__name__}") from None
        if not (isinstance(nb, dict) and isinstance(nb.get("nbformat"), int)):
            raise ValueError(f"{path} is not a notebook: it has no 'nbformat'")
        if nb["nbformat"] not in (3, nbformat.current_nbformat):
            raise ValueError(f"{path} has nbformat {nb['nbformat']}; save it again in a current Jupyter")
