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
AT_ONCE = 256  # pieces handed to the system; Linux takes 1,024
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
        message = encode(value, refer=refer, limits=self.limits)
        header = HEADER.pack(MAGIC, VERSION, kind, self.sent, len(message.text), message.size)
        with _Use(self, timeout) as use:
            use.push([header + message.text + bytes(padding(len(message.text))), *message.pieces])
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
        with _Use(self, timeout) as use:
            header = bytearray(HEADER.size)
            use.fill(header)
            kind, text, beside = self._checked(*HEADER.unpack(header))
            body = _memory(text + padding(text) + beside)
            use.fill(body)
            self.received += 1
        self.arriving = kind
        value = decode(body[:text], body[text + padding(text) :], resolve=resolve, limits=self.limits)
        return kind, value

    def close(self):
        """Close the socket; whoever waits at the other end gets `LinkLost`."""
        self.given_up = self.given_up or "it was closed"
        self.socket.close()

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


class _Use:
    """The socket for one frame: with a clock, and given up if anything goes wrong on the way."""

    def __init__(self, link, timeout):
        if link.given_up:
            raise LinkLost(f"the link was given up: {link.given_up}")
        self.link, self.socket = link, link.socket
        self.end = None if timeout is None else time.monotonic() + timeout

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if error is None:
            return
        self.link.given_up = str(error) or kind.__name__
        if isinstance(error, TimeoutError):
            raise TimedOut("the other side did not answer in time") from error
        if isinstance(error, OSError):
            raise LinkLost(f"the other side is gone: {error}") from error

    def wait(self):
        """Give the rest of the time to the next call of the socket."""
        left = None if self.end is None else self.end - time.monotonic()
        if left is not None and left <= 0:
            raise TimeoutError
        self.socket.settimeout(left)

    def fill(self, memory):
        """Receive so many bytes as ``memory`` has."""
        view = memoryview(memory)
        while view:
            self.wait()
            count = self.socket.recv_into(view)
            if not count:
                raise LinkLost("the other side closed the link")
            view = view[count:]

    def push(self, pieces):
        """Send all pieces."""
        views = [memoryview(piece) for piece in pieces]
        while views:
            self.wait()
            count = self.socket.sendmsg(views[:AT_ONCE])
            while views and count >= len(views[0]):
                count -= len(views.pop(0))
            if count:
                views[0] = views[0][count:]
