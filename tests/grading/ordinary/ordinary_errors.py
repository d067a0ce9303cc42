"""What a call does besides returning: it raises, prints, asks, warns, takes time."""

ENTRIES = {
    "an exception expected, by try": """
# %% name="solution" role="solution"
def root(x):
    if x < 0:
        raise ValueError(f"{x} is negative")
    return x**0.5
# %% name="wrong"
def root(x):
    return abs(x) ** 0.5
# %% name="wrong-2"
def root(x):
    raise TypeError("no")
# %% name="test" role="test" points=1
try:
    root(-4)
except ValueError as error:
    assert "negative" in str(error) and error.args == ("-4 is negative",)
else:
    raise AssertionError("a negative number has no root")
assert root(4) == 2
""",
    "an exception expected, by assertRaises": """
# %% name="solution" role="solution"
def item(values, key):
    return values[key]
# %% name="wrong"
def item(values, key):
    return values.get(key)
# %% name="test" role="test" points=1
import unittest
with unittest.TestCase().assertRaises(KeyError) as caught:
    item({"a": 1}, "b")
assert caught.exception.args == ("b",)
unittest.TestCase().assertRaises(KeyError, item, {}, 3)
""",
    "an exception expected, by pytest.raises": """
# %% name="solution" role="solution"
def check(shape):
    if len(shape) != 2:
        raise ValueError(f"expected 2 axes, got {len(shape)}")
# %% name="wrong"
def check(shape):
    raise ValueError("no")
# %% name="test" role="test" points=1
import pytest
check((2, 3))
with pytest.raises(ValueError, match="got 3"):
    check((1, 2, 3))
""",
    "the student's own exception": """
# %% name="solution" role="solution"
class EmptyImage(ValueError):
    def __init__(self, size):
        super().__init__(f"an image of {size} pixels")
        self.size = size

def mean(image):
    if not image:
        raise EmptyImage(len(image))
    return sum(image) / len(image)
# %% name="wrong"
class EmptyImage(ValueError):
    pass

def mean(image):
    return sum(image) / len(image) if image else 0
# %% name="test" role="test" points=2
assert mean([1, 3]) == 2
try:
    mean([])
except EmptyImage as error:
    assert isinstance(error, ValueError)
    assert "0 pixels" in str(error)
else:
    raise AssertionError("an empty image has no mean")
try:
    mean([])
except ValueError:
    pass
""",
    "an exception of a library": """
# %% name="imports" role="given"
import numpy as np
# %% name="solution" role="solution"
def solved(a, b):
    return np.linalg.solve(a, b)
# %% name="wrong"
def solved(a, b):
    return np.linalg.pinv(a) @ b
# %% name="test" role="test" points=1
try:
    solved(np.zeros((2, 2)), np.ones(2))
    raise AssertionError("a singular matrix has no inverse")
except np.linalg.LinAlgError as error:
    assert "ingular" in str(error)
np.testing.assert_allclose(solved(np.eye(2), np.ones(2)), 1)
""",
    "a test that catches everything": """
# %% name="solution" role="solution"
def third(values):
    return values[2]
# %% name="wrong"
def third(values):
    return values[1]
# %% name="test" role="test" points=1
ok = False
try:
    third([1])
except Exception as error:
    ok = type(error) is IndexError
assert ok
assert third([1, 2, 3]) == 3
""",
    "printing": """
# %% name="solution" role="solution"
def greet(name):
    print("Hello,", name)
    print("and welcome")
# %% name="wrong"
def greet(name):
    print("Hello", name)
# %% name="test" role="test" points=1
import io
from contextlib import redirect_stdout
out = io.StringIO()
with redirect_stdout(out):
    greet("Ada")
assert out.getvalue() == "Hello, Ada\\nand welcome\\n"
""",
    "printing, with sys.stdout replaced": """
# %% name="solution" role="solution"
def count(n):
    for i in range(n):
        print(i, end=" ")
    return n
# %% name="wrong"
def count(n):
    return n
# %% name="test" role="test" points=1
import io, sys
before, sys.stdout = sys.stdout, io.StringIO()
try:
    assert count(3) == 3
    printed = sys.stdout.getvalue()
finally:
    sys.stdout = before
assert printed.split() == ["0", "1", "2"]
""",
    "prints of the test itself": """
# %% name="solution" role="solution"
def square(x):
    return x * x
# %% name="wrong"
def square(x):
    return x
# %% name="test" role="test" points=1
print("trying 3")
assert square(3) == 9
print("and that was all")
""",
    "input, replaced": """
# %% name="solution" role="solution"
def ask():
    return int(input("How many? ")) + 1
# %% name="wrong"
def ask():
    return 8
# %% name="test" role="test" points=1
answers = iter(["7", "41"])
input = lambda prompt="": next(answers)
assert ask() == 8
assert ask() == 42
del input
""",
    "input, replaced by mock.patch": """
# %% name="solution" role="solution"
def ask():
    return int(input("How many? ")) + 1
# %% name="wrong"
def ask():
    return 8
# %% name="test" role="test" points=1
from unittest import mock
with mock.patch("builtins.input", side_effect=["7", "41"]):
    assert ask() == 8
    assert ask() == 42
""",
    "a warning expected, by catch_warnings": """
# %% name="solution" role="solution"
import warnings
def old(x):
    warnings.warn("use new", DeprecationWarning, stacklevel=2)
    return x
# %% name="wrong"
def old(x):
    return x
# %% name="test" role="test" points=1
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    assert old(3) == 3
assert len(caught) == 1 and issubclass(caught[0].category, DeprecationWarning)
assert "new" in str(caught[0].message)
""",
    "a warning expected, by pytest.warns": """
# %% name="solution" role="solution"
import warnings
def mean(values):
    if not values:
        warnings.warn("mean of nothing", RuntimeWarning, stacklevel=2)
        return 0
    return sum(values) / len(values)
# %% name="wrong"
def mean(values):
    return sum(values) / max(len(values), 1)
# %% name="test" role="test" points=1
import pytest
with pytest.warns(RuntimeWarning, match="nothing"):
    mean([])
assert mean([2, 4]) == 3
""",
    "a warning nobody expected": """
# %% name="solution" role="solution"
import numpy as np
def ratio(a, b):
    return np.float64(a) / np.float64(b)
# %% name="wrong"
def ratio(a, b):
    return 0.0
# %% name="test" role="test" points=1
assert ratio(1, 0) == np.inf
""",
    "time measured by the test": """
# %% name="solution" role="solution"
def total(n):
    return n * (n + 1) // 2
# %% name="wrong"
import time
def total(n):
    time.sleep(1.5)
    return n * (n + 1) // 2
# %% name="test" role="test" points=1
import time
before = time.perf_counter()
assert total(10**6) == 500000500000
assert time.perf_counter() - before < 1, "there is a formula"
""",
    "a call that never ends": """
# limits: {"call": 1}
# %% name="solution" role="solution"
def collatz(n):
    return n if n == 1 else collatz(n // 2 if n % 2 == 0 else 3 * n + 1)
# %% name="wrong"
def collatz(n):
    while n:
        pass
# %% name="wrong-2"
# 1 of 2 points
def collatz(n):
    while n != 4 and n > 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
    while n == 4:
        pass
    return 1
# %% name="small" role="test" points=1
assert collatz(2) == 1
# %% name="large" role="test" points=1
assert collatz(7) == 1
""",
    "magics in a test": """
# %% name="solution" role="solution"
def square(x):
    return x * x
# %% name="wrong"
def square(x):
    return x
# %% name="test" role="test" points=1
%precision 4
%time nine = square(3)
assert nine == 9
""",
    "await in a test": """
# %% name="solution" role="solution"
import asyncio
async def doubled(x):
    await asyncio.sleep(0.01)
    return 2 * x
# %% name="wrong"
async def doubled(x):
    return x
# %% name="test" role="test" points=1
assert await doubled(3) == 6
""",
}
