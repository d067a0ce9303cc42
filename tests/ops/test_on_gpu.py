"""Every operation on an NVIDIA GPU: NumPy's numbers, kept on the GPU; forward, backward and by autograd.

The same lines run on torch's CPU tensors, so that a mistake in them shows where there is no GPU.
"""

import inspect

import numpy as np
import pytest
import torch
from geometries import TOLERANCE

from mlcourse import ops

rng = np.random.default_rng(0)
IMAGES = rng.normal(size=(2, 4, 5, 7))
P, LOGITS = rng.uniform(0.02, 0.98, (2, 3, 4, 5)), rng.normal(0, 3, (2, 3, 4, 5))
MASKS, CLASSES = rng.integers(0, 2, (2, 3, 4, 5)), rng.integers(0, 3, (2, 4, 5))
LAST = rng.permuted(np.tile(np.arange(48), (2, 3, 1)), axis=2)[:, :, :20].reshape(2, 3, 4, 5)  # of 6 x 8 pixels
CHANNELS = rng.normal(size=(3, 4))  # weight, bias, running mean

# Operation -> arrays, options
CALLS = {
    "avg_pool2d": ([IMAGES, (2, 3)], {"stride": (1, 2), "padding": (1, 0), "count_include_pad": False}),
    "batch_norm2d": ([IMAGES, *CHANNELS, CHANNELS[0] ** 2 + 0.1], {"training": True}),
    "binary_cross_entropy": ([P, MASKS], {}),
    "binary_cross_entropy_with_logits": ([LOGITS, MASKS], {}),
    "conv2d": (
        [IMAGES, rng.normal(size=(6, 2, 2, 3)), rng.normal(size=6)],
        {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 2), "groups": 2},
    ),
    "conv_transpose2d": (
        [IMAGES, rng.normal(size=(4, 3, 2, 3)), rng.normal(size=6)],
        {"stride": (2, 3), "padding": (1, 0), "output_padding": (0, 1), "groups": 2},
    ),
    "cross_entropy_with_logits": ([LOGITS, CLASSES], {}),
    "dice_loss": ([P, MASKS], {"batch": True}),
    "dice_score": ([P, MASKS], {}),
    "focal_loss": ([LOGITS, MASKS], {"gamma": 1.5, "alpha": 0.25}),
    "generalized_dice_loss": ([P, MASKS], {}),
    "l1_loss": ([LOGITS, P], {}),
    "max_pool2d": ([IMAGES, (2, 3)], {"stride": (1, 2), "padding": (1, 1)}),
    "max_unpool2d": ([LOGITS, LAST, (6, 8)], {}),
    "mse_loss": ([LOGITS, P], {}),
    "relu": ([LOGITS], {}),
    "sigmoid": ([LOGITS], {}),
    "skip_connection": ([LOGITS, P], {}),
    "tanh": ([LOGITS], {}),
    "tversky_loss": ([P, MASKS], {"alpha": 0.3, "beta": 0.7}),
    "upsample2d": ([IMAGES, (2, 3)], {"mode": "bilinear"}),
}
TAKES_A_FUNCTION = {"gradcheck", "numeric_gradient"}


@pytest.fixture(params=["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
def device(request):
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("needs an NVIDIA GPU")
    return request.param


def moved(given, device):
    """Arrays as tensors on the device; the rest as it is."""
    return [torch.tensor(a, device=device) if isinstance(a, np.ndarray) else a for a in given]


def several(results):
    return list(results) if isinstance(results, tuple | list) else [results]


def assert_same(found, expected, device):
    """Compare tensors with NumPy's arrays."""
    found, expected = several(found), several(expected)
    assert len(found) == len(expected)
    for a, right in zip(found, map(np.asarray, expected), strict=True):
        assert torch.is_tensor(a)
        assert a.device.type == device
        assert a.dtype == getattr(torch, right.dtype.name)
        largest = np.abs(right).max(initial=0)
        np.testing.assert_allclose(
            a.detach().cpu().numpy(), right, rtol=0, atol=TOLERANCE["float64"] * largest, equal_nan=False
        )


def test_no_operation_is_left_out():
    functions = {name for name in ops.__all__ if inspect.isfunction(getattr(ops, name))}
    forward = {name for name in functions if not name.endswith("_backward")} - TAKES_A_FUNCTION
    assert forward == CALLS.keys(), "an operation has no line in CALLS, or a line no operation"
    assert {name for name in CALLS if f"{name}_backward" not in functions} == {"dice_score"}


@pytest.mark.parametrize("name", CALLS)
def test_an_operation_and_its_gradients_are_numpys(name, device):
    (arrays, options), function = CALLS[name], getattr(ops, name)
    given, expected = moved(arrays, device), function(*arrays, **options)
    assert_same(function(*given, **options), expected, device)
    if name == "dice_score":
        return
    backward, output = getattr(ops, f"{name}_backward"), several(expected)[0]
    grad_output = np.random.default_rng(1).normal(size=np.shape(output))
    gradients = several(backward(grad_output, *arrays, **options))
    above = torch.tensor(grad_output, device=device)
    assert_same(backward(above, *given, **options), gradients, device)
    leaves = [a.requires_grad_() for a in given[: len(gradients)]]
    assert_same(torch.autograd.grad(several(function(*given, **options))[0], leaves, above), gradients, device)


def test_gradients_are_measured(device):
    arrays, options = CALLS["conv2d"]
    given = moved(arrays, device)
    report = ops.gradcheck(ops.conv2d, ops.conv2d_backward, *given, **options)
    assert report, str(report)
    measured = ops.numeric_gradient(lambda a: ops.mse_loss(a, given[0]), given[0] + 1)
    np.testing.assert_allclose(measured, 2 / IMAGES.size, rtol=1e-6)
    assert not ops.gradcheck(
        ops.conv2d, lambda *a, **o: [2 * g for g in ops.conv2d_backward(*a, **o)], *given, **options
    )


def test_a_stack_has_its_parameters_where_its_images_are(device):
    layers = [
        ops.Conv(3, (2, 3)), ops.BatchNorm(), ops.Activation("relu"), ops.MaxPool(2), ops.Upsample((1, 2)),
        ops.ConvTranspose(2, (3, 2)), ops.AvgPool((1, 2)), ops.Flatten(), ops.Dense(5),
    ]  # fmt: skip
    stack = ops.Stack(layers, image=IMAGES.shape[1:])
    (x,) = moved([IMAGES], device)
    found = stack.forward(x, stack.parameters(0, like=x), training=True)
    assert_same(found, stack.forward(IMAGES, stack.parameters(0), training=True), device)
