"""Pages of nbgrader, in which nothing that a student wrote is run by a browser.

The formgrader and the feedback show texts and outputs of submissions as HTML. What is not text passes nh3 here, a sanitiser,
with a list of what may stay: text, tables, pictures, links to other sites, colours and alignment.
"""

import re
from html import escape

import nh3
from jinja2 import pass_context
from nbconvert.preprocessors import Preprocessor
from nbformat.v4 import new_output
from pygments.token import STANDARD_TYPES

OWN = "text-"  # before every id, so that none is also one of the page's
TAGS = nh3.ALLOWED_TAGS - {"area", "article", "aside", "footer", "header", "hgroup", "map", "nav"}
WITH_CONTENT = {"button", "iframe", "math", "noscript", "object", "script", "select", "style", "svg", "template", "textarea", "title"}  # fmt: skip
ATTRIBUTES = {
    "*": {"class", "id", "lang", "style", "title"},
    "a": {"href"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
}
STYLES = {"border", "color", "font-style", "font-weight", "padding", "text-align", "text-decoration", "vertical-align"}
STYLES |= {"background", "background-color"}
STYLES |= {f"border-{side}" for side in ("bottom", "left", "right", "top", "collapse")}
CLASSES = {*STANDARD_TYPES.values(), "anchor-link", "dataframe", "highlight"}  # of headings, tables and coloured code
ELSEWHERE = re.compile(r"(https?://[^/\\\s]|mailto:)", re.IGNORECASE)
PICTURE = re.compile(
    r"data:image/(png|jpe?g|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*|(?!.*\.\.)\w[\w ./-]*\.(png|jpe?g|gif|webp|svg)",
    re.IGNORECASE,
)
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
AS_TEXT = ("text/plain", "text/latex", "text/markdown")  # each is made HTML by the page, and markdown then cleaned
TO_GRADERS = "For graders only, not on the student's page:\n"


def harmless(html):
    """Return HTML without anything that a browser would run, fetch from elsewhere or put over the page.

    Parameters
    ----------
    html : str
    """
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=WITH_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"data", "http", "https", "mailto"},
        filter_style_properties=STYLES,
    )


def _attribute(tag, name, value):
    if name == "href" and value.startswith("#"):
        return "#" + OWN + value[1:]
    if name == "href":  # a file that was handed in would be opened as a page of the server's
        return value if ELSEWHERE.match(value) else None
    if name == "src":
        return value if PICTURE.fullmatch(value) else None
    if name == "id":
        return OWN + value
    if name == "class":
        return " ".join(word for word in value.split() if word in CLASSES) or None
    if name == "style":
        return None if "url(" in value.lower() or "\\" in value else value
    return value


class Harmless(Preprocessor):
    """Clean a notebook on its way to HTML. It belongs to the exporter, so that no page is made without it.

    The formgrader's page also gets what a submission's tests kept for graders.
    """

    def preprocess(self, nb, resources):
        """Clean outputs, and have markdown cleaned once it is HTML.

        Parameters
        ----------
        nb : NotebookNode
            Graded or not.
        resources : dict
            nbconvert's.

        Returns
        -------
        tuple of NotebookNode and dict
            The notebook and `resources`.
        """
        exporter = self.parent
        exporter.register_filter("markdown2html", _cleaned(exporter.markdown2html))
        nb.metadata.pop("widgets", None)
        for cell in nb.cells:
            if cell.cell_type == "raw":
                cell.source = harmless(cell.source)
            for output in cell.get("outputs", []):
                if "data" in output:
                    _clean(output)
            detail = cell.metadata.get("judge", {}).get("detail")
            if detail and exporter.template_name == "formgrade":
                cell.outputs = [*cell.outputs, *_to_graders(detail)]
        return nb, resources


def _cleaned(to_html):
    @pass_context
    def markdown2html(context, source):
        try:
            html = to_html(context, source)
        except Exception:  # a picture that is not attached, thousands of brackets: as text then
            html = f"<pre>{escape(source)}</pre>"
        return harmless(html)

    return markdown2html


def _clean(output):
    kept = {kind: value for kind, value in output.data.items() if type(value) is str}
    shown = {kind: value for kind, value in kept.items() if kind in AS_TEXT or kind == "image/svg+xml"}
    shown |= {k: v for k, v in kept.items() if k in ("image/png", "image/jpeg") and BASE64.fullmatch(v)}
    html = harmless(kept.get("text/html", ""))
    if html.strip():
        shown["text/html"] = html
    if not shown:
        shown = {"text/plain": f"[not shown here: {', '.join(sorted(output.data)) or 'nothing'}]"}
    output.data = type(output)(shown)
    output.metadata = type(output)()
    output.pop("svg_filename", None)


def _to_graders(detail):
    """The outputs of a test that the student does not get to see, as text."""
    lines = [TO_GRADERS]
    for output in detail:
        if output.get("output_type") == "error":
            lines += [f"{line}\n" for line in output["traceback"]]
        else:
            lines.append(output.get("text") or output.get("data", {}).get("text/plain", ""))
    return [new_output("stream", name="stdout", text="".join(lines))]
