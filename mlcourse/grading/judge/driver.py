"""From a job to its outputs: a notebook's cells, in their order, each in the process where it belongs."""

import contextlib
import json
import shutil
import socket as sockets
import tempfile
import time

from mlcourse.grading.confinement import bubblewrap, nest
from mlcourse.grading.judge import telling
from mlcourse.grading.judge.preload import modules, submitted
from mlcourse.grading.judge.warm import Wants, close, warm
from mlcourse.grading.wire.bounds import ENDED, LinkLost, WireError
from mlcourse.grading.wire.frames import Link

__all__ = ["NotConfined", "close", "compute", "run"]

LIMITS = {"cell": 30.0, "call": 10.0, "test": 60.0, "submission": 900.0, "output": 200_000}
LIMITS |= {"memory": 2e9, "disk": 256e6, "processes": 64}
SLACK = 15.0  # seconds after which a process that should have stopped by itself is ended
START = 120.0
MOST_OUTPUTS = 1000  # of a cell
FOR_A_CELL, FOR_A_NOTEBOOK = 25, 100  # times the characters that a cell may print: pictures are larger than words
LEAST_FOR_A_JUDGE, FOR_CUDA = 4e9, 4e9  # bytes; PyTorch with one number on a GPU may take 2 GB (its issue 113326)


class NotConfined(RuntimeError):
    """Student code would run unconfined, and that was not allowed."""


def compute(job):
    """Run the cells of a submission, and judge its tests.

    Parameters
    ----------
    job : dict
        Plain data. ``cells``: the code cells in order, each with ``id``, ``source`` and ``kind``: "student" runs in the
        student's process, "test" (with ``points``) and "shown" in the judge, "inside" is a test in the student's process.
        ``author``: those of the author's notebook, "given", "solution", "test", "inside" or "student" (given, but its names
        are asked for). ``contract``: as an earlier run recorded it; None to record it. ``student_files``: path -> base64.
        ``judge_folder``, ``withheld``, ``limits``: see `configure`. ``confine``: "required", "preferred" (where it works; the
        default) or "off". ``gpu``: whether the student's process may have one.

    Returns
    -------
    dict
        ``cells``: id -> ``outputs``, ``seconds``, ``score``, ``failed``, ``hidden``, ``asked``, ``weak``, ``detail`` (outputs
        for graders only, where they differ); ``contract``; ``ended``: why the student's process ended, or None;
        ``confined``: whether it was; ``confinement`` and ``device``: in words.

    Raises
    ------
    NotConfined
        If confinement is required and does not work here.
    """
    return telling.apart_from_hidden_tests(job, run(job), run)


def run(job):
    """Run a job once, as `compute` does; the outputs are for graders, since hidden tests may show in them.

    Parameters
    ----------
    job : dict
        See `compute`.

    Returns
    -------
    dict
        See `compute`.
    """
    limits = LIMITS | job.get("limits", {})
    with _Processes(job, limits, *_places(job)) as processes:
        cells = {cell["id"]: processes.run(cell) for cell in job["cells"]}
        processes.close_student()
        return {
            "cells": cells,
            "contract": processes.contract,
            "ended": processes.ended or None,
            "confined": processes.confinement.works,
            "confinement": processes.confinement.says,
            "device": processes.device,
        }


def _places(job):
    """(how the student's process is confined, the device it has in words)."""
    wish = job.get("confine", "preferred")
    one = bubblewrap.Confinement(False, "it was switched off") if wish == "off" else bubblewrap.found()
    device = "CPU"
    if job.get("gpu"):
        with_gpu = bubblewrap.found(gpu=True) if one.works else bubblewrap.gpu_outside()
        device = f"GPU: {with_gpu.device}" if with_gpu.device else f"CPU, since {with_gpu.says}"
        one = with_gpu if one.works and with_gpu.device else one
    if wish == "required" and not one.works:
        raise NotConfined(
            f"student code cannot be confined on this machine: {one.says}. Mend that; or, where all who hand in are trusted, "
            "write configure(c, allow_unconfined=True) or --JudgeStep.allow_unconfined=True: their code can then read and "
            "change what you can, the gradebook and other submissions among it"
        )
    return one, device


class _Processes:
    """The two processes of one job."""

    def __init__(self, job, limits, confinement, device):
        self.job, self.limits, self.confinement, self.device = job, limits, confinement, device
        self.contract, self.ended, self.judge_ended = job.get("contract"), "", ""
        self.folder = nest.WORK if confinement.works else tempfile.mkdtemp(prefix="submission-")
        self.running, self.links = {}, {}  # role -> (warm process, id of its copy), role -> link
        self.room = FOR_A_NOTEBOOK * limits["output"]
        self.until = time.monotonic() + limits["submission"]

    def __enter__(self):
        try:
            self._begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _begin(self):
        job = self.job
        preload = {role: modules(job, role) for role in ("student", "judge")}
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
            "memory": max(LEAST_FOR_A_JUDGE, 2 * self.limits["memory"]),
            "submitted": submitted(job),
        }
        packages = sorted({name.partition(".")[0] for name in preload["judge"]} | {"mlcourse"})
        wants = Wants("student", preload["student"], self.confinement, tuple(packages), self.device.startswith("GPU"))
        most = self.limits | {"gpu": wants.gpu, "memory": self.limits["memory"] + FOR_CUDA * wants.gpu}
        hidden = wants.paths_of(student["withheld"]) if self.confinement.works else []
        judges = Wants("judge", preload["judge"])
        warm(wants), warm(judges)  # both begin to import before either is waited for
        with asking, answering:
            self._start(wants, answering, student, limits=most, hidden=hidden)
            self._start(judges, asking, judge)

    def _start(self, wants, end, setup, **bounds):
        mine, control = sockets.socketpair()
        first, setup_end = sockets.socketpair()
        self.links[wants.role] = Link(mine)
        with first:
            with control, setup_end:
                zygote = warm(wants)
                self.running[wants.role] = zygote, zygote.spawn(setup_end, control, end, **bounds)
            end.close()
            Link(first).send(0, setup, timeout=START)

    def run(self, cell):
        """Run one cell where it belongs."""
        began = time.monotonic()
        if cell["kind"] in ("test", "shown"):
            return self._judged(cell)
        outputs, said = [], ""
        if not self.ended and began > self.until:
            self._end("student")
            self.ended = f"Your notebook took longer than {self.limits['submission']:,.0f} seconds altogether."
        if not self.ended:
            try:
                self.links["student"].send(0, cell["source"], timeout=SLACK)
                _, outputs = self.links["student"].receive(timeout=self.limits["cell"] + SLACK)
                outputs = self._kept(outputs if type(outputs) is list else [])
            except (WireError, TypeError) as error:
                self.ended = self._why(error)
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

    def _kept(self, outputs):
        """The outputs of the student's process that have the form of some, and are no larger than it lets them become."""
        kept, room = [], FOR_A_CELL * self.limits["output"]
        for one in outputs[:MOST_OUTPUTS]:
            size = _size(one)
            if size is not None and (form := _formed(one)) is not None:
                if size > min(room, self.room):
                    kept.append({"output_type": "stream", "name": "stdout", "text": "[left out: too large]\n"})
                    continue
                room, self.room = room - size, self.room - size
                kept.append(form)
        return kept

    def _why(self, error):
        """Why the student's process answers no longer; after that it is gone."""
        said = self._end("student")
        if said:
            return f"The process that ran your code was ended. {said}"
        return ENDED if isinstance(error, LinkLost) else f"The process that ran your code sent something else: {error}."

    def _judged(self, cell):
        failed = {"seconds": 0.0, "score": 0.0 if cell["kind"] == "test" else None, "failed": True, "hidden": False}
        failed |= {"asked": [], "weak": []}
        if not self.judge_ended:
            asked = {"id": cell["id"], "source": cell["source"], "points": cell.get("points")}
            try:
                self.links["judge"].send(0, asked, timeout=SLACK)
                _, result = self.links["judge"].receive(timeout=self.limits["test"] + self.limits["call"] + SLACK)
                self.contract = result.pop("contract")
                return result
            except WireError as error:
                self.judge_ended = f"The judge could not finish: {error}."
        return failed | {"outputs": [_error("NotJudged", self.judge_ended)]}

    def close_student(self):
        """End the student's process, once nothing more is asked of it; note why it had been ended before, if it had."""
        said = self._end("student")
        self.ended = self.ended or (f"The process that ran your code was ended. {said}" if said else "")

    def __exit__(self, *error):
        for link in self.links.values():
            link.close()
        for role in list(self.running):
            self._end(role)
        if not self.confinement.works:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, role):
        zygote, pid = self.running.pop(role, (None, None))
        return zygote.end(pid) if zygote else ""


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


def _size(output):
    """Characters of it in a notebook's file; None if it cannot be written there."""
    try:
        return len(json.dumps(output, sort_keys=True, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        return None


def _formed(output):
    """What is known of an output, if it has the form of one."""
    kind = output.get("output_type") if type(output) is dict else None
    if kind == "stream" and output.get("name") in ("stdout", "stderr") and type(output.get("text")) is str:
        return {"output_type": kind, "name": output["name"], "text": output["text"]}
    if kind == "error" and all(type(output.get(key)) is str for key in ("ename", "evalue")):
        lines = output.get("traceback")
        lines = [line for line in lines if type(line) is str] if type(lines) is list else []
        return {"output_type": kind, "ename": output["ename"], "evalue": output["evalue"], "traceback": lines}
    if kind in ("display_data", "execute_result") and type(output.get("data")) is dict:
        data = {k: v for k, v in output["data"].items() if type(k) is str and (type(v) is str or k.endswith("json"))}
        counted = {"execution_count": None} if kind == "execute_result" else {}
        return {"output_type": kind, "data": data, "metadata": {}} | counted
    return None
