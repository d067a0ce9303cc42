"""Numbers of the standard library, dates and times, types: values with few parts, as data and back."""

import builtins
import re
import types
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import numpy as np

from mlcourse.grading.wire.bounds import CannotCross, Refused
from mlcourse.grading.wire.crossing import reads, writes
from mlcourse.grading.wire.references import stays

# No exponent beyond four digits: int(Decimal("1e999999999")) would fill the memory.
DECIMAL = re.compile(r"-?(?:[0-9]{1,1000}(?:\.[0-9]{1,1000})?(?:E[+-][0-9]{1,4})?|Infinity|NaN)")
FRACTION_BITS = 2**13  # a Fraction is reduced when it is made, which takes quadratic time

TYPES = {
    name: getattr(builtins, name)
    for name in [
        "bool",
        "bytearray",
        "bytes",
        "complex",
        "dict",
        "float",
        "frozenset",
        "int",
        "list",
        "object",
        "range",
        "set",
        "slice",
        "str",
        "tuple",
    ]
} | {f"numpy.{kind.__name__}": kind for kind in set(np.sctypeDict.values()) if kind not in (np.object_, np.void)}
NAMES = {kind: name for name, kind in TYPES.items()}


@writes(Decimal)
def _decimal(writer, value):
    text = Decimal.__str__(value)
    if not DECIMAL.fullmatch(text):
        raise CannotCross(f"is the Decimal {text[:60]}: more than 1,000 digits or 4 of the exponent cannot cross")
    return ["decimal", text]


@reads("decimal")
def _read_decimal(reader, text):
    if type(text) is not str or not DECIMAL.fullmatch(text):
        raise Refused("is a Decimal with too many digits, or none")
    return Decimal(text)


@writes(Fraction)
def _fraction(writer, value):
    parts = [writer.write(getattr(value, name)) for name in ("_numerator", "_denominator")]
    if max(value._numerator.bit_length(), value._denominator.bit_length()) > FRACTION_BITS:
        raise CannotCross(f"is a Fraction of numbers with more than {FRACTION_BITS:,} bits: cannot cross")
    return ["fraction", *parts]


@reads("fraction")
def _read_fraction(reader, numerator, denominator):
    parts = reader.read(numerator), reader.read(denominator)
    if not all(type(part) is int and part.bit_length() <= FRACTION_BITS for part in parts) or parts[1] < 1:
        raise Refused("is a Fraction of something else than whole numbers, or too large")
    reader.charge(50)
    return Fraction(*parts)


def _fields(value, kind, names):
    return [getattr(kind, name).__get__(value) for name in names.split()]


def _offset(value, kind):
    """Microseconds to UTC; None without a zone."""
    zone = kind.tzinfo.__get__(value)
    if zone is None:
        return None
    if type(zone) is not timezone:
        raise CannotCross(f"is in the time zone of a {type.__repr__(type(zone))}: only fixed distances to UTC cross")
    return zone.utcoffset(None) // timedelta(microseconds=1)


@writes(date)
def _date(writer, value):
    return ["date", *_fields(value, date, "year month day")]


@writes(datetime)
def _datetime(writer, value):
    clock = _fields(value, datetime, "year month day hour minute second microsecond fold")
    return ["datetime", *clock, _offset(value, datetime)]


@writes(time)
def _time(writer, value):
    return ["time", *_fields(value, time, "hour minute second microsecond fold"), _offset(value, time)]


@writes(timedelta)
def _timedelta(writer, value):
    return ["timedelta", *_fields(value, timedelta, "days seconds microseconds")]


@writes(timezone)
def _timezone(writer, value):
    return ["timezone", value.utcoffset(None) // timedelta(microseconds=1)]


def _made(kind, *numbers, **named):
    """Call a class of datetime, which checks its numbers itself."""
    try:
        return kind(*numbers, **named)
    except (ValueError, OverflowError) as error:
        raise Refused(f"is no {kind.__name__}: {error}") from None


def _zone(reader, microseconds):
    if microseconds is None:
        return None
    return _made(timezone, _made(timedelta, microseconds=reader.whole(microseconds, -(10**12), 10**12)))


def _numbers(reader, numbers, count):
    if len(numbers) != count:
        raise Refused(f"is a time or date of {len(numbers)} numbers; expected {count}")
    return [reader.whole(number, -(10**9), 10**9) for number in numbers]


@reads("date")
def _read_date(reader, *numbers):
    return _made(date, *_numbers(reader, numbers, 3))


@reads("datetime")
def _read_datetime(reader, *numbers):
    *clock, fold = _numbers(reader, numbers[:-1], 8)
    return _made(datetime, *clock, _zone(reader, numbers[-1]), fold=fold)


@reads("time")
def _read_time(reader, *numbers):
    *clock, fold = _numbers(reader, numbers[:-1], 5)
    return _made(time, *clock, _zone(reader, numbers[-1]), fold=fold)


@reads("timedelta")
def _read_timedelta(reader, *numbers):
    return _made(timedelta, *_numbers(reader, numbers, 3))


@reads("timezone")
def _read_timezone(reader, microseconds):
    if microseconds is None:
        raise Refused("is a time zone without a distance to UTC")
    return _zone(reader, microseconds)


@writes(type)
def _type(writer, value):
    if value not in NAMES:
        return stays(writer, value)
    return ["type", NAMES[value]]


@writes(types.GenericAlias)
def _alias(writer, value):
    parts = [value.__origin__, *value.__args__]
    if parts[0] not in (list, dict, tuple, set) or not all(isinstance(part, type) and part in NAMES for part in parts):
        return stays(writer, value)
    return ["generic", *(NAMES[part] for part in parts)]


@reads("generic")
def _read_alias(reader, origin, *args):
    names = [origin, *args]
    if not all(type(name) is str and name in TYPES for name in names) or origin not in ("list", "dict", "tuple", "set"):
        raise Refused("is a type that is not on the list")
    return types.GenericAlias(TYPES[origin], tuple(TYPES[name] for name in args))


@reads("type")
def _read_type(reader, name):
    if type(name) is not str or name not in TYPES:
        raise Refused("is a type that is not on the list")
    return TYPES[name]
