"""Whose names a test meets: the student's, the author's, those of both, those it replaces or takes away."""

ENTRIES = {
    "a global read": """
# %% name="solution" role="solution"
scale = 2.5
labels = ["brain", "skull"]
# %% name="wrong"
scale = 25
labels = []
# %% name="test" role="test" points=1
assert scale * 2 == 5
assert len(labels) == 2 and labels[0].upper() == "BRAIN"
assert isinstance(labels, list)
""",
    "a global that a call changes": """
# %% name="solution" role="solution"
calls = 0
def step():
    global calls
    calls += 1
    return calls
# %% name="wrong"
calls = 2
def step():
    return calls
# %% name="test" role="test" points=1
before = calls
step(), step()
assert calls == before + 2
""",
    "'name' in globals()": """
# %% name="solution" role="solution"
def square(x):
    return x * x
# %% name="wrong"
def quadrat(x):
    return x * x
# %% name="test" role="test" points=1
assert "square" in globals(), "call your function square"
assert "cube" not in globals()
assert callable(globals()["square"]) and square(3) == 9
""",
    "a name that is not there": """
# %% name="solution" role="solution"
def square(x):
    return x * x
# %% name="wrong"
def square(x):
    return x * x
cube = 27
# %% name="test" role="test" points=1
try:
    cube
except NameError:
    pass
else:
    raise AssertionError("not asked for")
assert square(2) == 4
""",
    "a provided function that calls the student's": """
# %% name="provided" role="given"
def slope(f, x, h=1e-6):
    return (f(x + h) - f(x - h)) / (2 * h)

def twice(x):
    return f(f(x))
# %% name="solution" role="solution"
def f(x):
    return x**2
# %% name="wrong"
def f(x):
    return x
# %% name="forged"
def f(x):
    return x

def slope(f, x, h=1e-6):
    return {3.0: 6.0}[x]

def twice(x):
    return {2: 16}[x]
# %% name="test" role="test" points=1
assert abs(slope(f, 3.0) - 6) < 1e-4
assert twice(2) == 16
""",
    "a provided function that the student calls": """
# %% name="provided" role="given"
def padded(row, by):
    return [0] * by + row + [0] * by
# %% name="solution" role="solution"
def windows(row):
    wide = padded(row, 1)
    return [wide[i : i + 3] for i in range(len(row))]
# %% name="wrong"
def windows(row):
    return [row[i : i + 3] for i in range(len(row))]
# %% name="forged"
def padded(row, by):
    return row

def windows(row):
    return [row[i : i + 3] for i in range(len(row))]
# %% name="test" role="test" points=1
row = [1, 2, 3, 4]
assert windows(row) == [padded(row, 1)[i : i + 3] for i in range(4)]
""",
    "provided data, used by both": """
# %% name="data" role="given"
import numpy as np
image = np.arange(12.0).reshape(3, 4)
image[1, 2] = 100
# %% name="solution" role="solution"
def brightest():
    return np.unravel_index(image.argmax(), image.shape)
row, column = brightest()
# %% name="wrong"
def brightest():
    return 2, 3
row, column = brightest()
# %% name="forged"
image = np.zeros((3, 4))
image[2, 3] = 100
def brightest():
    return 2, 3
row, column = 2, 3
# %% name="test" role="test" points=1
assert image[brightest()] == image.max()
assert image[row, column] == image.max() == 100
""",
    "what a provided cell makes of the answer": """
# %% name="solution" role="solution"
def square(x):
    return x * x
# %% name="wrong"
def square(x):
    return x
# %% name="table" role="given"
table = [square(x) for x in range(4)]
# %% name="test" role="test" points=1
assert table == [0, 1, 4, 9]
assert table[2] == square(2)
""",
    "a cell that only shows": """
# %% name="solution" role="solution"
def square(x):
    return x * x
# %% name="wrong"
def square(x):
    return x
# %% name="shown"
print(square(3))
square(4)
# %% name="test" role="test" points=1
assert square(5) == 25
""",
    "import with a star": """
# %% name="imports" role="given"
from math import *
# %% name="solution" role="solution"
def area(r):
    return pi * r**2
# %% name="wrong"
def area(r):
    return 2 * pi * r
# %% name="forged"
pi = 3
def area(r):
    return pi * r**2
# %% name="test" role="test" points=1
assert isclose(area(2), 4 * pi)
assert floor(area(1)) == 3 and cos(0) == 1
""",
    "source, signature, name and docstring": '''
# %% name="solution" role="solution"
def power(x, n=2, *, copy=True):
    """The n-th power of x."""
    result = 1
    for _ in range(n):
        result = result * x
    return result
# %% name="wrong"
def power(x, n=2, *, copy=True):
    """The n-th power of x."""
    return x**n
# %% name="wrong-2"
def power(x, n):
    result = 1
    for _ in range(n):
        result *= x
    return result
# %% name="test" role="test" points=2
import inspect
source = inspect.getsource(power)
assert "for " in source and "**" not in source, "write a loop"
assert list(inspect.signature(power).parameters) == ["x", "n", "copy"]
assert inspect.signature(power).parameters["n"].default == 2
assert "power" in power.__doc__ and power.__name__ == "power"
assert power(3, 4) == 81
''',
    "type hints": """
# %% name="solution" role="solution"
def repeat(text: str, times: int = 2) -> list[str]:
    return [text] * times
# %% name="wrong"
def repeat(text, times=2) -> str:
    return [text] * times
# %% name="test" role="test" points=1
assert repeat.__annotations__["return"] == list[str]
assert repeat.__annotations__["times"] is int
assert repeat("a") == ["a", "a"]
""",
    "a student's function, replaced by the test": """
# %% name="solution" role="solution"
def load(name):
    return [1, 2, 3]
def mean(name):
    values = load(name)
    return sum(values) / len(values)
# %% name="wrong"
def load(name):
    return [1, 2, 3]
def mean(name):
    return 2
# %% name="test" role="test" points=1
assert mean("scan") == 2
load = lambda name: [10, 20]
assert mean("scan") == 15, "call load"
""",
    "a builtin, replaced by the test": """
# %% name="solution" role="solution"
def total(values):
    result = 0
    for value in values:
        result += value
    return result
# %% name="wrong"
def total(values):
    return sum(values)
# %% name="test" role="test" points=1
def sum(*values):
    raise AssertionError("without sum, please")
assert total([1, 2, 3]) == 6
del sum
""",
    "a name deleted by the test": """
# %% name="solution" role="solution"
def square(x):
    return x * x
# %% name="wrong"
def square(x):
    return x
# %% name="first" role="test" points=1
value = square(3)
assert value == 9
del value
# %% name="second" role="test" points=1
assert "value" not in globals()
value = square(4)
assert value == 16
""",
    "a builtin's name, given to the answer": """
# %% name="solution" role="solution"
def sum(values):
    total = 0
    for value in values:
        total += value
    return total
def max(values):
    return sorted(values)[-1]
# %% name="wrong"
def sum(values):
    return 0
def max(values):
    return values[0]
# %% name="test" role="test" points=1
assert sum([1, 2, 3]) == 6
assert max([2, 5, 3]) == 5
""",
}
