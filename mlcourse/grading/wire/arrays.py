"""NumPy's arrays and scalars as data and back: a dtype of the list, a shape, and bytes that fit it."""

import math
import re

import numpy as np

from mlcourse.grading.wire.bounds import CannotCross, Refused
from mlcourse.grading.wire.crossing import SMALL, reads, writes

DTYPE = re.compile(
    "[<>|](?:b1|[iu][1248]|f[248]|f16|c8|c16|c32|[US][1-9][0-9]{0,5}|[mM]8\\[(?:Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)\\])"
)
COMMON = {name: np.dtype(name) for name in ("<f8", "<f4", "<i8", "<i4", "|u1")}  # on the list, and found more quickly
AXES = 32
CHECKED = "bU"  # kinds of which not every byte is good
BLOCK = 2**20  # characters looked at together


@writes(np.ndarray)
def _array(writer, a):
    if type(a) is not np.ndarray:
        a = np.ndarray.view(a, np.ndarray)
    if a.ndim > AXES:
        raise CannotCross(f"is an array of {a.ndim} axes: more than {AXES} cannot cross")
    if a.dtype == object:
        return _objects(writer, a)
    name = _crossing(a.dtype)
    if not a.flags.forc:
        a = np.ascontiguousarray(a)
    order = "C" if a.flags.c_contiguous else "F"
    fault = ""
    if a.dtype.kind in CHECKED or a.nbytes >= SMALL or not a.size:
        raw = (a if order == "C" else a.T).reshape(-1).view(np.uint8)
        fault, data = fault_of(raw, a.dtype), raw.data
    else:
        data = a.tobytes(order)
    if fault or _too_large(a.shape, a.dtype.itemsize, writer.limits):
        raise CannotCross(f"is an array {fault or f'of shape {a.shape}'}: cannot cross")
    writer.put(data)
    return ["array", name, list(a.shape), order]


@reads("array")
def _read_array(reader, dtype, shape, order):
    dtype = _dtype(dtype)
    shape = checked_shape(reader, shape, dtype.itemsize)
    if order not in ("C", "F"):
        raise Refused("is an array in neither order")
    raw = reader.take(math.prod(shape) * dtype.itemsize)
    if not len(raw):
        return np.empty(shape, dtype, order)
    if dtype.kind in CHECKED and (fault := fault_of(np.frombuffer(raw, np.uint8), dtype)):
        raise Refused(f"is an array {fault}")
    a = np.ndarray(shape, dtype, raw, order=order)
    # A large one keeps the memory it arrived in, unless that is not ours to write to.
    return a if len(raw) >= SMALL and not raw.readonly else a.copy(order)


def _objects(writer, a):
    if _too_large(a.shape, 8, writer.limits):
        raise CannotCross(f"is an array of shape {a.shape}: cannot cross")
    elements = a.ravel().tolist()
    return ["objects", list(a.shape), *writer.children(a, elements, lambda number: f"element {number} of the array")]


@reads("objects")
def _read_objects(reader, shape, *trees):
    shape = checked_shape(reader, shape, 8)
    if math.prod(shape) != len(trees):
        raise Refused(f"is an array of shape {shape} with {len(trees)} elements")
    flat = np.empty(len(trees), object)
    for number, value in enumerate(reader.children(trees, lambda number: f"element {number} of the array")):
        flat[number] = value  # one by one: NumPy would look into lists
    return flat.reshape(shape)


@writes(np.generic, np.str_, np.bytes_)  # the last two stand on str and bytes first
def _scalar(writer, value):
    a = np.asarray(value)
    name = _crossing(a.dtype)
    raw = np.frombuffer(a.tobytes(), np.uint8)
    if fault := fault_of(raw, a.dtype):
        raise CannotCross(f"is a scalar {fault}: cannot cross")
    return ["scalar", name, raw.tobytes().hex()]


@reads("scalar")
def _read_scalar(reader, dtype, digits):
    dtype = _dtype(dtype)
    if type(digits) is not str or not re.fullmatch("[0-9a-f]*", digits) or len(digits) != 2 * dtype.itemsize:
        raise Refused(f"is a scalar of {dtype} with other bytes than that has")
    raw = np.frombuffer(bytes.fromhex(digits), np.uint8)
    if fault := fault_of(raw, dtype):
        raise Refused(f"is a scalar {fault}")
    return raw.view(dtype)[0]


@writes(np.dtype)
def _dtype_itself(writer, value):
    return ["dtype", _crossing(value)]


@reads("dtype")
def _read_dtype(reader, name):
    return _dtype(name)


@writes(np.ma.MaskedArray)
def _masked(writer, value):
    raise CannotCross("is a masked array: cannot cross. Send .data and .mask by themselves")


def _crossing(dtype):
    name = dtype.str
    if name not in COMMON and (not DTYPE.fullmatch(name) or dtype.names):
        raise CannotCross(f"is of dtype {dtype}: cannot cross")
    return name


def _dtype(name):
    if type(name) is not str or not (name in COMMON or DTYPE.fullmatch(name)):
        raise Refused("has a dtype that is not on the list")
    return COMMON.get(name) or np.dtype(name)


def checked_shape(reader, shape, itemsize):
    """Check the tree of a shape.

    Parameters
    ----------
    reader : Reader
    shape : object
    itemsize : int
        Bytes of an element.

    Returns
    -------
    tuple of int
    """
    shape = tuple([reader.whole(n, 0, reader.limits.buffers) for n in reader.sequence(shape, AXES)])
    if _too_large(shape, itemsize, reader.limits):
        raise Refused(f"is an array of shape {shape}: too large")
    return shape


def _too_large(shape, itemsize, limits):
    """Whether it would be too large, were no axis empty: 0 times a huge number is small only by chance."""
    return math.prod([n or 1 for n in shape]) * itemsize > limits.buffers


def fault_of(raw, dtype):
    """Say what is wrong with the bytes of an array: NumPy does not look at them before it trusts them.

    Parameters
    ----------
    raw : numpy.ndarray of uint8
    dtype : numpy.dtype

    Returns
    -------
    str
        Empty if nothing is.
    """
    if dtype.kind == "b" and raw.max(initial=0) > 1:
        return "of bool with other bytes than 0 and 1"
    if dtype.kind == "U":
        codes = raw.view(np.dtype(np.uint32).newbyteorder(dtype.byteorder))
        for start in range(0, len(codes), BLOCK):
            block = codes[start : start + BLOCK]
            if block.max() > 0x10FFFF or ((block >= 0xD800) & (block < 0xE000)).any():
                return "of text with something that is no character"
    return ""
