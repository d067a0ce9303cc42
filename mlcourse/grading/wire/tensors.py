"""Torch's tensors as data and back. Torch is never imported here: who has tensors has it already."""

import math
import sys

import numpy as np

from mlcourse.grading.wire.arrays import AXES, checked_shape, fault_of
from mlcourse.grading.wire.bounds import CannotCross, Refused
from mlcourse.grading.wire.crossing import LATE, SMALL, WRITERS, reads

# torch's name -> NumPy's dtype of the same bytes
DTYPES = {
    name: np.dtype(name)
    for name in ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64"]
}
DTYPES |= {"bfloat16": np.dtype("int16"), "complex64": np.dtype("complex64"), "complex128": np.dtype("complex128")}
WITH_GRADIENT = {"float16", "bfloat16", "float32", "float64", "complex64", "complex128"}
_NAMES = {}  # torch's dtype -> its name, once torch is there
COST = 20  # values of Python's that take as long


def _enter(torch):
    WRITERS[torch.Tensor] = _tensor
    WRITERS[torch.Size] = _size
    WRITERS[torch.dtype] = _torch_dtype
    _NAMES.update({getattr(torch, name): name for name in DTYPES})


LATE["torch"] = _enter


def plainly(tensor):
    """Look at a tensor as NumPy does.

    Parameters
    ----------
    tensor : torch.Tensor

    Returns
    -------
    numbers : numpy.ndarray or None
        Its memory; None where it is not on the CPU, or of a class, layout or dtype that NumPy does not have.
    takes_gradient : bool
    gradient : torch.Tensor or None
    """
    takes_gradient = tensor.requires_grad
    gradient = tensor.grad if not takes_gradient or tensor.is_leaf else None
    if type(tensor) is not sys.modules["torch"].Tensor:
        return None, takes_gradient, gradient
    try:
        return (tensor.detach().numpy() if takes_gradient else tensor.numpy()), takes_gradient, gradient
    except (TypeError, RuntimeError):
        return None, takes_gradient, gradient


def _tensor(writer, tensor):
    """The numbers, whether it takes a gradient, and the gradient; how it was calculated stays."""
    if writer.keys:
        raise CannotCross("is a tensor as a key or in a set or a table: cannot cross")
    name, (data, takes_gradient, gradient) = _NAMES.get(tensor.dtype), plainly(tensor)
    if name is None or data is None or data.ndim > AXES:
        name, data = _made_plain(tensor)
    size = data.nbytes
    if name == "bool" or size >= SMALL or not size:
        raw = np.ascontiguousarray(data).reshape(-1).view(np.uint8)
        if fault := fault_of(raw, DTYPES[name]):
            raise CannotCross(f"is a tensor {fault}: cannot cross")
        numbers = raw.data
    else:
        numbers = data.tobytes()
    writer.charge(COST)
    writer.put(numbers)
    if gradient is not None:
        (gradient,) = writer.children(tensor, [gradient.detach()], lambda number: "the gradient of the tensor")
    return ["tensor", name, list(data.shape), takes_gradient, gradient]


def _made_plain(tensor):
    """Name and numbers of a tensor that is no array as it is."""
    torch = sys.modules["torch"]
    name = _NAMES.get(tensor.dtype) or str(tensor.dtype).removeprefix("torch.")
    if tensor.layout is not torch.strided or tensor.is_quantized or tensor.is_nested or tensor.is_meta:
        kind = "meta" if tensor.is_meta else "nested" if tensor.is_nested else str(tensor.layout)
        raise CannotCross(f"is a tensor of another kind ({kind}, {name}): cannot cross")
    if name not in DTYPES or tensor.ndim > AXES:
        raise CannotCross(f"is a tensor of {tensor.dtype} with {tensor.ndim} axes: cannot cross")
    plain = tensor.detach().as_subclass(torch.Tensor).resolve_conj().resolve_neg().cpu().contiguous()
    return name, (plain.view(torch.int16) if name == "bfloat16" else plain).numpy()


@reads("tensor")
def _read_tensor(reader, name, shape, requires_grad, gradient):
    torch = _torch()
    if reader.keys:
        raise Refused("is a tensor as a key or in a set or a table")
    dtype = DTYPES[_name(name)]
    shape = checked_shape(reader, shape, dtype.itemsize)
    raw = reader.take(math.prod(shape) * dtype.itemsize)
    if name == "bool" and len(raw) and (fault := fault_of(np.frombuffer(raw, np.uint8), dtype)):
        raise Refused(f"is a tensor {fault}")
    if type(requires_grad) is not bool or (requires_grad and name not in WITH_GRADIENT):
        raise Refused(f"is a tensor of {name} with requires_grad={requires_grad!r}")
    reader.charge(COST)
    raw = raw if len(raw) >= SMALL and not raw.readonly else bytearray(raw)
    tensor = torch.from_numpy(np.ndarray(shape, dtype, raw))
    tensor = tensor.view(torch.bfloat16) if name == "bfloat16" else tensor
    if requires_grad:
        tensor.requires_grad_()
    if gradient is not None:
        if type(gradient) is not list or gradient[:2] != ["tensor", name] or gradient[2:] != [list(shape), False, None]:
            raise Refused("is a tensor with a gradient unlike it")
        tensor.grad = reader.read(gradient)
    return tensor


def _size(writer, size):
    return ["size", [int(n) for n in size]]


@reads("size")
def _read_size(reader, shape):
    return _torch().Size([reader.whole(n, 0, 2**63 - 1) for n in reader.sequence(shape, AXES)])


def _torch_dtype(writer, dtype):
    name = str(dtype).removeprefix("torch.")
    if name not in DTYPES:
        raise CannotCross(f"is {dtype}: cannot cross")
    return ["torch dtype", name]


@reads("torch dtype")
def _read_torch_dtype(reader, name):
    return getattr(_torch(), _name(name))


def _name(name):
    if type(name) is not str or name not in DTYPES:
        raise Refused("has a dtype of torch that is not on the list")
    return name


def _torch():
    torch = sys.modules.get("torch")
    if torch is None:
        raise Refused("is made of torch, which is not imported here")
    return torch
