"""What stays on its own side and crosses as a number: functions, iterators, objects of somebody's classes."""

from dataclasses import dataclass

from mlcourse.grading.wire.bounds import CannotCross, Refused
from mlcourse.grading.wire.crossing import reads, writes

MOST = 2**31 - 1


@dataclass(slots=True)
class Reference:
    """What `refer` gives for a value that stays where it is.

    Attributes
    ----------
    number : int
        From 0; under it the value is found again on its own side.
    about : object
        A plain value that tells the other side what it is: a name, a kind. It may hold no reference itself.
    """

    number: int
    about: object = None


@writes(object)
def stays(writer, value):
    """Give the tree of a value that is on no list: of its reference, if there is one.

    Parameters
    ----------
    writer : Writer
    value : object
    """
    reference = writer.refer(value) if writer.refer else None
    if reference is None:
        raise CannotCross(f"is a {type.__repr__(type(value))}: cannot cross")
    return _reference(writer, reference)


@writes(Reference)
def _reference(writer, value):
    if writer.keys:
        raise CannotCross(
            "stays on its side, so it cannot be a key or lie in a set or a table: it would be asked for its hash"
        )
    if type(value.number) is not int or not 0 <= value.number <= MOST:
        raise CannotCross(f"has the number {value.number!r}; expected a whole one from 0 to {MOST:,}")
    if value.about is None:
        return ["reference", value.number, None]
    refer, writer.refer = writer.refer, None
    try:
        (about,) = writer.children(value, [value.about], lambda number: "what is told about the reference")
    finally:
        writer.refer = refer
    return ["reference", value.number, about]


@reads("reference")
def _read_reference(reader, number, about):
    if reader.resolve is None:
        raise Refused("is a reference, and none are expected here")
    if reader.keys:
        raise Refused("is a reference as a key or in a set or a table")
    resolve, reader.resolve = reader.resolve, None
    try:
        about = reader.read(about)
    finally:
        reader.resolve = resolve
    return resolve(reader.whole(number, 0, MOST), about)
