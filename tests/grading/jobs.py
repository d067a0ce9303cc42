"""Small jobs for the judge, without nbgrader, and what came of them."""

import time

import pytest

from mlcourse.grading.confinement import bubblewrap
from mlcourse.grading.judge.driver import compute

CONFINED = pytest.mark.skipif(not bubblewrap.found().works, reason=bubblewrap.found().says)


def job(solution, *tests, contract=None, **limits):
    """A notebook with a solution and tests of a point each; without a contract it is judged as the author's."""
    cells = [{"id": "s", "source": solution, "kind": "student"}]
    cells += [{"id": f"t{n}", "source": text, "kind": "test", "points": 1.0} for n, text in enumerate(tests)]
    author = [{**cell, "kind": "solution" if cell["kind"] == "student" else "test"} for cell in cells]
    return {"name": "ps1/a01", "cells": cells, "author": author, "contract": contract, "limits": limits}


def scores(result):
    return [cell["score"] for cell in result["cells"].values() if cell["score"] is not None]


def said(result, cell):
    return " ".join(output.get("evalue", "") for output in result["cells"][cell]["outputs"])


def printed(result, cell):
    return "".join(output.get("text", "") for output in result["cells"][cell]["outputs"])


def waits(until, seconds=5):
    """Whether something becomes so."""
    end = time.monotonic() + seconds
    while not until():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def answer(code, **limits):
    """What ``code`` prints in a submission."""
    result = compute(job(code, "assert True", **limits) | {"confine": "required"})
    assert result["confined"]
    assert scores(result) == [1.0]
    return printed(result, "s") + said(result, "s")
