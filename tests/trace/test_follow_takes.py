"""What `follow` takes and refuses, and what it leaves as it was."""

import functools
import json
import subprocess
import sys
import textwrap
import threading

import as_students_write
import mistakes
import numpy as np
import pytest

from mlcourse import walkthroughs
from mlcourse.trace import follow, to_wire
from mlcourse.trace.lines import tracer

X, W = np.arange(12.0).reshape(3, 4), np.ones((2, 3))


class NoFunction:
    def __call__(self, x):
        return x


def from_nowhere():
    names = {}
    exec("def function(x):\n    return x", names)
    return names["function"]


def a_generator_function(x):
    yield x


REFUSED = [
    (len, TypeError, "no function made of lines"),
    (3, TypeError, "3 is no function made of lines"),
    (None, TypeError, "None is no function made of lines"),
    (NoFunction(), TypeError, "no function made of lines"),
    (NoFunction, TypeError, r"NoFunction is a class.*follow\(NoFunction\(\.\.\.\)\.forward, x\)"),
    (lambda x: x, TypeError, "lambda"),
    (walkthroughs.conv2d, TypeError, r"conv2d has a `yield`.*record\(conv2d\(\.\.\.\)\)"),
    (a_generator_function, TypeError, "has a `yield`"),
    (walkthroughs.mse_loss(np.ones(2), np.ones(2)), TypeError, "A generator was given.*record"),
    (from_nowhere(), ValueError, "The text of function cannot be had.*notebook cell or in a file"),
]


@pytest.mark.parametrize(
    ("function", "error", "says"), REFUSED, ids=lambda part: getattr(part, "__name__", str(part)[:30])
)
def test_what_has_no_lines_is_refused(function, error, says):
    with pytest.raises(error, match=f"(?s){says}"):
        follow(function, X)


def test_text_that_is_no_longer_the_one_that_runs_is_refused(tmp_path, monkeypatch):
    file = tmp_path / "changed.py"
    file.write_text("def function(x):\n    return x\n")
    names = {}
    exec(compile(file.read_text(), file, "exec"), names)
    assert follow(names["function"], X).error == ""
    file.write_text("# a new first line\n\ndef function(x):\n    return x\n")
    with pytest.raises(ValueError, match="no longer the one that runs"):
        follow(names["function"], X)


def test_partial_functions_methods_and_options():
    partial = functools.partial(as_students_write.patch_and_sum, w=W)
    assert follow(partial, X).result.shape == (2, 2)
    assert follow(as_students_write.patch_and_sum, x=X, w=W).result.shape == (2, 2)
    assert follow(as_students_write.decorated, X, W).steps[0].title == "decorated is called"
    assert follow(as_students_write.Layer(W).forward, X).result.shape == (2, 2)


def same_twice(function, rng, numbers, iterator):
    function[0] = 9
    numbers.append(next(iterator))
    return function, rng.random(), numbers


def test_arguments_are_copies_and_stay_what_they_are():
    read_only, rng, numbers = X.copy(), np.random.default_rng(0), [1.0, 2.0]
    read_only.flags.writeable = False
    trace = follow(same_twice, function=read_only, rng=rng, numbers=numbers, iterator=(k for k in [3.0]))
    assert trace.error.startswith("ValueError")
    trace = follow(same_twice, X, rng, numbers, (k for k in [3.0]))
    assert trace.result[1:] == (np.random.default_rng(0).random(), [1.0, 2.0, 3.0])
    assert rng.random() == np.random.default_rng(0).random()
    assert (numbers, X[0, 0]) == ([1.0, 2.0], 0)
    twice = follow(plus_equals, X, X)
    np.testing.assert_array_equal(twice.result, 2 * X)  # one array stays one
    assert twice.steps[1].wrote.keys() == {"a", "b"}


def plus_equals(a, b):
    a += b
    return b


def hold_other_things(x):
    numbers = [1.0, 2.0, 3.0]
    numbers[0] = "a word"
    numbers[1:] = [x]
    uneven = [[1.0], [2.0, 3.0]]
    uneven[1].pop()
    shrunk = [1.0, 2.0]
    shrunk[0], shrunk[1:] = 5.0, []
    empty, words = np.zeros((0, 3)), np.array(["a"])
    whole = x.astype(complex)
    x[whole.real > 5] = np.nan
    i = 0
    x[i] = np.inf
    return numbers, uneven, shrunk, empty, words, whole


def test_what_holds_no_numbers_is_left_alone():
    trace = follow(hold_other_things, X)
    assert trace.error == ""
    assert trace.at(len(trace.steps) - 1)["shrunk"].tolist() == [5]
    for k, step in enumerate(trace.steps):
        assert all(at.max() < trace.at(k)[name].size for name, at in (*step.read.items(), *step.wrote.items()))
    (row,) = [step for step in trace.steps if step.numbers == "x[0] = np.inf = inf"]
    assert row.wrote["x"].tolist() == [0, 1, 2, 3]  # what was NaN and still is was not written
    assert follow(hold_other_things, X, limit=4).error == "Cut after 4 steps"
    json.dumps(to_wire(trace), allow_nan=False)


def on_tensors(x, w):
    y = x.new_zeros((2, 2))
    for i in range(2):
        y[i, 0] = (x[i : i + 2, :3] * w).sum()
    x.mul_(2)
    row = x[1]
    row += 1
    return y


def test_tensors_are_followed():
    import torch

    x, w = torch.asarray(X.copy()), torch.asarray(W.copy()).requires_grad_()
    trace = follow(on_tensors, x, w)
    assert trace.error == ""
    assert torch.equal(trace.result, on_tensors(x.clone(), w))
    read, wrote = trace.steps[2].read, trace.steps[2].wrote
    assert (read["x"].tolist(), wrote["y"].tolist()) == ([0, 1, 2, 4, 5, 6], [0])
    assert trace.steps[-2].wrote["x"].tolist() == [4, 5, 6, 7]  # row is a part of it
    np.testing.assert_array_equal(x, X)


def test_the_tracer_before_is_put_back():
    seen = []

    def before(frame, event, argument):
        seen.append(event)
        return before

    for function in (as_students_write.patch_and_sum, mistakes.off_by_one):
        sys.settrace(before)
        try:
            follow(function, X, W)
            assert sys.gettrace() is before
        finally:
            sys.settrace(None)


def interrupted(x):
    x[0] = 1
    raise KeyboardInterrupt


def test_an_interrupt_comes_through():
    with pytest.raises(KeyboardInterrupt):
        follow(interrupted, X)
    assert sys.gettrace() is None


def in_another_thread(x):
    thread = threading.Thread(target=lambda: x.__setitem__(0, 9))
    thread.start()
    thread.join()
    return x


def test_other_threads_are_not_followed_but_what_they_write_is_seen():
    trace = follow(in_another_thread, X)
    assert (trace.result[0] == 9).all()
    assert any(step.wrote.get("x", np.empty(0)).tolist() == [0, 1, 2, 3] for step in trace.steps)


def test_an_error_of_ours_is_not_told_as_the_students(monkeypatch):
    monkeypatch.setattr(tracer.Reader, "changes", lambda self, values: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        follow(as_students_write.patch_and_sum, X, W)
    assert sys.gettrace() is None


def test_functions_from_notebook_cells():
    cells = [
        "import numpy as np\nfrom mlcourse.trace import follow",
        "def add_up(a):\n    return a.sum()",
        "%time\ndef rows(x):\n    # each row\n    return [add_up(row) for row in x]",
        "trace = follow(rows, np.ones((2, 3)))",
        "print(trace.result, [s.file for s in trace.sources], trace.steps[-1].says, trace.error)",
    ]
    code = f"""
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance()
        for cell in {cells!r}:
            shell.run_cell(cell, store_history=True).raise_error()
    """
    out = subprocess.check_output([sys.executable, "-c", textwrap.dedent(code)], text=True)
    assert "[np.float64(3.0), np.float64(3.0)] ['Cell In[3]', 'Cell In[2]'] each row" in out
