"""A limit on the time of code in this process that may not want to stop."""

import _signal  # what `signal` is made of, without its enums, which take 8 µs a call
import signal

AGAIN = 0.05  # seconds: a bare `except` swallows the first


class TooSlow(BaseException):
    """The time is over; no plain `except Exception` catches it."""


class alarm:
    """Raise `TooSlow` in the main thread after so many seconds, again and again until the block is left.

    Parameters
    ----------
    seconds : float or None
        None: no limit.
    ready : callable
        While ``ready()`` is false it waits: in the middle of a message nothing may break off.
    """

    __slots__ = ("before", "outer", "ready", "seconds")

    def __init__(self, seconds, ready=lambda: True):
        self.seconds, self.ready = seconds, ready

    def _ring(self, number, frame):
        if self.ready():
            raise TooSlow(f"It took longer than {self.seconds:g} seconds.")

    def __enter__(self):
        if self.seconds:
            self.before = _signal.signal(signal.SIGALRM, self._ring)
            self.outer = signal.setitimer(signal.ITIMER_REAL, self.seconds, AGAIN)

    def __exit__(self, *error):
        while self.seconds:
            try:
                signal.setitimer(signal.ITIMER_REAL, *self.outer)
                _signal.signal(signal.SIGALRM, self.before)
                return
            except TooSlow:  # it rang while we were leaving
                continue
