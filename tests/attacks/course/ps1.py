# A small assignment of the kind a first course in Python sets, with tests of the kinds that people write.
# imports: numpy

# %% [markdown]
# # Problem set 1
#
# Write each function where it says so.

# %% role="given" name="setup"
import json

import numpy as np


# %% role="solution" name="relu"
def relu(x):
    ### BEGIN SOLUTION
    return np.where(x > 0, x, 0.0)
    ### END SOLUTION


# %% role="test" name="relu_array" points=3
np.testing.assert_allclose(relu(np.array([-1.0, 2.0])), [0, 2])
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(20)
x = rng.standard_normal((3, 4))
np.testing.assert_allclose(relu(x), np.maximum(x, 0))
### END HIDDEN TESTS


# %% role="solution" name="clamp"
def clamp(x, low, high):
    ### BEGIN SOLUTION
    return min(max(x, low), high)
    ### END SOLUTION


# %% role="test" name="clamp_numbers" points=2
assert clamp(5, 0, 3) == 3
### BEGIN HIDDEN TESTS
assert clamp(-41, -7, 12) == -7
assert clamp(2, -7, 12) == 2
with open("cases.json") as file:
    for given, expected in json.load(file):
        assert clamp(*given) == expected
### END HIDDEN TESTS


# %% role="solution" name="tally"
class Tally:
    ### BEGIN SOLUTION
    def __init__(self):
        self.values = []

    def add(self, value):
        self.values.append(value)

    def __len__(self):
        return len(self.values)

    def mean(self):
        return sum(self.values) / len(self.values)

    @property
    def largest(self):
        return max(self.values)

    ### END SOLUTION


# %% role="test" name="tally_methods" points=3
tally = Tally()
for value in (2, 3, 5, 10):
    tally.add(value)
assert len(tally) == 4
assert abs(tally.mean() - 5) < 1e-9
### BEGIN HIDDEN TESTS
import statistics

other = Tally()
for value in (1.5, 8, -3):
    other.add(value)
assert abs(other.mean() - statistics.mean([1.5, 8, -3])) < 1e-9
assert (other.largest, tally.largest) == (8, 10)
### END HIDDEN TESTS


# %% role="solution" name="initials"
def initials(name):
    ### BEGIN SOLUTION
    return "".join(word[0].upper() for word in name.split())
    ### END SOLUTION


# %% role="test" name="initials_text" points=2
assert initials("two words") == "TW"
### BEGIN HIDDEN TESTS
assert initials("here are three") in {"HAT"}
assert initials("") == ""
### END HIDDEN TESTS


# %% role="solution" name="count"
def count(words):
    ### BEGIN SOLUTION
    found = {}
    for word in words:
        found[word] = found.get(word, 0) + 1
    return found
    ### END SOLUTION


# %% role="test" name="count_words" points=2
assert count(["a", "b", "a"]) == {"a": 2, "b": 1}
### BEGIN HIDDEN TESTS
assert count("mississippi") == {"m": 1, "i": 4, "s": 4, "p": 2}
word, letters = "tomato", {"t": 2, "o": 2, "m": 1, "a": 1}
### END HIDDEN TESTS

# %% role="test" name="count_again" points=1
assert count([]) == {}
### BEGIN HIDDEN TESTS
assert count(word) == letters
### END HIDDEN TESTS


# %% role="given" name="score"
def score(classify, cases):
    """1 where every answer is right, 0 where each is off by one."""
    return 1 - np.mean([abs(classify(x) - label) for x, label in cases])


# %% role="solution" name="classify"
def classify(x):
    ### BEGIN SOLUTION
    return 1 if x > 0 else 0
    ### END SOLUTION


# %% role="test" name="classify_score" points=4
import os

cases = [(-1.0, 0), (2.0, 1)]
### BEGIN HIDDEN TESTS
np.random.seed(int(os.environ.get("PS1_SECRET", "0")))
labels = np.random.randint(2, size=40)
cases = list(zip((2.0 * labels - 1) * np.random.uniform(0.1, 3, 40), labels))
### END HIDDEN TESTS
float(4 * score(classify, cases))


# %% role="solution" name="shout"
def shout(text):
    ### BEGIN SOLUTION
    print(text.upper() + "!")
    ### END SOLUTION


# %% role="test" name="shout_prints" points=2
import io
from contextlib import redirect_stdout

with redirect_stdout(io.StringIO()) as printed:
    shout("hello")
assert printed.getvalue() == "HELLO!\n"
### BEGIN HIDDEN TESTS
with redirect_stdout(io.StringIO()) as printed:
    shout("Good day")
    shout("a")
assert printed.getvalue().split("\n") == ["GOOD DAY!", "A!", ""]
### END HIDDEN TESTS


# %% role="solution" name="centre"
def centre(values):
    ### BEGIN SOLUTION
    mean = sum(values) / len(values)
    for n in range(len(values)):
        values[n] -= mean
    ### END SOLUTION


# %% role="test" name="centre_in_place" points=2
values = [1.0, 2.0, 6.0]
assert centre(values) is None
assert values == [-2, -1, 3]
### BEGIN HIDDEN TESTS
more = np.array([0.0, 1.0, 2.0, 9.0])
centre(more)
np.testing.assert_allclose(more, [-3, -2, -1, 6])
### END HIDDEN TESTS


# %% role="solution" name="evens"
def evens(n):
    ### BEGIN SOLUTION
    yield from range(0, n, 2)
    ### END SOLUTION


# %% role="test" name="evens_generated" points=2
from itertools import islice

assert list(islice(evens(7), 50)) == [0, 2, 4, 6]
### BEGIN HIDDEN TESTS
assert sum(islice(evens(12), 50)) == 30
assert next(evens(3)) == 0
assert list(islice(evens(0), 50)) == []
### END HIDDEN TESTS


# %% role="solution" name="half"
def half(n):
    ### BEGIN SOLUTION
    if n % 2:
        raise ValueError("an odd number has no half")
    return n // 2
    ### END SOLUTION


# %% role="test" name="half_raises" points=2
try:
    half(7)
except ValueError:
    pass
else:
    raise AssertionError("half(7) should raise ValueError")
### BEGIN HIDDEN TESTS
assert half(10) == 5
assert half(-4) == -2
### END HIDDEN TESTS


# %% role="solution" name="order"
def order(values):
    ### BEGIN SOLUTION
    return sorted(values)
    ### END SOLUTION


# %% role="test" name="order_items" points=2
assert list(order([3, 1, 2])) == [1, 2, 3]
### BEGIN HIDDEN TESTS
from measures import is_sorted, same_items

given = [8, 4, 4, -2, 19, 0]
result = order(given)
assert is_sorted(result)
assert same_items(result, [-2, 0, 4, 4, 8, 19])
### END HIDDEN TESTS


# %% role="given" name="examples"
easy = order([2, 1])
hard, wanted = [9, 1, 4], [1, 4, 9]
readings = [4, -2, 7, 1]

# %% role="test" name="order_easy" points=1
assert list(easy) == [1, 2]
assert len(wanted) == len(hard) == 3

# %% role="test" name="order_hard" points=2
assert list(order(hard)) == wanted
assert list(order(readings)) == [-2, 1, 4, 7]

# %% role="solution" name="total"
def total(values):
    ### BEGIN SOLUTION
    result = 0
    for value in values:
        result += value
    return result
    ### END SOLUTION


# %% role="test" name="total_by_loop" points=2
import inspect

assert total([1, 2, 3]) == 6
assert "sum(" not in inspect.getsource(total), "please write the loop yourself"
### BEGIN HIDDEN TESTS
assert total([]) == 0
for reading in readings:
    assert total([reading, reading, 0.5]) == 2 * reading + 0.5
### END HIDDEN TESTS
