"""The exercise `max_pool`: what its inputs must hold, its worked example in numbers, what it calls a library."""

import ast
import inspect
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy import ndimage

from mlcourse import check, ops

TEXT = (Path(__file__).parents[2] / "assignments" / "src" / "max_pool.py").read_text(encoding="utf-8")
HALVES = {"max_pool2d": check.max_pool2d, "max_pool2d_backward": check.max_pool2d_backward}
DRAWS = {
    f"{name}-{part}-{'hidden' if hidden else 'public'}": (part, exercise.draws(part, hidden=hidden))
    for name, exercise in HALVES.items()
    for part in exercise.parts
    for hidden in (False, True)
}


def of(*parts):
    """The draws of some parts, of both halves, each as (x, window, stride, padding)."""
    chosen = {key: draws for key, (part, draws) in DRAWS.items() if part in parts}
    assert len(chosen) == 4 * len(parts)
    return pytest.mark.parametrize("draws", [list(map(_laid, draws)) for draws in chosen.values()], ids=chosen)


def _laid(draw):
    (*_, x, window), options = draw
    return x, window, options.get("stride", window), options.get("padding", (0, 0))


def windows(x, window, stride, padding):
    """The pixels of every window, (N, C, oH, oW, pixels); what is no pixel of the image is NaN."""
    sides = [(p, p) for p in padding]
    padded = np.pad(x, [(0, 0), (0, 0), *sides], constant_values=np.nan)
    seen = np.lib.stride_tricks.sliding_window_view(padded, window, axis=(2, 3))[:, :, :: stride[0], :: stride[1]]
    return seen.reshape(*seen.shape[:4], -1)


def winners(x, window, stride, padding):
    return ops.max_pool2d(x, window, stride=stride, padding=padding)[1]


@of("plain", "overlapping", "padded", "ties", "together")
def test_windows_are_no_squares_and_several_each_way(draws):
    for x, window, stride, padding in draws:
        assert window[0] != window[1]
        assert min(winners(x, window, stride, padding).shape[2:]) >= 2
        assert all(p <= k // 2 for p, k in zip(padding, window, strict=True))
        assert (x == x.round()).all(), "some misconceptions decide ties by less than 1"


@of("plain", "overlapping", "padded", "ties", "together")
def test_no_window_falls_off_the_image_where_strides_are_exchanged_or_padding_is_forgotten(draws):
    for x, window, stride, padding in draws:
        count = winners(x, window, stride, padding).shape[2:]
        for axis, size in enumerate(x.shape[2:]):
            assert (count[axis] - 1) * stride[1 - axis] - padding[axis] < size
            assert (count[axis] - 1) * stride[axis] < size


@of("plain", "overlapping", "padded", "ties", "together")
def test_some_rows_or_columns_are_left_over(draws):
    left = [
        (n + 2 * p - k) % s
        for x, window, stride, padding in draws
        for n, p, k, s in zip(x.shape[2:], padding, window, stride, strict=True)
    ]
    assert any(left)


@of("plain", "overlapping", "padded", "ties", "together")
def test_zero_is_more_than_some_window_holds(draws):
    for laid in draws:
        assert (np.nanmax(windows(*laid), axis=-1) < 0).any()


@of("plain", "overlapping", "padded")
def test_no_ties_but_in_the_parts_about_them(draws):
    for x, *_ in draws:
        assert len(np.unique(x)) == x.size


@of("ties", "together")
def test_ties_stand_in_many_windows(draws):
    tied = [
        (seen == np.nanmax(seen, axis=-1, keepdims=True)).sum(axis=-1) > 1
        for seen in (windows(*laid) for laid in draws)
    ]
    assert np.mean(np.concatenate([in_a_draw.ravel() for in_a_draw in tied])) > 0.2


@of("overlapping", "together")
def test_windows_overlap_and_share_winners(draws):
    shared = 0
    for x, window, stride, padding in draws:
        assert all(s < k for s, k in zip(stride, window, strict=True))
        assert stride[0] != stride[1]
        for image in winners(x, window, stride, padding):
            shared += sum(won.size - len(np.unique(won)) for won in image)
    assert shared > 0


@of("padded", "together")
def test_padding_matters_before_and_after_and_not_inside(draws):
    before, after, inside = np.zeros(2, dtype=bool), np.zeros(2, dtype=bool), False
    for x, window, stride, padding in draws:
        count = winners(x, window, stride, padding).shape[2:]
        ends = [
            (n - 1) * s + k - p - size
            for n, s, k, p, size in zip(count, stride, window, padding, x.shape[2:], strict=True)
        ]
        before |= np.array(padding) > 0
        after |= np.array(ends) > 0
        seen = windows(x, window, stride, padding)
        at_the_edge, below = np.isnan(seen).any(axis=-1), np.nanmax(seen, axis=-1) < 0
        assert (at_the_edge & below).any(), "a 0 of the padding would win"
        inside |= not at_the_edge.all()
    assert before.all()
    assert after.all(), "where no window ends in the padding, its size may be counted once"
    assert inside, "a window that cannot be 0 because of the padding"


@of("together")
def test_together_there_are_several_images_and_channels(draws):
    for x, *_ in draws:
        assert min(x.shape[:2]) > 1


def test_gradients_are_never_zero():
    for part in check.max_pool2d_backward.parts:
        for hidden in (False, True):
            for (grad_output, *_), _ in check.max_pool2d_backward.draws(part, hidden=hidden):
                assert (grad_output != 0).all()


@pytest.mark.parametrize("name", HALVES)
def test_a_student_writes_what_ops_takes(name):
    cell = next(cell for cell in TEXT.split("\n# %%") if f'role="solution" name="{name}"' in cell)
    definition = ast.parse(cell.partition("\n")[2]).body[0]
    assert definition.name == name
    took = [p.name for p in inspect.signature(getattr(ops, name)).parameters.values()]
    assert [a.arg for a in (*definition.args.args, *definition.args.kwonlyargs)] == took


def test_no_sentence_of_one_half_is_one_of_the_other():
    sentences = [m.says for exercise in HALVES.values() for m in exercise.misconceptions.values()]
    assert not [(a, b) for a in sentences for b in sentences if a is not b and a in b]


def test_the_worked_example_is_right():
    tables = [
        np.array([[float(n) for n in row.split("&")] for row in found.split(r"\\")])
        for found in re.findall(r"\\begin\{pmatrix\}(.*?)\\end\{pmatrix\}", TEXT)
    ]
    x, values, indices, g, grad_x, g_overlapping = (table[None, None] for table in tables)
    for mine, theirs in zip((values, indices), ops.max_pool2d(x, (2, 3)), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    np.testing.assert_array_equal(grad_x, ops.max_pool2d_backward(g, x, (2, 3)))

    assert "With a stride of (1, 2) the second window" in TEXT
    assert "index 4. A third window" in TEXT
    values, indices = ops.max_pool2d(x, (2, 3), stride=(1, 2))
    assert (values.tolist(), indices.tolist()) == ([[[[6, 5]]]], [[[[7, 4]]]])

    assert "four windows, and their maxima are 6, 6, 5 and 9" in TEXT
    assert "it gets 30." in TEXT
    assert ops.max_pool2d(x, (2, 3), stride=(1, 1))[0].tolist() == [[[[6, 6, 5, 9]]]]
    assert ops.max_pool2d_backward(g_overlapping, x, (2, 3), stride=(1, 1))[0, 0, 1, 1] == 30


def by_torch(x, kernel_size, *, stride=None, padding=(0, 0)):
    values = torch.nn.functional.max_pool2d(torch.tensor(x), kernel_size, stride=stride, padding=padding)
    return values.numpy(), np.zeros(values.shape, dtype=int)


def by_torch_with_indices(x, kernel_size, *, stride=None, padding=(0, 0)):
    pool = torch.nn.MaxPool2d(kernel_size, stride, padding, return_indices=True)
    return tuple(a.numpy() for a in pool(torch.tensor(x)))


def by_filter(x, kernel_size, *, stride=None, padding=(0, 0)):
    return ndimage.maximum_filter(x, (1, 1, *kernel_size)), 0


def by_dilation(x, kernel_size, *, stride=None, padding=(0, 0)):
    return ndimage.grey_dilation(x, (1, 1, *kernel_size)), 0


@pytest.mark.parametrize(
    ("function", "called"),
    [
        (by_torch, "the framework's own max_pool2d"),
        (by_torch_with_indices, "the framework's own max_pool2d_with_indices"),
        (by_filter, "scipy.ndimage.maximum_filter"),
        (by_dilation, "scipy.ndimage.grey_dilation"),
        (ops.max_pool2d, "mlcourse.ops.max_pool2d"),
    ],
)
def test_a_library_is_named(function, called):
    verdict = check.max_pool2d(function)
    assert (verdict.kind, verdict.says.partition(". ")[0]) == ("library", f"Your function calls {called}")


def test_indices_that_are_no_whole_numbers_are_told_so(monkeypatch):
    monkeypatch.setattr("mlcourse.diagnosis.calls.LIBRARY", [])

    def with_float_indices(*arguments, **options):
        values, indices = ops.max_pool2d(*arguments, **options)
        return values, indices * 1.0

    verdict = check.max_pool2d(with_float_indices)
    assert (verdict.kind, verdict.says) == ("dtype", "indices has dtype float64; expected int64.")
    assert "dtype=int" in verdict.hint
    assert "dtype of the input" not in verdict.hint
