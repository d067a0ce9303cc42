"""Pandas' tables as data and back, column by column. Pandas is never imported here: who has tables has it already."""

import sys

import numpy as np

from mlcourse.grading.wire.bounds import CannotCross, Refused
from mlcourse.grading.wire.crossing import LATE, WRITERS, reads

MASKED = {f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)} | {"Float32", "Float64", "boolean"}
STRINGS = ("str", "string")
LEVELS = 16  # of an index
COST = 300  # values of Python's that take as long as a column
# Pandas looks categories, and the levels of an index, up in tables of hashes while it is made. With numbers chosen to
# have one hash that takes quadratic time, so there may not be many.
LOOKED_UP = 5000
LOOK_UP_COST = 20


def _enter(pandas):
    WRITERS[pandas.DataFrame] = _frame
    WRITERS[pandas.Series] = _series
    WRITERS[pandas.Index] = _index
    for kind in (pandas.Timestamp, pandas.Timedelta, type(pandas.NaT)):  # they stand on datetime's, but say more
        WRITERS[kind] = _scalar


LATE["pandas"] = _enter


class _Column:
    """The values of a column, on their way."""

    def __init__(self, values):
        self.values = values


def _scalar(writer, value):
    raise CannotCross(f"is a {type.__repr__(type(value))}: cannot cross. Send .to_numpy()")


def _frame(writer, frame):
    parts = [frame.index, frame.columns, *(_Column(frame.iloc[:, number]) for number in range(frame.shape[1]))]
    labels = ["the index", "the columns", *(f"column {str(label)[:60]!r}" for label in frame.columns)]
    return ["frame", *writer.children(frame, parts, lambda number: f"{labels[number]} of the DataFrame")]


def _series(writer, series):
    labels = ("the index", "the name", "the column")
    parts = [series.index, series.name, _Column(series)]
    return ["series", *writer.children(series, parts, lambda number: f"{labels[number]} of the Series")]


def _index(writer, index):
    pandas = sys.modules["pandas"]
    if type(index) is pandas.RangeIndex:
        if _too_long(index.start, index.stop, index.step, writer.limits):
            raise CannotCross(f"is {index!r}, too long an index: cannot cross")
        (name,) = writer.children(index, [index.name], lambda number: "the name of the index")
        return ["range index", name, index.start, index.stop, index.step]
    if index.nlevels > LEVELS:
        raise CannotCross(f"is an index of {index.nlevels} levels: more than {LEVELS} cannot cross")
    if index.nlevels > 1 and len(index) > LOOKED_UP:
        raise CannotCross(
            f"is an index of several levels with {len(index):,} rows: more than {LOOKED_UP:,} cannot cross"
        )
    levels = [index.get_level_values(number) for number in range(index.nlevels)]
    writer.charge(LOOK_UP_COST * len(index) * index.nlevels if index.nlevels > 1 else 0)
    parts = [list(index.names), *map(_Column, levels)]
    names, *columns = writer.children(index, parts, lambda number: f"part {number} of the index")
    return ["index", names, *columns]


def _too_long(start, stop, step, limits):
    """An index of more rows than a column can have bytes: it takes no room until somebody uses it."""
    numbers = (start, stop, step)
    return not all(-(2**63) <= n < 2**63 for n in numbers) or -((start - stop) // step) > limits.buffers


def _column(writer, column):
    writer.charge(COST)
    writer.keys += 1  # nothing of the other side may be called in it: pandas looks into what it is given
    try:
        return _column_of(writer, sys.modules["pandas"], column.values)
    finally:
        writer.keys -= 1


def _column_of(writer, pandas, values):
    if isinstance(values.dtype, np.dtype):
        return ["numpy", writer.write(values.to_numpy())]
    if isinstance(values.dtype, pandas.CategoricalDtype):
        made = values.array
        if len(made.categories) > LOOKED_UP:
            raise CannotCross(f"has {len(made.categories):,} categories: more than {LOOKED_UP:,} cannot cross")
        writer.charge(LOOK_UP_COST * len(made.categories))
        return ["categories", writer.write(made.codes), writer.write(made.categories), bool(made.ordered)]
    name = str(values.dtype)
    if name in STRINGS:
        texts = [None if missing else text for text, missing in zip(values, values.isna(), strict=True)]
        return ["texts", name, writer.write(texts)]
    if name in MASKED:
        missing = np.asarray(values.isna())
        numbers = values.array.to_numpy(values.dtype.numpy_dtype, na_value=0)
        return ["masked", name, writer.write(numbers), writer.write(missing)]
    raise CannotCross(f"is of dtype {name}: cannot cross")


WRITERS[_Column] = _column


@reads("frame")
def _read_frame(reader, index, columns, *parts):
    pandas = _pandas()
    index, columns = _read_kind(reader, index, pandas.Index), _read_kind(reader, columns, pandas.Index)
    parts = [_read_column(reader, part) for part in parts]
    if len(columns) != len(parts) or any(len(part) != len(index) for part in parts):
        raise Refused("is a DataFrame with parts that do not fit")
    frame = _made(pandas.DataFrame, dict(enumerate(parts)), index=index)
    frame.columns = columns
    return frame


@reads("series")
def _read_series(reader, index, name, column):
    pandas = _pandas()
    index = _read_kind(reader, index, pandas.Index)
    name, column = _read_label(reader, name), _read_column(reader, column)
    if len(column) != len(index):
        raise Refused("is a Series with an index that does not fit")
    return _made(pandas.Series, column, index=index, name=name)


@reads("index")
def _read_index(reader, names, *columns):
    pandas = _pandas()
    if type(names) is not list or names[:1] != ["list"] or not len(names) - 1 == len(columns) <= LEVELS or not columns:
        raise Refused("is an index with other names than levels")
    names = [_read_label(reader, name) for name in names[1:]]
    columns = [_read_column(reader, column) for column in columns]
    if len({len(column) for column in columns}) > 1:
        raise Refused("is an index with levels of unlike lengths")
    if len(columns) > 1:
        _look_up(reader, columns[0], len(columns))
    if len(columns) == 1:
        return _made(pandas.Index, columns[0], name=names[0])
    return _made(pandas.MultiIndex.from_arrays, columns, names=names)


@reads("range index")
def _read_range_index(reader, name, start, stop, step):
    pandas = _pandas()
    start, stop, step = (reader.whole(number, -(2**63), 2**63 - 1) for number in (start, stop, step))
    if step == 0 or _too_long(start, stop, step, reader.limits):
        raise Refused("is an index that is too long, or none")
    reader.charge(COST)
    return _made(pandas.RangeIndex, start, stop, step, name=_read_label(reader, name))


def _read_column(reader, tree):
    reader.charge(COST)
    reader.keys += 1
    try:
        return _read_column_of(reader, _pandas(), tree)
    finally:
        reader.keys -= 1


def _read_column_of(reader, pandas, tree):
    kind = tree[0] if type(tree) is list and tree else None
    if kind == "numpy" and len(tree) == 2:
        return _read_flat(reader, tree[1], "biufcmMO")
    if kind == "categories" and len(tree) == 4 and type(tree[3]) is bool:
        codes, categories = _read_flat(reader, tree[1], "i"), _read_kind(reader, tree[2], pandas.Index)
        _look_up(reader, categories, 1)
        return _made(pandas.Categorical.from_codes, codes, categories, ordered=tree[3])
    if kind == "texts" and len(tree) == 3 and tree[1] in STRINGS:
        texts = reader.read(tree[2])
        if type(texts) is not list or not all(text is None or type(text) is str for text in texts):
            raise Refused("is a column of texts with something else in it")
        return _made(pandas.array, texts, dtype=tree[1])
    if kind == "masked" and len(tree) == 4 and type(tree[1]) is str and tree[1] in MASKED:
        numbers, missing = _read_flat(reader, tree[2], "biuf"), _read_flat(reader, tree[3], "b")
        if len(numbers) != len(missing) or numbers.dtype.name != tree[1].lower().replace("boolean", "bool"):
            raise Refused("is a masked column with parts that do not fit")
        column = _made(pandas.array, numbers, dtype=tree[1])
        column[missing] = pandas.NA
        return column
    raise Refused("is a column of an unknown kind")


def _look_up(reader, rows, times):
    if len(rows) > LOOKED_UP:
        raise Refused(f"is a table with {len(rows):,} rows to look up, where {LOOKED_UP:,} are allowed")
    reader.charge(LOOK_UP_COST * len(rows) * times)


def _read_flat(reader, tree, kinds):
    a = _read_kind(reader, tree, np.ndarray)
    if a.ndim != 1 or a.dtype.kind not in kinds:
        raise Refused(f"is a column with an array of {a.ndim} axes and dtype {a.dtype}")
    return a


def _read_kind(reader, tree, kind):
    value = reader.read(tree)
    if not isinstance(value, kind):
        raise Refused(f"is a table with something else where its {kind.__name__} should be")
    return value


def _read_label(reader, tree):
    (label,) = reader.hashed([tree], lambda number: "the name")
    try:
        hash(label)
    except TypeError:
        raise Refused("is a table with a name that cannot be one") from None
    return label


def _made(make, *parts, **named):
    """Call pandas, which knows more about what fits than this file."""
    try:
        return make(*parts, **named)
    except Exception as error:  # of many kinds, for instance dates that it cannot hold
        raise Refused(f"is no table: {type(error).__name__}") from error


def _pandas():
    pandas = sys.modules.get("pandas")
    if pandas is None or not hasattr(pandas, "DataFrame"):  # not there, or not ready
        raise Refused("is made of pandas, which is not imported here")
    return pandas
