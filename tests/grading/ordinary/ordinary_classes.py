"""Classes of the student's: their objects stay on the other side, and a test uses them as if they were here."""

ENTRIES = {
    "methods and attributes": """
# %% name="solution" role="solution"
class Counter:
    unit = "pixels"
    def __init__(self, start=0):
        self.value = start
    def add(self, n=1):
        self.value += n
        return self.value
# %% name="wrong"
class Counter:
    unit = "pixels"
    def __init__(self, start=0):
        self.value = start
    def add(self, n=1):
        return self.value + n
# %% name="test" role="test" points=2
counter = Counter(5)
assert counter.value == 5 and Counter().value == 0
assert counter.add() == 6 and counter.add(n=4) == 10
assert counter.value == 10 and counter.unit == Counter.unit == "pixels"
assert hasattr(counter, "add") and not hasattr(counter, "remove")
assert callable(counter.add) and not callable(counter)
assert getattr(counter, "value") == 10 and getattr(counter, "other", None) is None
""",
    "attributes set by the test": """
# %% name="solution" role="solution"
class Window:
    def __init__(self, level):
        self.level = level
    def low(self):
        return self.level - 200
# %% name="wrong"
class Window:
    def __init__(self, level):
        self.level = level
        self._low = level - 200
    def low(self):
        return self._low
# %% name="test" role="test" points=1
window = Window(40)
assert window.low() == -160
window.level = 300
assert window.low() == 100
setattr(window, "level", 0)
window.level += 200
assert window.low() == 0
""",
    "len, iteration, items and in": """
# %% name="solution" role="solution"
class Series:
    def __init__(self, values):
        self.values = list(values)
    def __len__(self):
        return len(self.values)
    def __getitem__(self, where):
        return self.values[where]
    def __setitem__(self, where, value):
        self.values[where] = value
    def __iter__(self):
        return iter(self.values)
    def __contains__(self, value):
        return value in self.values
# %% name="wrong"
class Series:
    def __init__(self, values):
        self.values = list(values)
    def __len__(self):
        return 0
    def __getitem__(self, where):
        return self.values[0]
    def __setitem__(self, where, value):
        pass
# %% name="test" role="test" points=2
series = Series("abc")
assert len(series) == 3 and series
assert list(series) == ["a", "b", "c"] and [s for s in series][-1] == "c"
assert series[0] == "a" and series[-1] == "c" and series[1:] == ["b", "c"]
assert "b" in series and "z" not in series
series[1] = "z"
assert series[1] == "z" and "z" in series
assert not Series("")
""",
    "operators": """
# %% name="solution" role="solution"
class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)
    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)
    __rmul__ = __mul__
    def __neg__(self):
        return self * -1
    def __matmul__(self, other):
        return self.x * other.x + self.y * other.y
    def __abs__(self):
        return (self @ self) ** 0.5
# %% name="wrong"
class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __add__(self, other):
        return Vector(self.x, other.y)
    def __mul__(self, factor):
        return self
# %% name="test" role="test" points=2
a, b = Vector(3, 4), Vector(1, 0)
c = a + b * 2
assert (c.x, c.y) == (5, 4)
assert (2 * b).x == 2 and (-a).y == -4
assert a @ b == 3 and abs(a) == 5
a += b
assert a.x == 4
""",
    "equality that the student's class decides": """
# %% name="solution" role="solution"
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)
    def __lt__(self, other):
        return (self.x, self.y) < (other.x, other.y)
    def __hash__(self):
        return hash((self.x, self.y))
# %% name="wrong"
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
# %% name="test" role="test" points=1
assert Point(1, 2) == Point(1, 2)
assert Point(1, 2) != Point(1, 3)
assert Point(0, 5) < Point(1, 2)
assert sorted([Point(2, 0), Point(1, 0)])[0].x == 1
""",
    "repr and str": """
# %% name="solution" role="solution"
class Voxel:
    def __init__(self, size):
        self.size = size
    def __repr__(self):
        return f"Voxel({self.size})"
    def __str__(self):
        return f"a voxel of {self.size} mm"
# %% name="wrong"
class Voxel:
    def __init__(self, size):
        self.size = size
# %% name="test" role="test" points=1
assert repr(Voxel(2)) == "Voxel(2)"
assert str(Voxel(1.5)) == f"{Voxel(1.5)}" == "a voxel of 1.5 mm"
""",
    "a context manager": """
# %% name="solution" role="solution"
class Opened:
    def __init__(self):
        self.log = []
    def __enter__(self):
        self.log.append("in")
        return self
    def __exit__(self, kind, error, trace):
        self.log.append("out" if kind is None else kind.__name__)
        return kind is KeyError
# %% name="wrong"
class Opened:
    def __init__(self):
        self.log = ["in", "out"]
    def __enter__(self):
        return self
    def __exit__(self, kind, error, trace):
        return True
# %% name="test" role="test" points=1
with Opened() as opened:
    assert opened.log == ["in"]
assert opened.log == ["in", "out"]
with Opened() as opened:
    {}["a"]
assert opened.log[-1] == "KeyError"
try:
    with Opened():
        raise ValueError("goes on")
except ValueError:
    pass
else:
    raise AssertionError("only KeyError is swallowed")
""",
    "isinstance, type and inheritance": """
# %% name="solution" role="solution"
class Layer:
    def parameters(self):
        return 0
class Dense(Layer):
    def __init__(self, n):
        self.n = n
    def parameters(self):
        return super().parameters() + self.n
# %% name="wrong"
class Layer:
    def parameters(self):
        return 0
class Dense:
    def __init__(self, n):
        self.n = n
    def parameters(self):
        return self.n
# %% name="test" role="test" points=1
assert isinstance(Dense(3), Layer) and not isinstance(Layer(), Dense)
assert issubclass(Dense, Layer)
assert Dense(3).parameters() == 3
assert type(Dense(1)).__name__ == "Dense" and Dense.__name__ == "Dense"
assert isinstance(Dense(1), Dense) and not isinstance(3, Dense)
""",
    "a student's class on a provided one": """
# %% name="provided" role="given"
class Loss:
    def __call__(self, x, y):
        return sum(self.one(a, b) for a, b in zip(x, y)) / len(x)
    def one(self, a, b):
        raise NotImplementedError
# %% name="solution" role="solution"
class Squared(Loss):
    def one(self, a, b):
        return (a - b) ** 2
# %% name="wrong"
class Squared(Loss):
    pass
# %% name="test" role="test" points=1
loss = Squared()
assert loss([1, 2], [3, 2]) == 2
assert loss.one(1, 4) == 9
assert isinstance(loss, Loss) and issubclass(Squared, Loss)
try:
    Loss()([1], [1])
    raise AssertionError
except NotImplementedError:
    pass
""",
    "properties, classmethod and staticmethod": """
# %% name="solution" role="solution"
class Volume:
    def __init__(self, mm):
        self.mm = mm
    @property
    def ml(self):
        return self.mm / 1000
    @ml.setter
    def ml(self, value):
        if value < 0:
            raise ValueError("no volume is negative")
        self.mm = value * 1000
    @classmethod
    def of_cube(cls, side):
        return cls(side**3)
    @staticmethod
    def unit():
        return "ml"
# %% name="wrong"
class Volume:
    def __init__(self, mm):
        self.mm = mm
        self.ml = mm / 1000
    @classmethod
    def of_cube(cls, side):
        return cls(side**3)
    @staticmethod
    def unit():
        return "ml"
# %% name="test" role="test" points=1
volume = Volume.of_cube(10)
assert volume.ml == 1 and Volume.unit() == volume.unit() == "ml"
volume.ml = 3
assert volume.mm == 3000
try:
    volume.ml = -1
    raise AssertionError("negative")
except ValueError:
    pass
""",
}
