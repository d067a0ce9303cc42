"""Formulas in markdown."""

import re
from html import escape

FORMULA = re.compile(r"\$\$(?P<block>.+?)\$\$|(?<![\\$])\$(?P<inline>[^$\n]+?)\$(?!\$)", re.DOTALL)
CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
TAG = re.compile(r"""(<[a-zA-Z/!](?:[^<>"']|"[^"]*"|'[^']*')*>)""")


def with_formulas(text, to_html, draw):
    r"""Turn markdown into HTML with its formulas drawn.

    Parameters
    ----------
    text : str
        Markdown, with formulas in ``$...$`` and ``$$...$$``. A dollar in code, or after a backslash, is a dollar.
    to_html : callable
        ``to_html(markdown)`` returns HTML. It sees a word in place of each formula.
    draw : callable
        ``draw(latex, display)`` returns the HTML of one formula; `display` is "block" or "inline".

    Returns
    -------
    str
        What `draw` returned stands between tags only; inside of one, such as in the description of a picture, stands LaTeX.
    """
    word = "MLCFORMULA"
    while word in text:
        word += "A"
    formulas = []

    def keep(match):
        display = "block" if match["block"] else "inline"
        formulas.append((match[display].strip(), display))
        return f"{word}{len(formulas) - 1}X"

    parts = CODE.split(text)  # every second one is code
    parts[::2] = [FORMULA.sub(keep, part) for part in parts[::2]]
    kept = re.compile(rf"{word}(\d+)X")
    pieces = TAG.split(to_html("".join(parts)))  # every second one is a tag
    pieces[::2] = [kept.sub(lambda match: draw(*formulas[int(match[1])]), piece) for piece in pieces[::2]]
    pieces[1::2] = [kept.sub(lambda match: escape(formulas[int(match[1])][0]), piece) for piece in pieces[1::2]]
    return "".join(pieces)
