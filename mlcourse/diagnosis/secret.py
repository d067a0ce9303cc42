"""The instructor's seed, from which hidden inputs are drawn."""

import os
import sys
import zlib

NAME = "MLCOURSE_SECRET"


def secret():
    """Return the seed for hidden inputs.

    Taken from the environment variable ``MLCOURSE_SECRET``, which only the grading side sets. Without it the seed is
    a public one, and a line in the output says so.

    Returns
    -------
    int
    """
    text = os.environ.get(NAME)
    if text is None:
        print(f"Hidden inputs come from a public seed, since {NAME} is not set.", file=sys.stdout)
        return 1
    return zlib.crc32(text.encode())
