"""Single lines of NumPy: what each reads and writes, worked out by hand."""

import pytest
from test_follow_says import W, X, marks

from mlcourse.trace import follow

# Single lines: (line, what it reads, what it writes, its numbers), where these stand above:
ABOVE = """
    i, j = index = 1, 2
    k, at = 0, np.array([0, 2])
    a = 0.25
    y = np.zeros((3, 4))
"""
ALL = [*range(12)]
LINES = [
    ("y[i] = x[i]", {"x": [4, 5, 6, 7]}, {"y": [4, 5, 6, 7]}, "y[1] = x[1]"),
    ("y[i][j] = x[i][j]", {"x": [6]}, {"y": [6]}, "y[1][2] = x[1][2] = 6"),
    ("y[-1, ::2] = x[0, j:]", {"x": [2, 3]}, {"y": [8, 10]}, "y[-1, ::2] = x[0, 2:]"),
    ("y[..., 0] = x.T[i]", {"x": [1, 5, 9]}, {"y": [0, 4, 8]}, "y[..., 0] = x.T[1]"),
    (
        "y.flat[i] = x.reshape(4, 3)[j, 0]",
        {"x": [6]},
        {"y": [1]},
        "y.flat[1] = x.reshape(4, 3)[j, 0] = x.reshape(4, 3)[2, 0] = 6",
    ),
    ("y[x > 9] += 1", {"x": ALL, "y": [10, 11]}, {"y": [10, 11]}, ""),
    ("y[[0, 2], [i, j]] = 5", {}, {"y": [1, 10]}, ""),
    ("y[index] = x[tuple(reversed(index))]", {"x": [9]}, {"y": [6]}, "y[1, 2] = x[2, 1] = 9"),
    ("y[np.s_[i, 1:3]] = x[i, slice(j)]", {"x": [4, 5]}, {"y": [5, 6]}, "y[np.s_[i, 1:3]] = x[1, :2]"),
    ("y[at[i], 0] = x[at[0], 3]", {"x": [3], "at": [0, 1]}, {"y": [8]}, "y[2, 0] = x[0, 3] = 3"),
    ("y[i, j], y[j, i] = x[j, i], x[i, j]", {"x": [6, 9]}, {"y": [6, 9]}, ""),
    ("k, y[k, 0] = 2, x[0, 1]", {"x": [1]}, {"y": [8]}, ""),
    ("y[min(i, 0), len(w)] = -x[0, abs(-i)]", {"x": [1]}, {"y": [2]}, "y[0, 2] = -x[0, 1] = -1"),
    ("y += x", {"x": ALL, "y": ALL}, {"y": ALL}, ""),
    ("np.add(x, 1, out=y)", {"x": ALL}, {"y": ALL}, ""),
    ("np.copyto(y, x[:1] * 0)", {"x": [0, 1, 2, 3]}, {"y": ALL}, ""),
    ("np.add.at(y, (i, [0, 3]), 0)", {"y": [4, 7]}, {"y": [4, 7]}, ""),
    ("y.fill(x[i, 0])", {"x": [4]}, {"y": ALL}, "y.fill(x[1, 0]) = y.fill(4)"),
    ("y[i:i] = 1", {}, {}, "y[1:1] = 1"),
    ("a = x", {"x": ALL}, {"a": ALL}, ""),
    ("a = x[i, j] / w[1, 2]", {"x": [6], "w": [5]}, {"a": [0]}, "a = x[1, 2] / w[1, 2] = 6 / 0.5 = 12"),
    ("a = -x[i, j]; y[i] = a", {"x": [6]}, {"a": [0], "y": [4, 5, 6, 7]}, ""),
    ("y[i] = a = -x[0, 1]", {"x": [1]}, {"a": [0], "y": [4, 5, 6, 7]}, ""),
    ("y[0, 0] = -x[i, 0]; y[i, 0] = y[0, 0]", {"x": [4], "y": [0]}, {"y": [0, 4]}, ""),
    ("y[i] = np.pi * x[i]", {"x": [4, 5, 6, 7]}, {"y": [4, 5, 6, 7]}, "y[1] = np.pi * x[1]"),
    ("a = np.pi * x[i, 0]", {"x": [4]}, {"a": [0]}, "a = np.pi * x[1, 0] = 3.14159 * 4 = 12.5664"),
    ("a = x[i, 0] * len(x)", {"x": [4]}, {"a": [0]}, "a = x[1, 0] * len(x) = 12"),
    ("a = x[0, 0] if i else x[2, 3]", {"x": [0]}, {"a": [0]}, "a = x[0, 0] if i else x[2, 3] = 0"),
    ("a = x[i, 0] if i > 4 else x[j, 3]", {"x": [11]}, {"a": [0]}, "a = x[1, 0] if i > 4 else x[2, 3] = 11"),
    ("a = x[i - 5, 0] if i > 4 else 0.5", {}, {"a": [0]}, ""),
    ("a = max(x[0, k] for k in range(i, 4) if w[0, k - 1])", {"x": [1, 3], "w": [0, 1, 2]}, {"a": [0]}, None),
    ("a = sum([x[k, 0] for k in (i, i)])", {"x": [4]}, {"a": [0]}, "a = sum([x[k, 0] for k in (i, i)]) = 8"),
    ("a = [x[i, k] for i in range(j) for k in (0, i)]", {"x": [0, 4, 5]}, {"a": [0, 1, 2, 3]}, None),
    ("a = {k: x[k].sum() for k, _ in enumerate(x)}", {"x": ALL}, {}, None),
    ("a = (lambda k: x[k, 0])(i)", {}, {"a": [0]}, ""),
    ("(a := x[0, 1])", {"x": [1]}, {"a": [0]}, ""),
    ("if x[i, 0] > 5 and (a := x[0, 1]):\n        pass", {"x": [4]}, {}, None),
    ("if x[i, 0] > 3 and (a := x[0, 1]):\n        pass", {"x": [1, 4]}, {"a": [0]}, None),
    ("if x[i, 0] > 5 or x[0, 1] > 5:\n        pass", {"x": [1, 4]}, {}, "x[1, 0] > 5 or x[0, 1] > 5: 4 > 5 or 1 > 5"),
    ("if x[i, 0] > 3 or x[0, 1] > 5:\n        pass", {"x": [4]}, {}, None),
    ("if x[i, 0] > 5: a = y[0, 0] = 7", {"x": [4]}, {}, ""),
    ("if x[i, 0] > 3: a = y[0, 0] = 7.5", {"x": [4]}, {"a": [0], "y": [0]}, ""),
    ("a: float = x[i, 0]", {"x": [4]}, {"a": [0]}, "a = x[1, 0] = 4"),
    ("k = 2; y[i, k] = x[k - 2, 0]", {}, {}, ""),  # k is not known beforehand; a change would be found
    ("k = 2; y[i, k] = x[k, 0]", {}, {"y": [6]}, ""),
    ("assert x[i, 0] == 4", {"x": [4]}, {}, ""),
    ("kh, kw = w.shape; n = x.shape[0] * x.ndim * len(w)", None, None, None),
    ("a = np.zeros_like(x)", {}, {"a": ALL}, ""),
    ("a = np.fft.fft(x)[0]", {"x": ALL}, {}, ""),
    ("k = None if x is None else 0", None, None, None),
    ("k = []", None, None, None),
]


@pytest.mark.parametrize(("line", "read", "wrote", "numbers"), LINES, ids=[line for line, *_ in LINES])
def test_a_single_line(line, read, wrote, numbers, tmp_path):
    text = f"import numpy as np\ndef one(x, w):{ABOVE}    {line}\n    return i\n"
    (tmp_path / "one_line.py").write_text(text)
    names = {}
    exec(compile(text, tmp_path / "one_line.py", "exec"), names)
    trace = follow(names["one"], X, W)
    steps = [step for step in trace.steps if step.title == "Line 7"]
    assert not trace.error
    if read is None:
        assert not steps
        return
    if not read and not wrote and not numbers:
        assert not steps
        return
    (step,) = steps
    marked = [{name: sorted(at) for name, at in kind.items()} for kind in marks(step)]
    assert marked == [read, wrote]
    if numbers is not None:
        assert step.numbers == numbers
