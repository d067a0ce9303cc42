"""From text to notebook, one way: a percent-format file is the truth, its notebook is built and never edited.

What stands on a cell's ``# %%`` line: ``name="..."`` becomes the cell's id, ``role="solution"`` and its like become
nbgrader's metadata, ``points=6`` what a test is worth, ``seconds=12`` what the cell may cost. ``folded=true`` shows a
cell's output without its code, which for a question holds the answer.
"""

import hashlib
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

OPTIONS = ("name", "role", "points", "seconds", "folded")
# What nbgrader calls each role. A task is graded by hand and is neither "grade" nor "solution" to nbgrader.
ROLES = {
    "solution": {"grade": False, "locked": False, "solution": True, "task": False},
    "test": {"grade": True, "locked": True, "solution": False, "task": False},
    "given": {"grade": False, "locked": True, "solution": False, "task": False},
    "answer": {"grade": True, "locked": False, "solution": True, "task": False},
    "task": {"grade": False, "locked": True, "solution": False, "task": True},
}
WORTH = ("test", "answer", "task")  # the roles that carry points
CELL_TYPES = {"solution": ("code",), "test": ("code",), "task": ("markdown",)}  # the others may be either
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}


def notebook(text, *, name=""):
    """Read a text in percent format as a notebook without outputs.

    Parameters
    ----------
    text : str
        Comments (among them, if wanted, ``# imports: numpy, torch``), then cells that start with ``# %%``.
    name : str
        The file's name, for error messages.

    Returns
    -------
    nbformat.NotebookNode
        Of format 4.5. The same text gives the same notebook, ids included.

    Raises
    ------
    ValueError
        If a cell's options cannot be read, do not go together or name a cell twice; it says which cell.
    """
    import jupytext
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

    start = re.search(r"^# ?%%", text, re.MULTILINE)
    if start is None:
        raise ValueError(f"{name or 'This text'} has no cell; start each with a line `# %%` or `# %% [markdown]`")
    metadata = METADATA | _header(text[: start.start()], name)
    make = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}
    cells, taken = [], set()
    for number, read in enumerate(jupytext.reads(text[start.start() :], fmt="py:percent").cells, start=1):
        where = f"{name or 'text'}, cell {number} ({read.source.strip().partition(chr(10))[0][:40] or 'empty'})"
        options = _options(read, where)
        if options.get("name") in taken:
            raise ValueError(f"{where}: the name {options['name']!r} is taken by an earlier cell; give each its own")
        cell = make[read.cell_type](read.source, id=_id(read, options, taken), metadata=_metadata(options))
        taken.add(cell.id)
        cells.append(cell)
    return new_notebook(cells=cells, metadata=metadata)


def build(root):
    """Build every notebook of the course from its text, and say how each one fared.

    Parameters
    ----------
    root : Path
        The folder that holds ``lectures/src`` and ``assignments/src``.

    Returns
    -------
    list of Path
        The files that changed.

    Raises
    ------
    ValueError
        If a text cannot be read; it says which file and cell.
    RuntimeError
        If nbgrader cannot make the released notebooks; what it printed is in the message.
    """
    changed = []
    for path, content in _made(Path(root)):
        old = path.read_bytes() if path.exists() else None
        if content != old:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            changed.append(path)
        state = "same" if content == old else "new" if old is None else "changed"
        print(f"{state:8}{path.relative_to(root)}", flush=True)
    return changed


def expected(root):
    """Return what `build` would write, and write nothing.

    Parameters
    ----------
    root : pathlib.Path
        The course's folder.

    Returns
    -------
    dict of pathlib.Path to bytes
    """
    return dict(_made(Path(root)))


def _made(root):
    """Each file that is built, with its bytes: lectures, then sources of assignments, then what nbgrader releases."""
    for source in sorted((root / "lectures" / "src").glob("*.py")):
        yield root / "lectures" / f"{source.stem}.ipynb", _bytes(_read(source, root))
    course, sources = root / "assignments", {}
    for source in sorted((course / "src").glob("*.py")):
        sources[source.stem] = _bytes(_read(source, root))
        yield course / "source" / source.stem / f"{source.stem}.ipynb", sources[source.stem]
    if sources:
        yield from _released(course, sources)


def _released(course, sources):
    """Let nbgrader make the release in a copy of the course, so that the real gradebook is not touched."""
    import nbformat

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "course"
        copy.mkdir()
        shutil.copy(course / "nbgrader_config.py", copy)
        for name, content in sources.items():
            own, given = copy / "source" / name, course / "source" / name
            if given.is_dir():  # data and pictures that lie beside the notebook are released with it
                shutil.copytree(given, own, ignore=shutil.ignore_patterns("*.ipynb", ".*", "__pycache__"))
            own.mkdir(parents=True, exist_ok=True)
            (own / f"{name}.ipynb").write_bytes(content)
        # The settings of whoever builds must not reach the release, so nbgrader sees only the course's own.
        alone = {"JUPYTER_NO_CONFIG": "1", "JUPYTER_CONFIG_DIR": str(Path(folder) / "no_settings")}
        # The star is nbgrader's own glob: one start (seconds) for all assignments.
        command = [sys.executable, "-m", "nbgrader", "generate_assignment", "--assignment=*", "--no-db"]
        ran = subprocess.run(
            command, cwd=copy, env=os.environ | alone, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        if ran.returncode:
            raise RuntimeError(f"nbgrader could not release {', '.join(sources)}; it said:\n{ran.stdout.strip()}")
        for path in sorted(p for p in (copy / "release").rglob("*") if p.is_file()):
            content = path.read_bytes()
            if path.suffix == ".ipynb":  # written anew by us: its layout then does not depend on nbgrader's version
                content = _bytes(nbformat.reads(content.decode(), as_version=4))
            yield course / "release" / path.relative_to(copy / "release"), content


def _read(path, root):
    return notebook(path.read_text(encoding="utf-8"), name=path.relative_to(root).as_posix())


def _bytes(node):
    import nbformat

    nbformat.validate(node)
    return (nbformat.writes(node).rstrip("\n") + "\n").encode()


def _header(text, name):
    """What stands before the first cell: only comments, and in them what the notebook says it imports."""
    lines = [line for line in text.splitlines() if line.strip()]
    loose = [line for line in lines if not line.startswith("#")]
    if loose:
        raise ValueError(f"{name or 'text'}: {loose[0]!r} stands before the first cell; put a line `# %%` above it")
    found = [match[1] for line in lines if (match := re.fullmatch(r"#\s*imports:(.*)", line))]
    if len(found) > 1:
        raise ValueError(f"{name or 'text'} has {len(found)} lines `# imports:`; write one")
    modules = [module.strip() for module in ",".join(found).split(",") if module.strip()]
    for module in modules:
        if not re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", module):
            raise ValueError(
                f"{name or 'text'} imports {module!r}; write modules with commas: `# imports: numpy, torch`"
            )
    return {"mlcourse": {"imports": modules}} if found else {}


def _options(cell, where):
    """Return the options of a cell, checked; where not, say what is wrong and how to mend it."""
    # jupytext adds what it needs to write the text back. We never do.
    read = {k: v for k, v in cell.metadata.items() if k not in ("cell_marker", "lines_to_next_cell")}
    for key, value in read.items():
        if key == "title":
            raise ValueError(
                f"{where}: `{value}` is not an option; did you mean `[markdown]`, or a heading in the text?"
            )
        if key == "incorrectly_encoded_metadata":
            raise ValueError(f'{where}: cannot read {value!r}; write options as name="strided" points=6')
        if key not in OPTIONS:
            raise ValueError(f"{where}: unknown option {key!r}; known are {', '.join(OPTIONS)}")
    name, role, points, seconds, folded = (read.get(option) for option in OPTIONS)
    if "name" in read and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", str(name)):
        raise ValueError(
            f"{where}: the name {name!r} is not 1 to 64 letters, digits, `_` or `-`, so cannot be a cell's id"
        )
    if "role" in read and role not in ROLES:
        raise ValueError(f"{where}: unknown role {role!r}; known are {', '.join(ROLES)}")
    if role and not name:
        raise ValueError(f'{where}: a cell with role="{role}" needs a name; nbgrader finds it by that')
    if role in CELL_TYPES and cell.cell_type not in CELL_TYPES[role]:
        raise ValueError(f'{where}: role="{role}" is for {CELL_TYPES[role][0]}; for words graded by hand take "answer"')
    if role in WORTH and "points" not in read:
        raise ValueError(f'{where}: a cell with role="{role}" needs points; write points=6')
    if "points" in read and role not in WORTH:
        raise ValueError(f"{where}: only {', '.join(WORTH)} carry points; take points={points} away or give a role")
    for option, value in (("points", points), ("seconds", seconds)):
        if option in read and (
            isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf
        ):
            raise ValueError(f"{where}: {option}={value!r} is not a number from 0 up")
    if folded not in (None, True) or (folded and cell.cell_type != "code"):
        raise ValueError(f"{where}: folded={folded!r} on a {cell.cell_type} cell; write folded=true, on a code cell")
    return read


def _metadata(options):
    metadata = {}
    if "role" in options:
        worth = {"points": options["points"]} if "points" in options else {}
        metadata["nbgrader"] = {"grade_id": options["name"], "schema_version": 3} | ROLES[options["role"]] | worth
    if "seconds" in options:
        metadata["mlcourse"] = {"seconds": options["seconds"]}
    if "folded" in options:
        metadata["jupyter"] = {"source_hidden": True}
    return metadata


def _id(cell, options, taken):
    """A cell's name, or a hash of its text: it stays while its neighbours change, so that a diff is small."""
    if "name" in options:
        return options["name"]
    digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
    same = (f"{digest}-{number}" if number > 1 else digest for number in range(1, len(taken) + 2))
    return next(new for new in same if new not in taken)
