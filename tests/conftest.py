"""The `xp` fixture: every array library that ops must serve, each as one small object."""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch: tests share the cores, and idle threads would spin

import array_api_compat
import numpy as np
import pytest
from geometries import TOLERANCE


class Library:
    """An array library: makes its arrays and says whether a result is one of them."""

    def __init__(self, name, namespace, device=None):
        self.name, self.namespace, self.device = name, namespace, device

    def __repr__(self):
        return self.name

    def array(self, numpy_array):
        """The same numbers, in this library and on its device; None stays None."""
        if numpy_array is None:
            return None
        # A copy: torch would share memory with NumPy, and a write on one would hide in the other.
        made = self.namespace.asarray(np.array(numpy_array), copy=True)
        return made if self.device is None else array_api_compat.to_device(made, self.device)

    @staticmethod
    def numpy(a):
        """A NumPy copy; by hand, so that the tests do not trust `ops._arrays.to_numpy`."""
        if array_api_compat.is_torch_array(a):
            return a.detach().cpu().numpy().copy()
        return np.array(a if isinstance(a, np.ndarray | np.generic) else np.from_dlpack(a))

    def assert_close(self, actual, expected, tolerance=None):
        """Compare library, device, shape, dtype and values with a NumPy array.

        ``tolerance`` is relative to the largest value of ``expected``; left out, it follows the dtype.
        """
        expected = np.asarray(expected)
        assert array_api_compat.is_array_api_obj(actual), f"a {type(actual).__name__} is no array"
        came = array_api_compat.array_namespace(actual)
        assert came is self.namespace, f"an array of {came.__name__}, expected {self.namespace.__name__}"
        wanted = array_api_compat.device(self.array(np.zeros(1)))
        assert array_api_compat.device(actual) == wanted, f"on {array_api_compat.device(actual)}, expected {wanted}"
        assert tuple(actual.shape) == expected.shape, f"shape {tuple(actual.shape)}, expected {expected.shape}"
        dtype = getattr(self.namespace, expected.dtype.name)
        assert actual.dtype == dtype, f"dtype {actual.dtype}, expected {dtype}"
        tolerance = TOLERANCE[expected.dtype.name] if tolerance is None else tolerance
        largest = np.abs(expected).max(initial=0.0)
        np.testing.assert_allclose(self.numpy(actual), expected, rtol=0, atol=tolerance * largest, equal_nan=False)


class ReadOnlyNumPy(Library):
    """NumPy whose inputs cannot be written to, so that an in-place change raises where it happens."""

    def array(self, numpy_array):
        a = super().array(numpy_array)
        if a is not None:
            a.flags.writeable = False
        return a


def numpy():
    import array_api_compat.numpy as namespace

    return Library("numpy", namespace)


def read_only_numpy():
    import array_api_compat.numpy as namespace

    return ReadOnlyNumPy("read_only_numpy", namespace)


def array_api_strict():
    """The standard and nothing else; on its second device, so that what is made on the default one is found out."""
    import array_api_strict as namespace

    return Library("array_api_strict", namespace, namespace.Device("device1"))


def torch():
    import array_api_compat.torch as namespace

    return Library("torch", namespace, "cpu")


def torch_cuda():
    import array_api_compat.torch as namespace

    if not namespace.cuda.is_available():
        pytest.skip("needs an NVIDIA GPU")
    return Library("torch_cuda", namespace, "cuda")


LIBRARIES = (numpy, read_only_numpy, array_api_strict, torch, pytest.param(torch_cuda, marks=pytest.mark.gpu))


@pytest.fixture(params=LIBRARIES, ids=lambda make: make.__name__)
def xp(request):
    """One of the array libraries: ``xp.array(numpy_array)``, ``xp.assert_close(actual, expected)``, ``xp.numpy(a)``."""
    return request.param()
