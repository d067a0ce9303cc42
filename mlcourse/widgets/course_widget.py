"""What all widgets of the course have in common."""

import html

import anywidget
import traitlets

from mlcourse.widgets import front


class CourseWidget(anywidget.AnyWidget):
    """A widget that shows its errors, and that leaves something to read where it cannot run.

    Attributes
    ----------
    label : str
        Its name, also for screen readers.
    error : str
        A message to the student; empty while all is well.
    """

    _css = front.css()
    label = traitlets.Unicode().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)

    def as_html(self):
        """Return what the widget shows first as plain HTML, for pages on which no widget can run."""
        raise TypeError(f"{type(self).__name__} has no as_html.")

    def _repr_mimebundle_(self, **kwargs):
        bundle, metadata = super()._repr_mimebundle_(**kwargs)
        hint = "To step through it, run this cell (Run, Run All Cells)."
        bundle["text/plain"] = f"{type(self).__name__} {self.label}. {hint}"
        bundle["text/html"] = f"{self.as_html()}<p><em>{hint}</em></p>"
        return bundle, metadata


def table_html(caption, rows):
    """Return a table as HTML with its style inside, since a notebook that is not trusted keeps no other."""
    cell = '<td style="border:1px solid #888;padding:2px 8px;text-align:right">{}</td>'
    body = "".join(f"<tr>{''.join(cell.format(html.escape(v)) for v in row)}</tr>" for row in rows)
    return (
        f'<table style="border-collapse:collapse;display:inline-table;margin:4px 12px 4px 0">'
        f'<caption style="text-align:left">{html.escape(caption)}</caption>{body}</table>'
    )
