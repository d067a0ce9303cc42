"""None, numbers, texts, bytes, ranges and slices as data and back, each past the methods of a subclass."""

import re

from mlcourse.grading.wire.bounds import CannotCross, Refused
from mlcourse.grading.wire.crossing import reads, writes

LONG_TEXT = 200  # characters; longer ones lie beside the tree
TEXT_OF_A_VALUE = 64  # bytes of a long text counted as one value, since Python may need four times as many
LONGEST_RANGE = 10**6  # a longer one takes no room until somebody makes a list of it


@writes(type(None), bool)
def _constant(writer, value):
    return value


@writes(type(...))
def _ellipsis(writer, value):
    return ["ellipsis"]


@reads("ellipsis")
def _read_ellipsis(reader):
    return ...


@writes(int)
def _int(writer, value):
    value = int.__index__(value)
    if -(2**63) <= value < 2**63:
        return value
    if value.bit_length() > writer.limits.bits:
        raise CannotCross(
            f"is a whole number of {value.bit_length():,} bits: more than {writer.limits.bits:,} cannot cross"
        )
    return ["int", hex(value)]


@reads("int")
def _read_int(reader, digits):
    if type(digits) is not str or not re.fullmatch("-?0x[0-9a-f]+", digits):
        raise Refused("has a whole number that is none")
    value = int(digits, 16)  # takes time in proportion to its length, as decimal digits do not
    if value.bit_length() > reader.limits.bits:
        raise Refused("has a whole number that is too long")
    return value


@writes(float)
def _float(writer, value):
    value = float.__float__(value)
    return value if float("-inf") < value < float("inf") else ["float", float.__repr__(value)]


@reads("float")
def _read_float(reader, name):
    if name not in ("nan", "inf", "-inf"):
        raise Refused("has a float that is neither nan nor infinite")
    return float(name)


@writes(complex)
def _complex(writer, value):
    return ["complex", *(_float(writer, part.__get__(value)) for part in (complex.real, complex.imag))]


@reads("complex")
def _read_complex(reader, real, imaginary):
    parts = reader.read(real), reader.read(imaginary)
    if not all(type(part) is float for part in parts):
        raise Refused("is a complex number of something else than two floats")
    return complex(*parts)


@writes(str)
def _str(writer, value):
    value = str.__str__(value)
    if not value.isascii() and re.search("[\ud800-\udfff]", value):
        raise CannotCross("is a text with half a character (a surrogate): cannot cross")
    if len(value) <= LONG_TEXT:
        return value
    data = value.encode()
    writer.charge(len(data) // TEXT_OF_A_VALUE)
    writer.put(data)
    return ["text", len(data)]


@reads("text")
def _read_text(reader, size):
    reader.charge(reader.whole(size, 0, reader.limits.buffers) // TEXT_OF_A_VALUE)
    data = bytes(reader.take(size))
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Refused("is a text that is not UTF-8") from None


@writes(bytes, bytearray)
def _bytes(writer, value):
    data = value if type(value) is bytes else bytes(memoryview(value))
    writer.put(data)
    return ["bytearray" if isinstance(value, bytearray) else "bytes", len(data)]


@reads("bytes")
def _read_bytes(reader, size):
    return bytes(reader.take(reader.whole(size, 0, reader.limits.buffers)))


@reads("bytearray")
def _read_bytearray(reader, size):
    return bytearray(reader.take(reader.whole(size, 0, reader.limits.buffers)))


@writes(range)
def _range(writer, value):
    numbers = (value.start, value.stop, value.step)
    if _fault_of_range(*numbers):
        raise CannotCross(f"is a range that {_fault_of_range(*numbers)}: cannot cross")
    return ["range", *numbers]


def _fault_of_range(start, stop, step):
    if not all(-(2**63) <= number < 2**63 for number in (start, stop, step)):
        return "has a number of more than 64 bits"
    return f"has more than {LONGEST_RANGE:,} numbers" if -((start - stop) // step) > LONGEST_RANGE else ""


@reads("range")
def _read_range(reader, *numbers):
    if len(numbers) != 3 or 0 in numbers[2:] or not all(type(number) is int for number in numbers):
        raise Refused("is a range of something else than three numbers")
    if _fault_of_range(*numbers):
        raise Refused(f"is a range that {_fault_of_range(*numbers)}")
    return range(*numbers)


@writes(slice)
def _slice(writer, value):
    numbers = [value.start, value.stop, value.step]
    for number in numbers:
        if number is not None and not (isinstance(number, int) and -(2**63) <= int.__index__(number) < 2**63):
            raise CannotCross("is a slice of something else than None and numbers of 64 bits: cannot cross")
    return ["slice", *(None if number is None else int.__index__(number) for number in numbers)]


@reads("slice")
def _read_slice(reader, start, stop, step):
    if not all(number is None or type(number) is int for number in (start, stop, step)):
        raise Refused("is a slice of something else than None and numbers")
    return slice(*(reader.read(number) for number in (start, stop, step)))
