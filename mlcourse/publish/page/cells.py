"""A notebook's cells as HTML."""

import html
import re

from mlcourse.publish.formulas import with_formulas
from mlcourse.trace.formula import mathml

WIDGET = "application/vnd.jupyter.widget-view+json"
NEEDS_PYTHON = '<p class="needs-python">Here stands a widget that lives only where Python runs.</p>'


def cell_html(cell, place, link):
    """Return one cell as HTML.

    Parameters
    ----------
    cell : nbformat.NotebookNode
        After it has run.
    place : callable
        ``place(model_id, fallback)`` gives the HTML of a widget, or None for one that is not the course's.
    link : callable
        ``link(address)`` gives the address that a link shall have on the page.

    Returns
    -------
    str
    """
    if cell.cell_type == "markdown":
        return f'<div class="words">{_words(cell.source, link)}</div>'
    if cell.cell_type != "code":
        return ""
    code = _code(cell.source)
    if cell.metadata.get("jupyter", {}).get("source_hidden"):
        code = f"<details><summary>Code of the question below</summary>{code}</details>"
    return code + "".join(_outputs(cell.get("outputs", []), place))


def _words(text, link):
    """Markdown as HTML, with formulas as MathML and links as they are on the page."""
    from nbconvert.filters import markdown2html

    made = with_formulas(text, markdown2html, lambda latex, display: mathml(latex, display=display))
    return re.sub(r'href="([^"]*)"', lambda match: f'href="{html.escape(link(html.unescape(match[1])))}"', made)


def _code(source):
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    made = highlight(source, PythonLexer(), HtmlFormatter(nowrap=True))
    return f'<div class="code"><pre tabindex="0"><code>{made}</code></pre></div>' if source.strip() else ""


def _outputs(outputs, place):
    """HTML of what a cell put out. A widget of ours is two outputs: what can be read anywhere, then the widget."""
    from nbconvert.filters import ansi2html

    readable = None
    for output in outputs:
        data = output.get("data", {})
        if WIDGET in data:
            yield place(data[WIDGET]["model_id"], readable or "") or NEEDS_PYTHON
            readable = None
            continue
        if readable is not None:
            yield readable
            readable = None
        if output.output_type == "stream":
            yield f'<div class="said"><pre tabindex="0">{ansi2html(output.text)}</pre></div>'
        elif "text/html" in data:
            readable = data["text/html"]
        elif image := next((kind for kind in ("image/png", "image/jpeg") if kind in data), None):
            yield f'<p><img src="data:{image};base64,{data[image].strip()}" alt="{_title(data)}"></p>'
        elif "image/svg+xml" in data:
            yield data["image/svg+xml"]
        elif "text/plain" in data:
            yield f'<div class="said"><pre tabindex="0">{html.escape(data["text/plain"])}</pre></div>'
    if readable is not None:
        yield readable


def _title(data):
    return html.escape(data.get("text/plain", "Figure"))
