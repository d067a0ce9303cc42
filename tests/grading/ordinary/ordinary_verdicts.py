"""How a test says what it found: asserts of every make."""

ENTRIES = {
    "plain asserts": """
# %% name="solution" role="solution"
def square(x):
    return x * x
# %% name="wrong"
def square(x):
    return 2 * x
# %% name="forged"
class Equal:
    def __eq__(self, other):
        return True

def square(x):
    return Equal()
# %% name="test" role="test" points=2
assert square(3) == 9
assert square(-1.5) == 2.25, "also of what is negative"
""",
    "the answer on the right": """
# %% name="solution" role="solution"
def square(x):
    return x * x
# %% name="wrong"
def square(x):
    return 2 * x
# %% name="forged"
class Equal(int):
    def __eq__(self, other):
        return other % 2 == 1

def square(x):
    return Equal(9)
# %% name="test" role="test" points=2
assert 25 == square(5)
assert not 26 == square(5)
assert 25 in [square(5)] and square(5) not in (24, 26)
""",
    "no function, a number": """
# %% name="solution" role="solution"
answer = 42
# %% name="wrong"
answer = 41
# %% name="wrong-2"
# nothing
# %% name="test" role="test" points=1
assert answer == 42
""",
    "np.testing": """
# %% name="imports" role="given"
import numpy as np
# %% name="solution" role="solution"
def doubled(x):
    return 2 * x
# %% name="wrong"
def doubled(x):
    return x
# %% name="forged"
np.testing.assert_allclose = np.testing.assert_array_equal = lambda *args, **options: None

def doubled(x):
    return x
# %% name="test" role="test" points=2
np.testing.assert_allclose(doubled(np.arange(3.0)), [0, 2, 4])
np.testing.assert_array_equal(doubled(np.ones((2, 3))), np.full((2, 3), 2.0))
""",
    "np.allclose": """
# %% name="imports" role="given"
import numpy as np
# %% name="solution" role="solution"
def halved(x):
    return x / 2
# %% name="wrong"
def halved(x):
    return x / 3
# %% name="forged"
class Close(np.ndarray):
    def __array_function__(self, function, types, args, options):
        return True

def halved(x):
    return np.asarray(x / 3).view(Close)
# %% name="test" role="test" points=1
assert np.allclose(halved(np.arange(4.0)), [0, 0.5, 1, 1.5])
assert np.isclose(halved(np.float64(3)), 1.5)
""",
    "math.isclose": """
# %% name="solution" role="solution"
def mean(values):
    return sum(values) / len(values)
# %% name="wrong"
def mean(values):
    return sum(values)
# %% name="test" role="test" points=1
import math
assert math.isclose(mean([0.1, 0.2, 0.3]), 0.2)
""",
    "pytest.approx": """
# %% name="solution" role="solution"
def mean(values):
    return sum(values) / len(values)
# %% name="wrong"
def mean(values):
    return sum(values)
# %% name="forged"
class Equal(float):
    def __eq__(self, other):
        return True

def mean(values):
    return Equal(7)
# %% name="test" role="test" points=1
import pytest
assert mean([0.1, 0.2, 0.3]) == pytest.approx(0.2)
""",
    "a loop over cases": """
# %% name="solution" role="solution"
def even(n):
    return n % 2 == 0
# %% name="wrong"
def even(n):
    return True
# %% name="test" role="test" points=1
for n in range(40):
    assert even(n) == (n in range(0, 40, 2)), f"of {n}"
""",
    "comprehension and lambda in the test": """
# %% name="solution" role="solution"
def square(x):
    return x * x
# %% name="wrong"
def square(x):
    return x + x
# %% name="test" role="test" points=1
assert [square(x) for x in range(4)] == [0, 1, 4, 9]
assert {x: square(x) for x in (3, 4)} == {3: 9, 4: 16}
assert all(square(x) == x**2 for x in range(5))
assert list(map(square, [1, 2])) == [1, 4]
twice = lambda x: square(square(x))
assert twice(3) == 81
""",
    "a helper in the test": """
# %% name="solution" role="solution"
def square(x):
    return x * x
# %% name="wrong"
def square(x):
    return x + x
# %% name="test" role="test" points=1
def expect(x, wanted):
    def got():
        return square(x)
    assert got() == wanted, f"{x} gives {got()}"

expect(3, 9)
expect(4, 16)
""",
    "a class of unittest in the test": """
# %% name="solution" role="solution"
def square(x):
    if isinstance(x, str):
        raise TypeError("not a number")
    return x * x
# %% name="wrong"
def square(x):
    return x + x
# %% name="test" role="test" points=2
import unittest

class Squares(unittest.TestCase):
    def test_numbers(self):
        self.assertEqual(square(3), 9)
        self.assertAlmostEqual(square(0.1), 0.01)

    def test_text(self):
        with self.assertRaises(TypeError):
            square("3")

found = unittest.TestResult()
unittest.defaultTestLoader.loadTestsFromTestCase(Squares).run(found)
assert found.wasSuccessful(), found.failures + found.errors
assert found.testsRun == 2
""",
    "asserts of unittest": """
# %% name="solution" role="solution"
def digits(n):
    return [int(digit) for digit in str(n)]
# %% name="wrong"
def digits(n):
    return [n]
# %% name="test" role="test" points=1
from unittest import TestCase
test = TestCase()
test.assertEqual(digits(120), [1, 2, 0])
test.assertIn(7, digits(37))
test.assertIsInstance(digits(3), list)
test.assertCountEqual(digits(21), [1, 2])
""",
}
