"""Join a widget's JavaScript module with the modules it imports, and hand it to the page."""

import re
from functools import lru_cache
from pathlib import Path

import traitlets

HERE = Path(__file__).parent
IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "(\.[\w./]+)";\n', re.MULTILINE)


@lru_cache(maxsize=32)
def esm(name):
    """Return a widget's module as one text.

    Each line ``import { grid } from "./shared/grid.js";`` gives way to the text of that file, once, without its
    ``export`` words. Names are therefore unique across all files, and imports stand one a line.

    Parameters
    ----------
    name : str
        File beside this one, such as ``"player.js"``.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If a file does not export what is imported from it, or an import has another form.
    """
    joined = []
    _join((HERE / name).resolve(), [], joined)
    return "\n".join(joined)


def code(name):
    """Return the trait in which a widget's joined module travels; `loader` runs it."""
    return traitlets.Unicode(esm(name), read_only=True).tag(sync=True)


def loader():
    """Return the module that Jupyter loads for every widget: it loads `code`, once a page."""
    return esm("shared/loader.js")


def css():
    """Return the one style sheet of all widgets."""
    return (HERE / "shared" / "course.css").read_text(encoding="utf-8")


def _join(path, done, joined):
    text = path.read_text(encoding="utf-8")
    for names, file in IMPORT.findall(text):
        imported = (path.parent / file).resolve()
        for wanted in names.split(", "):
            if not re.search(rf"^export (async )?(function|const|class) {wanted}\b", imported.read_text("utf-8"), re.M):
                raise ValueError(f"{path.name} imports {wanted}, which {imported.name} does not export.")
        if imported not in done:
            done.append(imported)
            _join(imported, done, joined)
    text = IMPORT.sub("", text)
    if loose := re.search(r"^\s*import\b.*$", text, re.M):
        raise ValueError(f'{path.name}: write imports as `import {{ name }} from "./file.js";`, not {loose.group()!r}.')
    joined.append(f"// {path.name}\n" + (re.sub(r"^export (?!default\b)", "", text, flags=re.M)))
