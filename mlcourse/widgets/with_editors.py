"""A widget above whose content editors stand; an edit of one of them changes what it shows."""

import traitlets
from ipywidgets import widget_serialization

from mlcourse.widgets.course_widget import CourseWidget
from mlcourse.widgets.matrix_editor import MatrixEditor


class WithEditors(CourseWidget):
    """Draws its editors and hears of their edits, as long as it is connected to a page.

    A subclass says in `edited` what an edit changes, and reads their numbers by `now`.

    Attributes
    ----------
    editors : list of MatrixEditor
        A `Painter` is one too.
    """

    editors = traitlets.List(trait=traitlets.Instance(MatrixEditor)).tag(sync=True, **widget_serialization)

    @staticmethod
    def now(value):
        """Return an editor's numbers as they are now, and anything else as it is."""
        return value.value if isinstance(value, MatrixEditor) else value

    @staticmethod
    def editors_among(values, key):
        """Return the editors among some values, each keeping its numbers under ``key`` if that is not empty."""
        editors = [value for value in values if isinstance(value, MatrixEditor)]
        for editor in editors if key else ():
            editor.keep_by(f"{key} {editor.label}")
        return editors

    def edited(self):
        """Show what follows from the editors' numbers. An error must be shown: an observer's appears nowhere."""
        raise TypeError(f"{type(self).__name__} has no edited.")

    def parts(self):  # noqa: D102 - told in the base class
        return [self, *self.editors]

    def open(self):  # noqa: D102 - told in the base class
        if self.comm is None:
            was_closed = self._model_id is not None
            for editor in self.editors:
                editor.open()
                editor.observe(self._hear, ["shape", "cells"])
            super().open()
            if was_closed and self.editors:
                self._hear()

    def close(self):  # noqa: D102 - told in the base class
        if self.comm is not None:
            super().close()
            for editor in self.editors:
                editor.unobserve(self._hear, ["shape", "cells"])

    def _hear(self, _change=None):
        if all(editor.whole for editor in self.editors):
            self.edited()
