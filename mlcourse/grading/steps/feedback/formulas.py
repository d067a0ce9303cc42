"""Formulas on the page of feedback: drawn without a network and without a script, and read aloud."""

import contextlib
from html import escape

import nh3
from jinja2 import pass_context

from mlcourse.publish.formulas import with_formulas
from mlcourse.trace.formula import mathml

TAGS = {
    "math", "menclose", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom", "mprescripts", "mroot",
    "mrow", "ms", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover",
}  # fmt: skip
ATTRIBUTES = {
    "accent", "columnalign", "columnlines", "display", "displaystyle", "fence", "form", "linethickness", "lspace", "mathvariant",
    "maxsize", "minsize", "movablelimits", "notation", "rowlines", "rspace", "scriptlevel", "separator", "stretchy",
}  # fmt: skip
LONGEST = 2000  # letters; a formula in a student's answer could keep the converter busy


def drawn(latex, display):
    r"""Return a formula as MathML, or as LaTeX where it cannot be drawn.

    Parameters
    ----------
    latex : str
        As a student wrote it. What the converter takes over as HTML, such as a tag inside of ``\text``, is taken out.
    display : {"block", "inline"}

    Returns
    -------
    str
        HTML that runs nothing and asks for nothing.
    """
    if len(latex) <= LONGEST:
        with contextlib.suppress(ValueError):  # the converter does not know it
            return nh3.clean(mathml(latex, display=display), tags=TAGS, attributes={"*": ATTRIBUTES}, link_rel=None)
    return f"<code>{escape(latex)}</code>"


def drawing(markdown2html):
    """Return a filter for markdown, with formulas drawn: `markdown2html` makes the rest."""

    @pass_context
    def with_drawn_formulas(context, source):
        return with_formulas(source, lambda text: markdown2html(context, text), drawn)

    return with_drawn_formulas
