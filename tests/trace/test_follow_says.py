"""What the steps of a followed function say, worked out by hand."""

import as_students_write
import numpy as np

from mlcourse.trace import follow

X = np.arange(12.0).reshape(3, 4)  # so that every number is its own position
W = np.array([[1.0, 0, -1], [2, 0, 0.5]])
CALLED = "It works on copies: what happens to arrays here does not reach yours."


def told(trace):
    """(line as it stands, title without its line, numbers) of every step but the first."""
    steps = []
    for step in trace.steps[1:]:
        source, position = step.line
        line = trace.sources[source].text.splitlines()[position].strip()
        steps.append((line, step.title.partition(", ")[2], step.numbers))
    return steps


def marks(step):
    return {n: at.tolist() for n, at in step.read.items()}, {n: at.tolist() for n, at in step.wrote.items()}


def test_a_loop_with_patches():
    trace = follow(as_students_write.patch_and_sum, X, W)
    first, zeros, patch, cell, *_, last = trace.steps
    assert [first.title, first.says, marks(first), list(first.new)] == [
        "patch_and_sum is called",
        CALLED,
        ({}, {}),
        ["x", "w"],
    ]
    assert marks(zeros) == ({}, {"y": [0, 1, 2, 3]})
    assert marks(patch) == ({"x": [0, 1, 2, 4, 5, 6]}, {"patch": [0, 1, 2, 3, 4, 5]})
    assert marks(cell) == (
        {"patch": [0, 1, 2, 3, 4, 5], "x": [0, 1, 2, 4, 5, 6], "w": [0, 1, 2, 3, 4, 5]},
        {"y": [0]},
    )
    assert (patch.says, cell.says) == ("the pixels under it", "Multiply and add up.")
    assert marks(last) == ({"y": [0, 1, 2, 3]}, {})
    assert last.says == "This is what the function returns."
    assert told(trace)[:3] == [
        ("y = np.zeros((x.shape[0] - kh + 1, x.shape[1] - kw + 1))", "", ""),
        ("patch = x[i : i + kh, j : j + kw]  # the pixels under it", "i = 0, j = 0", "patch = x[0:2, 0:3]"),
        ("y[i, j] = (patch * w).sum()", "i = 0, j = 0", "y[0, 0] = (patch * w).sum() = 9"),  # 0 - 2 + 8 + 3
    ]
    assert len(trace.steps) == 2 + 2 * 4 + 1
    (source,) = trace.sources
    assert (source.name, source.file) == ("patch_and_sum", "as_students_write.py")
    assert "docstring" not in source.text
    assert source.text.splitlines()[0] == "def patch_and_sum(x, w):"
    line = as_students_write.patch_and_sum.__code__.co_firstlineno
    assert source.numbers[:2] == (line, line + 2)
    assert cell.title == f"Line {line + 10}, i = 0, j = 0"


def test_numbers_that_are_added_up():
    steps = told(follow(as_students_write.four_loops, X, W))
    assert steps[1:4] == [
        ("total = 0.0", "i = 0, j = 0", ""),
        (
            "total += x[i + p, j + q] * w[p, q]",
            "i = 0, j = 0, p = 0, q = 0",
            "total += x[0, 0] * w[0, 0] = 0 * 1, so total = 0",
        ),
        (
            "total += x[i + p, j + q] * w[p, q]",
            "i = 0, j = 0, p = 0, q = 1",
            "total += x[0, 1] * w[0, 1] = 1 * 0, so total = 0",
        ),
    ]
    assert steps[4][2] == "total += x[0, 2] * w[0, 2] = 2 * (-1), so total = -2"
    assert steps[8] == ("y[i, j] = total", "i = 0, j = 0", "y[0, 0] = total = 9")
    negative = told(follow(as_students_write.four_loops, -X, W))
    assert negative[8] == ("y[i, j] = total", "i = 0, j = 0", "y[0, 0] = total = -9")
    titles = [title for _, title, _ in told(follow(as_students_write.while_loops, X, W))]
    assert titles[1] == "i = 0, j = 0"
    step = follow(as_students_write.four_loops, X, W).steps[5]
    assert step.says == "Every output."  # what is said above its outermost loop
    assert marks(step) == ({"x": [2], "w": [2]}, {"total": [0]})
    assert step.values["total"] == [-2]


def test_equal_values_are_written_too():
    trace = follow(as_students_write.backward_scatter, np.zeros((2, 2)), X, W)
    assert marks(trace.steps[2]) == (
        {"g": [0], "x": [0, 1, 2, 4, 5, 6], "grad_w": [0, 1, 2, 3, 4, 5]},
        {"grad_w": [0, 1, 2, 3, 4, 5]},
    )
    assert marks(trace.steps[3])[1] == {"grad_x": [0, 1, 2, 4, 5, 6]}


def whole_numbers(x, w):
    count = 0
    for v in sorted(x[0]):
        count += int(v) * 2
    if x[0, 3] > 2:
        rows = []
        rows.append(x[0])
        step = 1
        step += count
        places = []
        places.append((0, step))
    for v in x[0, :2]:
        v = -v
    return count


def test_whole_numbers_that_are_added_up_and_loops():
    trace = follow(whole_numbers, X, W)
    lines = [(line, numbers) for line, _, numbers in told(trace)]
    assert lines[:4] == [
        ("count = 0", ""),
        ("for v in sorted(x[0]):", ""),
        ("count += int(v) * 2", "count += int(v) * 2 = int(0) * 2, so count = 0"),
        ("for v in sorted(x[0]):", ""),
    ]
    assert ("if x[0, 3] > 2:", "x[0, 3] > 2: 3 > 2") in lines
    assert lines[-1] == ("return count", "count = 12")
    assert "rows" in trace.grids
    assert "step" not in trace.grids
    assert not [line for line, _ in lines if "places" in line]
    assert [marks(step) for step in trace.steps[2:6:2]] == [({"x": [0, 1, 2, 3]}, {"v": [0]}), ({}, {"v": [0]})]
    assert [marks(step) for step in trace.steps[-5:]] == [
        ({"x": [0]}, {"v": [0]}),
        ({}, {"v": [0]}),
        ({"x": [1]}, {"v": [0]}),
        ({}, {"v": [0]}),
        ({"count": [0]}, {}),
    ]
    (append,) = [step for step in trace.steps if "rows" in step.new]
    assert marks(append)[0] == {"x": [0, 1, 2, 3]}


def one_line_each(x, w):
    for k in range(3): x[k, 0] = -1  # fmt: skip # noqa: E701
    return x


def test_a_loop_on_one_line_goes_round_step_by_step():
    steps = follow(one_line_each, X, W).steps[1:4]
    assert [marks(step)[1] for step in steps] == [{"x": [0]}, {"x": [4]}, {"x": [8]}]


def test_helpers_are_followed_and_tell_what_they_read():
    trace = follow(as_students_write.with_a_helper, X, W)
    assert [source.name for source in trace.sources] == ["with_a_helper", "dot"]
    steps = told(trace)
    assert [line for line, _, _ in steps[:4]] == [
        "y = np.zeros((2, 2))",
        "total = 0",
        "for v, k in zip(a.ravel(), b.ravel()):",
        "total += v * k",
    ]
    assert steps[3][2] == "total += v * k = 0 * 1, so total = 0"
    assert " of dot" in trace.steps[3].title
    assert marks(trace.steps[5])[0] == {"x": [1], "a": [1], "b": [1], "w": [1]}
    outer = next(step for step in trace.steps if "y" in step.wrote and "x" in step.read)
    assert marks(outer) == ({"x": [0, 1, 2, 4, 5, 6]}, {"y": [0]})  # w was handed on whole, so dot tells that


def test_recursion_shows_the_arrays_of_the_call_that_runs():
    trace = follow(as_students_write.recursive, X, W)
    shapes = [(step.title.partition(" of ")[2], trace.at(k)["x"].shape) for k, step in enumerate(trace.steps)]
    assert shapes == [
        ("", (3, 4)),
        ("recursive", (2, 4)),
        ("", (3, 4)),
        ("recursive", (2, 4)),
        ("", (3, 4)),
        ("", (3, 4)),
    ]
    np.testing.assert_array_equal(trace.at(5)["return"], trace.result)


def test_methods_and_what_an_object_holds():
    layer = as_students_write.Layer(W)
    trace = follow(layer.forward, X)
    assert list(trace.grids) == ["x", "self.y", "self.w"]
    # x[i : i + self.size[0], ...] asks a property, which is not asked twice: what it reads is not known.
    assert marks(trace.steps[2]) == ({"self.w": [0, 1, 2, 3, 4, 5]}, {"self.y": [0]})
    assert trace.sources[0].text.startswith("def forward(self, x):\n    self.y = ")


def test_a_class_made_in_the_function_tells_itself_what_it_reads():
    steps = follow(as_students_write.with_a_class, X, W).steps
    assert steps[1].title.endswith(" of __init__")
    assert marks(steps[1])[0] == {"w": [0, 1, 2, 3, 4, 5]}
    assert marks(steps[-1])[0] == {}  # Layer(w).forward(x)


def rows_of(x):
    for row in x:
        yield row * 1


def through_a_generator(x, w):
    total = np.zeros(4)
    for row in rows_of(x):
        total += row
    return total


def test_a_generator_goes_on_where_it_was():
    trace = follow(through_a_generator, X, W)
    loops = [
        marks(step)[0] for line, step in zip(told(trace), trace.steps[1:], strict=True) if line[0] == "for row in x:"
    ]
    assert loops == [{"x": [0, 1, 2, 3]}, {"x": [4, 5, 6, 7]}, {"x": [8, 9, 10, 11]}]


def test_conditions_read_no_more_than_they_get_to():
    trace = follow(as_students_write.backward_gather, np.ones((2, 2)), X, W)
    at_pixel = [(marks(step), step.numbers) for step in trace.steps if "m = 0, n = 1, p = 0, q" in step.title]
    assert at_pixel == [  # q = 0 asks output (0, 1), q = 1 output (0, 0), q = 2 none
        (({"g": [1], "w": [0], "grad_x": [1]}, {"grad_x": [1]}), ""),
        (({"g": [0], "w": [1], "grad_x": [1]}, {"grad_x": [1]}), ""),
    ]


def test_random_numbers_and_iterators_are_not_asked_twice():
    trace = follow(as_students_write.prints_and_draws, X, W)
    assert [marks(step)[1]["y"] for step in trace.steps[2:6]] == [[0], [1], [2], [3]]
    assert marks(trace.steps[2])[0] == {}  # which cell it was is not known


def a_long_line(x):
    return (
        x[0, 0]
        + x[0, 1]
        + x[0, 2]
        + x[0, 3]
        + x[1, 0]
        + x[1, 1]
        + x[1, 2]
        + x[1, 3]
        + x[2, 0]
        + x[2, 1]
        + x[2, 2]
        + x[2, 3]
    )


def test_a_long_line_is_cut():
    numbers = follow(a_long_line, X).steps[-1].numbers
    assert numbers.startswith("x[0, 0] + x[0, 1] + ")
    assert numbers.endswith("... = 66")
    assert len(numbers) < 180
