"""A value as bytes and back. Whoever decodes trusts nothing: what is not on the list is refused, and nothing is executed.

The bytes are a JSON text of lists, strings, numbers, true, false and null, and beside it the bytes of arrays and long
texts. Before the text is parsed it is looked at as bytes: its depth, how much is in it, how long its numbers are (of a
short one only what no length makes harmless). So it has no objects, hence no key twice; no number that takes long to read;
nothing that fills the memory.
"""

import json
from typing import NamedTuple

import numpy as np

from mlcourse.grading.wire import (  # noqa: F401 (they fill the tables)
    arrays,
    containers,
    exact,
    references,
    tables,
    tensors,
    values,
)
from mlcourse.grading.wire.bounds import LIMITS, CannotCross, Refused
from mlcourse.grading.wire.crossing import Reader, Writer

LONGEST_NUMBER = 25  # characters; a float has at most 24
SHORT = 4096  # bytes of text that take no time, whatever is in them
NOTHING = memoryview(b"")
DEEPER = 8  # lists around a value's own that the text needs: the shape of an array in a table


class Message(NamedTuple):
    """A value on its way.

    Attributes
    ----------
    text : bytes
        JSON in ASCII.
    pieces : list of bytes-like
        The bytes beside it, to be sent one after another.
    size : int
        Bytes of all pieces.
    """

    text: bytes
    pieces: list
    size: int


def encode(value, *, refer=None, limits=LIMITS):
    """Turn a value into a message.

    None, bool, numbers, str, bytes, list, tuple, namedtuple, dict, set, range, slice, Decimal, Fraction, dates and times,
    some types; NumPy's arrays, scalars and dtypes; tensors; DataFrame, Series, Index. A subclass crosses as the class it
    stands on. Each place gets its own copy of what lies there: two names of one list become two lists. A tensor crosses
    as a leaf on the CPU, with its gradient.

    Parameters
    ----------
    value : object
    refer : callable, optional
        Called with each value that is none of these: gives a `Reference` under which it stays here, or None.
    limits : Limits

    Returns
    -------
    Message
        It may hold the memory of arrays in ``value``, not a copy: send it before they change.

    Raises
    ------
    CannotCross
        If something is of another kind, contains itself, or is too much; says what, and where it lies.
    """
    writer = Writer(limits, refer)
    text = _as_json(writer.write(value)).encode("ascii")
    if fault := _fault(text, limits):
        raise CannotCross(f"{fault}: cannot cross")
    return Message(text, writer.pieces, writer.size)


def decode(text, memory=b"", *, resolve=None, limits=LIMITS):
    """Turn a message back into a value, whatever the bytes are.

    Parameters
    ----------
    text : bytes-like
        JSON in ASCII.
    memory : bytes-like
        The bytes beside it. Where they can be written to, large arrays keep them as their memory; no two share any.
    resolve : callable, optional
        Called with number and description of each reference: gives the value that stands for it, or raises `Refused`.
        The number is a whole one from 0; whether there is such a thing is for it to say.
    limits : Limits

    Returns
    -------
    object
        Of the kinds that `encode` lists, each of exactly that class.

    Raises
    ------
    Refused
        For everything else, and nothing but that.
    """
    try:
        text = bytes(text)
        if fault := _fault(text, limits):
            raise Refused(fault)
        memory = memoryview(memory).cast("B") if len(memory) else NOTHING
        if len(memory) > limits.buffers:
            raise Refused(f"has {len(memory):,} bytes beside it, where {limits.buffers:,} are allowed")
        reader = Reader(memory, limits, resolve)
        value = reader.read(_of_json(text.decode("ascii")))
        if reader.at != len(memory):
            raise Refused(f"has {len(memory) - reader.at:,} bytes beside it that belong to nothing")
        return value
    except Refused:
        raise
    except Exception as error:  # whatever a parser or a constructor makes of damage, it goes no further
        raise Refused(f"is damaged ({type(error).__name__})") from error


def _fault(text, limits):
    """What makes this text dangerous to parse, as an end of a sentence; nothing if it is not."""
    if len(text) > limits.text:
        return f"is a text of {len(text):,} bytes, where {limits.text:,} are allowed"
    if len(text) < SHORT and text.count(b"[") <= limits.depth and b"{" not in text:
        return ""
    bare = text.replace(rb"\\", b"").replace(rb"\"", b"")  # now each quotation mark begins or ends a string
    if bare.count(b'"') > 2 * limits.nodes:
        return f"has more than {limits.nodes:,} strings"
    bare = b"".join(bare.split(b'"')[::2])  # what lies outside strings
    if b"{" in bare:
        return "has an object of JSON"
    lists = bare.count(b"[")
    if lists + bare.count(b",") > limits.nodes:
        return f"has more than {limits.nodes:,} parts"
    if lists > limits.depth + DEEPER:
        marks = np.frombuffer(bare, np.uint8)
        around = np.cumsum((marks == ord("[")).astype(np.int8) - (marks == ord("]")), dtype=np.int32)
        if around.max() > limits.depth + DEEPER:
            return f"has {around.max():,} lists inside each other"
    if max(map(len, bare.translate(None, b"[]").split(b","))) > LONGEST_NUMBER:
        return "has a number that is too long"
    return ""


_ENCODER = json.JSONEncoder(check_circular=False, allow_nan=False, separators=(",", ":"))
_DECODER = json.JSONDecoder()


def _compiled():
    """The part of json that is in C, made once: `encode` makes it anew for each text."""
    try:
        quoted = json.encoder.encode_basestring_ascii
        encoder = json.encoder.c_make_encoder(None, None, quoted, None, ":", ",", False, False, False)
    except TypeError:  # none here, or of another form
        return _ENCODER.encode
    return lambda tree: "".join(encoder(tree, 0))


_as_json = _compiled()


def _of_json(text):
    """Parse all of a text; json's own way looks for blanks around it first."""
    tree, end = _DECODER.raw_decode(text)
    if end != len(text):
        raise Refused("goes on after its end")
    return tree
