"""The judge of gradients: a right one passes, each wrong one fails and is named at the right entry."""

import numpy as np
import pytest
import torch
from geometries import SETTINGS

from mlcourse.ops import conv2d, conv2d_backward, gradcheck, numeric_gradient
from mlcourse.ops._arrays import like, to_numpy

SETTING = next(setting for setting in SETTINGS if setting.name == "sides")


def product(a, b):
    return a @ b


def product_backward(grad_output, a, b):
    return grad_output @ b.T, a.T @ grad_output


def squares(a):
    return a * a


def squares_backward(grad_output, a):
    return grad_output * 2 * a


def numbers(shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def one_wrong_entry(grad_output, x, w, **options):
    """Right but for grad_w[2, 1, 0, 1]."""
    grad_x, grad_w, _ = conv2d_backward(grad_output, x, w, **options)
    grad_w[2, 1, 0, 1] += 0.01
    return grad_x, grad_w


def one_wrong_pixel(grad_output, x, w, **options):
    """Right but for grad_x[1, 0, 2, 3]: the first argument is wrong, the last is right."""
    grad_x, grad_w, _ = conv2d_backward(grad_output, x, w, **options)
    grad_x[1, 0, 2, 3] -= 0.01
    return grad_x, grad_w


def ignores_upstream(grad_output, a):
    return 2 * a


def transposed(grad_output, a, b):
    grad_a, grad_b = product_backward(grad_output, a, b)
    return grad_a, grad_b.T


def forgets_stride(grad_output, x, w, *, stride, padding):
    """Lets each weight meet neighbouring pixels, as if the kernel moved one by one."""
    x_padded = np.pad(x, ((0, 0), (0, 0), *padding))
    grad_x, grad_w, _ = conv2d_backward(grad_output, x, w, stride=stride, padding=padding)
    rows, columns = grad_output.shape[2:]
    for o, c, p, q in np.ndindex(w.shape):
        met = x_padded[:, c, p : p + rows, q : q + columns]
        grad_w[o, c, p, q] = (grad_output[:, o] * met).sum()
    return grad_x, grad_w


BROKEN = {
    "one wrong entry": (conv2d, one_wrong_entry, conv2d_backward, SETTING.arrays()[1:3], SETTING.options),
    "one wrong pixel": (conv2d, one_wrong_pixel, conv2d_backward, SETTING.arrays()[1:3], SETTING.options),
    "ignores upstream": (squares, ignores_upstream, squares_backward, [numbers((3, 4))], {}),
    "transposed": (product, transposed, product_backward, [numbers((2, 3)), numbers((3, 3), 1)], {}),
    "forgets stride": (conv2d, forgets_stride, conv2d_backward, SETTING.arrays()[1:3], SETTING.options),
}


def watched(xp, backward, seen):
    """The backward function, written for NumPy, for any library; keeps what arrived and what it answered."""

    def watching(grad_output, *arrays, **options):
        arrived = [xp.numpy(a) for a in (grad_output, *arrays)]
        answer = backward(*(a.copy() for a in arrived), **options)
        answer = answer if isinstance(answer, tuple) else (answer,)
        seen.append((arrived, options, answer))
        return tuple(xp.array(a) for a in answer)

    return watching


def worst_entries(names, given, right):
    """Where two answers differ most, relative to the largest right value of that argument: entry -> both values.

    They may be two: swapping two numbers makes both equally wrong.
    """
    errors = [abs(g - r) / max(abs(r).max(), 1) for g, r in zip(given, right, strict=False)]
    largest = max(error.max() for error in errors)
    return {
        (name, tuple(map(int, index))): (g[tuple(index)], r[tuple(index)])
        for name, error, g, r in zip(names, errors, given, right, strict=False)
        for index in np.argwhere(error > largest * (1 - 1e-6))
    }


@pytest.mark.parametrize(("function", "backward", "right", "arrays", "options"), BROKEN.values(), ids=BROKEN)
def test_a_broken_backward_fails_and_the_worst_entry_is_named(xp, function, backward, right, arrays, options):
    seen = []
    report = gradcheck(function, watched(xp, backward, seen), *(xp.array(a) for a in arrays), **options)
    assert not report
    (arrived, options, given), *_ = seen
    truth = right(*arrived, **options)
    truth = truth if isinstance(truth, tuple) else (truth,)
    names = {conv2d: "xw", product: "ab", squares: "a"}[function]
    worst = worst_entries(names, given, truth)
    name, index, wrong, measured = report.worst
    assert (name, index) in worst
    assert (wrong, measured) == pytest.approx(worst[name, index], rel=1e-6)
    assert f"do not agree. Worst entry: {name}[{', '.join(map(str, index))}]: given" in str(report)


def test_the_one_wrong_entry_is_the_one_we_made(xp):
    seen = []
    report = gradcheck(
        conv2d, watched(xp, one_wrong_entry, seen), *map(xp.array, SETTING.arrays()[1:3]), **SETTING.options
    )
    assert report.worst[:2] == ("w", (2, 1, 0, 1))
    assert report.worst[2] - report.worst[3] == pytest.approx(0.01, rel=1e-4)


@pytest.mark.parametrize("case", ["one wrong entry", "ignores upstream", "transposed"])
def test_the_right_backward_of_the_same_function_passes(xp, case):
    function, _, right, arrays, options = BROKEN[case]
    report = gradcheck(function, watched(xp, right, []), *(xp.array(a) for a in arrays), **options)
    assert report, str(report)
    assert report.error < 1e-8
    assert "All gradients agree" in str(report)


def test_what_arrives_is_random_and_the_same_for_the_same_seed(xp):
    arrived = []
    for rng in (0, 0, 1, np.random.default_rng(0)):
        gradcheck(squares, watched(xp, squares_backward, arrived), xp.array(numbers((3, 4))), rng=rng)
    first, again, other, generator = (arrays[0] for arrays, *_ in arrived)
    assert len(set(first.ravel())) == first.size
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first, generator)
    assert not np.allclose(first, other)


def test_arrays_of_any_floating_dtype_are_taken_to_float64(xp):
    a = xp.array(numbers((3, 4)).astype("float32"))
    seen = []
    assert gradcheck(squares, watched(xp, squares_backward, seen), a)
    (arrived, *_), *_ = seen
    assert {b.dtype.name for b in arrived} == {"float64"}


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_no_number_is_named(xp, bad):
    def backward(grad_output, a):
        gradient = squares_backward(grad_output, a)
        gradient[2, 1] = bad
        return gradient

    report = gradcheck(squares, watched(xp, backward, []), xp.array(numbers((3, 4))))
    assert not report
    assert report.worst[:2] == ("a", (2, 1))


def test_every_argument_is_compared_where_the_function_names_none(xp):
    def times(*arrays):
        return arrays[0] * arrays[1]

    def backward(grad_output, a, b):
        return grad_output * b, grad_output * 0

    report = gradcheck(times, watched(xp, backward, []), xp.array(numbers(4)), xp.array(numbers(4, 1)))
    assert not report
    assert report.worst[0] == "argument 1"


def test_a_function_without_a_signature_can_be_checked():
    report = gradcheck(torch.tanh, lambda g, a: g * (1 - torch.tanh(a) ** 2), torch.tensor(numbers((2, 3))))
    assert report, str(report)


def test_the_numeric_gradient_of_squares_is_twice_the_number(xp):
    a, weight = numbers((3, 4)), numbers((3, 4), 1)
    found = numeric_gradient(squares, xp.array(a), xp.array(weight))
    assert type(found) is np.ndarray
    np.testing.assert_allclose(found, 2 * a * weight, rtol=0, atol=1e-9)
    np.testing.assert_allclose(numeric_gradient(squares, xp.array(a), 3.0), 6 * a, rtol=0, atol=1e-9)


def test_differences_are_central(xp):
    """The difference of a cube to one side alone would be wrong by 3 * step."""
    found = numeric_gradient(lambda a: a * a * a, xp.array(np.array([2.0])), step=0.01)
    np.testing.assert_allclose(found, [12 + 0.01**2], atol=1e-9)


def test_the_numeric_gradient_leaves_its_input_alone(xp):
    before = numbers((3, 4))
    a, weight, handed = xp.array(before), xp.array(before), []

    def spoiling(there):
        handed.append(there)
        there[0, 0] = 100.0
        return there * 1.0

    numeric_gradient(spoiling, a, weight)
    xp.assert_close(a, before, tolerance=0)
    xp.assert_close(weight, before, tolerance=0)
    assert all(there is not a for there in handed)


def test_functions_are_given_arrays_of_the_library_on_its_device(xp):
    a, handed = numbers((3, 4)), []

    def keeping(there):
        handed.append(there)
        return there * there

    def backward(grad_output, there):
        handed.append(grad_output)
        return keeping(there) * 0

    numeric_gradient(keeping, xp.array(a))
    gradcheck(keeping, backward, xp.array(a))
    for there in handed:
        xp.assert_close(there, a, tolerance=1e9)  # values differ, the rest does not


def test_gradcheck_leaves_its_inputs_alone(xp):
    before = SETTING.arrays()[1:]
    given = [xp.array(a) for a in before]
    gradcheck(conv2d, conv2d_backward, *given, **SETTING.options)
    for a, b in zip(given, before, strict=True):
        xp.assert_close(a, b, tolerance=0)


def test_going_to_numpy_and_back_copies_and_keeps_dtype_and_device(xp):
    before = numbers((3, 4)).astype("float32")
    a = xp.array(before)
    there = to_numpy(a)
    there[...] = 0
    xp.assert_close(a, before, tolerance=0)
    back = like(there, a)
    there[...] = 1
    xp.assert_close(back, np.zeros((3, 4), "float32"), tolerance=0)
    assert to_numpy(2.5) == 2.5


def test_going_to_numpy_takes_views_whose_sign_is_still_to_come():
    z = torch.tensor([1 + 2j, 3 - 4j]).conj()
    assert to_numpy(z.imag).tolist() == [-2, 4]
    assert to_numpy(z).tolist() == [1 - 2j, 3 + 4j]


def test_going_to_numpy_leaves_autograd_behind():
    leaf = torch.ones(3, requires_grad=True)
    assert type(to_numpy(leaf * 2)) is np.ndarray
