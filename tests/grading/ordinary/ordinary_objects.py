"""More of classes: those that the standard library makes, objects as arguments, states that last."""

ENTRIES = {
    "a dataclass": """
# %% name="solution" role="solution"
from dataclasses import dataclass, field
@dataclass
class Scan:
    name: str
    size: tuple = (1, 1)
    tags: list = field(default_factory=list)
    def voxels(self):
        return self.size[0] * self.size[1]
# %% name="wrong"
class Scan:
    tags = []
    def __init__(self, name, size=(1, 1)):
        self.name, self.size = name, size
    def voxels(self):
        return len(self.size)
# %% name="test" role="test" points=1
scan = Scan("a", size=(2, 3))
assert (scan.name, scan.size, scan.tags) == ("a", (2, 3), [])
assert scan.voxels() == 6
assert Scan("a") == Scan("a") and Scan("a") != Scan("b")
assert "Scan(name='a'" in repr(Scan("a"))
""",
    "a namedtuple": """
# %% name="solution" role="solution"
from collections import namedtuple
Box = namedtuple("Box", "top left height width")
def moved(box, down):
    return box._replace(top=box.top + down)
# %% name="wrong"
from collections import namedtuple
Box = namedtuple("Box", "left top height width")
def moved(box, down):
    return box
# %% name="test" role="test" points=1
box = Box(1, 2, 3, 4)
assert box.top == 1 and box[3] == 4 and box == (1, 2, 3, 4)
assert moved(box, 5).top == 6
top, left, height, width = moved(box, 1)
assert (top, width) == (2, 4)
""",
    "an enum": """
# %% name="solution" role="solution"
from enum import Enum
class Plane(Enum):
    AXIAL = 0
    CORONAL = 1
    SAGITTAL = 2
def plane(axis):
    return Plane(axis)
# %% name="wrong"
from enum import Enum
class Plane(Enum):
    AXIAL = 2
    CORONAL = 1
    SAGITTAL = 0
def plane(axis):
    return Plane(0)
# %% name="test" role="test" points=1
assert Plane.CORONAL.value == 1 and Plane.AXIAL.name == "AXIAL"
assert plane(2) == Plane.SAGITTAL and plane(0) != Plane.SAGITTAL
assert [p.name for p in Plane] == ["AXIAL", "CORONAL", "SAGITTAL"]
assert Plane["CORONAL"].value == 1
""",
    "an abstract class": """
# %% name="solution" role="solution"
from abc import ABC, abstractmethod
class Shape(ABC):
    @abstractmethod
    def area(self): ...
class Square(Shape):
    def __init__(self, side):
        self.side = side
    def area(self):
        return self.side**2
# %% name="wrong"
class Shape:
    def area(self): ...
class Square(Shape):
    def __init__(self, side):
        self.side = side
    def area(self):
        return self.side**2
# %% name="test" role="test" points=1
assert Square(3).area() == 9
try:
    Shape()
    raise AssertionError("no shape without an area")
except TypeError:
    pass
""",
    "an object that is called": """
# %% name="solution" role="solution"
class Polynomial:
    def __init__(self, *coefficients):
        self.coefficients = coefficients
    def __call__(self, x):
        return sum(c * x**n for n, c in enumerate(self.coefficients))
    def derivative(self):
        return Polynomial(*[n * c for n, c in enumerate(self.coefficients)][1:])
# %% name="wrong"
class Polynomial:
    def __init__(self, *coefficients):
        self.coefficients = coefficients
    def __call__(self, x):
        return 1
    def derivative(self):
        return self
# %% name="test" role="test" points=1
p = Polynomial(1, 2, 3)
assert callable(p) and p(0) == 1 and p(2) == 17
assert p.derivative()(2) == 14
assert [q(1) for q in (p, p.derivative())] == [6, 8]
""",
    "an object as an argument and in a list": """
# %% name="solution" role="solution"
class Node:
    def __init__(self, value, children=()):
        self.value, self.children = value, list(children)
def total(node):
    return node.value + sum(total(child) for child in node.children)
def leaves(node):
    return [leaf for child in node.children for leaf in leaves(child)] or [node]
# %% name="wrong"
class Node:
    def __init__(self, value, children=()):
        self.value, self.children = value, list(children)
def total(node):
    return node.value
def leaves(node):
    return node.children
# %% name="test" role="test" points=2
tree = Node(1, [Node(2), Node(3, [Node(4), Node(5)])])
assert total(tree) == 15 and total(tree.children[1]) == 12
assert [leaf.value for leaf in leaves(tree)] == [2, 4, 5]
""",
    "the author's object as an argument": """
# %% name="provided" role="given"
class Patient:
    def __init__(self, age):
        self.age = age
        self.notes = []
    def note(self, text):
        self.notes.append(text)
    def older(self, years):
        return Patient(self.age + years)
# %% name="solution" role="solution"
def in_a_decade(patient):
    patient.note("seen")
    return patient.older(10).age
# %% name="wrong"
def in_a_decade(patient):
    return patient.age
# %% name="test" role="test" points=1
patient = Patient(31)
assert in_a_decade(patient) == 41
assert patient.notes == ["seen"]
""",
    "a state that lasts from test to test": """
# %% name="solution" role="solution"
class Account:
    def __init__(self):
        self.balance = 0
    def pay(self, amount):
        self.balance += amount
account = Account()
# %% name="wrong"
class Account:
    balance = 10
    def pay(self, amount):
        pass
account = Account()
# %% name="first" role="test" points=1
assert account.balance == 0
account.pay(10)
# %% name="second" role="test" points=1
account.pay(5)
assert account.balance == 15
""",
    "an iterator class": """
# %% name="solution" role="solution"
class Batches:
    def __init__(self, values, size):
        self.values, self.size, self.at = values, size, 0
    def __iter__(self):
        self.at = 0
        return self
    def __next__(self):
        if self.at >= len(self.values):
            raise StopIteration
        self.at += self.size
        return self.values[self.at - self.size : self.at]
# %% name="wrong"
class Batches:
    def __init__(self, values, size):
        self.values = values
    def __iter__(self):
        return iter(self.values)
# %% name="test" role="test" points=1
batches = Batches([1, 2, 3, 4, 5], 2)
assert [batch for batch in batches] == [[1, 2], [3, 4], [5]]
assert [sum(batch) for batch in batches] == [3, 7, 5]
assert next(iter(batches)) == [1, 2]
""",
    "vars, dir and getattr with a method's name": """
# %% name="solution" role="solution"
class Model:
    def __init__(self):
        self.w, self.b = 2.0, 1.0
    def forward(self, x):
        return self.w * x + self.b
# %% name="wrong"
class Model:
    def __init__(self):
        self.w = 2.0
    def forward(self, x):
        return self.w * x
# %% name="test" role="test" points=1
model = Model()
assert vars(model) == {"w": 2.0, "b": 1.0} == model.__dict__
assert {"forward", "w"} <= set(dir(model))
for name in ("forward",):
    assert getattr(model, name)(3) == 7
assert callable(getattr(Model, "forward", None))
assert model.__class__.__name__ == "Model"
""",
    "a method replaced by the test": """
# %% name="solution" role="solution"
class Reader:
    def load(self):
        return [1, 2, 3]
    def mean(self):
        values = self.load()
        return sum(values) / len(values)
# %% name="wrong"
class Reader:
    def load(self):
        return [1, 2, 3]
    def mean(self):
        return 2
# %% name="test" role="test" points=1
reader = Reader()
assert reader.mean() == 2
reader.load = lambda: [10, 30]
assert reader.mean() == 20
""",
    "a linked list, followed by the test": """
# %% name="solution" role="solution"
class Link:
    def __init__(self, value, after=None):
        self.value, self.after = value, after
def linked(values):
    return Link(values[0], linked(values[1:])) if values else None
# %% name="wrong"
class Link:
    def __init__(self, value, after=None):
        self.value, self.after = value, after
def linked(values):
    return Link(values[-1])
# %% name="test" role="test" points=1
link, found = linked([1, 2, 3]), []
while link is not None:
    found.append(link.value)
    link = link.after
assert found == [1, 2, 3]
assert linked([]) is None
""",
    "objects in sets and as keys": """
# %% name="solution" role="solution"
class Label:
    def __init__(self, name):
        self.name = name.lower()
    def __eq__(self, other):
        return self.name == other.name
    def __hash__(self):
        return hash(self.name)
# %% name="wrong"
class Label:
    def __init__(self, name):
        self.name = name.lower()
# %% name="test" role="test" points=1
assert len({Label("Brain"), Label("brain"), Label("skull")}) == 2
assert {Label("a"): 1}[Label("A")] == 1
""",
}
