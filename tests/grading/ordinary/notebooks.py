"""A small assignment with its answers as one text, and the jobs it makes for the judge.

The text is in percent format, as those in ``assignments/src``. A cell without a role whose name starts with ``wrong`` or
``forged`` is an answer: it stands in the place of the solution above it and gets no point, or as many as its first line
says: ``# 1 of 2 points``. One that starts with ``mended`` is how the author rewrites the test above it when the release says
that it cannot be judged. What else has no role is shown only. ``inside`` starts the name of a test with the tag
`judge:student`. A line ``# limits: {"call": 1}`` before the cells is the job's.
"""

import json
import re
from dataclasses import dataclass, field

from mlcourse.publish.percent import notebook


@dataclass
class Answer:
    """What a student hands in instead of the solution.

    Attributes
    ----------
    replaces : str
        The cell's id.
    source : str
    points : float
        What it is worth in all tests together.
    """

    replaces: str
    source: str
    points: float = 0.0


@dataclass
class Entry:
    """A row of the table.

    Attributes
    ----------
    cells : list of dict
        ``id``, ``source``, ``role`` and, of a test, ``points``.
    answers : dict of str to Answer
    mended : dict of str to str
        A test's id to what the author writes instead.
    limits : dict
    """

    cells: list = field(default_factory=list)
    answers: dict = field(default_factory=dict)
    mended: dict = field(default_factory=dict)
    limits: dict = field(default_factory=dict)

    @property
    def full(self):
        """What each test is worth."""
        return {cell["id"]: cell["points"] for cell in self.cells if cell["role"] in ("test", "inside")}

    def job(self, answer=None, *, contract=None, mended=False):
        """The job that grades an answer, or the author's own solution; without a contract it is the reference run."""
        sources = {cell["id"]: cell["source"] for cell in self.cells}
        sources.update(self.mended if mended else {})
        known = {"shown": "given"}
        author = [
            {"id": cell["id"], "source": sources[cell["id"]], "kind": known.get(cell["role"], cell["role"])}
            for cell in self.cells
        ]
        if answer is not None:
            sources[answer.replaces] = answer.source
        cells = []
        for cell in self.cells:
            kind = {"given": "student", "solution": "student"}.get(cell["role"], cell["role"])
            points = {"points": cell["points"]} if "points" in cell else {}
            cells.append({"id": cell["id"], "source": sources[cell["id"]], "kind": kind} | points)
        return {
            "name": "ordinary/a01",
            "cells": cells,
            "author": author,
            "contract": contract,
            "student_files": {},
            "judge_folder": None,
            "withheld": [],
            "limits": self.limits,
        }


def entry(text, name=""):
    """Read a text as an assignment with its answers."""
    read = Entry()
    limits = re.search(r"^# limits: (.*)$", text.partition("# %%")[0], re.MULTILINE)
    if limits:
        read.limits = json.loads(limits[1])
    for cell in notebook(text, name=name).cells:
        meta = cell.metadata.get("nbgrader", {})
        if re.match("(wrong|forged)", cell.id):
            worth = re.match(r"# ([\d.]+) of [\d.]+ points", cell.source)
            read.answers[cell.id] = Answer(read.cells[-1]["id"], cell.source, float(worth[1]) if worth else 0.0)
        elif cell.id.startswith("mended"):
            read.mended[read.cells[-1]["id"]] = cell.source
        elif meta.get("grade"):
            role = "inside" if cell.id.startswith("inside") else "test"
            read.cells.append({"id": cell.id, "source": cell.source, "role": role, "points": float(meta["points"])})
        else:
            role = "solution" if meta.get("solution") else "given" if meta else "shown"
            read.cells.append({"id": cell.id, "source": cell.source, "role": role})
    return read


def scores(result):
    """Points reached in each test."""
    return {name: cell["score"] for name, cell in result["cells"].items() if cell["score"] is not None}


def told(result):
    """What a run says of itself, for the message of a test that fails."""
    lines = [f"ended: {result['ended']}"] if result["ended"] else []
    for name, cell in result["cells"].items():
        for output in cell["outputs"]:
            said = output.get("text") or output.get("evalue") or output.get("data", {}).get("text/plain", "")
            lines.append(f"{name}: {output['output_type']} {output.get('ename', '')} {said}"[:600])
    return "\n".join(lines)
