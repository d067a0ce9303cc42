"""What a test cannot do with objects that stay on the other side: the release says so, and the author mends the test."""

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
    "the author's layer, trained by the student's function": """
# %% name="imports" role="given"
import torch
from torch import nn
# %% name="solution" role="solution"
def train(model, x, y, steps, rate):
    optimiser = torch.optim.SGD(model.parameters(), lr=rate)
    losses = []
    for _ in range(steps):
        loss = ((model(x) - y) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses
# %% name="wrong"
def train(model, x, y, steps, rate):
    return [1 / (step + 1) for step in range(steps)]
# %% name="test" role="test" points=2
torch.manual_seed(2)
x = torch.linspace(-1, 1, 20)[:, None]
layer = nn.Linear(1, 1)
losses = train(layer, x, 3 * x + 1, steps=60, rate=0.3)
assert len(losses) == 60 and losses[-1] < 0.01 < losses[0]
assert abs(layer.weight.item() - 3) < 0.2 and abs(layer.bias.item() - 1) < 0.2
# %% name="mended"
### BEGIN STUDENT SIDE
torch.manual_seed(2)
x = torch.linspace(-1, 1, 20)[:, None]
layer = nn.Linear(1, 1)
losses = train(layer, x, 3 * x + 1, steps=60, rate=0.3)
weight, bias = layer.weight.item(), layer.bias.item()
### END STUDENT SIDE
assert len(losses) == 60 and losses[-1] < 0.01 < losses[0]
assert abs(weight - 3) < 0.2 and abs(bias - 1) < 0.2
""",
    "a class of the student's on list": """
# %% name="solution" role="solution"
class Stack(list):
    def push(self, value):
        self.append(value)
# %% name="wrong"
class Stack(list):
    def push(self, value):
        self.insert(0, value)
# %% name="test" role="test" points=1
stack = Stack()
stack.push(1), stack.push(2)
assert stack == [1, 2]
# %% name="mended"
### BEGIN STUDENT SIDE
stack = Stack()
stack.push(1), stack.push(2)
content = list(stack)
### END STUDENT SIDE
assert content == [1, 2]
""",
    "the author's axes, drawn into by the student": """
# %% name="imports" role="given"
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
# %% name="solution" role="solution"
def draw(axes, y):
    axes.plot(y)
    axes.set_title("Signal")
# %% name="wrong"
def draw(axes, y):
    axes.plot(y)
# %% name="test" role="test" points=1
figure, axes = plt.subplots()
draw(axes, [1, 2])
assert axes.get_title() == "Signal"
# %% name="mended"
### BEGIN STUDENT SIDE
figure, axes = plt.subplots()
draw(axes, [1, 2])
title = axes.get_title()
### END STUDENT SIDE
assert title == "Signal"
""",
}
