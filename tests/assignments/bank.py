"""The bank: submissions whose points and names are known by hand, put together from short files and misconceptions.

``tests/submissions/NAME/`` holds ``right_*.py``, ``wrong_*.py`` and ``odd_*.py``: what a student wrote into the cells
of the released notebook, one ``# %% name="..."`` a cell (``delete=true``: threw the cell away). Code is never parsed,
so it may be broken in any way. Three kinds are made: ``author`` (the author's solution), ``untouched`` (the release as
it is) and one ``made_...`` for each misconception (the author's solution, then the misconception in its place).
``expected.toml`` says what each must come to.
"""

import ast
import importlib
import inspect
import json
import multiprocessing
import os
import re
import textwrap
import tomllib
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import nbformat
from play import play

from mlcourse.diagnosis import Exercise, Scored

ROOT = Path(__file__).parents[2]
COURSE = ROOT / "assignments"
SUBMISSIONS = ROOT / "tests" / "submissions"
SECONDS = 300  # for one submission without nbgrader
# So many right ones and mistakes go through nbgrader in an ordinary run of the tests; fewer where each trains a network.
ENOUGH, FEWER = (5, 14), {"unet": (3, 8)}
# What a made one writes where training, which takes seconds, tells nothing:
LEFT_OUT = {"unet": {"train": "net = None"}}


@dataclass(frozen=True)
class Expectation:
    """What a submission must come to, as `expected.toml` has it.

    Attributes
    ----------
    points : float
        In the whole assignment.
    named : list of str
        Misconceptions whose sentence must be in the outputs; of no other misconception may there be one.
    says : str
        Further text that must stand in the feedback.
    graded : bool
        False where nbgrader cannot grade the submission at all (a killed kernel).
    """

    points: float
    named: list = field(default_factory=list)
    says: str = ""
    graded: bool = True


class Bank:
    """All submissions to one assignment.

    Parameters
    ----------
    name : str
        The assignment's.
    folder : Path
        Where its files lie.
    course : Path
        The folder with ``source/NAME/NAME.ipynb`` and ``release/NAME/NAME.ipynb``.
    exercises : dict of str to Exercise, optional
        By the function each asks for; without, those of ``mlcourse.check.NAME``.
    """

    def __init__(self, name, folder=None, course=COURSE, exercises=None):
        self.name, self.course = name, course
        self.folder = folder or SUBMISSIONS / name
        self.exercises = _exercises(name) if exercises is None else exercises

    def sentences(self):
        """Return the sentence of every misconception, and of every sign of a bad training, by its name."""
        told = {wrong: misconception.says for _, wrong, misconception in self.misconceptions()}
        for exercise in self.exercises.values():
            told |= {name: sign.says for name, sign in getattr(exercise, "signs", {}).items()}
        return {name: plain(says) for name, says in told.items()}

    def submissions(self):
        """Return what each submission writes: its key -> name of a cell -> text, or None for a cell thrown away."""
        author = {
            cell.id: _without_markers(cell.source)
            for cell in self.notebook("source").cells
            if cell.metadata.get("nbgrader", {}).get("solution")
        }
        found = {"author": author, "untouched": {}}
        for function, wrong, misconception in self.misconceptions():
            if function not in author:
                raise ValueError(f"{self.name} has no solution cell named {function!r}, as its exercise is; name it so")
            if f"made_{wrong}" in found:
                raise ValueError(f"two misconceptions of {self.name} are called {wrong!r}; rename one")
            wrongly = {function: author[function] + made(function, misconception.function)}
            found[f"made_{wrong}"] = author | LEFT_OUT.get(self.name, {}) | wrongly
        for path in sorted(self.folder.glob("*.py")):
            if not path.stem.startswith(("right_", "wrong_", "odd_")):
                raise ValueError(f"{path.name} is no kind of submission; call it right_, wrong_ or odd_ something")
            found[path.stem] = cells(path.read_text(encoding="utf-8"), name=path.name)
        return found

    def loose(self):
        """Return the misconceptions that cannot be pasted into a notebook, and which names of their module they use."""
        used = {
            w: set(inspect.getclosurevars(m.function).globals) - {"np", "right"} for _, w, m in self.misconceptions()
        }
        return {wrong: sorted(others) for wrong, others in used.items() if others}

    def misconceptions(self):
        """Each (function, name, misconception) once, where exercises share them."""
        seen = []
        for function, exercise in self.exercises.items():
            for wrong, misconception in getattr(exercise, "misconceptions", {}).items():
                if misconception not in seen:
                    seen.append(misconception)
                    yield function, wrong, misconception

    def notebook(self, step):
        """Return the notebook of a step, "source" or "release"."""
        return nbformat.read(self.course / step / self.name / f"{self.name}.ipynb", as_version=4)

    def submit(self, key):
        """Return the released notebook with what the submission ``key`` writes put in."""
        written = self.submissions()[key]
        submitted = self.notebook("release")
        ids = [cell.id for cell in submitted.cells]
        unknown = set(written) - set(ids)
        if unknown:
            raise ValueError(f"{key} writes into {sorted(unknown)}, but the release of {self.name} has cells {ids}")
        submitted.cells = [cell for cell in submitted.cells if written.get(cell.id, "") is not None]
        for cell in submitted.cells:
            cell.source = written.get(cell.id, cell.source)
        return submitted

    def play(self, key, folder):
        """Run a submission without nbgrader.

        Parameters
        ----------
        key : str
        folder : Path
            An empty one, to run in.

        Returns
        -------
        points : float
        text : str or None
            All that its cells printed, results and errors; None where the process ended, so nothing can be graded.
        """
        # As autograde does: what is locked is the author's again, hidden tests included, and a lost test comes back.
        submitted = {cell.id: cell for cell in self.submit(key).cells}
        graded = []
        for cell in self.notebook("source").cells:
            marks = cell.metadata.get("nbgrader", {})
            is_test = marks.get("grade") and not marks.get("solution")
            if cell.cell_type == "code" and (cell.id in submitted or is_test):
                text = cell.source if marks.get("locked") else submitted[cell.id].source
                graded.append({"source": text, "points": marks["points"] if is_test else 0})
        (folder / "cells.json").write_text(json.dumps([cell["source"] for cell in graded]))
        process = _warm().Process(target=play, args=(folder,))
        process.start()
        process.join(SECONDS)
        process.kill()
        process.join()
        process.close()
        if not (folder / "shown.json").exists():  # the process was ended, by the submission or by us
            return 0, None
        shown = json.loads((folder / "shown.json").read_text())
        points = sum(cell["points"] for cell, ran in zip(graded, shown, strict=True) if not ran["failed"])
        return points, plain(" ".join(ran["text"] for ran in shown))


def names():
    """Return the assignments that have a bank."""
    return sorted(path.name for path in SUBMISSIONS.glob("*") if path.is_dir())


def expectations(folder):
    """Return the `Expectation` of each submission in ``folder``."""
    path = folder / "expected.toml"
    if not path.exists():
        return {}
    return {key: Expectation(**entry) for key, entry in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def through_nbgrader(name, entries):
    """Return the keys of those that go through nbgrader as well, which takes two seconds each.

    Every odd one, the author's and the untouched one, and some of the right ones and of the mistakes.
    All of them with MLCOURSE_WHOLE_BANK=1, as ``make bank`` has it.
    """
    if os.environ.get("MLCOURSE_WHOLE_BANK"):
        return list(entries)
    right = [key for key in entries if key.startswith("right_")]
    mistakes = [key for key in entries if key.startswith(("wrong_", "made_"))]
    rest = [key for key in entries if key not in {*right, *mistakes}]
    own_words = sorted(mistakes, key=lambda key: key.startswith("made_"))
    rights, wrongs = FEWER.get(name, ENOUGH)
    return rest + _evenly(right, rights) + _evenly(own_words, wrongs)


def _evenly(keys, count):
    return [keys[n * len(keys) // count] for n in range(count)] if len(keys) > count else keys


def cells(text, *, name=""):
    """Return what a submission's file writes into which cell; what stands before the first cell is for the reader."""
    written = {}
    for part in re.split(r"^(?=# ?%%)", text, flags=re.MULTILINE)[1:]:
        options, _, source = part.partition("\n")
        found = re.search(r'\bname="([^"]+)"', options)
        if found is None or found[1] in written:
            raise ValueError(f'{name}: {options!r} does not say which cell it replaces, or one twice; write name="..."')
        if "[markdown]" in options:
            source = re.sub(r"^# ?", "", source, flags=re.MULTILINE)
        written[found[1]] = None if re.search(r"\bdelete=true\b", options) else source.strip("\n")
    return written


def made(function, misconception):
    """Return the lines that put ``misconception`` in the place of ``function``.

    Its docstring is left out: a traceback shows a function's lines, and the sentence must come from the check alone.
    """
    text = textwrap.dedent(inspect.getsource(misconception))
    definition = ast.parse(text).body[0]
    lines, body = text.splitlines(), definition.body
    told = range(body[0].lineno - 1, body[0].end_lineno) if ast.get_docstring(definition) is not None else ()
    kept = [line for number, line in enumerate(lines) if number >= definition.lineno - 1 and number not in told]
    ends = ["", "", f"import numpy as np\n\nright = {function}\n\n", *kept, "", "", f"{function} = {definition.name}"]
    return "\n".join(ends)


def plain(text):
    """Return ``text`` with each run of white space as one space, so that line breaks do not matter."""
    return " ".join(text.split())


def outputs(html):
    """Return the plain text of a feedback page's outputs: what was said about the answer, without the answer."""
    reader = _Outputs()
    reader.feed(html)
    return plain("".join(reader.found))


class _Outputs(HTMLParser):
    def __init__(self):
        super().__init__()
        self.depth, self.found = 0, []

    def handle_starttag(self, tag, attrs):
        if tag == "div" and (self.depth or "output_wrapper" in dict(attrs).get("class", "").split()):
            self.depth += 1

    def handle_endtag(self, tag):
        if tag == "div" and self.depth:
            self.depth -= 1
            self.found.append(" ")

    def handle_data(self, data):
        if self.depth:
            self.found.append(data)


@cache
def _warm():
    """Give processes that have the slow imports behind them (torch: a second); without fork (Windows), new ones."""
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    notebooks = [Bank(name, exercises={}).notebook("source") for name in names()]
    imports = {module for made in notebooks for module in made.metadata.get("mlcourse", {}).get("imports", [])}
    context.set_forkserver_preload(sorted(imports) + [f"mlcourse.check.{name}" for name in names()])
    return context


def _exercises(name):
    # `mlcourse.check` has the exercise of this name as an attribute, in front of the module of the same name.
    module = importlib.import_module(f"mlcourse.check.{name}")
    return {n: value for n, value in vars(module).items() if isinstance(value, Exercise | Scored)}


def _without_markers(source):
    return "\n".join(line for line in source.split("\n") if not re.search("(BEGIN|END) SOLUTION", line))
