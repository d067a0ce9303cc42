"""Python's containers as data and back.

Subclasses cross as the container they stand on, read past their own methods. What lies in two places arrives as two.
"""

import array
import keyword
from collections import Counter

from mlcourse.grading.wire.bounds import Refused, place_of_key
from mlcourse.grading.wire.crossing import reads, writes

PACKED = 8  # so many floats, or whole numbers of 64 bits, lie beside the tree
SAME_HASH = 16  # so many keys of one hash; more were made to make a dict slow
NAME = 200  # characters of a field's
PLACES = {tag: f"element {{}} of the {tag}".format for tag in ("list", "tuple")}


@writes(list)
def _list(writer, value):
    return _in_a_row(writer, "list", value, value if type(value) is list else list.__getitem__(value, slice(None)))


@writes(tuple)
def _tuple(writer, value):
    elements = tuple.__getitem__(value, slice(None))
    names = getattr(value, "_fields", None)
    if names is None and hasattr(type(value), "n_sequence_fields"):  # what torch.max gives
        names = type(value).__match_args__
    name = value._name if type(value) is Named else type(value).__name__
    if _are_names(names, len(elements)) and _is_name(name.lstrip("_")):
        trees = writer.children(value, elements, lambda number: f"{names[number]} of the {name}")
        return ["named", name, list(names), *trees]
    return _in_a_row(writer, "tuple", value, elements)


def _in_a_row(writer, tag, owner, elements):
    if len(elements) >= PACKED:
        kinds = set(map(type, elements))
        code = "d" if kinds == {float} else "q" if kinds == {int} else ""
        if code:
            try:
                packed = array.array(code, elements)
            except OverflowError:
                pass  # not all have 64 bits
            else:
                writer.charge(len(elements))
                writer.put(packed.tobytes())
                return ["packed", tag, code, len(elements)]
    return [tag, *writer.children(owner, elements, PLACES[tag])]


@reads("packed")
def _read_packed(reader, tag, code, count):
    if tag not in ("list", "tuple") or code not in ("d", "q"):
        raise Refused("is packed as something unknown")
    reader.charge(reader.whole(count, 0, reader.limits.nodes))
    values = array.array(code)
    values.frombytes(reader.take(8 * count))
    return values.tolist() if tag == "list" else tuple(values)


@reads("list")
def _read_list(reader, *trees):
    return reader.children(trees, PLACES["list"])


@reads("tuple")
def _read_tuple(reader, *trees):
    return tuple(reader.children(trees, PLACES["tuple"]))


def _are_names(names, count):
    """Whether these can be the fields of a namedtuple."""
    return (
        type(names) is tuple
        and all(type(name) is str for name in names)
        and len(names) == len(set(names)) == count > 0
        and all(map(_is_name, names))
    )


def _is_name(name):
    return len(name) <= NAME and name.isidentifier() and name[0] != "_" and not keyword.iskeyword(name)


class Named(tuple):
    """A namedtuple from the other side: its elements, also by name, and nothing else of its class."""

    def __new__(cls, name, names, values):
        """Make one; ``name`` is that of the class over there."""
        self = super().__new__(cls, values)
        vars(self).update(zip(names, values, strict=True), _name=name)
        return self

    @property
    def _fields(self):
        return tuple(name for name in vars(self) if name != "_name")

    def _asdict(self):
        return dict(zip(self._fields, self, strict=True))

    def _replace(self, **changes):
        return Named(self._name, self._fields, (self._asdict() | changes).values())

    def __setattr__(self, name, value):
        raise AttributeError(f"{name} of a {self._name} cannot be set")

    def __repr__(self):
        return f"{self._name}({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"


@reads("named")
def _read_named(reader, name, names, *trees):
    names = tuple(reader.sequence(names, len(trees)))
    if not (_are_names(names, len(trees)) and type(name) is str and _is_name(name.lstrip("_"))):
        raise Refused("is a namedtuple with fields that are none")
    return Named(name, names, reader.children(trees, lambda number: f"{names[number]} of the {name}"))


@writes(dict)
def _dict(writer, value):
    keys, values = list(dict.keys(value)), list(dict.values(value))
    trees = writer.hashed(value, keys, lambda number: f"key {number} of the dict")
    around = writer.children(value, values, lambda number: place_of_key(keys[number], number))
    return ["dict", *(tree for pair in zip(trees, around, strict=True) for tree in pair)]


@reads("dict")
def _read_dict(reader, *trees):
    if len(trees) % 2:
        raise Refused("is a dict with a key that has no value")
    keys = _checked(reader.hashed(trees[::2], lambda number: f"key {number} of the dict"), "dict")
    values = reader.children(trees[1::2], lambda number: place_of_key(keys[number], number))
    return _all_kept(dict(zip(keys, values, strict=True)), keys)


@writes(set, frozenset)
def _set(writer, value):
    tag = "frozenset" if isinstance(value, frozenset) else "set"
    elements = list((frozenset if tag == "frozenset" else set).__iter__(value))
    return [tag, *writer.hashed(value, elements, lambda number: f"an element of the {tag}")]


@reads("set")
def _read_set(reader, *trees):
    elements = _checked(reader.hashed(trees, lambda number: "an element of the set"), "set")
    return _all_kept(set(elements), elements)


@reads("frozenset")
def _read_frozenset(reader, *trees):
    return frozenset(_read_set(reader, *trees))


def _checked(keys, kind):
    """Refuse keys that cannot be keys, or that were made to have one hash, over which a dict takes quadratic time."""
    try:
        hashes = Counter(map(hash, keys))
    except TypeError:
        raise Refused(f"is a {kind} with something unhashable in it") from None
    if max(hashes.values(), default=0) > SAME_HASH:
        raise Refused(f"is a {kind} in which more than {SAME_HASH} keys have one hash")
    return keys


def _all_kept(container, keys):
    if len(container) != len(keys):
        raise Refused(f"is a {type(container).__name__} that has a key twice")
    return container
