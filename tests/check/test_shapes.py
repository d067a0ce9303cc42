"""What the notebook `shapes` says in numbers, inputs that tell every mistake apart, and Keras's order calculated."""

from itertools import combinations

import numpy as np
import pytest

from mlcourse import check
from mlcourse.ops import BatchNorm, Conv, Dense, Flatten, MaxPool, Stack

EXERCISES = [check.output_size, check.parameter_count, check.receptive_field, check.keras_to_torch]
PARTS = [pytest.param(e, part, id=f"{e.name}-{part}") for e in EXERCISES for part in e.parts]


# Numbers of the notebook.


def test_sizes_of_the_text():
    size = check.output_size.right
    assert size((7, 7), (3, 3), stride=(2, 2)) == (3, 3)
    assert size((7, 9), (3, 2)) == (5, 8)
    assert size((9, 9), (3, 2), dilation=(2, 3), padding=(1, 0)) == (7, 6)


def test_counts_of_the_text():
    count = check.parameter_count.right
    assert count([Conv(24, 10)], (1, 28, 30)) == 24 * 101 == 2424
    assert count([Conv(24, 10)], (2, 28, 30)) == 24 * 201
    layers = [Conv(4, (2, 3), bias=False), BatchNorm(), MaxPool((2, 3)), Flatten(), Dense(5)]
    assert count(layers, (3, 9, 11)) == 4 * 18 + 2 * 4 + 5 * (4 * 4 * 3 + 1)


def test_fields_of_the_text():
    field = check.receptive_field.right
    assert field([Conv(2, 3), Conv(3, 3)]) == (5, 5)
    assert field([Conv(2, 3, stride=2), Conv(3, 3)]) == (7, 7)
    assert field([Conv(2, (3, 2), dilation=(2, 1)), MaxPool((2, 3)), Conv(1, (1, 2))]) == (6, 7)


def channels_last(x, kernel, bias):
    """A convolution as Keras calculates it: images (N, rows, columns, channels)."""
    kh, kw, _, filters = kernel.shape
    y = np.zeros((len(x), x.shape[1] - kh + 1, x.shape[2] - kw + 1, filters))
    for n, i, j, o in np.ndindex(y.shape):
        y[n, i, j, o] = (x[n, i : i + kh, j : j + kw] * kernel[:, :, :, o]).sum() + bias[o]
    return y


def test_torchs_order_gives_what_keras_gives():
    rng = np.random.default_rng(4)
    x = rng.normal(size=(2, 5, 7, 3))
    kernel, bias = rng.normal(size=(2, 4, 3, 6)), rng.normal(size=6)
    maps = channels_last(x, kernel, bias)
    dense, dense_bias = rng.normal(size=(4 * 4 * 6, 5)), rng.normal(size=5)
    by_keras = maps.reshape(2, -1) @ dense + dense_bias
    conv_w, conv_b, dense_w, dense_b = check.keras_to_torch.right(kernel, bias, dense, dense_bias, maps.shape[1:])
    stack = Stack([Conv(6, (2, 4)), Flatten(), Dense(5)], image=(3, 5, 7))
    parameters = [{}, {"w": conv_w, "b": conv_b}, {}, {"w": dense_w, "b": dense_b}]
    outputs = stack.forward(np.ascontiguousarray(x.transpose(0, 3, 1, 2)), parameters)
    np.testing.assert_allclose(outputs[1], maps.transpose(0, 3, 1, 2), atol=1e-12)
    np.testing.assert_allclose(outputs[3], by_keras, atol=1e-12)


# Inputs.


def pairs(exercise, arguments, options):
    """(vertical, horizontal) of all that comes in."""
    yield from options.values()
    for a in arguments:
        if isinstance(a, list):
            for layer in a:
                settings = [vars(layer).get(name) for name in ("kernel_size", "stride", "padding", "dilation")]
                yield from (pair for pair in settings if pair is not None and pair not in [(1, 1), (0, 0)])
        elif exercise is check.parameter_count:
            yield a[1:]
        elif exercise is check.output_size:
            yield a


@pytest.mark.parametrize(("exercise", "part"), PARTS)
@pytest.mark.parametrize("hidden", [False, True], ids=["public", "hidden"])
def test_no_pair_has_the_same_number_twice(exercise, part, hidden, monkeypatch):
    monkeypatch.setenv("MLCOURSE_SECRET", "only for tests")
    for arguments, options in exercise.draws(part, hidden=hidden):
        for pair in pairs(exercise, arguments, options):
            assert len(pair) == 2, pair
            assert pair[0] != pair[1], pair
    if exercise is check.keras_to_torch:
        for (kernel, *_), _ in exercise.draws(part, hidden=hidden):
            assert kernel.shape[0] != kernel.shape[1]
            assert kernel.shape[2] != kernel.shape[3]


@pytest.mark.parametrize(("exercise", "part"), PARTS)
def test_numbers_are_pythons_own(exercise, part):
    """As they are shown: (3, 2), and not (np.int64(3), np.int64(2))."""
    for arguments, options in exercise.draws(part):
        assert "np." not in repr([a for a in arguments if not hasattr(a, "shape")]) + repr(options)


@pytest.mark.parametrize(("exercise", "part"), PARTS)
def test_every_setting_of_a_layer_is_a_pair(exercise, part):
    for (first, *_), _ in exercise.draws(part):
        for layer in first if isinstance(first, list) else ():
            for name in ("kernel_size", "stride", "padding", "dilation"):
                assert isinstance(vars(layer).get(name, ()), tuple), layer


def answers(function, draws):
    """What a function gives on all draws, so that it can be compared."""
    given = [function(*arguments, **options) for arguments, options in draws]
    return [tuple((np.shape(a), np.asarray(a).tolist()) for a in (g if isinstance(g, tuple) else (g,))) for g in given]


# Mistakes that a part does not bring out: it gives full points to who makes no other.
FORGIVES = {
    "strided": {"dilation_ignored", "dilation_after_the_last", "gaps_not_seen"},
    "maps": {"flattened_one_map", "flattened_before_pooling"},
    "dense": {"channels_of_the_image", "normalisation_forgotten", "running_statistics_counted"},
    "one_pixel": {"flatten_order_kept", "flatten_order_backwards", "maps_exchanged"},
}


@pytest.mark.parametrize(("exercise", "part"), PARTS)
def test_whatever_the_secret_every_mistake_is_told_from_right_and_from_the_others(exercise, part, monkeypatch):
    for secret in range(25):
        monkeypatch.setenv("MLCOURSE_SECRET", f"class of {secret}")
        draws = exercise.draws(part, hidden=True)
        right = answers(exercise.right, draws)
        came = {m.name: answers(m.function, draws) for m in exercise.misconceptions.values()}
        wrong = {name: answer for name, answer in came.items() if answer != right}
        assert set(wrong) == set(came) - FORGIVES.get(part, set()), f"with secret {secret}"
        for one, other in combinations(wrong, 2):
            assert wrong[one] != wrong[other], f"{one} and {other} give the same with secret {secret}"
