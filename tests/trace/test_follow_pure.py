"""Nothing of a student's code runs twice because it is followed."""

import copy

import numpy as np
import pytest
from test_follow import assert_same_bits

from mlcourse.trace import follow


class Counting:
    """Counts whatever is asked of it."""

    def __init__(self):
        self.asked = 0
        self.__dict__["at"] = 0  # a property stands before it

    def _ask(self):
        self.asked += 1
        return self.asked % 3

    def __index__(self):
        return self._ask()

    def __add__(self, other):
        return self._ask()

    def __lt__(self, other):
        return self._ask() > 1

    def __len__(self):
        return self._ask()

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return self._ask()

    @property
    def at(self):
        return self._ask()


class Box(Counting):
    """Counts what is taken out of it."""

    __len__ = None

    def __getitem__(self, key):
        return self._ask()


LINES = [
    "y[one] = x[one]",
    "y[one + 1] = x[one + 1]",
    "y[box[0]] = x[box[0]]",
    "y[one.at] = x[one.at]",
    "y[one.anything] = x[one.anything]",
    "y[len(one)] = x[len(one)]",
    "matrix[pair] = matrix[pair]",
    "y[(one, 1)[0]] = x[(1, one)[1]]",
    "y[stacks[0].pop()] = x[stacks[0].pop()]",
    "y[numbers.pop()] = x[numbers.pop(0)]",
    "y[next(places)] = x[next(places)]",
    "y[ask()] = x[ask()]",
    "y[rng.integers(3)] = x[rng.integers(3)]",
    "y[0] = x[one.asked] if one < 1 else x[2]",
    "y[0] = x[1] if ask() and x[0] > 9 else x[2]",
    "y[0] = sum(x[next(places)] for _ in range(2))",
    "y[0] = sum(x[k] for k in places if k < 3)",
    "y[0] = sum(x[k] for k in range(len(one)))",
    "y[:2] = [x[k] for k, _ in zip(places, range(2))]",
    "y[1] = x[(k := ask())] + k",
    "y[0] += x[ask()] if ask() else 1",
    "while one < 1 and len(numbers) < 9:\n        y[ask()] = 1\n        numbers.append(ask())",
    "for y[ask()] in places:\n        pass",
    "y[things[0]], y[1] = x[things[1]], x[one]",
    "np.add.at(y, ask(), x[ask()])",
    "y[one : one + 2] = 1",
    "y[0] = objects[0] + 1",
    "objects[0] = x[objects[1] + 1]",
    "y.reshape(-1)[ask()] = x.reshape(-1)[one]",
]
TEXT = """
import numpy as np

def function(x, one, box, places, rng):
    y, matrix, pair, numbers = np.zeros(4), np.eye(4), (one, one), [2, 1, 0, 1]
    stacks, things = [[1, 2, 0]], [one, one]
    objects = np.array([one, one], dtype=object)

    def ask():
        return one._ask()

    {line}
    return y, one.asked, box.asked, list(places), rng.random(), numbers, stacks
"""


@pytest.mark.parametrize("line", LINES)
def test_the_line_runs_once(line, tmp_path):
    (tmp_path / "one_line.py").write_text(TEXT.format(line=line))
    names = {}
    exec(compile(TEXT.format(line=line), tmp_path / "one_line.py", "exec"), names)
    given = [np.arange(1.0, 5), Counting(), Box(), iter([1, 2, 0, 1]), np.random.default_rng(0)]
    expected = names["function"](*copy.deepcopy(given))
    trace = follow(names["function"], *given)
    assert trace.error == ""
    assert_same_bits(trace.result, expected)
    for k, step in enumerate(trace.steps[2:], start=2):  # no cell is marked as written that was not
        if "y" in step.wrote and "y" not in step.new:
            changed = np.flatnonzero(trace.at(k)["y"] != trace.at(k - 1)["y"])
            assert set(step.wrote["y"].tolist()) <= set(changed.tolist())
