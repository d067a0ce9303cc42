"""What was mended before a notebook was graded, on the student's feedback page."""

from html import escape

from nbformat import v4

from mlcourse.grading.steps.step import JudgeStep

MOST_SHOWN = 8
HEADING = "Your notebook was put in order before it was graded. Nothing was taken off for that."


class TellRepairs(JudgeStep):
    """Put a cell at the top of a feedback page that lists the repairs, where there were any."""

    def preprocess(self, nb, resources):
        """Tell of the repairs of one notebook.

        Parameters
        ----------
        nb : NotebookNode
            As it was autograded.
        resources : dict
            nbconvert's.

        Returns
        -------
        tuple of NotebookNode and dict
            The notebook, with a cell more where something was mended, and `resources`.
        """
        repairs = listed(nb)
        if repairs:
            items = "".join(f"<li>{escape(repair)}</li>" for repair in repairs)
            text = f'<div class="repairs" role="note"><p><strong>{HEADING}</strong></p><ul>{items}</ul></div>'
            nb.cells.insert(0, v4.new_markdown_cell(text, id=_free("repairs", nb)))
        return nb, resources


def listed(nb):
    """Return what was mended in a notebook, as sentences.

    Parameters
    ----------
    nb : NotebookNode
        As `Restore` left it, or any later step.

    Returns
    -------
    list of str
        The first few; the last says how many more there were.
    """
    found = nb.metadata.get("judge", {}).get("repairs", [])
    sentences = [f"{repair[:1].upper()}{repair[1:]}." for repair in found[:MOST_SHOWN]]
    return sentences + ([f"And {len(found) - MOST_SHOWN} more."] if len(found) > MOST_SHOWN else [])


def _free(name, nb):
    taken = {cell.get("id") for cell in nb.cells}
    return next(id for id in (name, *(f"{name}-{number}" for number in range(len(taken)))) if id not in taken)
