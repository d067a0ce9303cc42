"""Tests that get full points in the reference run, with a remark: what the student's own class or process says is believed."""

ENTRIES = {
    "equality that the student's class decides": """
# %% name="solution" role="solution"
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)
# %% name="wrong"
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
# %% name="test" role="test" points=1
assert Point(1, 2) == Point(1, 2)
""",
    "lines on the student's side": """
# %% name="solution" role="solution"
def square(x):
    return x * x
# %% name="wrong"
def square(x):
    return x
# %% name="test" role="test" points=1
### BEGIN STUDENT SIDE
squares = [square(x) for x in range(4)]
### END STUDENT SIDE
assert squares == [0, 1, 4, 9]
""",
    "a whole test on the student's side": """
# %% name="solution" role="solution"
class Layer:
    def forward(self, x):
        return self.scale * x
# %% name="wrong"
class Layer:
    def forward(self, x):
        return x
# %% name="inside" role="test" points=1
class Double(Layer):
    scale = 2
assert Double().forward(3) == 6
""",
}
