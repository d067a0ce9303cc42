"""How much may cross, and the errors of what may not."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one message may hold at most; the same for both sides, so that what can be sent is taken.

    Attributes
    ----------
    text : int
        Bytes of JSON.
    buffers : int
        Bytes of all arrays, tensors, byte strings and long texts together.
    nodes : int
        Values in it, each element of a list counted; what takes long to make counts more. Decoding so many takes a few
        seconds and about 300 MB at worst.
    depth : int
        Containers inside each other.
    bits : int
        Size of a whole number; 131,072 bits are some 39,000 digits.
    """

    text: int = 16 * 2**20
    buffers: int = 512 * 2**20
    nodes: int = 1_000_000
    depth: int = 40
    bits: int = 2**17


LIMITS = Limits()


class _Placed(Exception):
    """An error that learns on its way out where in the value it happened."""

    whole = "the value"

    def __init__(self, what):
        super().__init__(what)
        self.what, self.places = what, []

    def within(self, place):
        """Add the container around: ``element 3 of the tuple``."""
        self.places.append(place)
        return self

    def __str__(self):
        return f"{' in '.join(self.places) or self.whole} {self.what}"


class CannotCross(_Placed, TypeError):
    """Raised by the side that sends: this value is of a kind, or a size, that does not cross; says which and where."""


ENDED = (
    "The process that ran your code has ended, so it gives no answers any more. Does your code end it (os._exit, a signal), or "
    "does it take more memory or time than there is?"
)


class WireError(Exception):
    """What came from the other side is no answer."""


class Refused(_Placed, WireError):
    """What arrived is not on the list of what may; says what and where."""

    whole = "the message"


class LinkLost(WireError):
    """The other side is gone, or the link was given up after an earlier error."""


class TimedOut(LinkLost):
    """The other side did not send, or did not take, a message in time; the link is given up."""


def place_of_key(key, number):
    """Name an entry of a dict for an error, whatever its key is.

    Parameters
    ----------
    key : object
    number : int
        Which entry it is, from 0.

    Returns
    -------
    str
    """
    if type(key) is str or (type(key) is int and abs(key) < 2**63):
        return f"the value of {key[:60] if type(key) is str else key!r} in the dict"
    return f"the value of entry {number} in the dict"
