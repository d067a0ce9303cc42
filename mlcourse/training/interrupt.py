"""The notebook's stop button, heard at a step's end."""

import signal
import threading


class Interrupt:
    """While it lasts, the first interrupt is noted, and the second one is raised as usual.

    Attributes
    ----------
    asked : bool
        Whether somebody wants it to stop.
    """

    def __init__(self):
        self.asked = False
        # Signals come to the main thread, and only there may they be caught.
        self._here = threading.current_thread() is threading.main_thread()

    def __enter__(self):
        if self._here:
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_):
        if self._here:
            signal.signal(signal.SIGINT, self._before)

    def _note(self, number, frame):
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
