"""What a test cannot do from outside: the reference run does not get full points, and the author mends the test."""

ENTRIES = {
    "a class of the test's on one of the student's": """
# %% name="solution" role="solution"
class Layer:
    def forward(self, x):
        return self.scale * x
# %% name="wrong"
class Layer:
    def forward(self, x):
        return x
# %% name="test" role="test" points=1
class Double(Layer):
    scale = 2
assert Double().forward(3) == 6
# %% name="mended"
### BEGIN STUDENT SIDE
class Double(Layer):
    scale = 2
found = Double().forward(3)
### END STUDENT SIDE
assert found == 6
""",
    "the figure that is current": """
# %% name="imports" role="given"
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
# %% name="solution" role="solution"
def plot(x, y):
    plt.plot(x, y)
    plt.title("Signal")
# %% name="wrong"
def plot(x, y):
    plt.plot(x, y)
# %% name="test" role="test" points=1
plot([0, 1], [2, 3])
assert plt.gca().get_title() == "Signal"
# %% name="mended"
### BEGIN STUDENT SIDE
plot([0, 1], [2, 3])
title = plt.gca().get_title()
### END STUDENT SIDE
assert title == "Signal"
""",
    "a function of a library, replaced by mock.patch": """
# %% name="solution" role="solution"
import time
def stamp():
    return int(time.time())
# %% name="wrong"
def stamp():
    return 0
# %% name="test" role="test" points=1
from unittest import mock
with mock.patch("time.time", return_value=12.5):
    assert stamp() == 12
# %% name="mended"
### BEGIN STUDENT SIDE
from unittest import mock
with mock.patch("time.time", return_value=12.5):
    found = stamp()
### END STUDENT SIDE
assert found == 12
""",
    "identity of what went in and came out": """
# %% name="solution" role="solution"
def kept(values):
    values.append(1)
    return values
# %% name="wrong"
def kept(values):
    return [*values, 1]
# %% name="test" role="test" points=1
values = [3]
assert kept(values) is values
# %% name="mended"
### BEGIN STUDENT SIDE
values = [3]
same = kept(values) is values
### END STUDENT SIDE
assert same is True
""",
    "asyncio.run of the student's coroutine": """
# %% name="solution" role="solution"
import asyncio
async def doubled(x):
    await asyncio.sleep(0.01)
    return 2 * x
# %% name="wrong"
async def doubled(x):
    return x
# %% name="test" role="test" points=1
import asyncio, threading
found = []
worker = threading.Thread(target=lambda: found.append(asyncio.run(doubled(3))))
worker.start(), worker.join()
assert found == [6]
# %% name="mended"
found = await doubled(3)
assert found == 6
""",
    "the state of a module": """
# %% name="imports" role="given"
import decimal
# %% name="solution" role="solution"
def precise(digits):
    decimal.getcontext().prec = digits
# %% name="wrong"
def precise(digits):
    pass
# %% name="test" role="test" points=1
precise(5)
assert str(decimal.Decimal(1) / 3) == "0.33333"
# %% name="mended"
### BEGIN STUDENT SIDE
precise(5)
third = str(decimal.Decimal(1) / 3)
### END STUDENT SIDE
assert third == "0.33333"
""",
    "a file that the student's code wrote": """
# %% name="solution" role="solution"
def save(values, name):
    with open(name, "w") as file:
        file.write("\\n".join(map(str, values)))
# %% name="wrong"
def save(values, name):
    pass
# %% name="test" role="test" points=1
save([1, 2, 3], "values.txt")
with open("values.txt") as file:
    assert file.read().split() == ["1", "2", "3"]
# %% name="mended"
### BEGIN STUDENT SIDE
save([1, 2, 3], "values.txt")
with open("values.txt") as file:
    written = file.read()
### END STUDENT SIDE
assert written.split() == ["1", "2", "3"]
""",
    "an environment variable": """
# %% name="imports" role="given"
import os
# %% name="solution" role="solution"
def quiet():
    return os.environ.get("VERBOSE", "1") == "0"
# %% name="wrong"
def quiet():
    return False
# %% name="test" role="test" points=1
os.environ["VERBOSE"] = "0"
assert quiet()
# %% name="mended"
### BEGIN STUDENT SIDE
os.environ["VERBOSE"] = "0"
found = quiet()
### END STUDENT SIDE
assert found is True
""",
    "a list inside the student's object, changed by the test": """
# %% name="solution" role="solution"
class Node:
    def __init__(self, value):
        self.value, self.children = value, []
    def total(self):
        return self.value + sum(child.total() for child in self.children)
# %% name="wrong"
class Node:
    def __init__(self, value):
        self.value, self.children = value, []
    def total(self):
        return self.value
# %% name="test" role="test" points=1
tree = Node(1)
tree.children.append(Node(10))
assert tree.total() == 11
# %% name="mended"
tree = Node(1)
tree.children = [Node(10)]
assert tree.total() == 11
""",
    "an attribute of the student's exception": """
# %% name="solution" role="solution"
class Missing(Exception):
    def __init__(self, slices):
        super().__init__(f"{len(slices)} slices are missing")
        self.slices = slices
def complete(slices):
    raise Missing([n for n in range(5) if n not in slices])
# %% name="wrong"
class Missing(Exception):
    pass
def complete(slices):
    raise Missing("some slices are missing")
# %% name="test" role="test" points=1
try:
    complete([0, 1, 3])
except Missing as error:
    assert error.slices == [2, 4]
# %% name="mended"
### BEGIN STUDENT SIDE
slices = None
try:
    complete([0, 1, 3])
except Missing as error:
    slices = error.slices
### END STUDENT SIDE
assert slices == [2, 4]
""",
    "a parameter of the student's model, changed by the test": """
# %% name="imports" role="given"
import torch
from torch import nn
# %% name="solution" role="solution"
class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(2))
    def forward(self, x):
        return x * self.w
# %% name="wrong"
class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(2))
    def forward(self, x):
        return x
# %% name="test" role="test" points=1
model = Scale()
with torch.no_grad():
    model.w.fill_(3.0)
assert model(torch.ones(2)).tolist() == [3, 3]
# %% name="mended"
model = Scale()
model.load_state_dict({"w": torch.full((2,), 3.0)})
assert model(torch.ones(2)).tolist() == [3, 3]
""",
    "a provided loop that trains the student's model": """
# %% name="imports" role="given"
import torch
from torch import nn

def trained(model, x, y, steps=40):
    optimiser = torch.optim.SGD(model.parameters(), lr=0.3)
    for _ in range(steps):
        optimiser.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        optimiser.step()
    return loss.item()
# %% name="solution" role="solution"
class Line(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(1, 1)
    def forward(self, x):
        return self.layer(x)
# %% name="wrong"
class Line(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(1, 1, bias=False)
    def forward(self, x):
        return self.layer(x)
# %% name="test" role="test" points=1
torch.manual_seed(5)
x = torch.linspace(-1, 1, 20)[:, None]
assert trained(Line(), x, 2 * x + 1) < 0.01
# %% name="mended"
### BEGIN STUDENT SIDE
torch.manual_seed(5)
x = torch.linspace(-1, 1, 20)[:, None]
last = trained(Line(), x, 2 * x + 1)
### END STUDENT SIDE
assert last < 0.01
""",
}
