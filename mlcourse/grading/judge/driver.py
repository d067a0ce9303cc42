"""From a job to its outputs: a notebook's cells, in their order, each in the process where it belongs."""

import ast
import atexit
import contextlib
import json
import os
import shutil
import socket as sockets
import sys
import tempfile
import threading
import time

from mlcourse.grading.judge.names import parse
from mlcourse.grading.judge.zygote import Zygote
from mlcourse.grading.wire.bounds import ENDED, LinkLost, WireError
from mlcourse.grading.wire.frames import Link

LIMITS = {"cell": 30.0, "call": 10.0, "test": 60.0, "output": 200_000}
SLACK = 15.0  # seconds after which a process that should have stopped by itself is ended
START = 120.0
MOST_OUTPUTS = 1000  # of a cell
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV", "SYSTEMROOT", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR")}
INLINE = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}


def compute(job):
    """Run the cells of a submission, and judge its tests.

    Parameters
    ----------
    job : dict
        Plain data. ``cells``: the code cells in order, each with ``id``, ``source`` and ``kind``: "student" runs in the
        student's process, "test" (with ``points``) and "shown" in the judge, "inside" is a test in the student's process.
        ``author``: those of the author's notebook, "given", "solution", "test", "inside" or "student" (given, but its names
        are asked for). ``contract``: as an earlier run recorded it; None to record it. ``student_files``: path -> base64.
        ``judge_folder``, ``withheld``, ``limits``: see `configure`.

    Returns
    -------
    dict
        ``cells``: id -> ``outputs``, ``seconds``, ``score``, ``failed``, ``hidden``, ``asked``, ``weak``; ``contract``;
        ``ended``: why the student's process ended, or None.
    """
    limits = LIMITS | job.get("limits", {})
    with _Processes(job, limits) as processes:
        cells = {cell["id"]: processes.run(cell) for cell in job["cells"]}
        return {"cells": cells, "contract": processes.contract, "ended": processes.ended or None}


class _Processes:
    """The two processes of one job."""

    def __init__(self, job, limits):
        self.job, self.limits = job, limits
        self.contract, self.ended, self.judge_ended = job.get("contract"), "", ""
        self.folder = tempfile.mkdtemp(prefix="submission-")
        self.pids = []

    def __enter__(self):
        job = self.job
        preload = {role: _imports(job["author"], job.get("withheld", ()), role) for role in ("student", "judge")}
        asking, answering = sockets.socketpair()
        student = {
            "folder": self.folder,
            "files": job.get("student_files", {}),
            "withheld": list(job.get("withheld", ())),
            "limits": self.limits,
        }
        author = [{**cell, "kind": _AS_SEEN.get(cell["kind"], cell["kind"])} for cell in job["author"]]
        judge = {
            "author": author,
            "contract": self.contract,
            "folder": job.get("judge_folder"),
            "withheld": list(job.get("withheld", ())),
            "limits": self.limits,
            "submitted": [cell["source"] for cell in job["cells"] if cell["kind"] == "student"],
        }
        self.student = self._start("student", preload["student"], answering, student)
        self.judge = self._start("judge", preload["judge"], asking, judge)
        return self

    def _start(self, role, preload, end, setup):
        mine, control = sockets.socketpair()
        first, setup_end = sockets.socketpair()
        zygote = _zygote(role, preload)
        pid = zygote.spawn(setup_end, control, end)
        self.pids.append((zygote, pid))
        for socket in (control, setup_end, end):
            socket.close()
        with first:
            Link(first).send(0, setup, timeout=START)
        return Link(mine)

    def run(self, cell):
        """Run one cell where it belongs."""
        began = time.monotonic()
        if cell["kind"] in ("test", "shown"):
            return self._judged(cell)
        outputs, said = [], ""
        if not self.ended:
            try:
                self.student.send(0, cell["source"], timeout=SLACK)
                _, outputs = self.student.receive(timeout=self.limits["cell"] + SLACK)
                outputs = [kept for one in outputs[:MOST_OUTPUTS] if (kept := _kept(one, self.limits["output"]))]
            except (WireError, TypeError) as error:
                self.ended = (
                    ENDED
                    if isinstance(error, LinkLost)
                    else f"The process that ran your code sent something else: {error}."
                )
        if self.ended:
            outputs = [*outputs, _error("ProcessEnded", self.ended)]
        failed = any(one["output_type"] == "error" for one in outputs)
        result = {
            "outputs": outputs,
            "seconds": time.monotonic() - began,
            "score": None,
            "failed": failed,
            "hidden": False,
        }
        if cell["kind"] == "inside":
            result |= _inside(outputs, failed, cell["points"])
            said = "the verdict was taken in the student's process"
        return result | {"asked": [], "weak": [said] if said else []}

    def _judged(self, cell):
        failed = {"seconds": 0.0, "score": 0.0 if cell["kind"] == "test" else None, "failed": True, "hidden": False}
        failed |= {"asked": [], "weak": []}
        if not self.judge_ended:
            asked = {"id": cell["id"], "source": cell["source"], "points": cell.get("points")}
            try:
                self.judge.send(0, asked, timeout=SLACK)
                _, result = self.judge.receive(timeout=self.limits["test"] + self.limits["call"] + SLACK)
                self.contract = result.pop("contract")
                return result
            except WireError as error:
                self.judge_ended = f"The judge could not finish: {error}."
        return failed | {"outputs": [_error("NotJudged", self.judge_ended)]}

    def __exit__(self, *error):
        for link in (self.student, self.judge):
            link.close()
        for zygote, pid in self.pids:
            zygote.end(pid)
        shutil.rmtree(self.folder, ignore_errors=True)


_AS_SEEN = {"student": "solution", "inside": "test"}


def _error(name, text):
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}


def _inside(outputs, failed, points):
    """Score and outputs of a test in the student's process, whose last expression may say how many points there are."""
    number = None
    for one in outputs:
        if one["output_type"] == "execute_result":
            with contextlib.suppress(ValueError, TypeError):
                number = float(one["data"].get("text/plain"))
    outputs = [one for one in outputs if one.get("name") != "stderr" and one["output_type"] != "execute_result"]
    if failed:
        return {"score": 0.0, "outputs": outputs}
    if number is None:
        return {"score": points, "outputs": outputs}
    if not 0 <= number <= points:
        said = f"The last expression gave {number:g} points; expected a number from 0 to {points:g}."
        return {"score": 0.0, "failed": True, "outputs": [*outputs, _error("NoPoints", said)]}
    shown = {
        "output_type": "execute_result",
        "data": {"text/plain": repr(number)},
        "metadata": {},
        "execution_count": None,
    }
    return {"score": number, "outputs": [*outputs, shown]}


def _kept(output, most):
    """An output of the student's process, if it has the form of one and is no larger than that process lets it become."""
    try:
        if len(json.dumps(output)) > 25 * most:
            return {"output_type": "stream", "name": "stdout", "text": "[left out: too large]\n"}
    except (TypeError, ValueError, RecursionError):
        return None
    kind = output.get("output_type") if type(output) is dict else None
    if kind == "stream" and output.get("name") in ("stdout", "stderr") and type(output.get("text")) is str:
        return {"output_type": kind, "name": output["name"], "text": output["text"]}
    if kind == "error" and all(type(output.get(key)) is str for key in ("ename", "evalue")):
        lines = output.get("traceback")
        lines = [line for line in lines if type(line) is str] if type(lines) is list else []
        return {"output_type": kind, "ename": output["ename"], "evalue": output["evalue"], "traceback": lines}
    if kind in ("display_data", "execute_result") and type(output.get("data")) is dict:
        data = {k: v for k, v in output["data"].items() if type(k) is str and type(v) in (str, dict, list)}
        return {"output_type": kind, "data": data, "metadata": {}} | (
            {"execution_count": None} if kind == "execute_result" else {}
        )
    return None


# --- the warm processes, kept for the next job ---

_ZYGOTES, _LOCK, _MOST = {}, threading.Lock(), 8


def _zygote(role, preload):
    key = role, *sorted({name.partition(".")[0] for name in preload})  # `torch.nn` comes with torch, and soon besides
    with _LOCK:
        found = _ZYGOTES.pop(key, None)
        if found is None or found.process.poll() is not None:
            found = Zygote(role, preload, _environment(role))
        _ZYGOTES[key] = found  # the one used last is at the end
        while len(_ZYGOTES) > _MOST:
            _ZYGOTES.pop(next(iter(_ZYGOTES))).close()
    return found


def _environment(role):
    if role == "judge":
        return os.environ | ONE_THREAD | {"MPLBACKEND": "Agg"}
    return (
        {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        | ONE_THREAD
        | INLINE
        | {"HOME": "/nonexistent"}
    )


@atexit.register
def close():
    """End the warm processes."""
    while _ZYGOTES:
        _ZYGOTES.popitem()[1].close()


def _imports(author, withheld, role):
    """The modules that a notebook imports. What is withheld must not be found in a module that was imported before."""
    found = set()
    for cell in author:
        for node in (part for top in parse(cell["source"]) for part in ast.walk(top)):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    closed = {name.partition(".")[0] for name in withheld}
    kept = {name for name in found if role == "judge" or name.partition(".")[0] not in closed}
    # Python's own are imported in no time, and NumPy is there: they are not worth a process of their own.
    return sorted(name for name in kept if name.partition(".")[0] not in sys.stdlib_module_names | {"numpy"})
