"""nbgrader's check of its notes in a notebook, once for the same notes: it took a quarter of all time for a submission."""

import hashlib
import json
from typing import ClassVar

from nbgrader.preprocessors import CheckCellMetadata


class CheckMetadataOnce(CheckCellMetadata):
    """Check the notes unless the same were checked before: those of a restored notebook are the author's each time."""

    checked: ClassVar[set] = set()  # digests

    def preprocess(self, nb, resources):
        """Check.

        Parameters
        ----------
        nb : NotebookNode
        resources : dict
            nbconvert's.

        Returns
        -------
        tuple of NotebookNode and dict
            Both as they came.

        Raises
        ------
        ValidationError
            If notes are damaged; SchemaTooOldError and SchemaTooNewError if they are of another version.
        """
        notes = [(cell.cell_type, cell.metadata.get("nbgrader")) for cell in nb.cells]
        digest = hashlib.sha256(json.dumps(notes, sort_keys=True, default=repr).encode()).digest()
        if digest not in self.checked:
            nb, resources = super().preprocess(nb, resources)
            self.checked.add(digest)
        return nb, resources
