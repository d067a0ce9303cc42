"""Messages over a socket: a header that says how long they are, and a clock.

A frame is the header, the text, zeros up to a multiple of 16 bytes from the text's start, and the bytes beside it.
"""

import socket as sockets
import struct
import time

import numpy as np

from mlcourse.grading.wire.bounds import LIMITS, LinkLost, Refused, TimedOut
from mlcourse.grading.wire.crossing import padding
from mlcourse.grading.wire.message import decode, encode

MAGIC, VERSION = b"judg", 1
HEADER = struct.Struct(">4sBBQIQ")  # magic, version, kind, sequence number, bytes of text, bytes beside it
BEGIN = HEADER.size  # bytes before the text
AT_ONCE = 256  # pieces handed to the system; Linux takes 1,024
AHEAD = 2**13  # bytes asked for with a header: most frames are here at once then
ON_THE_WAY = 2**20  # bytes the system is asked to hold, so that large arrays need fewer turns of the two processes


class Link:
    """One end of a connected stream socket, for one thread.

    Frames are counted each way, so that one that is lost, sent twice or slipped in is found out. After any error but
    `CannotCross`, and `Refused` of a value in a whole frame, the link is given up: later calls raise `LinkLost`.

    Parameters
    ----------
    socket : socket.socket
        Belongs to the link from now on.
    limits : Limits
    """

    def __init__(self, socket, limits=LIMITS):
        self.socket, self.limits = socket, limits
        self.sent, self.received = 0, 0
        self.arriving = None  # the kind of the frame whose value is being decoded
        self.allowed = socket.gettimeout()
        self.ahead = b""  # of the next frame, what came with the one before
        self.given_up = ""
        socket.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, ON_THE_WAY)

    def send(self, kind, value, *, timeout, refer=None):
        """Send one value.

        Parameters
        ----------
        kind : int
            From 0 to 255, what the value is for; the two ends agree on the meaning.
        value : object
        timeout : float or None
            Seconds for the whole frame; None waits for ever.
        refer : callable, optional
            See `encode`.

        Raises
        ------
        ValueError
            If the kind is not one.
        CannotCross
            See `encode`; nothing was sent.
        TimedOut
            If the other side does not take it in time.
        LinkLost
            If the other side is gone.
        """
        if type(kind) is not int or not 0 <= kind <= 255:
            raise ValueError(f"kind is {kind!r}; expected a whole number from 0 to 255.")
        self._usable()
        message = encode(value, refer=refer, limits=self.limits)
        text = message.text
        header = HEADER.pack(MAGIC, VERSION, kind, self.sent, len(text), message.size)
        try:
            self._push([header + text + bytes(padding(len(text))), *message.pieces], timeout)
        except BaseException as error:
            self._give_up(error)
            raise
        self.sent += 1

    def receive(self, *, timeout, resolve=None):
        """Wait for one value.

        Parameters
        ----------
        timeout : float or None
            Seconds for the whole frame; None waits for ever.
        resolve : callable, optional
            See `decode`.

        Returns
        -------
        kind : int
        value : object

        Raises
        ------
        Refused
            If what came is no frame of the next number within the limits, or its value is refused.
        TimedOut
            If it is not here in time.
        LinkLost
            If the other side is gone.
        """
        self._usable()
        try:
            kind, text, memory = self._frame(timeout)
        except BaseException as error:
            self._give_up(error)
            raise
        self.received += 1
        self.arriving = kind
        return kind, decode(text, memory, resolve=resolve, limits=self.limits)

    def fileno(self):
        """Give the socket's, for `select`; which knows nothing of what is `ahead`."""
        return self.socket.fileno()

    def close(self):
        """Close the socket; whoever waits at the other end gets `LinkLost`."""
        self.given_up = self.given_up or "it was closed"
        self.socket.close()

    def _usable(self):
        if self.given_up:
            raise LinkLost(f"the link was given up: {self.given_up}")

    def _give_up(self, error):
        """Use it no more, for who knows what is on the way."""
        self.given_up = str(error) or type(error).__name__
        if isinstance(error, TimeoutError):
            raise TimedOut("the other side did not answer in time") from error
        if isinstance(error, OSError):
            raise LinkLost(f"the other side is gone: {error}") from error

    def _push(self, pieces, timeout):
        """Send all pieces."""
        end = None
        while pieces:
            end = self._allow(timeout, end)
            pieces = _rest(pieces, self.socket.sendmsg(pieces[:AT_ONCE]))

    def _frame(self, timeout):
        """Receive one: its kind, its text, and the bytes beside it."""
        end, came = None, self.ahead
        while len(came) < BEGIN:
            end = self._allow(timeout, end)
            came += _some(self.socket.recv(AHEAD))
        kind, text, beside = self._checked(*HEADER.unpack_from(came))
        filled = text + padding(text)
        size = BEGIN + filled + beside
        if len(came) >= size:
            self.ahead = came[size:]
            return kind, came[BEGIN : BEGIN + text], came[BEGIN + filled : size]
        body = _memory(filled + beside)
        view = memoryview(body)
        view[: len(came) - BEGIN], self.ahead = came[BEGIN:], b""
        view = view[len(came) - BEGIN :]
        while view:
            end = self._allow(timeout, end)
            view = view[_some(self.socket.recv_into(view)) :]
        return kind, body[:text], body[filled:]

    def _allow(self, timeout, end):
        """Give the next call of the socket what is left of a frame's time; return when that ends (None: not begun)."""
        left = timeout
        if timeout is not None:
            now = time.monotonic()
            left, end = (timeout, now + timeout) if end is None else (end - now, end)
            if left <= 0:
                raise TimeoutError
        if left != self.allowed:
            self.socket.settimeout(left)
            self.allowed = left
        return end

    def _checked(self, magic, version, kind, sequence, text, beside):
        if magic != MAGIC or version != VERSION:
            raise Refused(f"begins with {magic + bytes([version])!r}; expected {MAGIC + bytes([VERSION])!r}")
        if sequence != self.received:
            raise Refused(f"has the number {sequence}; expected {self.received}")
        if text > self.limits.text or beside > self.limits.buffers:
            raise Refused(
                f"announces {text:,} bytes of text and {beside:,} beside it; "
                f"{self.limits.text:,} and {self.limits.buffers:,} are allowed"
            )
        return kind, text, beside


def _memory(size):
    """Memory that is touched only as bytes arrive: to announce many costs the other side nothing."""
    try:
        return np.empty(size, np.uint8)
    except MemoryError as error:
        raise Refused(f"announces {size:,} bytes, for which there is no memory") from error


def _rest(pieces, count):
    """Give what is left of the pieces after so many bytes."""
    for number, piece in enumerate(pieces):
        if count < len(piece):
            return [memoryview(piece)[count:], *pieces[number + 1 :]]
        count -= len(piece)
    return []


def _some(came):
    """What a call of the socket gave, or how much."""
    if not came:
        raise LinkLost("the other side closed the link")
    return came
