import contextlib
import sys

import numpy as np
import pytest
import torch

from mlcourse import ops
from mlcourse.diagnosis import attempt

X = np.array([1.0, 2.0])


def tried(function, *arguments, seconds=5.0, **options):
    return attempt.attempt(function, arguments or (X,), options, seconds=seconds)


def problem(function, *arguments, seconds=5.0, **options):
    came = tried(function, *arguments, seconds=seconds, **options)
    assert came.answer is None or came.problem is None
    return came.problem or ("right", "", "")


def test_an_answer_comes_back():
    came = tried(lambda x, add: x + add, X, add=3)
    np.testing.assert_array_equal(came.answer, [4, 5])
    assert came.problem is None


def test_an_answer_of_nothing_but_zeros_is_an_answer():
    assert tried(lambda x: 0).answer == 0
    assert tried(lambda x: []).answer == []


@pytest.mark.parametrize("function", [None, 3, Ellipsis], ids=repr)
def test_no_function(function):
    assert problem(function)[:2] == ("not_attempted", "There is no function here yet.")


def untouched(x):
    # YOUR CODE HERE
    raise NotImplementedError()


def forgets_return(x):
    x + 1


def dots(x):
    return ...


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (untouched, "Your function still raises NotImplementedError."),
        (forgets_return, "Your function returns nothing yet."),
        (dots, "Your function returns nothing yet."),
    ],
)
def test_not_attempted(function, says):
    assert problem(function)[:2] == ("not_attempted", says)


# Errors.


def out_of_range(x):
    half = x / 2
    return half[7]


def helper(x):
    raise ValueError("too short")


def through_a_helper(x):
    return helper(x)


def in_an_expression(x):
    return [
        x[n]
        for n in (0, 9)
    ]  # fmt: skip


def for_ever(x):
    return for_ever(x)


def leaves(x):
    sys.exit("enough")


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (
            out_of_range,
            "Your function stopped with IndexError: index 7 is out of bounds for axis 0 with size 2, "
            "in line 3 of out_of_range: `return half[7]`.",
        ),
        (
            through_a_helper,
            'Your function stopped with ValueError: too short, in line 2 of helper: `raise ValueError("too short")`.',
        ),
        (leaves, 'Your function stopped with SystemExit: enough, in line 2 of leaves: `sys.exit("enough")`.'),
        (lambda x: x[9], "Your function stopped with IndexError: index 9 is out of bounds for axis 0 with size 2."),
    ],
)
def test_an_error_is_told_with_the_students_own_line(function, says):
    assert problem(function)[:2] == ("raised", says)


def test_an_error_inside_an_expression_is_told_by_the_function_around_it():
    says = problem(in_an_expression)[1]
    assert " of in_an_expression: `" in says
    assert "<listcomp>" not in says


def test_endless_recursion():
    assert problem(for_ever)[1].startswith(
        "Your function stopped with RecursionError: maximum recursion depth exceeded"
    )


def test_a_call_that_does_not_fit():
    kind, says, _ = problem(lambda: 3)
    assert kind == "raised"
    assert "takes 0 positional arguments but 1 was given." in says


def test_the_notebooks_own_interrupt_goes_through():
    def interrupted(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tried(interrupted)
    assert sys.getprofile() is None


# Inputs.


def test_a_function_works_on_copies():
    def spoil(x, tensor):
        x *= 0
        tensor.zero_()
        return x

    x, tensor = X.copy(), torch.ones(3)
    tried(spoil, x, tensor)
    np.testing.assert_array_equal(x, X)
    assert tensor.tolist() == [1, 1, 1]


def change_first(image, kernel):
    image += 1
    return image


def change_second(image, kernel):
    kernel[0] = 5
    return image


def change_second_whatever_its_name(*both):
    both[1][0] = 5
    return both[0]


@pytest.mark.parametrize("given", [(X, X), (torch.ones(2), torch.ones(2))], ids=["numpy", "torch"])
@pytest.mark.parametrize(
    ("function", "called"),
    [(change_first, "image"), (change_second, "kernel"), (change_second_whatever_its_name, "argument 2")],
)
def test_changed_input(given, function, called):
    kind, says, hint = problem(function, *given)
    assert (kind, says) == ("changed_input", f"Your function changed its input: {called} is no longer what it was.")
    assert "copy" in hint


def test_nan_in_an_input_is_no_change():
    assert tried(lambda x: x + 1, np.array([np.nan, 1])).problem is None


def test_a_tensor_comes_without_its_history():
    x = torch.ones(2, requires_grad=True)
    assert not tried(lambda x: x, x).answer.requires_grad


# What it may not call.

IMAGE, KERNEL = np.ones((1, 1, 3, 4)), np.ones((1, 1, 2, 3))


def by_autograd(x):
    x = torch.tensor(x, requires_grad=True)
    (x * x).sum().backward()
    return x.grad.numpy()


def by_grad(x):
    x = torch.tensor(x, requires_grad=True)
    return torch.autograd.grad((x * x).sum(), x)[0].numpy()


def by_nn_grad(x):
    return torch.nn.grad.conv2d_weight(torch.ones(1, 1, 3, 4), (1, 1, 2, 3), torch.ones(1, 1, 2, 2)).numpy()


def by_scipy(x):
    from scipy.signal import correlate2d

    return correlate2d(IMAGE[0, 0], KERNEL[0, 0])


def by_ndimage(x):
    from scipy import ndimage

    return ndimage.correlate(IMAGE, KERNEL)


def by_walkthrough(x):
    from mlcourse import walkthroughs

    return list(walkthroughs.conv2d(IMAGE, KERNEL))


def and_hides_it(x):
    with contextlib.suppress(BaseException):
        ops.conv2d(IMAGE, KERNEL)
    return x


FORBIDDEN = {
    "mlcourse.ops.conv2d_backward": lambda x: ops.conv2d_backward(np.ones((1, 1, 2, 2)), IMAGE, KERNEL),
    "mlcourse.ops.conv2d": and_hides_it,
    "mlcourse.walkthroughs.conv2d": by_walkthrough,
    "torch's autograd (backward)": by_autograd,
    "torch's autograd (grad)": by_grad,
    "torch's autograd (vjp)": lambda x: torch.func.vjp(torch.sin, torch.ones(2))[0],
    "torch.nn.grad.conv2d_weight": by_nn_grad,
    "the framework's own conv2d": lambda x: torch.nn.functional.conv2d(torch.ones(1, 1, 3, 4), torch.ones(1, 1, 2, 3)),
    "the framework's own conv_transpose2d": lambda x: torch.nn.ConvTranspose2d(1, 1, 2)(torch.ones(1, 1, 3, 4)),
    "scipy.signal.correlate2d": by_scipy,
    "scipy.ndimage.correlate": by_ndimage,
}


@pytest.mark.parametrize("called", FORBIDDEN)
def test_a_library_is_named(called):
    kind, says, _ = problem(FORBIDDEN[called])
    assert (kind, says.partition(". ")[0]) == ("library", f"Your function calls {called}")


def test_the_right_function_itself_is_a_library():
    assert problem(ops.conv2d, IMAGE, KERNEL)[0] == "library"


def conv2d(x):
    return x + 1


ALLOWED = {
    "a function of one's own with such a name": lambda x: conv2d(x),
    "einsum": lambda x: np.einsum("i,i->i", x, x),
    "one row": lambda x: np.convolve(x, x),
    "unfold": lambda x: torch.nn.functional.unfold(torch.ones(1, 1, 3, 4), (2, 3)).numpy(),
    "pad": lambda x: torch.nn.functional.pad(torch.ones(1, 1, 3, 4), (2, 3)).numpy(),
    "a tensor with history": lambda x: (torch.ones(2, requires_grad=True) * 2).detach().numpy(),
    "importing": lambda x: __import__("mlcourse.ops").ops.__name__,
}


@pytest.mark.parametrize("what", ALLOWED)
def test_other_functions_may_be_called(what):
    assert tried(ALLOWED[what]).problem is None


def test_calls_after_the_function_are_not_counted():
    tried(lambda x: x)
    assert sys.getprofile() is None
    ops.conv2d(IMAGE, KERNEL)
    assert tried(lambda x: x).problem is None


def observe(frame, event, argument):
    """A profile function of someone else."""


@pytest.mark.parametrize("function", [lambda x: x, out_of_range, by_autograd, untouched, leaves])
def test_the_profile_function_is_restored(function):
    sys.setprofile(observe)
    try:
        tried(function)
        assert sys.getprofile() is observe
    finally:
        sys.setprofile(None)
