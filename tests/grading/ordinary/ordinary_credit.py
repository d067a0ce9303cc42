"""What a test is worth: partial credit by its last expression, hidden lines, tests beside each other."""

ENTRIES = {
    "partial credit as a whole number": """
# %% name="solution" role="solution"
def square(x):
    return x * x
# %% name="wrong"
def square(x):
    return None
# %% name="wrong-half"
# 2 of 3 points
def square(x):
    return abs(x) * x
# %% name="test" role="test" points=3
points = 0
for x, wanted in [(2, 4), (3, 9), (-3, 9)]:
    points += square(x) == wanted
points
""",
    "partial credit as a float": """
# %% name="solution" role="solution"
def square(x):
    return x * x
# %% name="wrong"
def square(x):
    return None
# %% name="wrong-half"
# 1.5 of 2 points
def square(x):
    return abs(x) * x
# %% name="forged"
class Equal:
    def __eq__(self, other):
        return 999

def square(x):
    return Equal()
# %% name="test" role="test" points=2
2 * sum(square(x) == x**2 for x in (1, 2, 3, -1)) / 4
""",
    "partial credit as a NumPy scalar": """
# %% name="imports" role="given"
import numpy as np
# %% name="solution" role="solution"
def square(x):
    return x**2
# %% name="wrong"
def square(x):
    return x - 100
# %% name="wrong-half"
# 0.5 of 2 points
def square(x):
    return x
# %% name="test" role="test" points=2
right = square(np.array([1.0, 2.0, 3.0, 4.0])) == [1, 4, 9, 16]
np.mean(right) * 2
""",
    "a last expression that is no number": """
# %% name="solution" role="solution"
def square(x):
    return x * x
# %% name="wrong"
def square(x):
    return x + x
# %% name="test" role="test" points=1
assert square(3) == 9
"Well done."
""",
    "hidden lines": """
# %% name="solution" role="solution"
def square(x):
    return x * x
# %% name="wrong"
def square(x):
    return {2: 4, 3: 9}[x]
# %% name="test" role="test" points=2
assert square(2) == 4
assert square(3) == 9
### BEGIN HIDDEN TESTS
assert square(17) == 289
assert square(-1) == 1
### END HIDDEN TESTS
""",
    "what an earlier test made": """
# %% name="solution" role="solution"
def square(x):
    return x * x
# %% name="wrong"
def square(x):
    return x + x
# %% name="first" role="test" points=1
cases = [3, 4, 5]
squares = [square(x) for x in cases]
assert squares == [9, 16, 25]
# %% name="second" role="test" points=1
assert sum(squares) == 50
assert [square(x) for x in cases] == squares
""",
    "several tests, one of them passed": """
# %% name="solution" role="solution"
def square(x):
    return x * x
def cube(x):
    return x**3
# %% name="wrong"
# 2 of 3 points
def square(x):
    return x * x
# %% name="squares" role="test" points=2
assert square(3) == 9
# %% name="cubes" role="test" points=1
assert cube(3) == 27
""",
}
