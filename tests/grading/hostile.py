"""Messages that nobody honest sends: a list of the worst, valid ones spoilt, and a watch on what decoding them does."""

import contextlib
import json
import math
import os
import pickle
import sys
import time
import types
from fractions import Fraction

import numpy as np
import pandas as pd
from crossings import listed, memory_of, torch, with_torch

from mlcourse.grading.wire.bounds import Refused
from mlcourse.grading.wire.containers import Named
from mlcourse.grading.wire.crossing import READERS
from mlcourse.grading.wire.message import decode, encode

SECONDS = 10  # of CPU, for any message; most take less than a millisecond
# What Python says when something is read, run, or looked up by name, which no data may cause.
EXECUTING = {
    "code.__new__", "compile", "ctypes.dlopen", "exec", "import", "marshal.loads", "open", "os.fork", "os.posix_spawn",
    "os.system", "pickle.find_class", "socket.connect", "subprocess.Popen",
}  # fmt: skip
_seen, _watching = [], False


def _hook(event, arguments):
    if _watching and event in EXECUTING:
        _seen.append((event, str(arguments)[:200]))


sys.addaudithook(_hook)  # stays, so it looks only while it is asked to


@contextlib.contextmanager
def watched():
    """Give the list of what was executed meanwhile."""
    global _watching
    _seen.clear()
    _watching = True
    try:
        yield _seen
    finally:
        _watching = False


class Payload:
    """Unpickled, it would make a folder."""

    def __reduce__(self):
        return os.mkdir, ("unpickled",)


def received(text, memory=b""):
    """Decode; True if a value came. Nothing but `Refused` may escape, nothing be executed, and it may not take long."""
    memory, value, refused = bytearray(memory), None, None
    begun = time.thread_time()
    with watched() as executed:
        try:
            value = decode(text, memory, resolve=lambda number, about: ("reference", number))
        except Refused as error:
            refused = error
    taken = time.thread_time() - begun
    assert not executed
    assert taken < SECONDS
    if refused:
        # Another complaint of Python's behind it would mean that something was not looked at first.
        assert type(refused.__cause__) in FORESEEN or "is no table" in str(refused), repr(refused.__cause__)
        str(refused).encode()
    else:
        assert_sound(value)
    return not refused


FORESEEN = {type(None), UnicodeDecodeError, json.JSONDecodeError}
PLAIN = {
    type(None),
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    bytearray,
    range,
    slice,
    type(...),
    type,
    types.GenericAlias,
    *with_torch(lambda: (torch.Size, torch.dtype)),
}


def assert_sound(value):
    """Whatever is accepted is of the kinds that cross, and can be looked at."""
    kind = type(value)
    if kind in (list, tuple, set, frozenset, Named):
        for element in value:
            assert_sound(element)
        assert kind is not Named or all(map(str.isidentifier, value._fields))
    elif kind is dict:
        assert_sound(list(value.items()))
    elif kind is np.ndarray:
        assert math.prod(value.shape) == value.size
        assert_sound(value.tolist()) if value.dtype == object else value.tolist()
    elif torch and kind is torch.Tensor:
        assert value.is_leaf
        value.tolist()
    elif kind is str:
        value.encode()
    elif isinstance(value, pd.DataFrame | pd.Series | pd.Index):
        assert_sound(value.to_numpy(object))
    else:
        known = kind in PLAIN or isinstance(value, np.generic | np.dtype) or kind.__module__.split(".")[0] in STANDARD
        assert known, kind
    if kind not in (list, tuple, dict, int, Fraction):  # those are made of others, or their digits take long by design
        with np.errstate(all="ignore"):
            repr(value)


STANDARD = {"datetime", "decimal", "fractions", "pandas"}
MESSAGES = {
    name: (message.text, bytes(memory_of(message))) for name, message in ((n, encode(v)) for n, v in listed().items())
}


def valid():
    """The text and the bytes of one message of every kind."""
    return MESSAGES


def spoilt(text, memory, rng, each=2):
    """Spoil every byte in turn: another one there, one more, one less, cut there."""
    telling = rb'[]",{}\0123456789-.eE:tfnN' + bytes(range(0, 256, 17))
    for place in range(len(text)):
        before, after = text[:place], text[place + 1 :]
        yield before + after, memory
        yield before, memory
        for _ in range(each):
            other = bytes([telling[rng.integers(len(telling))]])
            yield before + other + after, memory
            yield before + other + text[place:], memory
    for place in range(len(memory)):
        yield text, memory[:place] + bytes([rng.integers(256)]) + memory[place + 1 :]
        yield text, memory[:place] + b"\xff" + memory[place + 1 :]
        yield text, memory[:place] + memory[place + 1 :]


def tree(value):
    return json.dumps(value, separators=(",", ":")).encode()


PRIME = 2**61 - 1  # numbers that differ by it have one hash
NO_ROWS, ONE_ROW = ["range index", None, 0, 0, 1], ["range index", None, 0, 1, 1]
FLAT = ["numpy", ["array", "|i1", [0], "C"]]


def levels_of_one_hash(count, columns):
    """An index of whole numbers that Python, and pandas with it, puts into one place."""
    return tree(["index", ["list", *[None] * columns], *[["numpy", ["objects", [count], *SAME[:count]]]] * columns])


def categories_of_one_hash(count):
    """Categories with as little room between them."""
    index = json.loads(levels_of_one_hash(count, 1))
    return tree(["series", NO_ROWS, None, ["categories", ["array", "|i1", [0], "C"], index, False]])


SAME = [["int", hex(PRIME * (n * 4_999 % 20_000 + 1))] for n in range(20_000)]  # in no order
LONE = b'"\\ud800"'
WORST = {
    "empty": (b"", b""),
    "a pickle": (pickle.dumps(Payload()), b""),
    "a pickle as bytes": (tree(["bytes", 64]), pickle.dumps(Payload()).ljust(64)),
    "a pickle in an array of objects": (tree(["array", "|O", [1], "C"]), pickle.dumps(Payload())[:16]),
    "an address in an array of objects": (tree(["array", "|O8", [1], "C"]), id(Payload).to_bytes(8, "little") + bytes(8)),
    "dtype with fields": (tree(["array", "i4,O", [1], "C"]), bytes(16)),
    "dtype as a list": (tree(["dtype", [["a", "O"]]]), b""),
    "dtype with an expression": (tree(["dtype", "__import__('os').mkdir('made')"]), b""),
    "dtype of void": (tree(["scalar", "|V8", "00" * 8]), b""),
    "dtype with other digits": (tree(["dtype", "<U\u0661"]), b""),
    "dtype of a gigabyte": (tree(["array", "<U999999", [1], "C"]), bytes(16)),
    "negative shape": (tree(["array", "<f8", [-1, -2], "C"]), bytes(16)),
    "shape that wraps around": (tree(["array", "<f8", [2**32, 2**32], "C"]), bytes(16)),
    "huge shape of nothing": (tree(["array", "<f8", [2**29, 2**29, 0], "C"]), b""),
    "shape of floats": (tree(["array", "<f8", [2.0], "C"]), bytes(16)),
    "shape of bools": (tree(["array", "<f8", [True, True], "C"]), bytes(16)),
    "too many axes": (tree(["array", "<f8", [1] * 65, "C"]), bytes(16)),
    "array beyond its bytes": (tree(["array", "<f8", [3], "C"]), bytes(16)),
    "bytes that belong to nothing": (tree(["array", "<f8", [2], "C"]), bytes(32)),
    "bool that is neither": (tree(["array", "|b1", [16], "C"]), b"\x02" * 16),
    "no character": (tree(["array", "<U4", [1], "C"]), b"\xff" * 16),
    "no character, the other way round": (tree(["array", ">U4", [1], "C"]), b"\xff" * 16),
    "half a character in an array": (tree(["array", "<U4", [1], "C"]), b"\x00\xd8\x00\x00" * 4),
    "no character in a scalar": (tree(["scalar", "<U1", "ffffffff"]), b""),
    "half a character": (LONE, b""),
    "half a character as key": (b'["dict",' + LONE + b",1]", b""),
    "text that is not UTF-8": (tree(["text", 16]), b"\xed\xa0\x80" + b"\xff" * 13),
    "UTF-16": ("[1]".encode("utf-16"), b""),
    "byte order mark": (b"\xef\xbb\xbf1", b""),
    "two million lists": (b"[" * 2_000_000 + b"]" * 2_000_000, b""),
    "two million opened": (b"[" * 2_000_000, b""),
    "deep behind a quotation mark": (b'["\\\\",' + b"[" * 5000 + b"]" * 5000 + b"]", b""),
    "deep behind an escaped quotation mark": (b'["list","\\"",' + b"[" * 5000 + b"]" * 5000 + b"]", b""),
    "deep behind an escape outside": (b'\\"' + b"[" * 5000, b""),
    "objects": (b'{"a":' * 5000 + b"1" + b"}" * 5000, b""),
    "a key twice in an object": (b'{"a":1,"a":2}', b""),
    "escaped quotation marks": (b'"' + b'\\"' * 4_000_000, b""),
    "quotation marks": (b'""' * 4_000_000, b""),
    "too many values": (b'["list"' + b",1" * 2_000_000 + b"]", b""),
    "five million lists": (b'["list"' + b",[]" * 5_000_000 + b"]", b""),
    "a number of a million digits": (b"9" * 1_000_000, b""),
    "a fraction of a million digits": (b"0." + b"9" * 1_000_000, b""),
    "a float too large": (b"1e999", b""),
    "NaN": (b"NaN", b""),
    "minus infinity": (b'["list",-Infinity]', b""),
    "a whole number of 65 bits": (b"9223372036854775808", b""),
    "a hexadecimal number too long": (tree(["int", "0x" + "f" * 40_000]), b""),
    "a hexadecimal number with underscores": (tree(["int", "0x1_0"]), b""),
    "an expression as a number": (tree(["int", "__import__('os')"]), b""),
    "Decimal to fill the memory": (tree(["decimal", "1E+999999999"]), b""),
    "Decimal that signals": (tree(["set", ["decimal", "sNaN"]]), b""),
    "Fraction over nothing": (tree(["fraction", 1, 0]), b""),
    "Fractions slow to reduce": (tree(["list", *[["fraction", ["int", hex(3**5000)], ["int", hex(3**4999 + 2)]]] * 2000]), b""),
    "a Fraction too large to reduce": (tree(["fraction", 1, ["int", hex(3**6000)]]), b""),
    "range without end": (tree(["range", 0, 2**63 - 1, 1]), b""),
    "range of no step": (tree(["range", 0, 1, 0]), b""),
    "packed beyond its bytes": (tree(["packed", "list", "d", 10**6]), bytes(16)),
    "packed as pointers": (tree(["packed", "list", "P", 2]), bytes(16)),
    "a list as key": (tree(["dict", ["list"], 1]), b""),
    "a list in a key": (tree(["dict", ["tuple", ["list"]], 1]), b""),
    "a set of lists": (tree(["set", ["list"]]), b""),
    "a tensor as key": (tree(["set", ["tensor", "float32", [0], False, None]]), b""),
    "a key twice": (tree(["dict", 1, 2, 1.0, 3]), b""),
    "a key without value": (tree(["dict", 1]), b""),
    "keys of one hash": (tree(["set", *SAME]), b""),
    "tuples of one hash": (tree(["dict", *[part for n in SAME for part in (["tuple", n, 1], 1)]]), b""),
    "a reference as key": (tree(["dict", ["reference", 1, None], 1]), b""),
    "a reference below nought": (tree(["reference", -1, None]), b""),
    "a reference told by a reference": (tree(["reference", 1, ["reference", 2, None]]), b""),
    "a field that is code": (tree(["named", "P", ["x=print(1)"], 1]), b""),
    "a field of Python's own": (tree(["named", "P", ["__class__"], 1]), b""),
    "a field that is a keyword": (tree(["named", "P", ["if"], 1]), b""),
    "a field twice": (tree(["named", "P", ["x", "x"], 1, 2]), b""),
    "a class that is code": (tree(["named", "P; import os", ["x"], 1]), b""),
    "a type of another module": (tree(["type", "os.system"]), b""),
    "a torch dtype that is none": (tree(["torch dtype", "load"]), b""),
    "a tensor of text": (tree(["tensor", "str", [1], False, None]), bytes(16)),
    "a gradient of whole numbers": (tree(["tensor", "int64", [2], True, None]), bytes(16)),
    "a gradient of another shape": (tree(["tensor", "float32", [1], True, ["tensor", "float32", [2], False, None]]), bytes(32)),
    "gradients without end": (b'["tensor","float32",[0],true,' * 5000, b""),
    "a table of unlike columns": (tree(["frame", ["range index", None, 0, 3, 1], ["index", ["list", None], ["numpy", ["array", "|i1", [1], "C"]]], ["numpy", ["array", "|i1", [2], "C"]]]), bytes(32)),
    "more names than columns": (tree(["frame", NO_ROWS, ["range index", None, 0, 2, 1], FLAT]), b""),
    "an index without end": (tree(["range index", None, 0, 2**62, 1]), b""),
    "a column of NumPy's texts": (tree(["series", ONE_ROW, None, ["numpy", ["array", "<U4", [1], "C"]]]), bytes(16)),
    "texts that are none": (tree(["series", ONE_ROW, None, ["texts", "str", ["list", 1]]]), b""),
    "texts that are references": (tree(["series", ONE_ROW, None, ["texts", "str", ["list", ["reference", 1, None]]]]), b""),
    "a column of references": (tree(["series", ONE_ROW, None, ["numpy", ["objects", [1], ["reference", 1, None]]]]), b""),
    "a mask of numbers": (tree(["series", NO_ROWS, None, ["masked", "Int8", FLAT[1], FLAT[1]]]), b""),
    "four thousand indices": (tree(["list", *[["index", ["list", None], FLAT]] * 4000]), b""),
    "a table without end": (tree(["series", ["range index", None, 0, 2**62, 1], None, ["numpy", ["array", "|i1", [0], "C"]]]), b""),
    "a category that is not there": (tree(["series", ["range index", None, 0, 1, 1], None, ["categories", ["array", "|i1", [1], "C"], ["range index", None, 0, 1, 1], False]]), b"\x07" + bytes(15)),
    "a hundred thousand tables": (tree(["list", *[["range index", None, 0, 1, 1]] * 100_000]), b""),
    "as many categories of one hash as fit": (categories_of_one_hash(5000), b""),
    "more categories of one hash": (categories_of_one_hash(5001), b""),
    "as many levels of one hash as fit": (levels_of_one_hash(4900, 8), b""),
    "more levels of one hash": (levels_of_one_hash(5001, 2), b""),
    "a date that is none": (tree(["date", 2023, 2, 30]), b""),
    "a year beyond all": (tree(["datetime", 10**9, 1, 1, 0, 0, 0, 0, 0, None]), b""),
    "a day of a million zones": (tree(["timezone", 10**15]), b""),
}  # fmt: skip
for tag in READERS:  # each with nothing, with too much, and with what it cannot use
    for parts in (
        [],
        [[]] * 3,
        [{}],
        [-1] * 2,
        [None] * 9,
        ["list"],
        [["list"]] * 2,
        [True] * 4,
        [1.5] * 5,
        [["list", ["list"]]],
    ):
        WORST[f"{tag} of {parts}"] = (tree([tag, *parts]).replace(b"{}", b'"{}"'), b"")
