"""Five submissions of the small course, and what each comes to."""

import time

from foreign_course import FULL, RIGHT, answered

WRONG = RIGHT | {"double": "def double(x):\n    return 3 * x", "half": "half = lambda x: 1"}
EVERYBODY = {
    "a01": RIGHT,
    "a02": WRONG,
    "a03": RIGHT | {"half": "print('half')\nhalf = 1 / 0"},
    "a04": {},
    "a05": RIGHT,
}
SCORES = {
    "a01": FULL,
    "a02": FULL | {"ones": 0.0, "halves": 0.0, "parts": 3.0},
    "a03": FULL | {"halves": 0.0, "parts": 0.0},
    "a04": FULL | {"ones": 0.0, "why": 0.0, "halves": 0.0, "parts": 0.0},
    "a05": FULL,
}


def hand_in_all(course):
    """Put them where nbgrader looks for them."""
    for student, answers in EVERYBODY.items():
        course.hand_in(answered(course.released(), **answers), student)


def until(happens, process=None, seconds=60):
    """Wait for it, while a process runs; return what it was."""
    end = time.monotonic() + seconds
    while not (found := happens()):
        assert time.monotonic() < end
        assert process is None or process.poll() is None
        time.sleep(0.05)
    return found
