"""A limit on the time of code in this process that may not want to stop."""

import contextlib
import signal

AGAIN = 0.05  # seconds: a bare `except` swallows the first


class TooSlow(BaseException):
    """The time is over; no plain `except Exception` catches it."""


@contextlib.contextmanager
def alarm(seconds, ready=lambda: True):
    """Raise `TooSlow` in the main thread after so many seconds, again and again until the block is left.

    Parameters
    ----------
    seconds : float or None
        None: no limit.
    ready : callable
        While ``ready()`` is false it waits: in the middle of a message nothing may break off.
    """
    if not seconds:
        yield
        return

    def ring(number, frame):
        if ready():
            raise TooSlow(f"It took longer than {seconds:g} seconds.")

    before = signal.signal(signal.SIGALRM, ring)
    outer = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        while True:
            try:
                signal.setitimer(signal.ITIMER_REAL, *outer)
                signal.signal(signal.SIGALRM, before)
                break
            except TooSlow:  # it rang while we were leaving
                continue
