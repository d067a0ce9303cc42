"""How running code becomes data that can be stepped through."""

from mlcourse.trace.follow import follow
from mlcourse.trace.formula import factor, mathml, number, plus, terms
from mlcourse.trace.record import Untold, record
from mlcourse.trace.step import Source, Step, Trace
from mlcourse.trace.wire import to_wire

__all__ = [
    "Source",
    "Step",
    "Trace",
    "Untold",
    "factor",
    "follow",
    "mathml",
    "number",
    "plus",
    "record",
    "terms",
    "to_wire",
]
