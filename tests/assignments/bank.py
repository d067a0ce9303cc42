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
import os
import re
import textwrap
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import nbformat
from traitlets.config.loader import PyFileConfigLoader

from mlcourse.diagnosis import Exercise, Scored
from mlcourse.grading.judge.driver import run
from mlcourse.grading.steps.autograded.job import reference
from mlcourse.grading.steps.release.author import in_source

ROOT = Path(__file__).parents[2]
COURSE = ROOT / "assignments"
SUBMISSIONS = ROOT / "tests" / "submissions"
LIMITS = {"cell": 300, "test": 120}  # seconds, without nbgrader
CONTRACTS = {}  # course, assignment -> what crossed in its reference run
# So many right ones and mistakes go through nbgrader in an ordinary run of the tests.
ENOUGH = 3, 8
JUDGED, MADE = 20, 2  # so many that lie on disk, these among them, and so many others made of misconceptions are judged
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
    """

    points: float
    named: list = field(default_factory=list)
    says: str = ""


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

    def judged(self, key):
        """Have a submission judged without nbgrader.

        Parameters
        ----------
        key : str

        Returns
        -------
        points : float
        text : str
            All that its cells showed, results and errors.
        """
        author = in_source(self.notebook("source"))
        about = {"name": f"{self.name}/{key}", "student_files": {}, "judge_folder": None, "limits": LIMITS}
        job = reference(author, withheld(self.name), **about)
        ids = {cell.key: cell.id for cell in author.code}
        released = {cell.id: cell.source for cell in self.notebook("release").cells}
        submitted = {cell.id: cell.source for cell in self.submit(key).cells}
        cells = []
        for cell in job["cells"]:
            at = ids[cell["id"]]
            if cell["kind"] == "test":  # what is locked is the author's again, and a lost test comes back
                cells.append(cell)
            elif at in submitted:
                unchanged = submitted[at] == released[at]
                cells.append(cell | {"source": submitted[at], "kind": cell["kind"] if unchanged else "student"})
        result = run(job | {"cells": cells, "contract": self._contract(job)})
        texts = [text for cell in result["cells"].values() for output in cell["outputs"] for text in _texts(output)]
        return sum(cell["score"] or 0 for cell in result["cells"].values()), plain(" ".join(texts))

    def _contract(self, job):
        """What crossed in the reference run, which is done once."""
        kept = str(self.course), self.name
        if kept not in CONTRACTS:
            judged = run(job)
            worth = {cell["id"]: cell["points"] for cell in job["cells"] if cell["kind"] == "test"}
            reached = {at: judged["cells"][at]["score"] for at in worth}
            assert reached == worth, f"the author's own solution of {self.name} gets {reached}"
            CONTRACTS[kept] = judged["contract"]
        return CONTRACTS[kept]


def names():
    """Return the assignments that have a bank."""
    return sorted(path.name for path in SUBMISSIONS.glob("*") if path.is_dir())


def expectations(folder):
    """Return the `Expectation` of each submission in ``folder``."""
    path = folder / "expected.toml"
    if not path.exists():
        return {}
    return {key: Expectation(**entry) for key, entry in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def through_nbgrader(entries):
    """Return the keys of those that go through nbgrader as well, which takes two seconds each.

    Every odd one, the author's and the untouched one, and some of the right ones and of the mistakes.
    All of them with MLCOURSE_WHOLE=1, as ``make bank`` has it.
    """
    if os.environ.get("MLCOURSE_WHOLE"):
        return list(entries)
    right = [key for key in entries if key.startswith("right_")]
    mistakes = [key for key in entries if key.startswith(("wrong_", "made_"))]
    rest = [key for key in entries if key not in {*right, *mistakes}]
    own_words = sorted(mistakes, key=lambda key: key.startswith("made_"))
    rights, wrongs = ENOUGH
    return rest + _evenly(right, rights) + _evenly(own_words, wrongs)


def through_the_judge(entries):
    """Return the keys of those that are judged without nbgrader: some of the others, so that a run takes minutes.

    ``make bank`` grades all of them by nbgrader; tests/check tries each mistake on the exercises themselves.
    """
    by_nbgrader = set(through_nbgrader(entries))
    made = [key for key in entries if key.startswith("made_")]
    on_disk = [key for key in entries if key not in made]
    more = max(JUDGED - len(by_nbgrader.intersection(on_disk)), 0)
    left = [[key for key in keys if key not in by_nbgrader] for keys in (on_disk, made)]
    return _evenly(left[0], more) + _evenly(left[1], MADE)


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


@cache
def _config():
    return PyFileConfigLoader("nbgrader_config.py", str(COURSE)).load_config()


def withheld(name):
    """Return the modules that an assignment's students do not have, as the course is configured."""
    table = _config().JudgeStep.withheld
    return table.get(name, table["*"])


def _texts(output):
    yield output.get("text", "")
    yield from (str(value) for value in output.get("data", {}).values())
    yield output.get("evalue", "")
    yield from output.get("traceback", ())


def _exercises(name):
    # `mlcourse.check` has the exercise of this name as an attribute, in front of the module of the same name.
    module = importlib.import_module(f"mlcourse.check.{name}")
    return {n: value for n, value in vars(module).items() if isinstance(value, Exercise | Scored)}


def _without_markers(source):
    return "\n".join(line for line in source.split("\n") if not re.search("(BEGIN|END) SOLUTION", line))
