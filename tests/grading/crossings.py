"""Values that cross, to be drawn and to be listed, and what it means that the same arrived."""

import datetime as dt
import math
from collections import namedtuple
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from mlcourse.grading.wire.containers import Named
from mlcourse.grading.wire.message import decode, encode

try:
    import torch
except ImportError:  # the judge grades without it as well
    torch = None

Point = namedtuple("Point", "x count")


def memory_of(message):
    """The bytes beside the text, as they arrive."""
    return bytearray(b"".join(bytes(piece) for piece in message.pieces))


def there_and_back(value, *, refer=None, resolve=None):
    message = encode(value, refer=refer)
    memory = memory_of(message)
    assert len(memory) == message.size
    return decode(message.text, memory, resolve=resolve)


def same(a, b):
    """Whether b is what a is: type and value, with NaN like NaN and -0.0 unlike 0.0."""
    if isinstance(b, Named):
        return a._fields == b._fields and type(a).__name__ == b._name and same(tuple(a), tuple(b))
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        if (a.dtype, a.shape) != (b.dtype, b.shape):
            return False
        return same(a.ravel().tolist(), b.ravel().tolist()) if a.dtype == object else same_bytes(a, b)
    if isinstance(a, np.generic):
        return a.dtype == b.dtype and same_bytes(np.asarray(a), np.asarray(b))
    if torch and isinstance(a, torch.Tensor):
        alike = (a.dtype, a.shape, a.requires_grad) == (b.dtype, b.shape, b.requires_grad)
        return alike and torch.equal(a.detach(), b.detach()) and same(a.grad, b.grad)
    if isinstance(a, pd.DataFrame | pd.Series | pd.Index):
        compare = {pd.DataFrame: "frame", pd.Series: "series"}.get(type(a), "index")
        getattr(pd.testing, f"assert_{compare}_equal")(a, b)
        return True
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):  # in order
        return len(a) == len(b) and all(map(same, a.items(), b.items()))
    if isinstance(a, set | frozenset):
        return len(a) == len(b) and all(any(same(x, y) for y in b) for x in a)
    if isinstance(a, float):
        return (math.isnan(a) and math.isnan(b)) or (a == b and math.copysign(1, a) == math.copysign(1, b))
    if isinstance(a, complex):
        return same(a.real, b.real) and same(a.imag, b.imag)
    if isinstance(a, Decimal):
        return str(a) == str(b)
    if isinstance(a, dt.datetime | dt.time):
        return a.replace(tzinfo=None) == b.replace(tzinfo=None) and (a.tzinfo, a.fold) == (b.tzinfo, b.fold)
    return a == b


def same_bytes(a, b):
    return a.tobytes() == b.tobytes()


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
zones = st.none() | st.timedeltas(dt.timedelta(hours=-23), dt.timedelta(hours=23)).map(dt.timezone)
atoms = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-(2**200), 2**200),
    st.floats(),
    st.complex_numbers(),
    texts,
    st.binary(max_size=100),
    st.decimals(allow_nan=False),
    st.fractions(),
    st.dates(),
    st.datetimes(timezones=zones),
    st.times(timezones=zones),
    st.timedeltas(),
)
plain = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, max_size=6),
        st.lists(inner, max_size=6).map(tuple),
        st.dictionaries(atoms, inner, max_size=6),
        st.builds(Point, inner, inner),
        st.sets(atoms, max_size=6),
        st.frozensets(atoms, max_size=6),
        st.lists(st.floats(), min_size=30, max_size=40),
        st.lists(st.integers(-(2**64), 2**64), min_size=30, max_size=40).map(tuple),
    ),
    max_leaves=20,
)
dtypes = st.one_of(
    st_numpy.boolean_dtypes(),
    st_numpy.integer_dtypes(endianness="?"),
    st_numpy.unsigned_integer_dtypes(endianness="?"),
    st_numpy.floating_dtypes(endianness="?", sizes=(16, 32, 64)),
    st_numpy.complex_number_dtypes(endianness="?", sizes=(64, 128)),
    st_numpy.byte_string_dtypes(max_len=8),
    st_numpy.unicode_string_dtypes(max_len=8),
    st_numpy.datetime64_dtypes(),
    st_numpy.timedelta64_dtypes(),
)
arrays = st_numpy.arrays(dtypes, st_numpy.array_shapes(min_dims=0, min_side=0, max_side=5), elements=None)


def with_torch(make):
    """What it makes; nothing where torch is not installed."""
    return make() if torch else {}


def tensors():
    leaf = torch.arange(6.0).reshape(2, 3).requires_grad_()
    (leaf**2).sum().backward()
    return {
        "tensor": leaf,
        "tensor of bools": torch.tensor([True, False]),
        "tensor of bfloat16": torch.tensor([1.5, -2.0], dtype=torch.bfloat16),
        "tensor in another order": torch.arange(6).reshape(2, 3).T,
        "tensor of one number everywhere": torch.tensor([True]).expand(2, 3),
        "tensor without axes": torch.tensor(-0.0),
        "empty tensor": torch.zeros(0, 3),
        "negative view": torch.tensor([1 + 2j]).conj().imag,
    }


def listed():
    """One value of every kind that crosses; small, so that each byte of each can be spoilt."""
    objects = np.array([[None, 1], ["a", 2.5]], object)
    objects[0, 1] = [1, 2]
    return {
        "constants": [None, True, False, ..., 1, -2.5, "text", "ü" * 201, 'a "{" \\', '\\"[,'],
        "floats": [math.nan, math.inf, -math.inf, -0.0, 5e-324, complex(math.nan, -0.0)],
        "ints": [2**63 - 1, -(2**63), 2**63, -(2**63) - 1, 10**300],
        "bytes": [b"", b"\x80\x04", bytearray(b"abc")],
        "containers": [[], (), {}, set(), frozenset(), {"a": [1], (1, "b"): {2}, frozenset([3]): None}],
        "packed": ([0.5] * 40, tuple(range(40))),
        "named": Point([1], 2),
        "ranges": [range(0), range(5, -5, -2), range(10**9, 0), range(-(10**9)), slice(None), slice(1, None, -2)],
        "exact": [Decimal("-1.50E+3"), Decimal("NaN"), Decimal("-Infinity"), Fraction(-3, 7)],
        "dates": [dt.date(2020, 2, 29), dt.timedelta(-1, 5), dt.timezone(dt.timedelta(hours=2)), dt.time(1, fold=1)],
        "datetime": dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=5))),
        "types": [int, float, np.float32, np.dtype(">f4"), *with_torch(lambda: [torch.float16, torch.Size([2, 3])])],
        "array": np.arange(6.0).reshape(2, 3),
        "array of bools": np.array([True, False]),
        "array in columns": np.asfortranarray(np.arange(6, dtype=np.int16).reshape(2, 3)),
        "array of texts": np.array(["a", "üb"]),
        "array of dates": np.array(["2020-01-01", "NaT"], "M8[D]"),
        "array of objects": objects,
        "array without elements": np.zeros((2, 0, 3)),
        "scalars": [np.float32(2.5), np.True_, np.str_("ü"), np.str_(""), np.bytes_(b"x"), np.timedelta64(3, "s")],
        **with_torch(tensors),
        "Series": pd.Series([1.5, 2.5], index=["a", "b"], name="s"),
        "DataFrame": pd.DataFrame({"a": [1, 2], "b": ["x", None], 3: pd.Categorical(["u", "v"], ordered=True)}),
        "masked column": pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": pd.array([None, True])}),
        "index": pd.MultiIndex.from_tuples([(1, "a"), (2, "b")], names=["i", None]),
    }
