"""Runs notebooks and writes each as one HTML file that needs nothing else."""

import html
import json
import os
import posixpath
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from mlcourse.publish.page.cells import cell_html

HERE = Path(__file__).parent
WIDGETS = "application/vnd.jupyter.widget-state+json"
FRAMES = "from mlcourse.widgets.frames import compute_all; compute_all()"
DROPPED = {"code", "_esm", "_css"}  # written once, not with each widget
SECONDS = 600  # for one cell


def export(notebooks, output):
    """Run notebooks and write each as a page into a folder, with a page of contents where there are several.

    Parameters
    ----------
    notebooks : list of path
    output : path
        A folder, made if it is not there.

    Yields
    ------
    pathlib.Path
        Each file, when it is written.

    Raises
    ------
    FileNotFoundError
        If a notebook is not there.
    ValueError
        If two notebooks have one name, or one does not run; it says which cell.
    """
    output, pages = Path(output), {}
    for path in map(Path, notebooks):
        if not path.is_file():
            raise FileNotFoundError(f"{path} is not there.")
        if f"{path.stem}.html" in pages.values():
            raise ValueError(f"Two notebooks are called {path.stem}; export them into two folders.")
        pages[path.resolve()] = f"{path.stem}.html"
    output.mkdir(parents=True, exist_ok=True)
    contents = []
    for path, name in pages.items():
        notebook = _executed(path)
        title, about = _heading(notebook)
        contents.append((name, title, about))
        link = _links(path, pages, output)
        body = _body(notebook, link)
        (output / name).write_text(_page(title, body, len(pages) > 1), encoding="utf-8")
        yield output / name
    if len(pages) > 1:
        items = "".join(
            f'<li><a href="{name}">{html.escape(t)}</a><br>{html.escape(a)}</li>' for name, t, a in contents
        )
        (output / "index.html").write_text(_page("Contents", f"<h1>Contents</h1><ol>{items}</ol>"), encoding="utf-8")
        yield output / "index.html"


def _executed(path):
    """The notebook after a run from the top, with its widgets' state. What was answered beside it does not come in."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(FRAMES))
    where = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, timeout=SECONDS, resources=where, coalesce_streams=True)
    try:
        client.execute(env=os.environ | {"JPY_SESSION_NAME": f"{path.stem} without answers.ipynb"})
    except CellExecutionError as error:
        raise ValueError(f"{path.name} does not run to its end: {error.ename}: {error.evalue}") from error
    notebook.cells.pop()
    return notebook


def _heading(notebook):
    """The first heading and the first sentences below it, as plain text."""
    words = next((cell.source for cell in notebook.cells if cell.cell_type == "markdown"), "")
    title = re.search(r"^# (.+)$", words, re.MULTILINE)
    about = re.search(r"^(?!#)\w.+?(?=\n\n|\Z)", words, re.MULTILINE | re.DOTALL)
    plain = re.sub(r"[*`$]|\[([^]]*)\]\([^)]*\)", r"\1", " ".join(about[0].split()) if about else "")
    return (title[1] if title else "Notebook"), plain


def _links(path, pages, output):
    """What a link becomes: another page of these, or a notebook that is laid beside them to be taken home."""

    def link(address):
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path.endswith(".ipynb"):
            return address
        target = (path.parent / parts.path).resolve()
        if target in pages:
            return urlunsplit(("", "", pages[target], parts.query, parts.fragment))
        if not target.is_file():
            raise ValueError(f"{path.name} links to {address}, which is not there.")
        (output / "notebooks").mkdir(exist_ok=True)
        shutil.copy(target, output / "notebooks" / target.name)
        return posixpath.join("notebooks", target.name)

    return link


def _body(notebook, link):
    states = notebook.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {})
    codes, places, models = [], [], {}

    def place(model_id, fallback):
        code = states.get(model_id, {}).get("state", {}).get("code")
        if code is None:
            return None
        if code not in codes:
            codes.append(code)
        _take(model_id, states, models)
        places.append({"model": model_id, "code": codes.index(code)})
        readable = re.sub(r"<p><em>To use it.*?</em></p>", "", fallback)  # words about running the cell
        return f'<div data-mlc="{len(places) - 1}">{readable}</div>'

    cells = "\n".join(cell_html(cell, place, link) for cell in notebook.cells)
    if not places:
        return cells
    state = json.dumps({"models": models, "codes": codes, "places": places}, separators=(",", ":")).replace(
        "<", "\\u003c"
    )
    shim = (HERE / "shim.js").read_text(encoding="utf-8")
    css = next(states[one["model"]]["state"]["_css"] for one in places)
    return (
        f'<style>{css}</style>{cells}<script type="application/json" id="mlc-state">{state}</script>'
        f'<script type="module">{shim}</script>'
    )


def _take(model_id, states, models):
    """Put a widget's values, and those of the editors in it, among what the page holds."""
    if model_id in models:
        return
    model = states[model_id]
    values = {name: value for name, value in model["state"].items() if name not in DROPPED}
    bytes_ = {buffer["path"][0]: buffer["data"] for buffer in model.get("buffers", [])}
    models[model_id] = {"values": values, "bytes": bytes_, "number": len(models)}
    for editor in values.get("editors", []):
        _take(editor.removeprefix("IPY_MODEL_"), states, models)


def _page(title, body, of_several=False):
    from pygments.formatters import HtmlFormatter

    css = (HERE / "page.css").read_text(encoding="utf-8")
    light, dark = (HtmlFormatter(style=style).get_style_defs(".code") for style in ("default", "github-dark"))
    back = '<nav><a href="index.html">Contents</a></nav>' if of_several else ""
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{css}{light}\n@media (prefers-color-scheme: dark) {{{dark}}}</style></head>"
        f"<body>{back}<main>{body}</main></body></html>\n"
    )
