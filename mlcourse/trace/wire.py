"""A trace as JSON for the browser: every text once, every grid once, then only what changes."""

import math

from mlcourse.trace.formula import mathml


def to_wire(trace):
    """Turn a trace into plain Python values that strict JSON accepts.

    Parameters
    ----------
    trace : Trace

    Returns
    -------
    dict
        ``grids`` (name, shape; in order of appearance), ``steps`` (title; ``says``, ``rule`` as positions in
        ``texts`` and ``rules``; ``numbers``; ``line``; ``read``, ``wrote`` as name -> flat positions; ``values`` as
        name -> numbers for ``wrote``; ``new`` as name -> {shape, values}), ``sources``, ``texts``, ``rules``
        (MathML), ``error``. NaN and infinities travel as null, "inf", "-inf".
    """
    texts, rules = {}, {}
    return {
        "grids": [{"name": name, "shape": list(array.shape)} for name, array in trace.grids.items()],
        "steps": [
            {
                "title": step.title,
                "says": texts.setdefault(step.says, len(texts)),
                "rule": rules.setdefault(step.symbols, len(rules)),
                "numbers": step.numbers,
                "line": list(step.line) if step.line else None,
                "read": {name: positions.tolist() for name, positions in step.read.items()},
                "wrote": {name: positions.tolist() for name, positions in step.wrote.items()},
                "values": {name: [plain(v) for v in values.tolist()] for name, values in step.values.items()},
                "new": {
                    name: {"shape": list(array.shape), "values": [plain(v) for v in array.ravel().tolist()]}
                    for name, array in step.new.items()
                },
            }
            for step in trace.steps
        ],
        "sources": [
            {"name": source.name, "text": source.text, "file": source.file, "numbers": list(source.numbers)}
            for source in trace.sources
        ],
        "texts": list(texts),
        "rules": [mathml(rule) for rule in rules],
        "error": trace.error,
    }


def plain(value):
    """A float as strict JSON takes it."""
    if math.isfinite(value):
        return value
    return None if math.isnan(value) else ("inf" if value > 0 else "-inf")
