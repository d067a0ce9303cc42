"""What all widgets of the course have in common."""

import html

import anywidget
import traitlets

from mlcourse import answers
from mlcourse.widgets import front, lifetime

HINT = "To use it, run the cell above, or all: Run, Run All Cells."


class CourseWidget(anywidget.AnyWidget):
    """A widget that shows its errors, and that leaves something to read where it cannot run.

    Attributes
    ----------
    label : str
        Its name, also for screen readers.
    error : str
        A message to the student; empty while all is well.
    """

    _esm, _css = front.loader(), front.css()
    label = traitlets.Unicode().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)

    def __init__(self, **traits):
        super().__init__(**traits)
        lifetime.belong_to_this_cell(self.parts())

    def parts(self):
        """Return the widgets that are drawn here, this one among them."""
        return [self]

    def open(self):
        """Connect to the page, also after `close`."""
        if self.comm is None:
            self.__dict__.pop("_repr_mimebundle_", None)  # `close` leaves None there, so that nothing is shown
            self.layout.open()
            super().open()

    def close(self):
        """Disconnect from the page; its views there end. The object stays whole and can be shown again."""
        if self.comm is not None:
            super().close()
            self.layout.close()

    @property
    def answers(self):
        """The file beside the notebook in which widgets with a key keep what a student did."""
        if not hasattr(self, "_answers"):
            self._answers = answers.here()
        return self._answers

    def tell_answers(self):
        """Show what the file has to tell, such as that it was damaged."""
        if self.answers.message:
            self.error, self.answers.message = self.answers.message, ""

    def as_html(self):
        """Return what the widget shows first as plain HTML, for pages on which no widget can run."""
        raise TypeError(f"{type(self).__name__} has no as_html.")

    def _ipython_display_(self, **kwargs):
        """Show a readable first state, then the widget; the style sheet hides the former where the latter lives.

        Two outputs, since of one output Jupyter draws the richest part only: where the Python behind the widget is gone
        that part is the words "model not found", and the HTML beside it stays unseen.
        """
        from IPython.display import display

        self.open()
        lifetime.belong_to_this_cell(self.parts())
        first = f'<div class="mlc-first">{self.as_html()}<p><em>{HINT}</em></p></div>'
        display({"text/html": first, "text/plain": f"{type(self).__name__} {self.label}. {HINT}"}, raw=True)
        bundle, metadata = self._repr_mimebundle_(**kwargs)
        display({**bundle, "text/plain": ""}, metadata=metadata, raw=True)


def table_html(caption, rows):
    """Return a table as HTML with its style inside, since a notebook that is not trusted keeps no other."""
    cell = '<td style="border:1px solid #888;padding:2px 8px;text-align:right">{}</td>'
    body = "".join(f"<tr>{''.join(cell.format(html.escape(v)) for v in row)}</tr>" for row in rows)
    return (
        f'<table style="border-collapse:collapse;display:inline-table;margin:4px 12px 4px 0">'
        f'<caption style="text-align:left">{html.escape(caption)}</caption>{body}</table>'
    )
