"""The bank of attacks and of right but unusual submissions, read from ``bank/``.

A file of it holds what goes together. ``# %% attack="name"`` begins an attack, the comment under it says what it tries.
The parts that follow say what is handed in, on top of the released notebook:

- ``# %% name="relu"`` is written into that cell, ``# %% file="numpy.py"`` into a file beside the notebook;
- ``# %% edit`` is run here before it is handed in, with the notebook as `nb`, its cells by name as `cells` and the
  submission's folder as `folder`.

What stands between the file's first line and the first attack is put in front of each cell written in that file. ``right="name"`` begins a right
submission: it has the author's solution wherever it writes nothing else. After the name may stand ``at_most=2`` (the
points its honest part deserves; 0 without), ``assignment="ps2"`` (the one with torch), ``alone=true`` (it may stop the batch or harm others, where nothing
prevents it, so it is then graded apart), ``confined=true`` (only a confined process can prevent it, not where the tests run),
``machine=true`` (it harms the machine where nothing confines it, so it is not tried there at all).
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from small_course import ASSIGNMENTS, answers, full

from mlcourse.grading.confinement import bubblewrap

FOLDER = Path(__file__).parent / "bank"
CONFINED = bubblewrap.found().works  # else those that only confinement prevents are left out
OPTION = re.compile(r'(\w+)=(?:"([^"]*)"|(\S+))')


@dataclass
class Submission:
    """One entry of the bank.

    Attributes
    ----------
    name, tries : str
    right : bool
        Whether it must have full points.
    at_most : float
        The points that its honest part deserves.
    alone, confined, machine : bool
    assignment : str
    written : dict of str to str
        Cell -> text.
    files : dict of str to str
    edit : str
    """

    name: str
    tries: str
    right: bool = False
    at_most: float = 0
    alone: bool = False
    confined: bool = False
    machine: bool = False
    assignment: str = "ps1"
    written: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)
    edit: str = ""

    def __call__(self, nb, folder):
        """Write it into ``folder``, which holds what was released; ``nb`` is the released notebook."""
        cells = {cell.id: cell for cell in nb.cells}
        for name, text in ((answers(self.assignment) if self.right else {}) | self.written).items():
            cells[name].source = text
        for name, text in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        path = folder / f"{self.assignment}.ipynb"
        nbformat.write(nb, path)
        if self.edit:
            scope = {"nb": nb, "cells": cells, "folder": folder, "path": path, "new": nbformat.v4.new_code_cell}
            exec(compile(self.edit, self.name, "exec"), scope)
            if path.is_file() and not path.is_symlink() and "nb" in scope:
                path.write_text(json.dumps(scope["nb"]))  # no check: a student may hand in anything


def bank():
    """Return every entry by its name; without torch, those of the first assignment.

    Raises
    ------
    ValueError
        If a file of the bank cannot be read; it says where.
    """
    found = {}
    for path in sorted(FOLDER.glob("*.py")):
        before, *parts = re.split(r"^# %% ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        before = before.partition("\n")[2].strip("\n")  # the first line says what the file is about
        entry = None
        for part in parts:
            line, _, text = part.partition("\n")
            options = {key: word or bare for key, word, bare in OPTION.findall(line)}
            if "attack" in options or "right" in options:
                entry = _entry(options, text)
                if entry.name in found:
                    raise ValueError(f"{path.name}: there are two entries called {entry.name!r}; rename one")
                found[entry.name] = entry
            elif entry is None:
                raise ValueError(f'{path.name}: {line!r} stands before the first attack; begin with attack="..."')
            elif line.strip() == "edit":
                entry.edit = text
            elif "file" in options:
                entry.files[options["file"]] = text
            else:
                entry.written[options["name"]] = (before + "\n\n\n" + text).strip("\n")
    return {name: entry for name, entry in found.items() if entry.assignment in ASSIGNMENTS}


def _entry(options, text):
    tries = " ".join(line.lstrip("# ") for line in text.strip().splitlines())
    if not tries:
        raise ValueError(f"{options} does not say what it tries; write a comment under it")
    right, assignment = "right" in options, options.get("assignment", "ps1")
    return Submission(
        name=options["right" if right else "attack"],
        tries=tries,
        right=right,
        at_most=full(assignment) if right else float(options.get("at_most", 0)),
        alone=options.get("alone") == "true",
        confined=options.get("confined") == "true",
        machine=options.get("machine") == "true",
        assignment=assignment,
    )
