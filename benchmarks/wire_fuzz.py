"""Hostile messages to the judge, by the hundred thousand. Run: python benchmarks/wire_fuzz.py [messages] [seed].

The tests send some 20,000, the same each time; this sends others with each seed. Valid messages of every kind are spoilt in
several places at once, cut and joined. Whatever comes must be refused or give a sound value, within seconds, and nothing
may be executed; the first that does otherwise stops the run and is printed.
"""

import sys
import time
from pathlib import Path

import numpy as np

MESSAGES = 300_000
TELLING = np.frombuffer(rb'[]",{}\0123456789-.eE:tfnaux ' + bytes(range(0, 256, 5)), np.uint8)
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "grading"))


def drawn(rng, messages):
    """One hostile message, made of one or two valid ones."""
    (text, memory), (other, _) = (messages[n] for n in rng.integers(len(messages), size=2))
    if rng.random() < 0.3:  # a part of the other in the place of a part of this
        start, end = np.sort(rng.integers(len(text) + 1, size=2))
        first, last = np.sort(rng.integers(len(other) + 1, size=2))
        text = text[:start] + other[first:last] + text[end:]
    return spoilt(rng, text, 3), spoilt(rng, memory, 2)


def spoilt(rng, data, most):
    """Up to so many bytes put in the place of others, between them, or taken away."""
    data = bytearray(data)
    for _ in range(rng.integers(most + 1)):
        place, how = rng.integers(len(data) + 1), rng.integers(3)
        data[place : place + (how != 0)] = bytes([rng.choice(TELLING)] if how < 2 else [])
    return bytes(data)


def main(count, seed):
    """Send them and print what came of them."""
    from hostile import received, valid

    rng, messages = np.random.default_rng(seed), list(valid().values())
    for message in messages:
        received(*message)  # libraries import what they need
    accepted, slowest, begun = 0, 0.0, time.perf_counter()
    for _ in range(count):
        text, memory = drawn(rng, messages)
        before = time.thread_time()
        try:
            accepted += received(text, memory)
        except BaseException:
            print(f"seed {seed}: {text!r} with {memory!r}")
            raise
        slowest = max(slowest, time.thread_time() - before)
    print(f"{accepted} of {count} gave a sound value, {time.perf_counter() - begun:.0f} s")
    print(f"RESULT hostile_messages_withstood {count} messages (goal at least {min(count, MESSAGES)}) met")
    print(
        f"RESULT slowest_hostile_message {slowest * 1e3:.1f} ms (goal at most 10000) {'met' if slowest < 10 else 'not met'}"
    )


if __name__ == "__main__":
    main(*(int(given) for given in (*sys.argv[1:], *(MESSAGES, 0)[len(sys.argv) - 1 :])))
