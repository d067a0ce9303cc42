"""Each lecture, executed once headless for all tests that look at it."""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import nbformat
from filelock import FileLock
from nbclient import NotebookClient

LECTURES = sorted(Path(__file__).parents[2].glob("lectures/*.ipynb"))
USED = """
import resource, time
used = resource.getrusage(resource.RUSAGE_SELF)
began = time.process_time()
sum(n * n for n in range(3_000_000))
peer = time.process_time() - began
print(f"{used.ru_utime + used.ru_stime} {used.ru_maxrss} {peer}")  # in one piece: several may come as several outputs
"""
PEER = 0.12  # seconds of that loop where lecture 09 takes 60 s: what is promised is promised of such a machine


class Run(NamedTuple):
    """A lecture after it has run.

    Its seconds are those of the processor: what the clock says depends on the tests beside it; benchmarks/lectures.py has that.
    How many times slower than promised this machine is, at least 1, a loop of Python's tells in the same run.
    """

    notebook: nbformat.NotebookNode
    seconds: float
    peak_kilobytes: int
    slowness: float

    def printed(self):
        """All text that a student can come to see: outputs, and what the widgets hold."""
        parts = []
        for cell in self.notebook.cells:
            for output in cell.get("outputs", []):
                parts += [output.get("text", ""), output.get("data", {}).get("text/plain", "")]
        for model in (
            self.notebook.metadata.get("widgets", {})
            .get("application/vnd.jupyter.widget-state+json", {})
            .get("state", {})
            .values()
        ):
            if trace := model["state"].get("trace"):
                parts += [step["numbers"] for step in trace["steps"]]
                parts.append(json.dumps(trace["steps"]))
        return "\n".join(parts)

    def output(self, fragment):
        """Text printed by the one code cell whose source contains the fragment."""
        (cell,) = [c for c in self.notebook.cells if c.cell_type == "code" and fragment in c.source]
        return "".join(o.get("text", "") for o in cell.outputs)

    def trace(self, walkthrough, nth=0):
        """Wire data of the nth Player of a walkthrough."""
        state = self.notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
        traces = [
            m["state"]["trace"]
            for m in state.values()
            if m["state"].get("label") == walkthrough and "trace" in m["state"]
        ]
        return traces[nth]


@cache
def executed(path, shared):
    """Run a lecture, or read what another process of the same tests has run and left in the folder `shared`."""
    left = shared / path.name
    with FileLock(shared / f"{path.name}.lock"):
        if not left.exists():
            notebook = nbformat.read(path, as_version=4)
            notebook.cells.append(nbformat.v4.new_code_cell(USED))
            NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(path.parent)}}).execute()
            left.write_text(json.dumps(notebook), encoding="utf-8")  # nbformat would sort the widgets
    notebook = nbformat.from_dict(json.loads(left.read_text(encoding="utf-8")))
    seconds, peak, peer = notebook.cells.pop().outputs[0].text.split()
    return Run(notebook, float(seconds), int(peak), max(1.0, float(peer) / PEER))
