"""The Explorer without a page: what a function may take and return, what travels, what is kept, what is told."""

import functools
import io
import threading
import time

import numpy as np
import pytest

from mlcourse.widgets import Explorer
from mlcourse.widgets.controls import read_controls, take_values


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def unpacked(explorer):
    """The pictures and curves as the page reads them from the bytes."""
    return {
        d["name"]: np.frombuffer(explorer.data, d["dtype"], int(np.prod(d["shape"])), d["start"]).reshape(d["shape"])
        for d in explorer.pictures + explorer.curves
    }


def of(found, **options):
    return Explorer(lambda: found, **options)


def echo(**values):
    return {"got": str(values)}


@pytest.mark.parametrize(
    ("given", "kind", "start", "taken"),
    [
        ((1, 9), "slider", 5, [1, 2, 9]),
        ((1, 9, 2), "slider", 5, [3]),
        ((0.0, 1.0, 0.1), "slider", 0.5, [0.0, 0.3, 1.0]),
        ((0, 1, 0.25, 0.75), "slider", 0.75, [0.5]),
        ((np.int64(2), np.float64(4.0), 1, 2), "slider", 2.0, [3.0]),
        ((-3, 4), "slider", 1, [0]),
        (["mean", "edge"], "choice", "mean", ["edge"]),
        ([0.1, 1, np.float64(10)], "choice", 0.1, [1, 10.0]),
        (True, "checkbox", True, [False]),
    ],
)
def test_controls_of_every_kind(given, kind, start, taken):
    (control,) = read_controls({"a": given})
    assert control["kind"] == kind
    assert control["start"] == start
    assert type(control["start"]) in (int, float, str, bool)  # JSON takes no NumPy numbers
    for value in taken:
        got = take_values([control], {"a": value})["a"]
        assert got == value
        assert type(got) is type(np.asarray(value).item())


def test_a_slider_of_floats_gives_floats_where_the_page_sends_integers():
    fraction, whole = read_controls({"a": (0.0, 2.0), "b": (0, 2)})
    got = take_values([fraction, whole], {"a": 1, "b": 1.0})
    assert (type(got["a"]), type(got["b"])) == (float, int)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((9, 1), "a goes from 9 to 1; write the smaller number first"),
        ((1, 1), "from 1 to 1"),
        ((0, 1, 2), "step 2; expected more than 0 and at most 1"),
        ((0, 1, -1), "step -1"),
        ((0, 4, 1, 9), "a is 9; expected a number from 0 to 4"),
        ((0, np.inf), "Expected"),
        ((1,), "Expected"),
        ((1, 2, 3, 4, 5), "Expected"),
        ((1, "2"), "Expected"),
        (["one"], "Expected"),
        ([], "Expected"),
        ([1, None], "Expected"),
        (3, "a is 3. Expected (least, most)"),
        ("text", "Expected"),
        ((True, False), "Expected"),
    ],
)
def test_what_is_no_control_is_refused(given, said):
    with pytest.raises((TypeError, ValueError)) as refused:
        Explorer(lambda a: {"a": a}, a=given)
    assert said in str(refused.value)


def test_what_does_not_fit_the_function_is_refused():
    def half(width):
        return {"y": width / 2}

    with pytest.raises(TypeError, match=r"half cannot be called with the controls \(widht\): missing .*'width'"):
        Explorer(half, widht=(1, 3))
    with pytest.raises(TypeError, match="without brackets"):
        Explorer({"y": 1}, width=(1, 3))


def test_values_from_python_call_the_function_and_are_checked():
    explorer = Explorer(echo, width=(1, 9, 2), kernel=["mean", "edge"], padded=True)
    assert explorer.found == {"got": "{'width': 5, 'kernel': 'mean', 'padded': True}"}
    made = explorer.made
    explorer.values = {"width": 3, "kernel": "edge", "padded": False}
    assert explorer.readings == {"got": "{'width': 3, 'kernel': 'edge', 'padded': False}"}
    assert explorer.made == made + 1
    for wrong, said in [
        ({"width": 11, "kernel": "edge", "padded": False}, "width is 11; expected a number from 1 to 9"),
        ({"width": "3", "kernel": "edge", "padded": False}, "width is '3'"),
        ({"width": 3, "kernel": "blur", "padded": False}, "'blur'; expected one of"),
        ({"width": 3, "kernel": "edge", "padded": 1}, "padded is 1; expected True or False"),
        ({"width": 3}, "expected one for each of"),
    ]:
        with pytest.raises(ValueError, match="expected") as refused:
            explorer.values = wrong
        assert said in str(refused.value)
    assert explorer.made == made + 1


def test_pictures_travel_exactly_and_curves_in_double_precision():
    rng = np.random.default_rng(3)
    picture, large = rng.normal(size=(5, 7)), np.array([[1e300, -2e300, np.nan]])
    x, y = np.array([0.1, 0.2, 0.5]), np.array([1e-200, np.inf, 1 / 3])
    explorer = of({"a": picture.T, "c": (x, y), "b": large, "flags": picture > 0, "line": [1, 2]})
    got = unpacked(explorer)
    np.testing.assert_array_equal(got["a"], picture.T.astype(np.float32))
    np.testing.assert_array_equal(got["b"], large)
    np.testing.assert_array_equal(got["c"], [x, y])
    np.testing.assert_array_equal(got["flags"], picture > 0)
    np.testing.assert_array_equal(got["line"], [[0, 1], [1, 2]])
    assert [d["name"] for d in explorer.pictures] == ["a", "b", "flags"]


def test_a_torch_tensor_and_single_numbers_are_taken():
    import torch

    explorer = of({"t": torch.ones(2, 3, requires_grad=True), "n": np.float32(0.5), "k": np.array(7), "word": "done"})
    assert unpacked(explorer)["t"].tolist() == [[1] * 3] * 2
    assert explorer.readings == {"n": "0.5", "k": "7", "word": "done"}


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([1, 2], "expected a dict"),
        ({}, "expected a dict"),
        (None, "None came back"),
        ({"y": np.ones((1, 1, 2, 2))}, r"y has shape (1, 1, 2, 2); expected (H, W)"),
        ({"y": np.ones((0, 3))}, "y has shape (0, 3)"),
        ({"y": []}, "y has shape (0,)"),
        ({"y": ([1, 2], [1])}, "y has x of shape (2,) and y of shape (1,)"),
        ({"y": (np.ones((2, 2)), np.ones((2, 2)))}, "expected (N,) for both"),
        ({"y": ([np.nan, 1], [1, 2])}, "y has an x that is not finite"),
        ({"y": 1j}, "expected an array of real numbers"),
        ({"y": None}, "y is NoneType None"),
        ({"y": [[1, 2], [3]]}, "expected an array of real numbers"),
        ({str(n): [1, 2] for n in range(13)}, "13 curves came; at most 12"),
    ],
)
def test_what_cannot_be_shown_is_refused(found, said):
    with pytest.raises((TypeError, ValueError)) as refused:
        of(found)
    assert said in str(refused.value)


def test_grey_scales():
    found = {"a": np.array([[0, 1.0]]), "b": np.array([[5, np.inf]]), "c": np.array([[np.nan]])}

    def shades(grey):
        return [(d["black"], d["white"]) for d in of(found, grey=grey).pictures]

    assert shades("own") == [(0, 1), (5, 5), (0, 1)]
    assert shades("common") == [(0, 5)] * 3
    assert shades((-1, 2)) == [(-1, 2)] * 3
    assert shades({"b": "common", "a": "common"}) == [(0, 5), (0, 5), (0, 1)]
    assert shades({"a": "common", "c": "common"}) == [(0, 1), (5, 5), (0, 1)]  # b has no say in it
    assert shades({"b": (0, 9)}) == [(0, 1), (0, 9), (0, 1)]
    for wrong in ("mine", (2, 1), (0, np.nan), {"a": None}, 3):
        with pytest.raises(ValueError, match="expected 'own', 'common'"):
            of(found, grey=wrong)


def test_what_the_function_raises_at_once_is_raised_and_later_is_shown_with_its_line():
    def inverse(n):
        if n == 0:
            raise ZeroDivisionError(f"{n} has no inverse")
        return {"y": 1 / n if n < 3 else [[1, 2], [3]]}

    explorer = Explorer(inverse, n=(0, 4, 1, 2))
    explorer.values = {"n": 0}
    line = inverse.__code__.co_firstlineno + 2
    said = f'ZeroDivisionError: 0 has no inverse (line {line} of inverse: raise ZeroDivisionError(f"{{n}} has no inverse")).'
    assert explorer.error.startswith(said)
    assert explorer.found == {"y": 0.5}
    assert explorer.readings == {"y": "0.5"}
    explorer.values = {"n": 4}
    assert explorer.error.startswith("TypeError: y is list [[1, 2], [3]]; expected an array of real numbers")
    explorer.values = {"n": 1}
    assert explorer.error == ""
    assert explorer.readings == {"y": "1"}
    with pytest.raises(ZeroDivisionError):
        Explorer(inverse, n=(0, 4, 1, 0))


def test_an_interrupt_is_told_and_does_not_leave_the_page_waiting():
    def interrupted(n):
        if n:
            raise KeyboardInterrupt
        return {"n": n}

    explorer = Explorer(functools.partial(interrupted), n=(0, 1, 1, 0))
    explorer.set_state({"values": {"n": 1}, "asked": 1})
    assert explorer.error.startswith("KeyboardInterrupt (line")
    assert explorer.answered == 1


def test_the_page_asks_and_is_answered_once():
    calls = []
    explorer = Explorer(lambda n: calls.append(n) or {"n": n}, n=(0, 9, 1, 0))
    explorer.set_state({"values": {"n": 4}, "asked": 1})
    assert (calls, explorer.asked, explorer.answered, explorer.made) == ([0, 4], 1, 1, 1)
    explorer.set_state({"values": {"n": 4}, "asked": 2})  # there and back while it worked
    assert (explorer.answered, explorer.made) == (2, 2)


def test_two_threads_never_call_at_the_same_time():
    inside, most = [], []

    def slow(n):
        inside.append(n)
        most.append(len(inside))
        time.sleep(0.02)
        inside.remove(n)
        return {"n": n}

    explorer = Explorer(slow, n=(0, 9, 1, 0))
    threads = [threading.Thread(target=setattr, args=(explorer, "values", {"n": n})) for n in range(1, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert explorer.found == {"n": explorer.values["n"]}


def test_values_are_kept_and_come_back_unless_the_code_changed():
    def make(most=9, function=echo):
        return Explorer(function, key="k", n=(0, most, 1, 0))

    make().values = {"n": 4}
    assert make().values == {"n": 4}
    assert make().found == {"got": "{'n': 4}"}
    assert make(most=8).values == {"n": 0}

    def picky(n):
        return {"n": 1 // (4 - n)}

    explorer = make(function=picky)
    assert explorer.values == {"n": 0}
    assert "no longer work" in explorer.error
    assert Explorer(echo, n=(0, 9, 1, 0)).values == {"n": 0}  # without a key nothing is kept


def test_what_can_be_read_without_a_page():
    from matplotlib.image import imread

    found = {"dots & lines": np.array([[0, 1.0], [np.nan, 0.5], [0.25, 0]]), "loss": [4.0, 2.0], "sum": 1.75}
    explorer = of(found, label="<Dots>", grey=(0, 1))
    page = explorer.as_html()
    for part in ("&lt;Dots&gt;", "dots &amp; lines: 3 rows, 2 columns; black 0, white 1", "loss", ">4<", "1.75"):
        assert part in page
    import base64
    import re

    (png,) = re.findall(r"data:image/png;base64,([^\"]+)", page)
    grey = np.rint(255 * imread(io.BytesIO(base64.b64decode(png)))[..., :3]).astype(int)
    half, quarter = [128] * 3, [64] * 3
    assert grey.tolist() == [[[0] * 3, [255] * 3], [[204, 121, 167], half], [quarter, [0] * 3]]
    assert "is drawn" not in page


def test_a_large_picture_is_kept_small_in_the_notebook():
    rows = np.random.default_rng(0).normal(size=(600, 300))
    page = of({"x": rows}).as_html()
    assert "600 rows, 300 columns, of which 1 in 3 is drawn" in page
    assert len(page) < 100_000


def test_the_example_moves():
    explorer = Explorer.example()
    assert [d["name"] for d in explorer.pictures] == ["x", "y"]
    explorer.values = {**explorer.values, "keep_size": False, "kernel": "edge between rows"}
    assert explorer.error == ""
    assert explorer.pictures[1]["shape"] == [30, 30]
    assert abs(explorer.found["y"].mean()) < 0.05
