"""The fast convolution gives what the readable one gives, and nothing that it hands out changes later."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from geometries import DTYPES, SETTINGS, TOLERANCE

from mlcourse import ops
from mlcourse.ops import conv_fast

every_setting = pytest.mark.parametrize("setting", SETTINGS, ids=str)


def all_of(module, arrays, options):
    grad_output, x, w, b = arrays
    return (
        module.conv2d(x, w, b, **options),
        module.conv2d(x, w, **options),
        *module.conv2d_backward(grad_output, x, w, b, **options),
        *module.conv2d_backward(grad_output, x, w, **options),
    )


def assert_equal(actual, expected):
    for a, b in zip(actual, expected, strict=True):
        assert type(a) is np.ndarray
        assert (a.shape, a.dtype) == (b.shape, b.dtype)
        np.testing.assert_allclose(a, b, rtol=0, atol=TOLERANCE[b.dtype.name] * np.abs(b).max(initial=0.0))


@every_setting
@pytest.mark.parametrize("dtype", DTYPES)
def test_it_gives_what_the_readable_one_gives(setting, dtype):
    arrays = setting.arrays(dtype)
    for a in arrays:
        a.flags.writeable = False
    assert_equal(all_of(conv_fast, arrays, setting.options), all_of(ops, arrays, setting.options))


@every_setting
def test_arrays_that_do_not_lie_in_one_piece(setting):
    arrays = setting.arrays()
    scattered = [np.repeat(a.T, 2, axis=0)[::2].T for a in arrays]
    assert_equal(all_of(conv_fast, scattered, setting.options), all_of(ops, arrays, setting.options))


@every_setting
def test_gradients_are_what_differences_measure(setting):
    if np.prod(setting.x_shape) + np.prod(setting.w_shape) < 200:
        arrays = setting.arrays()[1:]
        assert ops.gradcheck(conv_fast.conv2d, conv_fast.conv2d_backward, *arrays, rng=1, **setting.options)


def test_the_memory_that_is_kept_is_nobody_elses():
    """Results of one call stay as they are while others, larger and smaller, of both dtypes, use that memory."""
    kept = [(all_of(conv_fast, s.arrays(d), s.options), s, d) for s in (*SETTINGS, *SETTINGS[::-1]) for d in DTYPES]
    for results, setting, dtype in kept:
        assert_equal(results, all_of(ops, setting.arrays(dtype), setting.options))


@every_setting
def test_in_a_thread_that_has_kept_nothing_yet(setting):
    with ThreadPoolExecutor(1) as thread:
        came = thread.submit(all_of, conv_fast, setting.arrays(), setting.options).result()
    assert_equal(came, all_of(ops, setting.arrays(), setting.options))


def test_in_several_threads():
    def differs(seed):
        setting = SETTINGS[seed % len(SETTINGS)]
        arrays = setting.arrays(seed=seed)
        assert_equal(all_of(conv_fast, arrays, setting.options), all_of(ops, arrays, setting.options))

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(differs, range(120))) == [None] * 120


@pytest.mark.parametrize(
    ("shapes", "options"),
    [
        (((1, 2, 4, 5), (3, 1, 2, 2)), {}),
        (((1, 2, 4, 5), (3, 2, 5, 2)), {}),
        (((2, 4, 5), (3, 2, 5, 2)), {}),
        (((1, 2, 4, 5), (3, 2, 2, 2)), {"stride": 0}),
        (((1, 2, 4, 5), (3, 2, 2, 2)), {"padding": "full"}),
    ],
)
def test_it_refuses_what_the_readable_one_refuses(shapes, options):
    x, w = (np.zeros(shape) for shape in shapes)
    told = []
    for module in (ops, conv_fast):
        for function, before in ((module.conv2d, ()), (module.conv2d_backward, (x,))):
            with pytest.raises(ValueError, match=r".") as refused:
                function(*before, x, w, **options)
            told.append(str(refused.value))
    assert told[:2] == told[2:]


def test_it_refuses_a_gradient_of_another_shape():
    x, w = np.zeros((1, 2, 4, 5)), np.zeros((3, 2, 2, 2))
    with pytest.raises(ValueError, match=r"grad_output has shape \(1, 3, 4, 5\); expected \(1, 3, 3, 4\)"):
        conv_fast.conv2d_backward(np.zeros((1, 3, 4, 5)), x, w)
