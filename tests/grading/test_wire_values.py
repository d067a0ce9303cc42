"""What crosses arrives as it was; what does not cross is named, with the place where it lies."""

import collections
import datetime as dt
import enum
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from crossings import Point, arrays, listed, memory_of, plain, same, there_and_back, torch, with_torch
from hypothesis import HealthCheck, given, settings

from mlcourse.grading.wire.bounds import CannotCross, Limits, Refused
from mlcourse.grading.wire.message import decode, encode
from mlcourse.grading.wire.references import Reference

DRAWN = settings(
    max_examples=300, derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.mark.parametrize("kind", listed())
def test_every_kind_arrives_as_it_was(kind):
    value = listed()[kind]
    assert same(value, there_and_back(value))


@DRAWN
@given(plain)
def test_plain_values_arrive_as_they_were(value):
    assert same(value, there_and_back(value))


@DRAWN
@given(arrays)
def test_arrays_arrive_as_they_were(a):
    assert same(a, there_and_back(a))
    assert same(a[..., None][::-1], there_and_back(a[..., None][::-1]))
    if a.size:
        assert same(a.ravel()[0], there_and_back(a.ravel()[0]))


def test_a_large_array_is_not_copied_on_its_way():
    for a in (np.arange(10_000.0), np.asfortranarray(np.arange(10_000.0).reshape(100, 100))):
        message = encode([a, a[:3]])
        assert any(np.shares_memory(np.frombuffer(piece, np.uint8), a) for piece in message.pieces)
        memory = memory_of(message)
        large, small = decode(message.text, memory)
        assert np.shares_memory(large, np.frombuffer(memory, np.uint8))
        assert not np.shares_memory(small, np.frombuffer(memory, np.uint8))
        large[0] = small[0] = 7  # both can be written to
        assert large.flags.f_contiguous == a.flags.f_contiguous
        assert decode(message.text, bytes(memory))[0].flags.writeable


def test_tensors_keep_their_gradient_and_share_nothing():
    pytest.importorskip("torch")
    leaf = torch.tensor([1.0, 2.0], requires_grad=True)
    (leaf * 3).sum().backward()
    got = there_and_back(leaf)
    assert got.grad.tolist() == [3, 3]
    (got * 2).sum().backward()
    assert (got.grad.tolist(), leaf.grad.tolist()) == ([5, 5], [3, 3])
    got = there_and_back({"y": leaf * 2, "p": torch.nn.Parameter(torch.ones(2)), "c": torch.tensor([1 + 2j]).conj()})
    assert got["y"].requires_grad
    assert got["y"].is_leaf
    assert type(got["p"]) is torch.Tensor
    assert got["c"].tolist() == [1 - 2j]
    several = there_and_back(torch.max(torch.arange(6.0).reshape(2, 3), 1))
    assert (several._name, several.values.tolist(), several.indices.tolist()) == ("max", [2, 5], [2, 2])


def test_a_namedtuple_arrives_with_its_names():
    got = there_and_back(Point(1, [2]))
    assert (got, got.x, got.count, got._asdict(), repr(got)) == (
        (1, [2]), 1, [2], {"x": 1, "count": [2]}, "Point(x=1, count=[2])",
    )  # fmt: skip
    with pytest.raises(AttributeError, match="x of a Point cannot be set"):
        got.x = 3
    assert same(Point(1, [2]), there_and_back(got))


def lie(*arguments):
    raise AssertionError("a method of the subclass was called")


def lying(base, *own):
    names = {
        "__index__",
        "__int__",
        "__float__",
        "__iter__",
        "__len__",
        "__getitem__",
        "__reduce__",
        "__str__",
        "__eq__",
    }
    return type("Lying", (base,), dict.fromkeys(names | set(own), lie) | {"__hash__": base.__hash__})


@pytest.mark.parametrize(
    "value",
    [1, 2**70, 1.5, "text", b"bytes", bytearray(b"b"), [1, "a"], (1, "a"), {"a": 1}, {1, 2}, frozenset([1]), 1 + 2j,
     Decimal("1.5"), dt.date(2020, 1, 2), dt.timedelta(3)],
    ids=repr,
)  # fmt: skip
def test_a_subclass_crosses_as_what_it_stands_on_past_its_own_methods(value):
    kind = lying(type(value), "items", "keys", "values", "encode", "bit_length", "copy", "__complex__", "__bytes__")
    made = kind(value) if not isinstance(value, dt.date | dt.timedelta) else (
        kind(2020, 1, 2) if isinstance(value, dt.date) else kind(3)
    )  # fmt: skip
    assert same(value, there_and_back(made))


def test_known_subclasses_cross_as_what_they_stand_on():
    level, matrix = enum.IntEnum("Level", "low high"), np.array([[1, 2]]).view(np.recarray)
    got = there_and_back([level.high, collections.Counter("aab"), collections.OrderedDict(a=1), matrix])
    assert [type(value) for value in got] == [int, dict, dict, np.ndarray]
    assert (got[:3], got[3].tolist()) == ([2, {"a": 2, "b": 1}, {"a": 1}], [[1, 2]])


def test_what_lies_in_two_places_arrives_as_two():
    shared = [1]
    first, second = there_and_back((shared, shared))
    first.append(2)
    assert second == [1]


class Net:
    pass


SELF = []
SELF.append({"a": (SELF,)})
CANNOT = {
    "generator": ((1, 2, 3, (n for n in ())), "element 3 of the tuple is a <class 'generator'>: cannot cross"),
    "alone": (len, "the value is a <class 'builtin_function_or_method'>: cannot cross"),
    "deep": ({"a": [0, {"b": Net()}]}, "the value of 'b' in the dict in element 1 of the list in the value of 'a' in the dict is a <class 'test_wire_values.Net'>"),
    "key": ({(1, Net): 2}, "element 1 of the tuple in key 0 of the dict is a <class 'type'>"),
    "set": ({Net}, "an element of the set is a <class 'type'>"),
    "named": (Point(1, Net), "count of the Point is a <class 'type'>"),
    "itself": (SELF, "element 0 of the tuple in the value of 'a' in the dict in element 0 of the list is a <class 'list'> that contains itself"),
    **with_torch(lambda: {
        "tensor as key": ({torch.ones(1): 1}, "key 0 of the dict is a tensor as a key"),
        "sparse": (torch.eye(2).to_sparse(), "is a tensor of another kind"),
        "meta": (torch.ones(2, device="meta"), "is a tensor of another kind"),
        "float8": (torch.zeros(2, dtype=torch.float8_e4m3fn), "is a tensor of torch.float8_e4m3fn"),
    }),
    "surrogate": (["\ud800"], "half a character"),
    "surrogate array": (np.array(["\ud800"]), "is an array of text with something that is no character"),
    "objects": (np.array([1, Net], object), "element 1 of the array is a <class 'type'>"),
    "structured": (np.zeros(2, [("a", "f4")]), "is of dtype"),
    "masked": (np.ma.masked_array([1]), "is a masked array"),
    "void": (np.void(b"ab"), "is of dtype"),
    "no unit": (np.array(["NaT"], "M8"), "is of dtype"),
    "wrong bool": (np.array([2], np.uint8).view(bool), "is an array of bool with other bytes"),
    "huge without elements": (np.zeros((2**40, 0)), "is an array of shape"),
    "zone": (dt.datetime.now(type("Z", (dt.tzinfo,), {"utcoffset": lambda *a: None, "fromutc": lambda s, t: t})()), "is in the time zone of a <class 'test_wire_values.Z'>"),
    "timestamp": (pd.Timestamp("2020"), "Send .to_numpy()"),
    "NaT": (pd.NaT, "Send .to_numpy()"),
    "column": (pd.DataFrame({"z": pd.date_range("2020", periods=2, tz="UTC")}), "column 'z' of the DataFrame is of dtype datetime64"),
    "categories": (pd.Series(pd.Categorical(range(5001))), "the column of the Series has 5,001 categories"),
    "levels": (pd.MultiIndex.from_arrays([range(5001)] * 2), "is an index of several levels with 5,001 rows"),
    "index": (pd.RangeIndex(2**40), "too long an index"),
    "Decimal": (Decimal("1e10000"), "is the Decimal 1E+10000"),
    "signalling": (Decimal("sNaN"), "is the Decimal sNaN"),
    "Fraction": (Fraction(1, 3**6000), "is a Fraction of numbers"),
    "int": (1 << 2**17, "is a whole number of 131,073 bits"),
    "range": (range(2**20), "is a range that has more than 1,000,000 numbers"),
    "range of large": (range(2**64, 2**64 + 3), "is a range that has a number of more than 64 bits"),
    "slice": (slice("a"), "is a slice of something else"),
}  # fmt: skip


@pytest.mark.parametrize("kind", CANNOT)
def test_what_cannot_cross_is_named_with_its_place(kind):
    value, says = CANNOT[kind]
    with pytest.raises(CannotCross) as error:
        encode(value)
    assert says in str(error.value)
    with pytest.raises(TypeError):  # it is one
        encode(value)


def test_limits_hold_for_both_sides_at_the_same_size():
    few = Limits(text=400, buffers=1600, nodes=60, depth=5, bits=100)

    def nested(depth):
        return [nested(depth - 1)] if depth else []

    fits = [nested(4), [0] * 31, [0.0] * 59, 2**100 - 1, b"x" * 1600, np.zeros(200), ["ab"] * 59]
    too_much = [
        nested(5),
        [0] * 61,
        [0.0] * 61,
        2**100,
        b"x" * 1601,
        np.zeros(201),
        [np.zeros(99)] * 3,
        ["abcdefgh"] * 59,
    ]
    for value in fits:
        message = encode(value, limits=few)
        assert same(value, decode(message.text, memory_of(message), limits=few))
    for value in too_much:
        with pytest.raises(CannotCross):
            encode(value, limits=few)
        message = encode(value)
        if value is not too_much[0]:  # depth is counted in lists of the text, which leave room for shapes
            with pytest.raises(Refused):
                decode(message.text, memory_of(message), limits=few)


def test_long_texts_count_as_values():
    """A character may take four bytes."""
    few = Limits(nodes=60)
    assert same("x" * 3900, decode(*sent("x" * 3900, few), limits=few))
    with pytest.raises(CannotCross, match="more than 60 values"):
        encode("x" * 4000, limits=few)
    with pytest.raises(Refused, match="more than 60 values"):
        decode(*sent("x" * 4000, Limits()), limits=few)


def sent(value, limits):
    message = encode(value, limits=limits)
    return message.text, memory_of(message)


def test_forty_deep_and_shared_a_billion_times():
    value = deep = 0
    for _ in range(40):
        value, deep = [value, value], [deep]
    assert same(deep, there_and_back(deep))
    with pytest.raises(CannotCross, match="lies in 40 containers"):
        encode([deep])
    with pytest.raises(CannotCross, match="more than 10,000 values"):
        encode(value, limits=Limits(nodes=10_000))


def test_what_stays_crosses_as_a_number():
    kept, about = [], {"kind": "callable", "name": "f"}

    def refer(value):
        kept.append(value)
        return Reference(len(kept) - 1, about) if callable(value) else None

    def resolve(number, told):
        assert told == about
        return kept[number]

    assert there_and_back([len, {"a": Net}], refer=refer, resolve=resolve) == [len, {"a": Net}]
    with pytest.raises(CannotCross, match=r"element 0 of the list is a <class 'test_wire_values\.Net'>"):
        encode([Net()], refer=refer)
    with pytest.raises(CannotCross, match="cannot be a key or lie in a set"):
        encode({(len, 1): 2}, refer=refer)
    with pytest.raises(CannotCross, match="cannot be a key or lie in a set or a table"):
        encode(pd.Series([len]), refer=refer)
    with pytest.raises(CannotCross, match="what is told about the reference is a <class 'type'>"):
        encode(len, refer=lambda value: Reference(0, Net))
    for number in (-1, 2**31, True, "0"):
        with pytest.raises(CannotCross, match="expected a whole one from 0"):
            encode(len, refer=lambda value, number=number: Reference(number))
    with pytest.raises(Refused, match="none are expected here"):
        there_and_back(len, refer=refer)
    with pytest.raises(Refused, match="damaged"):
        there_and_back(len, refer=refer, resolve=lambda number, told: {}[number])


def test_libraries_are_not_imported_because_a_message_names_them():
    code = (
        "import sys; from mlcourse.grading.wire.message import decode, encode; from mlcourse.grading.wire.bounds import Refused\n"
        'for text in (b\'["tensor","float32",[0],false,null]\', b\'["range index",null,0,1,1]\', b\'["size",[1]]\'):\n'
        "    try: decode(text)\n"
        "    except Refused as error: print(error)\n"
        "print({'torch', 'pandas'} & set(sys.modules))"
    ).replace("judge import Refused", "judge.bounds import Refused")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "the message is made of torch, which is not imported here",
        "the message is made of pandas, which is not imported here",
        "the message is made of torch, which is not imported here",
        "set()",
    ]
